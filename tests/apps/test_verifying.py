"""A verification: what it looks at, what it counts, and in which parts it goes about it."""

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from concord.cases import ledger, verifying
from concord.cases.models import Case
from concord.cases.stored import FIRST, LAST, Stored
from concord.cases.verifying import Verified, verify
from concord.seals.checking import MARK, Anchor, Finding, Kind
from tests.apps.test_acting import opening, record
from tests.seals.shelf import Shelf, row, two_histories

pytestmark = pytest.mark.django_db

GONE = "the whole history is gone"
ALTERED = "it does not say what was sealed"


@pytest.fixture
def shelf() -> Shelf:
    """Two histories besides the cases': of three records, and of one."""
    return two_histories()


@pytest.fixture
def cases(cast: object) -> list[Case]:
    """Three cases of Sandwell: of two records, of one, and of one."""
    cases: list[Case] = [opening(None, key=key).case for key in "xyz"]
    ledger.act(cases[0].reference, record(), None)
    return cases


def spoil(shelf: Shelf, history: str, n: int) -> None:
    """A record is made to say something else."""
    rows = shelf.rows[history]
    rows[n - 1] = rows[n - 1]._replace(content='{"why":"other"}')


def history(case: Case) -> str:
    return f"case/{case.reference}"


def anchor(case: Case) -> Anchor:
    rows = list(case.entries.order_by("sequence").values_list("commitment", "link"))
    return Anchor([said[:MARK] for said, _ in rows], {len(rows): rows[-1][1]})


# --- what is counted --------------------------------------------------------------------------


def test_what_parts_came_to_is_added_up() -> None:
    one, other = (Finding(Kind.ALTERED, "case/A", n, "") for n in (1, 2))
    whole = Verified(1, 20, 300, 4000, [one])
    whole.add(Verified(2, 30, 400, 5000, [other]))
    assert whole == Verified(3, 50, 700, 9000, [one, other])


def test_every_history_is_looked_at_and_counted(cases: list[Case], shelf: Shelf) -> None:
    # given three cases, and two histories besides, of which some is anchored
    anchors = {
        history(cases[0]): anchor(cases[0]),
        "shelf/a": Anchor([each.commitment[:MARK] for each in shelf.rows["shelf/a"][:2]]),
    }
    # then all their records are counted, and those that nothing anchors
    assert verify(anchors, also=[shelf]) == Verified(5, 8, 0, 4, [])
    # and of what was disposed of, how much has no key any more
    closed = [each._replace(content=None, salt=None) for each in shelf.rows["shelf/a"]]
    shelf.rows["shelf/a"] = closed
    shelf.disposed.add("shelf/a")
    assert verify(anchors, also=[shelf]) == Verified(5, 8, 3, 4, [])


def test_what_is_cut_off_is_not_counted_as_waiting(shelf: Shelf) -> None:
    anchors = {"shelf/a": shelf.anchor("shelf/a")}
    shelf.rows["shelf/a"] = shelf.rows["shelf/a"][:1]
    says = "3 records were sealed, and 1 are there"
    assert verify(anchors, also=[shelf]) == Verified(
        2, 2, 0, 1, [Finding(Kind.TRUNCATED, "shelf/a", 2, says)]
    )


def test_what_is_found_comes_in_the_order_of_histories_and_numbers(shelf: Shelf) -> None:
    # given one changed, one gone that comes before it, and one gone that comes after
    anchors = {name: shelf.anchor("shelf/b") for name in ("shelf/z", "shelf/0", "shelf/b")}
    spoil(shelf, "shelf/a", 2)
    spoil(shelf, "shelf/b", 1)
    found = verify(anchors, also=[shelf]).findings
    assert found == [
        Finding(Kind.MISSING, "shelf/0", 1, GONE),
        Finding(Kind.ALTERED, "shelf/a", 2, ALTERED),
        Finding(Kind.ALTERED, "shelf/b", 1, "it says other than it did when sealed"),
        Finding(Kind.MISSING, "shelf/z", 1, GONE),
    ]


def test_records_of_a_case_that_is_not_there_are_told_of_by_their_first_number(
    shelf: Shelf,
) -> None:
    # given rows of cases that nobody knows, numbers that are none among them
    def rows(*numbers: object) -> Iterator[Any]:
        return iter([row("shelf/x", 1, "")._replace(sequence=each) for each in numbers])

    shelf.strays += [Stored(41, None, rows("one", 7, 5, None)), Stored(42, None, rows("none"))]
    # then each is told of, and what comes after them is looked at all the same
    says = "there are records of a case that is not there"
    assert verify({}, also=[shelf]) == Verified(
        2, 4, 0, 4,
        [
            Finding(Kind.INSERTED, "case number 41", 5, says),
            Finding(Kind.INSERTED, "case number 42", 1, says),
        ],
    )  # fmt: skip


# --- what is looked at ------------------------------------------------------------------------


def test_those_asked_for_alone_are_looked_at(cases: list[Case], shelf: Shelf) -> None:
    # given changes everywhere, and more that is gone
    anchors = {history(each): anchor(each) for each in cases}
    anchors |= {"case/AAAA-AAAA": anchors[history(cases[0])], "shelf/gone": Anchor(["0" * MARK])}
    spoil(shelf, "shelf/a", 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET facts = '{}' WHERE id <> %s", [cases[0].pk])
    # when some are asked for; then the others are not looked at, nor what is no case
    assert verify(anchors, [cases[0].reference], also=[shelf]) == Verified(1, 2, 0, 0, [])
    began = "what it began with (agencies, policy, facts) is not what it was"
    two = [each.reference for each in cases[:2]]
    assert verify({}, two, also=[shelf]) == Verified(
        2, 3, 0, 3, [Finding(Kind.ALTERED, history(cases[1]), 0, began)]
    )
    # one that is gone is told of where it was asked for
    gone = Finding(Kind.MISSING, "case/AAAA-AAAA", 1, GONE)
    assert verify(anchors, ["AAAA-AAAA"], also=[shelf]) == Verified(0, 0, 0, 0, [gone])
    # and where all are asked for, all of this is found
    found = verify(anchors, also=[shelf]).findings
    assert {each.history for each in found} == {
        "case/AAAA-AAAA", history(cases[1]), history(cases[2]), "shelf/a", "shelf/gone",
    }  # fmt: skip


# --- in parts, by several processes -----------------------------------------------------------


class Pool:
    """Does in this process what several would do, and keeps what they were given."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self.portions: list[Any] = []

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def imap_unordered(
        self, look: Callable[[Any], Verified], portions: Iterable[Any]
    ) -> Iterator[Verified]:
        self.portions = list(portions)
        return map(look, reversed(self.portions))


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was asked for to work in parts: the kind of processes, connections shut, pools."""
    asked: list[Any] = []

    def context(kind: str) -> SimpleNamespace:
        asked.append(kind)
        return SimpleNamespace(Pool=pool)

    def pool(processes: int) -> Pool:
        asked.append(Pool(processes))
        return asked[-1]  # type: ignore[no-any-return]

    monkeypatch.setattr(verifying, "connection", SimpleNamespace(in_atomic_block=False))
    monkeypatch.setattr(
        verifying, "connections", SimpleNamespace(close_all=lambda: asked.append("closed"))
    )
    monkeypatch.setattr(verifying, "multiprocessing", SimpleNamespace(get_context=context))
    return asked


def parts(pools: list[Any]) -> list[tuple[int, int, list[str]]]:
    """From which key to which each part goes, and whose anchors it is given."""
    return [(each.first, each.last, list(each.anchors)) for each in pools[-1].portions]


def test_many_cases_are_looked_at_in_parts_that_leave_none_out(
    cases: list[Case], shelf: Shelf, pools: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given parts of two records; when two processes verify
    monkeypatch.setattr(verifying, "PORTION", 2)
    anchors = {history(each): anchor(each) for each in cases[:2]}
    spoil(shelf, "shelf/a", 3)
    found = verify(anchors, processes=2, also=[shelf])
    # then they come to what one would
    assert found == Verified(
        5, 8, 0, 5, [Finding(Kind.ALTERED, "shelf/a", 3, ALTERED)]
    )  # fmt: skip
    # and no connection is shared, and each part goes on where the one before ended
    one, two, three = cases
    assert pools[:2] == ["closed", "fork"]
    assert pools[2].processes == 2
    assert parts(pools) == [
        (FIRST, one.pk, [history(one)]),
        (one.pk + 1, three.pk, [history(two)]),
        (three.pk + 1, LAST, []),
    ]


def test_parts_have_about_as_many_records_each(
    cases: list[Case], pools: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "PORTION", 3)
    verify({}, processes=2)
    assert parts(pools) == [(FIRST, cases[1].pk, []), (cases[1].pk + 1, LAST, [])]


def test_a_number_of_records_that_is_none_counts_as_one(
    cases: list[Case], pools: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite holds it; what it says is found, and the work is shared out all the same."""
    if connection.vendor != "sqlite":
        return
    monkeypatch.setattr(verifying, "PORTION", 2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET last_sequence = 'x' WHERE id = %s", [cases[0].pk])
    found = verify({}, processes=2).findings
    assert [(each.kind, each.history, each.sequence) for each in found] == [
        (Kind.ALTERED, history(cases[0]), 0)
    ]
    assert [part[:2] for part in parts(pools)] == [
        (FIRST, cases[1].pk), (cases[1].pk + 1, LAST),
    ]  # fmt: skip


def test_one_process_needs_no_parts(cases: list[Case], pools: list[Any]) -> None:
    assert verify({}) == Verified(3, 4, 0, 4, [])
    assert verify({}, processes=1).records == 4
    assert pools == []


def test_within_a_transaction_nothing_is_shared_out(
    cases: list[Case], pools: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other processes would not see what it has not committed."""
    monkeypatch.setattr(verifying, "connection", SimpleNamespace(in_atomic_block=True))
    assert verify({}, processes=2).records == 4
    assert pools == []
