"""Verifying a ledger: so many sealed records, against the checkpoints, on every core.

`python -m bench.verifying 1000000` measures a million in a database of its own, for real.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.harness import Row

EACH = 40
"""Records of a case: about as many as real ones have."""
MILLION, SECONDS = 1_000_000, 60


def rows(count: int = 50_000) -> Iterator[Row]:
    """As a share of the minute that a million may take."""
    seconds = measure(count)
    million = seconds * MILLION / count
    yield Row(
        "verifying the ledger, SQLite", f"{SECONDS} s for a million records",
        million / SECONDS, 1, f"{count} in {seconds:.1f} s, {os.cpu_count()} cores",
    )  # fmt: skip


def measure(count: int) -> float:
    """How many seconds it takes to verify so many records, and those that are there already."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from django.utils import timezone

    from concord.cases.sealing import Places, Sealer
    from concord.cases.verifications import verify_with_checkpoints

    _write(count)
    places = Places(Path(tempfile.mkdtemp(prefix="concord-bench-seal-")))
    with Sealer(places, Ed25519PrivateKey.generate()) as sealer:
        while sealer.seal(timezone.now())[0] is not None:
            pass
    began = time.perf_counter()
    found, _ = verify_with_checkpoints(places, processes=os.cpu_count() or 1)
    seconds = time.perf_counter() - began
    assert not found.findings, found.findings[:3]
    assert not found.unanchored
    assert found.records >= count
    return seconds


def _write(count: int) -> None:
    """Cases of `EACH` records, sealed as an act seals them, put in without the acts."""
    from django.db import connection, transaction

    from concord.cases.contents import content_of
    from concord.cases.models import Case, CaseParty

    like = Case.objects.filter(summary__status="open").order_by("-last_sequence").first()
    assert like is not None
    contents = [(each.act, content_of(each)) for each in like.entries.select_related("case")]
    parties = list(like.parties.select_related("agency"))
    statement = (
        "INSERT INTO cases_entry (case_id, sequence, at, written, act, key, content,"
        " commitment, previous, link) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    )
    made = iter(range(count // EACH))
    while batch := list(islice(made, 500)):
        with transaction.atomic():
            cases = [_begun(like, parties) for _ in batch]
            written = [_records(case, contents) for case in cases]
            for case in Case.objects.bulk_create(cases):
                CaseParty.objects.bulk_create(
                    CaseParty(case=case, side=each.side, agency=each.agency, place=each.place)
                    for each in parties
                )
            with connection.cursor() as cursor:
                for case, mine in zip(cases, written, strict=True):
                    cursor.executemany(statement, [(case.pk, *row) for row in mine])


def _begun(like: Any, parties: list[Any]) -> Any:
    from concord.cases.models import Case
    from concord.cases.openings import genesis
    from concord.seals.chain import new_salt

    case = Case(
        partnership=like.partnership, policy_id=like.policy_id, opened=like.opened,
        policy_version=like.policy_version, calendar_version=like.calendar_version,
        facts=like.facts, salt=new_salt(), last_sequence=EACH,
    )  # fmt: skip
    case.genesis = case.head = genesis(
        case.reference, case.salt, like.partnership.slug,
        (case.policy_id, case.policy_version, case.calendar_version), case.opened, case.facts,
        [(each.side, each.agency.slug, each.place) for each in parties],
    )  # fmt: skip
    return case


def _records(case: Any, contents: list[tuple[str, str]]) -> list[tuple[Any, ...]]:
    from concord.cases.contents import locked
    from concord.cases.openings import history_of
    from concord.seals.chain import seal, stored_time
    from concord.vault.keys import make

    cipher = make(case.reference)
    found: list[tuple[Any, ...]] = []
    for n in range(1, EACH + 1):
        act, content = contents[n % len(contents)]
        at = case.opened + timedelta(hours=n)
        one = seal(
            history_of(case.reference), n, case.head, at, at, act, f"n{n}", None, content
        )  # fmt: skip
        text = stored_time(at)
        stored = locked(cipher, case.reference, one, content)
        found.append((n, text, text, act, f"n{n}", stored,
                      one.commitment, one.previous, one.link))  # fmt: skip
        case.head = one.link
    return found


def main() -> None:
    """So many records as the first argument says, in a database of its own."""
    count = int(sys.argv[1])
    os.environ["CONCORD_DATA"] = tempfile.mkdtemp(prefix="concord-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "concord.config.settings"
    import django

    django.setup()
    from concord.config.serve import prepare

    prepare()
    seconds = measure(count)
    worked = os.times()
    print(f"{count} records: {seconds:.1f} s, {os.cpu_count()} cores; "
          f"{worked.children_user + worked.children_system:.1f} s of work in them")  # fmt: skip


if __name__ == "__main__":
    main()
