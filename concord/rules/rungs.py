"""The rungs of reminders: at which moments before and at a limit its owner is reminded. Pure.

Each moment follows from the limit alone, and never from when it was last looked at: a service
that was down finds the same rungs when it comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from concord.rules.clock import LONDON, Calendar, Due, Unit, latest_instant

BEGUN = "begun"
"""The rung that every duty has, dated or not: its owner is told when it starts."""


class Mark(StrEnum):
    """What a rung's moment is measured from."""

    HALF = "half"  # half the time between the start and the limit
    BEFORE = "before"  # so many working days or hours before the limit
    LATE = "late"  # the first moment after the limit


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a rung stands. `amount` of `unit` (working days or hours) before the limit."""

    mark: Mark
    amount: int = 0
    unit: Unit = Unit.WORKING_DAYS


@dataclass(frozen=True, slots=True)
class RungRule:
    """One rung of reminders: its moment for a limit that is a day, and for one that is a time."""

    id: str
    on_a_day: Moment
    at_a_time: Moment


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a partnership is reminded: the rungs, in order, and its hours for what can wait."""

    rungs: tuple[RungRule, ...]
    opens: time = time(8)
    closes: time = time(18)


@dataclass(frozen=True, slots=True)
class Rung:
    """One reminder of one duty, and when it falls due (aware, UTC)."""

    id: str
    at: datetime


def rungs(
    scheme: Scheme, since: datetime, due: Due | None, calendar: Calendar, urgent: bool = False
) -> tuple[Rung, ...]:
    """The rungs of a duty that started at `since` (aware) and is due at `due`, in time order.

    The first is its beginning. A rung that would fall on or before the beginning, or not before
    the next rung, is left out: the more pressing one stands. What is urgent is reminded on the
    day itself, working day or not.
    """
    begun = Rung(BEGUN, since.astimezone(UTC))
    if due is None:
        return (begun,)
    found: list[Rung] = []
    for rule in reversed(scheme.rungs):
        at = _instant(rule, scheme, since, due, calendar, urgent)
        if at is not None and at > begun.at and (not found or at < found[-1].at):
            found.append(Rung(rule.id, at))
    return (begun, *reversed(found))


def routine_moment(scheme: Scheme, at: datetime, calendar: Calendar) -> datetime:
    """The first moment from `at` (aware) in working hours: when what can wait is sent."""
    local = at.astimezone(LONDON)
    day = local.date()
    if calendar.is_working_day(day) and local.time() < scheme.closes:
        return at if local.time() >= scheme.opens else _opening(scheme, day)
    return next_opening(scheme, at, calendar)


def next_opening(scheme: Scheme, at: datetime, calendar: Calendar) -> datetime:
    """When working hours begin on the working day after `at` (aware)."""
    day = at.astimezone(LONDON).date()
    return _opening(scheme, calendar.add_working_days(day, 1))


def _instant(
    rule: RungRule, scheme: Scheme, since: datetime, due: Due, calendar: Calendar, urgent: bool
) -> datetime | None:
    moment = rule.at_a_time if isinstance(due, datetime) else rule.on_a_day
    match moment.mark:
        case Mark.LATE:
            return latest_instant(due).astimezone(UTC) + timedelta(microseconds=1)
        case Mark.HALF if isinstance(due, datetime):
            start = since.astimezone(UTC)
            return start + (due.astimezone(UTC) - start) / 2
        case Mark.HALF:
            return _half(scheme, since, due, calendar)
        case Mark.BEFORE:
            return _before(moment, scheme, due, calendar, urgent)


def _half(scheme: Scheme, since: datetime, due: date, calendar: Calendar) -> datetime | None:
    """The morning of the working day in the middle of a count of at least two."""
    start = since.astimezone(LONDON).date()
    count = calendar.working_days_between(start, due)
    if count < 2:
        return None
    return _opening(scheme, calendar.add_working_days(start, (count + 1) // 2))


def _before(moment: Moment, scheme: Scheme, due: Due, calendar: Calendar, urgent: bool) -> datetime:
    if isinstance(due, datetime):
        if moment.unit is Unit.WORKING_DAYS:
            local = due.astimezone(LONDON)
            day = _back(calendar, local.date(), moment.amount)
            return datetime.combine(day, local.time(), LONDON).astimezone(UTC)
        return due.astimezone(UTC) - timedelta(hours=moment.amount)
    day = due
    if not urgent and not calendar.is_working_day(day):
        day = _back(calendar, day, 1)
    return _opening(scheme, _back(calendar, day, moment.amount))


def _back(calendar: Calendar, day: date, count: int) -> date:
    while count > 0:
        day -= timedelta(days=1)
        count -= calendar.is_working_day(day)
    return day


def _opening(scheme: Scheme, day: date) -> datetime:
    return datetime.combine(day, scheme.opens, LONDON).astimezone(UTC)


def names(scheme: Scheme) -> Sequence[str]:
    """The ids of a scheme's rungs, the beginning first."""
    return (BEGUN, *(rule.id for rule in scheme.rungs))
