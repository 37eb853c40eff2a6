"""A history by itself: every way of changing it is found, named, and placed at its first number."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from concord.seals.chain import Row, opening, seal, stored_time
from concord.seals.checking import MARK, Anchor, Checked, Kind, Opening, check

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HISTORY = "case/K7QM-4TPD"
GENESIS = opening(HISTORY, "5a17", ["sandwell"])


def written(n: int, previous: str, content: str = "") -> Row:
    text, at = content or f'{{"format":1,"n":{n}}}', stored_time(AT)
    sealed = seal(HISTORY, n, previous, AT, AT, "file", f"k{n}", 7, text)
    return Row(n, at, at, "file", f"k{n}", 7, text, *_parts(sealed))


def _parts(sealed: object) -> tuple[str, ...]:
    return tuple(getattr(sealed, name) for name in ("salt", "commitment", "previous", "link"))


def chain(length: int) -> list[Row]:
    rows: list[Row] = []
    for n in range(1, length + 1):
        rows.append(written(n, rows[-1].link if rows else GENESIS))
    return rows


def anchored(rows: list[Row]) -> Anchor:
    return Anchor([row.commitment[:MARK] for row in rows], {len(rows): rows[-1].link})


def begun(rows: list[Row], is_disposed: bool = False) -> Opening:
    return Opening(HISTORY, GENESIS, GENESIS, len(rows), rows[-1].link if rows else GENESIS,
                   is_disposed)  # fmt: skip


def first(checked: Checked) -> tuple[Kind, int] | None:
    return (checked.finding.kind, checked.finding.sequence) if checked.finding else None


def relinked(rows: list[Row]) -> list[Row]:
    """All numbers, links and commitments made anew, as by somebody who knows how."""
    made: list[Row] = []
    for row in rows:
        made.append(written(len(made) + 1, made[-1].link if made else GENESIS, row.content))
    return made


Change = Callable[[list[Row]], list[Row]]


def swap(rows: list[Row]) -> list[Row]:
    return [rows[0], rows[2]._replace(sequence=2), rows[1]._replace(sequence=3), *rows[3:]]


def moved_up(rows: list[Row]) -> list[Row]:
    later = (row._replace(sequence=row.sequence + 1) for row in rows[2:])
    return [*rows[:2], written(3, rows[1].link, "{}"), *later]


PLAIN: list[tuple[str, Change, Kind, int]] = [
    ("content", lambda r: [*r[:2], r[2]._replace(content="{}"), *r[3:]], Kind.ALTERED, 3),
    ("content and commitment", lambda r: [*r[:2], written(3, r[1].link, "{}"), *r[3:]], Kind.ALTERED, 3),
    ("a number that is none", lambda r: [*r[:4], r[4]._replace(sequence="5")], Kind.ALTERED, 5),
    ("a blob", lambda r: [*r[:4], r[4]._replace(content=b"{}")], Kind.ALTERED, 5),
    ("nothing in a seal", lambda r: [*r[:4], r[4]._replace(commitment=None)], Kind.ALTERED, 5),
    ("removed", lambda r: [*r[:2], *r[3:]], Kind.MISSING, 3),
    ("the first removed", lambda r: r[1:], Kind.MISSING, 1),
    ("swapped", swap, Kind.REORDERED, 2),
    ("a fork", lambda r: [*r[:4], written(5, r[1].link, "{}"), r[4]._replace(sequence=6)], Kind.FORKED, 5),
    ("twice the same number", lambda r: [*r[:3], r[2]._replace(content="{}"), *r[3:]], Kind.FORKED, 3),
    ("put between, the rest moved up", moved_up, Kind.FORKED, 3),
    ("put between with a link of nothing", lambda r: [*r[:2], written(3, "0" * 64), *(x._replace(sequence=x.sequence + 1) for x in r[2:])], Kind.INSERTED, 3),
    ("cut", lambda r: r[:3], Kind.TRUNCATED, 4),
    ("all cut", lambda r: [], Kind.TRUNCATED, 1),
    ("one more at the end", lambda r: [*r, written(6, r[4].link)], Kind.INSERTED, 6),
]  # fmt: skip


def test_a_clean_history_is_clean() -> None:
    rows = chain(5)
    assert check(begun(rows), rows) == Checked(5, 0, None)
    assert check(begun(rows), rows, anchored(rows)) == Checked(5, 0, None)
    assert check(begun(rows), rows, anchored(rows[:3])) == Checked(5, 0, None)


@pytest.mark.parametrize(
    ("name", "change", "kind", "sequence"), PLAIN, ids=[each[0] for each in PLAIN]
)
def test_a_change_is_found_without_any_checkpoint(
    name: str, change: Change, kind: Kind, sequence: int
) -> None:
    rows = chain(5)
    assert first(check(begun(rows), change(rows))) == (kind, sequence)


SKILLED: list[tuple[str, Change, Kind, int]] = [
    ("altered", lambda r: [*r[:2], r[2]._replace(content="{}"), *r[3:]], Kind.ALTERED, 3),
    ("removed", lambda r: [*r[:2], *r[3:]], Kind.MISSING, 3),
    ("cut", lambda r: r[:3], Kind.TRUNCATED, 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change", "kind", "sequence"), SKILLED, ids=[each[0] for each in SKILLED]
)
def test_whoever_makes_all_seals_anew_is_found_by_the_checkpoint(
    name: str, change: Change, kind: Kind, sequence: int
) -> None:
    """The seals agree with each other again; the marks that were signed do not agree with them."""
    rows = chain(5)
    kept = change(rows)
    forged = [*kept[:2], *_anew(kept[2:], kept[1].link)]
    assert check(begun(forged), forged).finding is None
    assert first(check(begun(forged), forged, anchored(rows))) == (kind, sequence)


def _anew(rows: list[Row], previous: str) -> list[Row]:
    """Linked anew after `previous`; what a record says, and its salt, stay where they can."""
    from concord.seals.chain import commit, link_to

    made: list[Row] = []
    for row in rows:
        n = 3 + len(made)
        commitment = commit(
            row.salt, row.at, row.written, row.act, row.key, row.written_by, row.content
        )
        link = link_to(previous, HISTORY, n, commitment)
        made.append(row._replace(sequence=n, commitment=commitment, previous=previous, link=link))
        previous = link
    return made


def test_a_history_put_in_another_s_place_is_found() -> None:
    """The links name their history: what happened in one case cannot pass for another's."""
    rows = chain(3)
    other = Opening("case/AAAA-AAAA", GENESIS, GENESIS, 3, rows[-1].link)
    assert first(check(other, rows)) == (Kind.ALTERED, 1)


def test_disposal_never_breaks_the_chain() -> None:
    """Content and salt are gone, for good; every link still proves where each record stood."""
    rows = chain(5)
    gone = [row._replace(content=None, salt=None) for row in rows]
    assert check(begun(rows, is_disposed=True), gone, anchored(rows)) == Checked(5, 5, None)
    assert first(check(begun(rows, is_disposed=True), [*gone[:2], *gone[3:]])) == (Kind.MISSING, 3)


def test_only_what_was_disposed_of_may_be_without_its_key() -> None:
    rows = chain(5)
    closed = [row._replace(content=None, salt=None) for row in rows]
    assert first(check(begun(rows), closed, anchored(rows))) == (Kind.NO_KEY, 1)
    moved = [closed[0], closed[2], closed[1], *closed[3:]]
    assert first(check(begun(rows), moved, anchored(rows))) == (Kind.REORDERED, 2)


def test_nothing_may_be_empty() -> None:
    rows = chain(5)
    emptied = [*rows[:2], rows[2]._replace(content="", salt=""), *rows[3:]]
    assert first(check(begun(rows), emptied)) == (Kind.ALTERED, 3)
    assert first(check(begun(rows, is_disposed=True), emptied)) == (Kind.ALTERED, 3)


def test_without_the_salt_a_commitment_tells_nothing() -> None:
    """The same words give another commitment each time: no list of likely words finds them."""
    assert written(1, GENESIS).commitment != written(1, GENESIS).commitment


def test_a_time_is_hashed_as_it_is_stored() -> None:
    exact = AT.replace(microsecond=120_000)
    assert stored_time(exact) == "2026-11-23 09:30:00.120000"
    assert stored_time(AT) == "2026-11-23 09:30:00.000000"
