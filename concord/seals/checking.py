"""Checks one history: that every record says what it said, and stands where it stood.

Where the seals are whole, one pass says so. Where they are not, the rows are laid beside the
marks of the last checkpoint, and failing these beside each other, to say what was done and where.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from concord.seals.chain import Row, is_closed, linked, says

MARK = 16
"""How many letters of each commitment a checkpoint lists: enough to tell records apart."""


class Kind(StrEnum):
    """What was found."""

    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    FORKED = "forked"
    TRUNCATED = "truncated"
    ROLLED_BACK = "rolled back"
    BAD_SIGNATURE = "bad signature"
    NO_KEY = "key missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was: in which history, and the first bad sequence number.

    Number 0 is the opening: the agencies in dispute, the policy, the facts that a case began with.
    """

    kind: Kind
    history: str
    sequence: int
    says: str


@dataclass(frozen=True, slots=True)
class Opening:
    """How a history began, and what is kept beside it about its end.

    `genesis` is the link that the first record follows, as it is stored; `opens` is that link
    worked out anew from what is stored, empty where nothing could be.
    """

    history: str
    genesis: str
    opens: str
    count: int
    head: str
    is_disposed: bool = False
    """Whether it was disposed of: the key to what its records say is then gone, for good."""


@dataclass(slots=True)
class Anchor:
    """What the checkpoints say of a history: the mark of each record, and the link at some."""

    marks: list[str] = field(default_factory=list)
    heads: dict[int, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many records are anchored."""
        return len(self.marks)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at one history came to; `finding` is the first thing that is wrong."""

    count: int
    disposed: int
    finding: Finding | None


NOTHING = Anchor()


def check(begun: Opening, rows: Iterable[Row], anchor: Anchor = NOTHING) -> Checked:
    """Check the rows of one history, in the order of their numbers."""
    expected, seen, closed, whole = begun.genesis, [], 0, begun.opens == begun.genesis
    for n, row in enumerate(rows, start=1):
        seen.append(row)
        gone = is_closed(row)
        closed += gone
        whole = whole and (
            row.sequence == n
            and row.previous == expected
            and (gone or says(row) == row.commitment)
            and linked(row, begun.history)
            and (n > anchor.count or str(row.commitment)[:MARK] == anchor.marks[n - 1])
            and anchor.heads.get(n, row.link) == row.link
        )
        expected = row.link
    whole = whole and begun.count == len(seen) >= anchor.count and begun.head == expected
    if whole and closed and not begun.is_disposed:
        return Checked(len(seen), 0, _without_key(begun, closed))
    return Checked(len(seen), closed, None if whole else _found(begun, seen, anchor))


def _without_key(begun: Opening, closed: int) -> Finding:
    return Finding(
        Kind.NO_KEY, begun.history, 1,
        f"{closed} records stand where they stood, and what they say cannot be read",
    )  # fmt: skip


def _found(begun: Opening, rows: Sequence[Row], anchor: Anchor) -> Finding:
    """What is wrong first."""
    found = [
        each
        for each in (
            _opening(begun),
            _against_marks(begun, rows, anchor),
            _against_each_other(begun, rows),
        )
        if each is not None
    ]
    if found:
        # of several things wrong at the same place, what the checkpoints show is surest
        return min(found, key=lambda finding: finding.sequence)
    return (
        _at_the_end(begun, rows)
        or _against_heads(begun.history, rows, anchor)
        or Finding(Kind.ALTERED, begun.history, 0, "it is not as it was sealed")
    )


def _said(row: Row) -> str:
    """The commitment to what a row says; of what cannot be read, the one that was kept."""
    return str(row.commitment) if is_closed(row) else says(row)


def _opening(begun: Opening) -> Finding | None:
    if begun.opens == begun.genesis:
        return None
    return Finding(
        Kind.ALTERED, begun.history, 0,
        "what it began with (agencies, policy, facts) is not what it was",
    )  # fmt: skip


def _against_marks(begun: Opening, rows: Sequence[Row], anchor: Anchor) -> Finding | None:
    """The rows beside the marks of the checkpoints, which say what each record said."""
    history = begun.history
    marks = [_said(row)[:MARK] for row in rows]
    present, known = set(marks), set(anchor.marks)
    for n, mark in enumerate(anchor.marks, start=1):
        if n > len(marks):
            return Finding(
                Kind.TRUNCATED, history, n,
                f"{anchor.count} records were sealed, and {len(marks)} are there",
            )  # fmt: skip
        if marks[n - 1] == mark:
            continue
        is_known = marks[n - 1] in known and marks[n - 1] not in marks[: n - 1]
        match (is_known, mark in present):
            case (True, True):
                return Finding(Kind.REORDERED, history, n, "another record stood here when sealed")
            case (True, False):
                return Finding(Kind.MISSING, history, n, "the record that was sealed here is gone")
            case (False, True):
                return Finding(Kind.INSERTED, history, n, "no such record was there when sealed")
            case _:
                return Finding(Kind.ALTERED, history, n, "it says other than it did when sealed")
    return None


def _against_each_other(begun: Opening, rows: Sequence[Row]) -> Finding | None:
    """The first row that does not follow the one before, or does not say what its seal says."""
    history, expected = begun.history, begun.genesis
    after: dict[object, list[Row]] = {}
    for row in rows:
        after.setdefault(row.previous, []).append(row)
    for n, row in enumerate(rows, start=1):
        sound = linked(row, history) and _said(row) == row.commitment
        others = [each for each in after.get(expected, ()) if each is not row]
        rivals = any(linked(each, history, n) for each in others)
        if row.previous != expected or not sound or row.sequence != n or rivals:
            return _misfit(history, rows, n, expected, sound, others)
        expected = row.link
    return None


def _misfit(
    history: str, rows: Sequence[Row], n: int, expected: str, sound: bool, others: Sequence[Row]
) -> Finding:
    """What the row at place `n`, the first that does not fit, tells of what was done.

    `expected` is the link that it should follow, and `others` are the rows that follow that one.
    """
    row = rows[n - 1]
    where = [k for k in range(1, len(rows) + 3) if k != row.sequence and linked(row, history, k)]
    links = {each.link for each in rows[: n - 1]}
    if type(row.sequence) is not int:
        return Finding(Kind.ALTERED, history, n, "its number is none")
    if 0 < row.sequence < n:
        alike = sum(each.previous == row.previous for each in rows)
        kind = Kind.FORKED if alike > 1 else Kind.INSERTED
        return Finding(kind, history, row.sequence, "two records have this number")
    if others and row.previous == expected:
        return Finding(Kind.FORKED, history, n, "two records follow the same one")
    if row.sequence > n and not others:
        if row.previous == expected and not sound:
            return Finding(Kind.ALTERED, history, n, "its number is not the one that was sealed")
        return Finding(Kind.MISSING, history, n, "there is no record with this number")
    if row.previous in links and row.previous != expected and not where:
        return Finding(Kind.FORKED, history, n, "it follows a record that another follows already")
    if others:
        if where or row.sequence > n:
            return Finding(Kind.REORDERED, history, n, "another record belongs here")
        return Finding(Kind.INSERTED, history, n, "another record follows the one before")
    if row.previous != expected and where:
        return Finding(Kind.MISSING, history, n, "the record between it and the one before is gone")
    if row.previous != expected and sound and n > 1:
        return Finding(
            Kind.ALTERED, history, n - 1, "the next record followed something else than it"
        )
    return Finding(Kind.ALTERED, history, n, "it does not say what was sealed")


def _at_the_end(begun: Opening, rows: Sequence[Row]) -> Finding | None:
    """The last row beside what the history itself is said to end with."""
    links = [begun.genesis, *(row.link for row in rows)]
    if begun.count == len(rows) and begun.head == links[-1]:
        return None
    if begun.head == links[-1]:
        return Finding(Kind.ALTERED, begun.history, 0, "the number of its records is kept wrong")
    if begun.head in links:
        return Finding(
            Kind.INSERTED, begun.history, links.index(begun.head) + 1, "its history ended before it"
        )  # fmt: skip
    # whoever changed the database may have put anything there
    if isinstance(begun.count, int) and begun.count > len(rows):
        return Finding(
            Kind.TRUNCATED, begun.history, len(rows) + 1,
            f"it is said to have {begun.count} records, and {len(rows)} are there",
        )  # fmt: skip
    return Finding(Kind.ALTERED, begun.history, len(rows), "it does not end as it is said to")


def _against_heads(history: str, rows: Sequence[Row], anchor: Anchor) -> Finding | None:
    """The links at the checkpoints, where each record that was sealed says what it said."""
    for n, head in sorted(anchor.heads.items()):
        if rows[n - 1].link != head:
            return Finding(Kind.ALTERED, history, n, "its link is not the one that was sealed")
    return None
