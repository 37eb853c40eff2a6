"""A history by itself: every way of changing it is found, named, and placed at its first number."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from concord.seals.chain import Row, commit, link_to, opening, seal, stored_time
from concord.seals.checking import MARK, Anchor, Checked, Finding, Kind, Opening, check

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


def told(kind: Kind, sequence: int, says: str) -> Finding:
    return Finding(kind, HISTORY, sequence, says)


Change = Callable[[list[Row]], list[Row]]


def swap(rows: list[Row]) -> list[Row]:
    return [rows[0], rows[2]._replace(sequence=2), rows[1]._replace(sequence=3), *rows[3:]]


def moved_up(rows: list[Row]) -> list[Row]:
    later = (row._replace(sequence=row.sequence + 1) for row in rows[2:])
    return [*rows[:2], written(3, rows[1].link, "{}"), *later]


def numbered(rows: list[Row]) -> list[Row]:
    """Numbered anew from 1, in the order in which they stand."""
    return [row._replace(sequence=n) for n, row in enumerate(rows, start=1)]


def two_more(rows: list[Row]) -> list[Row]:
    next_one = written(6, rows[4].link)
    return [*rows, next_one, written(7, next_one.link)]


NOT_AS_SEALED = "it does not say what was sealed"
GONE = "there is no record with this number"
FOLLOWS_THE_SAME = "two records follow the same one"
BELONGS = "another record belongs here"
FOLLOWS_BEFORE = "another record follows the one before"
NO_NUMBER = "its number is none"
SAME_NUMBER = "two records have this number"
Z = "0" * 64

PLAIN: list[tuple[str, Change, Kind, int, str]] = [
    ("content", lambda r: [*r[:2], r[2]._replace(content="{}"), *r[3:]], Kind.ALTERED, 3, NOT_AS_SEALED),
    ("content and commitment", lambda r: [*r[:2], written(3, r[1].link, "{}"), *r[3:]], Kind.ALTERED, 3, "the next record followed something else than it"),
    ("the same of the first", lambda r: [written(1, GENESIS, "{}"), *r[1:]], Kind.ALTERED, 1, "the next record followed something else than it"),
    ("what the first follows", lambda r: [written(1, Z), *r[1:]], Kind.ALTERED, 1, NOT_AS_SEALED),
    ("a number that is none", lambda r: [*r[:4], r[4]._replace(sequence="5")], Kind.ALTERED, 5, NO_NUMBER),
    ("half a number", lambda r: [*r[:4], r[4]._replace(sequence=4.5)], Kind.ALTERED, 5, NO_NUMBER),
    ("yes for a number", lambda r: [r[0]._replace(sequence=True), *r[1:]], Kind.ALTERED, 1, NO_NUMBER),
    ("a number of nothing", lambda r: [r[0]._replace(sequence=0), *r[1:]], Kind.ALTERED, 1, NOT_AS_SEALED),
    ("a number below nothing", lambda r: [r[3]._replace(sequence=-4), *r[:3], r[4]], Kind.REORDERED, 1, BELONGS),
    ("a number too high", lambda r: [*r[:4], r[4]._replace(sequence=9)], Kind.ALTERED, 5, "its number is not the one that was sealed"),
    ("a blob", lambda r: [*r[:4], r[4]._replace(content=b"{}")], Kind.ALTERED, 5, NOT_AS_SEALED),
    ("nothing in a seal", lambda r: [*r[:4], r[4]._replace(commitment=None)], Kind.ALTERED, 5, NOT_AS_SEALED),
    ("removed", lambda r: [*r[:2], *r[3:]], Kind.MISSING, 3, GONE),
    ("the first removed", lambda r: r[1:], Kind.MISSING, 1, GONE),
    ("removed, and the next changed", lambda r: [*r[:2], r[3]._replace(content="{}"), r[4]], Kind.MISSING, 3, GONE),
    ("a number left out when it was sealed", lambda r: [*r[:2], written(4, r[1].link)], Kind.MISSING, 3, GONE),
    ("removed, the rest numbered anew", lambda r: numbered([*r[:2], *r[3:]]), Kind.MISSING, 3, "the record between it and the one before is gone"),
    ("two removed, the last numbered anew", lambda r: numbered([r[0], r[1], r[4]]), Kind.MISSING, 3, "the record between it and the one before is gone"),
    ("swapped", swap, Kind.REORDERED, 2, BELONGS),
    ("the first two swapped", lambda r: numbered([r[1], r[0], *r[2:]]), Kind.REORDERED, 1, BELONGS),
    ("put at the end", lambda r: [*r[:2], *r[3:], r[2]._replace(sequence=6)], Kind.REORDERED, 3, BELONGS),
    ("a fork", lambda r: [*r[:4], written(5, r[1].link, "{}"), r[4]._replace(sequence=6)], Kind.FORKED, 5, "it follows a record that another follows already"),
    ("twice the same number", lambda r: [*r[:3], r[2]._replace(content="{}"), *r[3:]], Kind.FORKED, 3, FOLLOWS_THE_SAME),
    ("two of three after the same one", lambda r: [*r[:3], written(3, r[1].link, "{}"), written(9, r[1].link, "{}"), *r[3:]], Kind.FORKED, 3, FOLLOWS_THE_SAME),
    ("a number given again, after the next", lambda r: [*r[:3], written(3, r[2].link, "{}"), *r[3:]], Kind.FORKED, 3, SAME_NUMBER),
    ("a number given again, after nothing", lambda r: [*r[:3], written(3, Z), *r[3:]], Kind.INSERTED, 3, SAME_NUMBER),
    ("the first number given again", lambda r: [r[0], written(1, Z), *r[1:]], Kind.INSERTED, 1, SAME_NUMBER),
    ("one sealed as a first, put second", lambda r: [r[0], written(1, Z)._replace(sequence=2), *(x._replace(sequence=x.sequence + 1) for x in r[1:])], Kind.REORDERED, 2, BELONGS),
    ("put between, the rest moved up", moved_up, Kind.FORKED, 3, FOLLOWS_THE_SAME),
    ("put between with a link of nothing", lambda r: [*r[:2], written(3, Z), *(x._replace(sequence=x.sequence + 1) for x in r[2:])], Kind.INSERTED, 3, FOLLOWS_BEFORE),
    ("put before what it follows", lambda r: [r[0], written(2, r[1].link), *(x._replace(sequence=x.sequence + 1) for x in r[1:])], Kind.INSERTED, 2, FOLLOWS_BEFORE),
    ("cut", lambda r: r[:3], Kind.TRUNCATED, 4, "it is said to have 5 records, and 3 are there"),
    ("all cut", lambda r: [], Kind.TRUNCATED, 1, "it is said to have 5 records, and 0 are there"),
    ("one more at the end", lambda r: [*r, written(6, r[4].link)], Kind.INSERTED, 6, "its history ended before it"),
    ("two more at the end", two_more, Kind.INSERTED, 6, "its history ended before it"),
    ("the link of the last", lambda r: [*r[:4], r[4]._replace(link=Z)], Kind.ALTERED, 5, NOT_AS_SEALED),
    ("the last sealed anew", lambda r: [*r[:4], written(5, r[3].link)], Kind.ALTERED, 5, "it does not end as it is said to"),
]  # fmt: skip


def test_a_clean_history_is_clean() -> None:
    rows = chain(5)
    assert check(begun(rows), rows) == Checked(5, 0, None)
    assert check(begun(rows), rows, anchored(rows)) == Checked(5, 0, None)
    assert check(begun(rows), rows, anchored(rows[:3])) == Checked(5, 0, None)


@pytest.mark.parametrize(
    ("name", "change", "kind", "sequence", "says"), PLAIN, ids=[each[0] for each in PLAIN]
)
def test_a_change_is_found_without_any_checkpoint(
    name: str, change: Change, kind: Kind, sequence: int, says: str
) -> None:
    rows = chain(5)
    changed = change(rows)
    assert check(begun(rows), changed) == Checked(len(changed), 0, told(kind, sequence, says))


SKILLED: list[tuple[str, Change, Kind, int, str]] = [
    ("altered", lambda r: [*r[:2], r[2]._replace(content="{}"), *r[3:]], Kind.ALTERED, 3, "it says other than it did when sealed"),
    ("the last altered", lambda r: [*r[:4], r[4]._replace(content="{}")], Kind.ALTERED, 5, "it says other than it did when sealed"),
    ("one in another's place", lambda r: [*r[:3], r[2], *r[4:]], Kind.ALTERED, 4, "it says other than it did when sealed"),
    ("removed", lambda r: [*r[:2], *r[3:]], Kind.MISSING, 3, "the record that was sealed here is gone"),
    ("put between", lambda r: [*r[:2], r[2]._replace(content="{}"), *r[2:]], Kind.INSERTED, 3, "no such record was there when sealed"),
    ("put elsewhere", lambda r: [*r[:2], r[3], r[2], r[4]], Kind.REORDERED, 3, "another record stood here when sealed"),
    ("cut", lambda r: r[:3], Kind.TRUNCATED, 4, "5 records were sealed, and 3 are there"),
    ("the last cut", lambda r: r[:4], Kind.TRUNCATED, 5, "5 records were sealed, and 4 are there"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change", "kind", "sequence", "says"), SKILLED, ids=[each[0] for each in SKILLED]
)
def test_whoever_makes_all_seals_anew_is_found_by_the_checkpoint(
    name: str, change: Change, kind: Kind, sequence: int, says: str
) -> None:
    """The seals agree with each other again; the marks that were signed do not agree with them."""
    rows = chain(5)
    kept = change(rows)
    forged = [*kept[:2], *_anew(kept[2:], kept[1].link)]
    assert check(begun(forged), forged).finding is None
    found = told(kind, sequence, says)
    assert check(begun(forged), forged, anchored(rows)) == Checked(len(forged), 0, found)
    # what the checkpoints list is enough, without the links that stand in them
    assert check(begun(forged), forged, Anchor(anchored(rows).marks)).finding == found


def test_a_whole_history_linked_anew_after_another_opening_is_found_by_the_checkpoint() -> None:
    # given a history that two checkpoints anchored; when what it began with is exchanged, and
    # each link made anew, while each record says what it said
    rows = chain(5)
    anchor = Anchor([row.commitment[:MARK] for row in rows], {3: rows[2].link, 5: rows[4].link})
    other = opening(HISTORY, "5a17", ["bromley"])
    forged = _anew(rows, other, 1)
    begins = Opening(HISTORY, other, other, 5, forged[-1].link)
    # then it agrees with itself, and not with the first link that was signed
    assert check(begins, forged).finding is None
    assert check(begins, forged, anchor).finding == told(
        Kind.ALTERED, 3, "its link is not the one that was sealed"
    )
    last = Anchor(anchor.marks, {3: forged[2].link, 5: rows[4].link})
    assert check(begins, forged, last).finding == told(
        Kind.ALTERED, 5, "its link is not the one that was sealed"
    )


BEGAN = "what it began with (agencies, policy, facts) is not what it was"


def test_another_opening_is_found_before_all_else() -> None:
    rows = chain(5)
    changed = replace(begun(rows), opens=Z)
    assert check(changed, rows) == Checked(5, 0, told(Kind.ALTERED, 0, BEGAN))
    forged = [*rows[:2], rows[2]._replace(content="{}"), *rows[3:]]
    assert check(changed, forged, anchored(rows)).finding == told(Kind.ALTERED, 0, BEGAN)
    assert check(replace(begun(rows), genesis=Z), rows).finding == told(Kind.ALTERED, 0, BEGAN)


COUNTED = "the number of its records is kept wrong"
ENDS = "it does not end as it is said to"
ENDED = "its history ended before it"
ENDINGS: list[tuple[str, object, Callable[[list[Row]], object], Finding]] = [
    ("too few", 4, lambda r: r[4].link, told(Kind.ALTERED, 0, COUNTED)),
    ("too many", 6, lambda r: r[4].link, told(Kind.ALTERED, 0, COUNTED)),
    ("no number", "x", lambda r: r[4].link, told(Kind.ALTERED, 0, COUNTED)),
    ("another end", 5, lambda r: Z, told(Kind.ALTERED, 5, ENDS)),
    ("another end, and too few", 4, lambda r: Z, told(Kind.ALTERED, 5, ENDS)),
    ("another end, and no number", "x", lambda r: Z, told(Kind.ALTERED, 5, ENDS)),
    ("no end", 5, lambda r: None, told(Kind.ALTERED, 5, ENDS)),
    ("an end before", 4, lambda r: r[3].link, told(Kind.INSERTED, 5, ENDED)),
    ("an end before, and all of them", 5, lambda r: r[3].link, told(Kind.INSERTED, 5, ENDED)),
    ("an end at the first", 1, lambda r: r[0].link, told(Kind.INSERTED, 2, ENDED)),
    ("no record at all", 0, lambda r: GENESIS, told(Kind.INSERTED, 1, ENDED)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "count", "head", "found"), ENDINGS, ids=[each[0] for each in ENDINGS]
)
def test_what_a_history_is_said_to_end_with_is_held_against_its_records(
    name: str, count: int, head: Callable[[list[Row]], str], found: Finding
) -> None:
    rows = chain(5)
    said = Opening(HISTORY, GENESIS, GENESIS, count, head(rows))
    assert check(said, rows) == Checked(5, 0, found)


def _anew(rows: list[Row], previous: str, first: int = 3) -> list[Row]:
    """Numbered from `first`, linked anew after `previous`; what a record says, and its salt, stay."""
    made: list[Row] = []
    for row in rows:
        n = first + len(made)
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
    assert check(other, rows).finding == Finding(Kind.ALTERED, "case/AAAA-AAAA", 1, NOT_AS_SEALED)


def test_disposal_never_breaks_the_chain() -> None:
    """Content and salt are gone, for good; every link still proves where each record stood."""
    rows = chain(5)
    gone = [row._replace(content=None, salt=None) for row in rows]
    assert check(begun(rows, is_disposed=True), gone, anchored(rows)) == Checked(5, 5, None)
    assert check(begun(rows, is_disposed=True), [*gone[:2], *gone[3:]]) == Checked(
        4, 4, told(Kind.MISSING, 3, GONE)
    )
    cut = check(begun(rows, is_disposed=True), gone[:3], anchored(rows))
    assert cut.finding == told(Kind.TRUNCATED, 4, "5 records were sealed, and 3 are there")


def test_only_what_was_disposed_of_may_be_without_its_key() -> None:
    rows = chain(5)
    closed = [row._replace(content=None, salt=None) for row in rows]
    assert check(begun(rows), closed, anchored(rows)) == Checked(5, 0, told(
        Kind.NO_KEY, 1, "5 records stand where they stood, and what they say cannot be read"
    ))  # fmt: skip
    moved = [closed[0], closed[2], closed[1], *closed[3:]]
    assert check(begun(rows), moved, anchored(rows)).finding == told(
        Kind.REORDERED, 2, "another record stood here when sealed"
    )


def test_nothing_may_be_empty() -> None:
    rows = chain(5)
    emptied = [*rows[:2], rows[2]._replace(content="", salt=""), *rows[3:]]
    for is_disposed in (False, True):
        assert check(begun(rows, is_disposed), emptied) == Checked(
            5, 0, told(Kind.ALTERED, 3, NOT_AS_SEALED)
        )
