"""How long a case is kept: the classes that apply, the longest of them, and what nobody knows.

A schedule is data (`concord/policies/retention.yaml`); what is known of a case is plain values.
The longest class wins. What is not known, and could make it longer, goes to a person. A legal hold
beats all. Nothing here reads a clock, or disposes of anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Trigger(StrEnum):
    """From when the years of a class are counted."""

    BIRTH = "birth"
    CLOSURE = "closure"
    LOCAL = "local"  # from closing, for as many years as the partnership's own schedule says


class Applies(StrEnum):
    """To which cases a class applies."""

    LOOKED_AFTER = "looked_after"
    SCHOOL_FILE = "school_file"
    EVERY_CASE = "every_case"


class Missing(StrEnum):
    """A fact that nobody has said, in words after "It is not known"."""

    BORN = "when every child of the case was born"
    LOOKED_AFTER = "whether a child of the case was ever looked after"
    SCHOOL_FILE = "whether the case is part of a school's file on a child"


class Standing(StrEnum):
    """What follows for a case on a day."""

    HELD = "held"
    OPEN = "open"
    PERSON = "person"
    KEPT = "kept"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """A class of the schedule. `years` is None where each partnership says its own."""

    id: str
    title: str
    trigger: Trigger
    applies: Applies
    source: str
    """By which authority, in words."""
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a case. None: nobody has said."""

    closed: date | None = None
    """When it ended with nothing left open; None while it is open."""
    born: tuple[date | None, ...] = ()
    """Of each child of the case."""
    looked_after: bool | None = None
    school_file: bool | None = None
    local_years: int | None = None
    """What the partnership's own schedule says; None where it has none."""
    keep_until: date | None = None
    """A day before which a person has said that it is not to be disposed of."""
    holds: int = 0
    """How many legal holds stand."""


@dataclass(frozen=True, slots=True)
class Row:
    """A class, for one case: whether it applies (None: not known), and until when it keeps it."""

    title: str
    source: str
    applies: bool | None
    until: date | None
    """The day on which the case falls due by this class; None where it cannot be counted."""
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows for a case: how it stands, the rows, which wins, and what a person must say."""

    standing: Standing
    rows: tuple[Row, ...]
    longest: Row | None
    missing: tuple[Missing, ...]

    @property
    def until(self) -> date | None:
        """The day on which it falls due, by what is known; never too late, perhaps too early."""
        return self.longest.until if self.longest else None


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 1 March for 29 February, so never a day too early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def judge(schedule: Iterable[RetentionClass], known: Known, today: date) -> Verdict:
    """What follows for a case today, by a schedule and by what is known of it."""
    rows = [_row(each, known) for each in schedule]
    if known.keep_until is not None:
        rows.append(
            Row("A day that a person has said", "The partnership", True, known.keep_until)
        )  # fmt: skip
    dated = [row for row in rows if row.applies and row.until is not None]
    longest = max(dated, key=lambda row: row.until or date.min, default=None)
    missing = tuple(
        dict.fromkeys(each for row in rows for each in row.missing if _matters(row, longest))
    )
    return Verdict(_standing(known, longest, missing, today), tuple(rows), longest, missing)


def _standing(
    known: Known, longest: Row | None, missing: tuple[Missing, ...], today: date
) -> Standing:
    if known.holds:
        return Standing.HELD
    if known.closed is None:
        return Standing.OPEN
    if missing or longest is None or longest.until is None:
        return Standing.PERSON
    return Standing.DUE if longest.until <= today else Standing.KEPT


def _matters(row: Row, longest: Row | None) -> bool:
    """Whether what is not known of a class could keep the case longer than what is known does."""
    return (
        row.until is None or longest is None or longest.until is None or row.until > longest.until
    )


def _row(each: RetentionClass, known: Known) -> Row:
    applies, missing = _applies(each, known)
    if applies is False:
        return Row(each.title, each.source, False, None)
    until = _until(each, known)
    if until is None and each.trigger is Trigger.BIRTH:
        missing += (Missing.BORN,)
    return Row(each.title, each.source, applies, until, missing)


def _applies(each: RetentionClass, known: Known) -> tuple[bool | None, tuple[Missing, ...]]:
    if each.trigger is Trigger.LOCAL and known.local_years is None:
        return False, ()
    match each.applies:
        case Applies.LOOKED_AFTER:
            said, missing = known.looked_after, Missing.LOOKED_AFTER
        case Applies.SCHOOL_FILE:
            said, missing = known.school_file, Missing.SCHOOL_FILE
        case Applies.EVERY_CASE:
            return True, ()
    return said, (() if said is not None else (missing,))


def _until(each: RetentionClass, known: Known) -> date | None:
    """The last of the days from which it counts, and the years; None where one is not known."""
    days = known.born if each.trigger is Trigger.BIRTH else (known.closed,)
    years = known.local_years if each.trigger is Trigger.LOCAL else each.years
    counted = [day for day in days if day is not None]
    if not counted or len(counted) < len(days) or years is None:
        return None
    return years_after(max(counted), years)
