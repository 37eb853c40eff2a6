"""One durable act on SQLite, against a bare transaction with the same number of inserts."""

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

from bench.harness import Row, side_by_side


def rows(times: int = 20) -> Iterator[Row]:
    """Records, summary and outbox together, as a person's act writes them."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.rules import START
    from concord.cases import ledger
    from concord.cases.models import Case
    from concord.directory.models import Post
    from concord.rules.record import Record
    from concord.rules.words import Act

    # in turn, so that none grows longer than real cases are
    cases = list(Case.objects.filter(summary__status="open").order_by("-last_sequence")[:40])
    case, actors = cases[0], [ledger.state_of(each).records[0].by for each in cases]
    who = actors[0]
    numbers = count()

    def one_act() -> None:
        number = next(numbers)
        at = START + timedelta(seconds=number)
        turn = number % len(cases)
        note = Record(0, at, at, actors[turn], Act.FILE, key=f"bench-{number}")
        answer = ledger.act(cases[turn].reference, note, None)
        assert isinstance(answer, ledger.Done)

    with CaptureQueriesContext(connection) as captured:
        one_act()
    writes = sum(query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in captured)
    folder = tempfile.mkdtemp()
    bare = sqlite3.connect(Path(folder) / "bare.sqlite3", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")

    def bare_act() -> None:
        bare.execute("BEGIN IMMEDIATE")
        for _ in range(writes):
            bare.execute("INSERT INTO t (a) VALUES (?)", ("x" * 200,))
        bare.execute("COMMIT")

    best = side_by_side({"bare": bare_act, "act": one_act}, times, rounds=5)
    yield Row(
        "one act, durable, SQLite", f"a bare transaction, {writes} writes",
        best["act"] / best["bare"], 6, f"{len(captured)} statements",
    )  # fmt: skip
    client = Client()
    post = Post.objects.filter(role="manager", agency__slug=who.agency).first()
    assert post is not None
    assert post.user is not None
    client.force_login(post.user)
    pages = side_by_side(
        {
            "empty": lambda: client.get("/static-does-not-exist"),
            "case": lambda: client.get(f"/case/{case.reference}"),
            "list": lambda: client.get("/work"),
        },
        max(times // 4, 1),
        rounds=5,
    )
    yield Row("the case page", "a page with no content", pages["case"] / pages["empty"], None)
    yield Row("my work", "a page with no content", pages["list"] / pages["empty"], 14)
