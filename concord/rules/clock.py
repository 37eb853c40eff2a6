"""Working time: the one clock. Every date in Concord is counted here, and nowhere else.

Readings: the first working day after the start counts 1; hours are elapsed hours, round the
clock, across clock changes too; a date is due by the end of that day, an instant at its minute.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
WEEKEND = (5, 6)

Due = date | datetime
"""A date: due by the end of that day, local time. An aware datetime: due at that instant."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One day of a count: whether it counted, and if not, why.

    Of a limit in hours, `time` is how much of it ran on that day.
    """

    day: date
    counts: bool
    why: str
    time: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of a nation, as a look-up table over a range of years.

    `holidays` names each bank holiday. Past `published_through` the holidays are computed by
    rule, and dates that rest on them are provisional. The version changes with the content.
    """

    name: str
    version: str
    holidays: Mapping[date, str]
    first: date
    last: date
    published_through: date
    _index: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _days: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _offset: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.holidays:
            raise ValueError(f"The calendar {self.name} has no bank holidays: that is an error.")
        days: list[date] = []
        index: list[int] = []
        day = self.first
        while day <= self.last:
            if day.weekday() not in WEEKEND and day not in self.holidays:
                days.append(day)
            index.append(len(days) - 1)
            day += timedelta(days=1)
        object.__setattr__(self, "_days", tuple(days))
        object.__setattr__(self, "_index", tuple(index))
        object.__setattr__(self, "_offset", self.first.toordinal())

    def is_working_day(self, day: date) -> bool:
        """Whether this is Monday to Friday and no bank holiday."""
        return day.weekday() not in WEEKEND and day not in self.holidays

    def add_working_days(self, day: date, count: int) -> date:
        """The day on which `count` working days after `day` have passed.

        The first working day after `day` counts 1. Raises ValueError for a count below 1 or a
        day outside the calendar.
        """
        offset = day.toordinal() - self._offset
        try:
            if count > 0 <= offset:
                return self._days[self._index[offset] + count]
        except IndexError:
            pass
        raise ValueError(
            f"Cannot count {count} working days from {day}: the count starts at 1, and the "
            f"calendar {self.name} runs from {self.first} to {self.last}."
        )

    def working_days_between(self, after: date, upto: date) -> int:
        """How many working days lie after `after`, up to and including `upto`."""
        return bisect_right(self._days, upto) - bisect_right(self._days, after)

    def working_day_before(self, day: date) -> date:
        """The last working day before a day."""
        found = day - timedelta(days=1)
        while not self.is_working_day(found):
            found -= timedelta(days=1)
        return found

    def is_provisional(self, day: date) -> bool:
        """Whether a date rests on bank holidays that are not published yet."""
        return day > self.published_through

    def why_not(self, day: date) -> str:
        """Why a day is no working day; empty where it is one."""
        if day in self.holidays:
            return f"bank holiday: {self.holidays[day]}"
        return day.strftime("%A") if day.weekday() in WEEKEND else ""


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    ELAPSED_HOURS = "elapsed_hours"
    WORKING_HOURS = "working_hours"
    MONTHS = "months"
    YEARS = "years"
    SAME_DAY = "same_day"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: so many of a unit."""

    amount: int
    unit: Unit


DAY_STARTS, DAY_ENDS = time(9), time(17)
"""The working day, for limits in working hours."""


def due(limit: Limit, start: datetime, calendar: Calendar) -> Due:
    """When a limit that starts at `start` (aware) ends. Raises ValueError for a naive start."""
    if start.tzinfo is None:
        raise ValueError("A clock starts at an aware moment; this one names no time zone.")
    local = start.astimezone(LONDON)
    today = local.date()
    match limit.unit:
        case Unit.WORKING_DAYS:
            return calendar.add_working_days(today, limit.amount)
        case Unit.CALENDAR_DAYS:
            return today + timedelta(days=limit.amount)
        case Unit.ELAPSED_HOURS:
            return (start.astimezone(UTC) + timedelta(hours=limit.amount)).astimezone(LONDON)
        case Unit.WORKING_HOURS:
            return _working_hours(local, limit.amount, calendar)
        case Unit.MONTHS:
            return _months_on(today, limit.amount)
        case Unit.YEARS:
            return _months_on(today, 12 * limit.amount)
        case Unit.SAME_DAY:
            return today


THE_START = "the day it starts"
"""Why the day on which something starts is not counted."""


def counted(limit: Limit, start: datetime, calendar: Calendar) -> tuple[Counted, ...]:
    """Each day from the start (aware) to the end of a limit: counted, or skipped and why.

    As many days count as the limit has; of a limit in hours their times add up to it. Months and
    years are not counted day by day: there is none of them here. Raises ValueError as `due` does.
    """
    end = due(limit, start, calendar)
    local = start.astimezone(LONDON)
    first = local.date()
    match limit.unit:
        case Unit.MONTHS | Unit.YEARS:
            return ()
        case Unit.SAME_DAY:
            return (Counted(first, True, ""),)
        case Unit.ELAPSED_HOURS | Unit.WORKING_HOURS:
            assert isinstance(end, datetime)
            worked = limit.unit is Unit.WORKING_HOURS
            return tuple(_hours(each, local, end, calendar, worked) for each in _days(first, end))
        case Unit.WORKING_DAYS | Unit.CALENDAR_DAYS:
            worked = limit.unit is Unit.WORKING_DAYS
            following = list(_days(first, end))[1:]
            why = [calendar.why_not(day) if worked else "" for day in following]
            return (
                Counted(first, False, THE_START),
                *(Counted(day, not no, no) for day, no in zip(following, why, strict=True)),
            )


def _days(first: date, end: Due) -> Iterator[date]:
    last = end.date() if isinstance(end, datetime) else end
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _hours(day: date, start: datetime, end: datetime, calendar: Calendar, worked: bool) -> Counted:
    """How much of a limit in hours runs on one day: on a working day, from nine to five."""
    why = calendar.why_not(day) if worked else ""
    if why:
        return Counted(day, False, why)
    opens, closes = (DAY_STARTS, DAY_ENDS) if worked else (time.min, time.min)
    until = day if worked else day + timedelta(days=1)
    begins = max(start.astimezone(UTC), datetime.combine(day, opens, LONDON).astimezone(UTC))
    ends = min(end.astimezone(UTC), datetime.combine(until, closes, LONDON).astimezone(UTC))
    if ends <= begins:
        return Counted(day, False, "outside working hours")
    return Counted(day, True, "", ends - begins)


def _months_on(day: date, months: int) -> date:
    """The same date so many months on, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def _working_hours(start: datetime, hours: int, calendar: Calendar) -> datetime:
    left = timedelta(hours=hours)
    here = start
    if not calendar.is_working_day(here.date()) or here.time() >= DAY_ENDS:
        here = _morning(calendar.add_working_days(here.date(), 1))
    elif here.time() < DAY_STARTS:
        here = _morning(here.date())
    while True:
        evening = datetime.combine(here.date(), DAY_ENDS, LONDON)
        if left <= evening - here:
            return here + left
        left -= evening - here
        here = _morning(calendar.add_working_days(here.date(), 1))


def _morning(day: date) -> datetime:
    return datetime.combine(day, DAY_STARTS, LONDON)


def latest_instant(when: Due) -> datetime:
    """The last moment (aware, London) at which something due is in time."""
    if isinstance(when, datetime):
        return when.replace(second=59, microsecond=999_999)
    return datetime.combine(when, time.max, LONDON)


def is_late(when: Due, at: datetime) -> bool:
    """Whether something due is late at `at` (aware): a date from 00:00 of the next day, an
    instant from the next minute."""
    if isinstance(when, datetime):
        return at.astimezone(UTC) > latest_instant(when).astimezone(UTC)
    return at.astimezone(LONDON).date() > when


def earlier(one: Due, other: Due) -> Due:
    """The one of two limits that ends first."""
    return one if latest_instant(one) <= latest_instant(other) else other
