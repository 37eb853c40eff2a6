"""The clock, against a day-by-day oracle, numpy's, published dates, and known traps."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.policies.calendars import calendar_for
from concord.policies.units import parse_limit
from concord.rules.clock import (
    LONDON,
    Calendar,
    Limit,
    Unit,
    counted,
    due,
    earlier,
    is_late,
    latest_instant,
)

CALENDAR = calendar_for()
DAYS = st.dates(date(2001, 1, 1), date(2058, 12, 31))
COUNTS = st.integers(1, 60)
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2058, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=LONDON, second=0, microsecond=0)
)

# As published for England and Wales.
PUBLISHED = {
    2024: ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"],
    2025: ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"],
    2026: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
    2028: ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"],
}


def walked(day: date, count: int) -> date:
    """The oracle: walk day by day, and count those that are worked."""
    while count:
        day += timedelta(days=1)
        if day.isoweekday() < 6 and day not in CALENDAR.holidays:
            count -= 1
    return day


@given(DAYS, COUNTS)
def test_working_days_agree_with_walking(day: date, count: int) -> None:
    assert CALENDAR.add_working_days(day, count) == walked(day, count)


def test_working_days_agree_with_walking_over_every_day_of_sixty_years() -> None:
    holidays = np.array(sorted(CALENDAR.holidays), dtype="datetime64[D]")
    days = np.arange("2000-02-01", "2058-01-01", dtype="datetime64[D]")
    plain = days.astype(object)
    pairs = 0
    for count in (1, 2, 3, 5, 7, 8, 13, 20, 59, 260):
        # numpy counts a start on a working day as 0: roll back, then add
        wanted = np.busday_offset(days, count, roll="backward", holidays=holidays).astype(object)
        found = [CALENDAR.add_working_days(day, count) for day in plain]
        assert found == list(wanted)
        pairs += len(found)
    assert pairs > 200_000


@given(DAYS, COUNTS)
def test_the_days_between_are_the_days_added(day: date, count: int) -> None:
    end = CALENDAR.add_working_days(day, count)
    assert CALENDAR.working_days_between(day, end) == count


DAY_UNITS = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS])
HOUR_UNITS = st.sampled_from([Unit.ELAPSED_HOURS, Unit.WORKING_HOURS])


@given(MOMENTS, COUNTS, DAY_UNITS)
def test_each_day_of_a_limit_is_counted_or_says_why_not(
    moment: datetime, count: int, unit: Unit
) -> None:
    limit = Limit(count, unit)
    days = counted(limit, moment, CALENDAR)
    assert days[0].day == moment.date()
    assert not days[0].counts
    assert days[-1].day == due(limit, moment, CALENDAR)
    assert sum(each.counts for each in days) == count
    assert all(after.day - day.day == timedelta(days=1) for day, after in pairwise(days))
    for each in days:
        assert each.counts == (not each.why)
        skipped = unit is Unit.WORKING_DAYS and not CALENDAR.is_working_day(each.day)
        assert each.counts != (skipped or each.day == moment.date())


@given(MOMENTS, st.integers(1, 100), HOUR_UNITS)
def test_the_hours_of_each_day_add_up_to_the_limit(
    moment: datetime, hours: int, unit: Unit
) -> None:
    limit = Limit(hours, unit)
    days = counted(limit, moment, CALENDAR)
    end = due(limit, moment, CALENDAR)
    assert isinstance(end, datetime)
    assert days[-1].day == end.date()
    assert sum((each.time for each in days), timedelta(0)) == timedelta(hours=hours)
    for each in days:
        assert each.counts == (not each.why)
        if unit is Unit.WORKING_HOURS:
            assert not each.counts or CALENDAR.is_working_day(each.day)
            assert each.time <= timedelta(hours=8)


def test_a_bank_holiday_in_a_count_goes_by_its_name() -> None:
    start = datetime(2026, 12, 23, 16, 45, tzinfo=LONDON)
    days = {
        each.day.day: each.why for each in counted(parse_limit("3 working days"), start, CALENDAR)
    }
    assert days == {
        23: "the day it starts", 24: "", 25: "bank holiday: Christmas Day", 26: "Saturday",
        27: "Sunday", 28: "bank holiday: Boxing Day (observed)", 29: "", 30: "",
    }  # fmt: skip


def test_the_same_day_is_one_day_and_months_are_not_counted_day_by_day() -> None:
    start = datetime(2026, 12, 25, 16, 45, tzinfo=LONDON)
    (only,) = counted(parse_limit("same day"), start, CALENDAR)
    assert (only.day, only.counts) == (date(2026, 12, 25), True)
    assert counted(parse_limit("one month"), start, CALENDAR) == ()


@given(MOMENTS, st.integers(1, 200))
def test_hours_are_elapsed_hours(moment: datetime, hours: int) -> None:
    end = due(Limit(hours, Unit.ELAPSED_HOURS), moment, CALENDAR)
    assert isinstance(end, datetime)
    assert end.astimezone(UTC) - moment.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize("start", ["2027-03-27T12:00", "2027-10-30T12:00"])
def test_twenty_four_hours_stay_twenty_four_across_a_clock_change(start: str) -> None:
    begins = datetime.fromisoformat(start).replace(tzinfo=LONDON)
    end = due(Limit(24, Unit.ELAPSED_HOURS), begins, CALENDAR)
    assert isinstance(end, datetime)
    assert end.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=24)
    assert end.hour != 12


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_are_those_published(year: int) -> None:
    found = sorted(day for day in CALENDAR.holidays if day.year == year)
    assert [f"{day:%m-%d}" for day in found] == PUBLISHED[year]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2027-01-31", 1, "2027-02-28"), ("2028-01-31", 1, "2028-02-29"),
     ("2026-12-17", 1, "2027-01-17"), ("2028-02-29", 12, "2029-02-28"),
     ("2026-11-30", 3, "2027-02-28")],
)  # fmt: skip
def test_a_month_is_the_same_date_or_the_months_last_day(start: str, months: int, end: str) -> None:
    begins = datetime.fromisoformat(start).replace(tzinfo=LONDON)
    assert due(Limit(months, Unit.MONTHS), begins, CALENDAR) == date.fromisoformat(end)


def test_a_start_on_a_weekend_counts_from_the_next_working_day() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 19), 1) == date(2026, 12, 21)
    assert CALENDAR.add_working_days(date(2026, 12, 25), 1) == date(2026, 12, 29)


def test_elapsed_days_do_not_break_across_a_month_or_year_end() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 31), 2) == date(2027, 1, 5)


def test_not_a_holiday_or_not_a_weekend_does_not_count_everything() -> None:
    assert not CALENDAR.is_working_day(date(2026, 12, 26))  # Saturday
    assert not CALENDAR.is_working_day(date(2026, 12, 28))  # substitute Monday
    assert CALENDAR.is_working_day(date(2026, 12, 29))


def test_no_holiday_data_is_an_error_never_no_holidays() -> None:
    with pytest.raises(ValueError, match="no bank holidays"):
        Calendar("empty", "0", {}, date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31))


@pytest.mark.parametrize(("day", "count"), [(date(2026, 1, 5), 0), (date(2026, 1, 5), -1), (date(1999, 1, 1), 1), (date(2060, 12, 31), 400)])  # fmt: skip
def test_what_cannot_be_counted_is_refused_plainly(day: date, count: int) -> None:
    with pytest.raises(ValueError, match="Cannot count"):
        CALENDAR.add_working_days(day, count)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        due(Limit(1, Unit.ELAPSED_HOURS), datetime(2026, 1, 1), CALENDAR)


@given(DAYS)
def test_a_date_is_late_from_the_next_midnight(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(days=1)
    assert not is_late(day, midnight - timedelta(minutes=1))
    assert is_late(day, midnight)


@given(MOMENTS)
def test_an_instant_is_late_from_the_next_minute(moment: datetime) -> None:
    instant = moment.astimezone(UTC)
    assert not is_late(moment, instant + timedelta(seconds=59))
    assert is_late(moment, instant + timedelta(minutes=1))


@given(DAYS, MOMENTS)
def test_the_earlier_of_two_limits(day: date, moment: datetime) -> None:
    first = earlier(day, moment)
    assert latest_instant(first) == min(latest_instant(day), latest_instant(moment))


def test_beyond_the_published_years_a_date_is_provisional() -> None:
    assert not CALENDAR.is_provisional(date(2028, 12, 31))
    assert CALENDAR.is_provisional(date(2029, 1, 1))


def test_each_nation_has_its_own_days() -> None:
    assert not calendar_for("scotland").is_working_day(date(2026, 11, 30))
    assert not calendar_for("northern_ireland").is_working_day(date(2026, 3, 17))
    assert CALENDAR.is_working_day(date(2026, 11, 30))
    with pytest.raises(ValueError, match="no calendar"):
        calendar_for("atlantis")


@pytest.mark.parametrize(("text", "limit"), [
    ("one working week", Limit(5, Unit.WORKING_DAYS)), ("24 hours", Limit(24, Unit.ELAPSED_HOURS)),
    ("one month", Limit(1, Unit.MONTHS)), ("same day", Limit(0, Unit.SAME_DAY)),
    ("1 working day", Limit(1, Unit.WORKING_DAYS)), ("4 working hours", Limit(4, Unit.WORKING_HOURS)),
])  # fmt: skip
def test_limits_are_read_in_words(text: str, limit: Limit) -> None:
    assert parse_limit(text) == limit


def test_working_hours_stop_at_night() -> None:
    start = datetime(2026, 12, 24, 16, 0, tzinfo=LONDON)
    end = due(Limit(2, Unit.WORKING_HOURS), start, CALENDAR)
    assert end == datetime(2026, 12, 29, 10, 0, tzinfo=LONDON)


settings.register_profile("quick", max_examples=200, deadline=None)
settings.load_profile("quick")
