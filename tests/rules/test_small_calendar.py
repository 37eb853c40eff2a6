"""Working days on a calendar of three weeks, small enough to be counted by hand.

2026      Mo Tu We Th Fr Sa Su
August    17 18 19 20 21 22 23
          24 25 26 27 28 29 30
          31  1  2  3  4         Monday 31 August is a bank holiday
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from concord.rules.clock import (
    LONDON,
    Calendar,
    Counted,
    Due,
    Limit,
    Unit,
    counted,
    due,
    earlier,
    is_late,
)

FIRST, LAST = date(2026, 8, 17), date(2026, 9, 4)
HOLIDAY = date(2026, 8, 31)


def august(day: int) -> date:
    return date(2026, 8, day)


def calendar() -> Calendar:
    holidays = {HOLIDAY: "Summer bank holiday"}
    return Calendar("small", "1", holidays, FIRST, LAST, published_through=august(28))


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (FIRST, 1, august(18)),  # from the calendar's own first day
        (august(18), 1, august(19)),
        (august(20), 2, august(24)),  # over a weekend
        (august(21), 1, august(24)),
        (august(22), 1, august(24)),  # from a Saturday
        (august(28), 1, date(2026, 9, 1)),  # over a weekend and the bank holiday
        (HOLIDAY, 1, date(2026, 9, 1)),
        (august(18), 12, LAST),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: date, count: int, then: date) -> None:
    assert calendar().add_working_days(day, count) == then


@pytest.mark.parametrize(
    ("day", "count"), [(august(18), 0), (august(16), 1), (LAST, 1), (date(2026, 9, 5), 1)]
)
def test_what_the_calendar_does_not_hold_is_not_counted(day: date, count: int) -> None:
    with pytest.raises(ValueError) as refused:
        calendar().add_working_days(day, count)
    assert str(refused.value) == (
        f"Cannot count {count} working days from {day}: the count starts at 1, and the "
        "calendar small runs from 2026-08-17 to 2026-09-04."
    )


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (august(21), august(20)),
        (august(24), august(21)),  # over a weekend
        (august(22), august(21)),  # from a Saturday
        (date(2026, 9, 1), august(28)),  # over the bank holiday and a weekend
    ],
)
def test_the_working_day_before_a_day_leaves_out_what_is_not_worked(
    day: date, before: date
) -> None:
    assert calendar().working_day_before(day) == before


def test_days_between_leave_the_first_out_and_the_last_in() -> None:
    small = calendar()
    assert small.working_days_between(FIRST, LAST) == 13
    assert small.working_days_between(august(21), august(24)) == 1
    assert small.working_days_between(august(28), HOLIDAY) == 0
    assert small.working_days_between(august(18), august(18)) == 0


def test_a_day_says_whether_it_counts_and_why_not() -> None:
    small = calendar()
    assert (small.is_working_day(august(21)), small.why_not(august(21))) == (True, "")
    assert (small.is_working_day(august(22)), small.why_not(august(22))) == (False, "Saturday")
    assert (small.is_working_day(august(23)), small.why_not(august(23))) == (False, "Sunday")
    assert not small.is_working_day(HOLIDAY)
    assert small.why_not(HOLIDAY) == "bank holiday: Summer bank holiday"
    assert not small.is_provisional(august(28))
    assert small.is_provisional(august(29))


NINE = datetime(2026, 8, 21, 9, tzinfo=LONDON)
"""A Friday."""


@pytest.mark.parametrize(
    ("limit", "start", "ends"),
    [
        (Limit(2, Unit.WORKING_DAYS), NINE, august(25)),
        (Limit(2, Unit.CALENDAR_DAYS), NINE, august(23)),
        (Limit(1, Unit.MONTHS), NINE, date(2026, 9, 21)),
        (Limit(4, Unit.MONTHS), NINE, date(2026, 12, 21)),
        (Limit(6, Unit.MONTHS), datetime(2026, 8, 31, 9, tzinfo=LONDON), date(2027, 2, 28)),
        (Limit(2, Unit.YEARS), NINE, date(2028, 8, 21)),
        (Limit(1, Unit.SAME_DAY), NINE, august(21)),
        (Limit(20, Unit.ELAPSED_HOURS), NINE, datetime(2026, 8, 22, 5, tzinfo=LONDON)),
        (Limit(8, Unit.WORKING_HOURS), NINE, datetime(2026, 8, 21, 17, tzinfo=LONDON)),
        (Limit(9, Unit.WORKING_HOURS), NINE, datetime(2026, 8, 24, 10, tzinfo=LONDON)),
        # half past eleven at night at Greenwich is the next day in London, in summer
        (Limit(1, Unit.CALENDAR_DAYS), datetime(2026, 8, 20, 23, 30, tzinfo=UTC), august(22)),
    ],
)
def test_a_limit_ends_where_its_unit_says(limit: Limit, start: datetime, ends: Due) -> None:
    assert due(limit, start, calendar()) == ends


def test_each_day_of_a_limit_in_working_days_says_why_it_does_not_count() -> None:
    assert counted(Limit(1, Unit.WORKING_DAYS), NINE, calendar()) == (
        Counted(august(21), False, "the day it starts"),
        Counted(august(22), False, "Saturday"),
        Counted(august(23), False, "Sunday"),
        Counted(august(24), True, ""),
    )
    assert counted(Limit(1, Unit.SAME_DAY), NINE, calendar()) == (Counted(august(21), True, ""),)


def test_each_day_of_a_limit_in_working_hours_says_how_much_of_it_ran() -> None:
    evening = datetime.combine(august(21), time(18), LONDON)
    assert counted(Limit(9, Unit.WORKING_HOURS), evening, calendar()) == (
        Counted(august(21), False, "outside working hours"),
        Counted(august(22), False, "Saturday"),
        Counted(august(23), False, "Sunday"),
        Counted(august(24), True, "", timedelta(hours=8)),
        Counted(august(25), True, "", timedelta(hours=1)),
    )


def test_working_hours_that_start_as_the_day_ends_run_from_the_next_morning() -> None:
    five = datetime.combine(august(20), time(17), LONDON)
    assert counted(Limit(1, Unit.WORKING_HOURS), five, calendar()) == (
        Counted(august(20), False, "outside working hours"),
        Counted(august(21), True, "", timedelta(hours=1)),
    )


def test_a_naive_moment_is_refused_in_words() -> None:
    with pytest.raises(ValueError) as refused:
        due(Limit(1, Unit.SAME_DAY), datetime(2026, 8, 21), calendar())
    assert str(refused.value) == ("A clock starts at an aware moment; this one names no time zone.")


def test_an_instant_is_in_time_to_the_last_of_its_minute() -> None:
    last = NINE.replace(second=59, microsecond=999_999)
    assert not is_late(NINE, last)
    assert is_late(NINE, last + timedelta(microseconds=1))


def test_of_two_limits_that_end_together_the_first_stands() -> None:
    # given a date, and the last minute of its day
    minute = datetime.combine(august(21), time(23, 59), LONDON)
    assert earlier(august(21), minute) == august(21)
    assert earlier(minute, august(21)) == minute


SMALL_HOURS = datetime(2026, 8, 21, 5, tzinfo=LONDON)
"""In Los Angeles it is still Thursday the 20th."""


@pytest.mark.usefixtures("far_west")
def test_days_are_londons_on_a_machine_anywhere() -> None:
    small = calendar()
    assert due(Limit(1, Unit.CALENDAR_DAYS), SMALL_HOURS, small) == august(22)
    assert counted(Limit(1, Unit.SAME_DAY), SMALL_HOURS, small) == (Counted(august(21), True, ""),)
    assert is_late(august(20), SMALL_HOURS)
    ends = due(Limit(1, Unit.ELAPSED_HOURS), SMALL_HOURS, small)
    assert isinstance(ends, datetime)
    assert (ends.tzinfo, ends.hour) == (LONDON, 6)


@pytest.mark.usefixtures("far_west")
def test_working_hours_are_londons_on_a_machine_anywhere() -> None:
    assert counted(Limit(9, Unit.WORKING_HOURS), SMALL_HOURS, calendar()) == (
        Counted(august(21), True, "", timedelta(hours=8)),
        Counted(august(22), False, "Saturday"),
        Counted(august(23), False, "Sunday"),
        Counted(august(24), True, "", timedelta(hours=1)),
    )
