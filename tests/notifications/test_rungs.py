"""The rungs of reminders: before the limit, in order, each a moment of its own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.policies.calendars import calendar_for
from concord.policies.library import policy_ids
from concord.policies.reminders import house, reminders_for
from concord.policies.units import parse_limit, parse_moment
from concord.rules.clock import LONDON, due, latest_instant
from concord.rules.rungs import BEGUN, next_opening, routine_moment, rungs

CALENDAR = calendar_for()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def found(since: str, limit: str, urgent: bool = False) -> dict[str, str]:
    start = at(since)
    ends = due(parse_limit(limit), start, CALENDAR)
    return {
        each.id: f"{each.at.astimezone(LONDON):%Y-%m-%dT%H:%M}"
        for each in rungs(house(), start, ends, CALENDAR, urgent)
    }


def test_a_week_has_every_rung_over_a_bank_holiday() -> None:
    # given five working days from the Thursday before Christmas 2026
    assert found("2026-12-17T16:45", "5 working days") == {
        "begun": "2026-12-17T16:45",
        "half_time": "2026-12-22T08:00",
        "one_day_left": "2026-12-23T08:00",
        "due": "2026-12-24T08:00",
        "late": "2026-12-25T00:00",
    }


def test_of_two_rungs_at_one_moment_the_more_pressing_stands() -> None:
    assert found("2026-11-23T10:00", "3 working days") == {
        "begun": "2026-11-23T10:00",
        "one_day_left": "2026-11-25T08:00",
        "due": "2026-11-26T08:00",
        "late": "2026-11-27T00:00",
    }


def test_a_limit_in_hours_has_its_rungs_by_the_minute() -> None:
    assert found("2026-11-23T14:05", "24 hours") == {
        "begun": "2026-11-23T14:05",
        "half_time": "2026-11-24T02:05",
        "due": "2026-11-24T13:05",
        "late": "2026-11-24T14:06",
    }


def test_hours_are_elapsed_hours_across_a_clock_change() -> None:
    # the clocks go back on 25 October 2026
    assert found("2026-10-24T14:00", "24 hours")["due"] == "2026-10-25T12:00"


def test_the_same_day_leaves_only_its_beginning_and_lateness() -> None:
    assert found("2026-11-23T10:00", "same day", urgent=True) == {
        "begun": "2026-11-23T10:00",
        "late": "2026-11-24T00:00",
    }


def test_what_is_due_on_a_holiday_is_reminded_on_the_working_day_before() -> None:
    # given one month from 28 November: Monday 28 December 2026 is a bank holiday
    assert found("2026-11-28T10:00", "one month")["due"] == "2026-12-24T08:00"
    assert found("2026-11-28T10:00", "one month", urgent=True)["due"] == "2026-12-28T08:00"


def test_what_has_no_limit_is_told_once() -> None:
    assert [each.id for each in rungs(house(), at("2026-11-23T10:00"), None, CALENDAR)] == [BEGUN]


LIMITS = ["same day", "24 hours", "48 hours", "2 hours", "1 working day", "2 working days",
          "5 working days", "20 working days", "7 calendar days", "one month"]  # fmt: skip


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(LIMITS),
    st.booleans(),
)
def test_rungs_are_in_order_and_none_before_the_limit_lands_on_it(
    naive: datetime, limit: str, urgent: bool
) -> None:
    start = naive.replace(tzinfo=UTC)
    ends = due(parse_limit(limit), start, CALENDAR)
    all_of_them = rungs(house(), start, ends, CALENDAR, urgent)
    instants = [each.at for each in all_of_them]
    assert instants == sorted(set(instants))
    assert all_of_them[0].id == BEGUN
    assert all_of_them[-1].id == "late"
    assert all_of_them[-1].at > latest_instant(ends)
    assert all(each.at <= latest_instant(ends) for each in all_of_them[:-1])


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
def test_what_can_wait_waits_for_working_hours_and_never_long(naive: datetime) -> None:
    start = naive.replace(tzinfo=UTC)
    goes = routine_moment(house(), start, CALENDAR).astimezone(LONDON)
    assert goes >= start
    assert CALENDAR.is_working_day(goes.date())
    assert 8 <= goes.hour < 18
    assert goes - start < timedelta(days=6)
    assert next_opening(house(), start, CALENDAR) > start


def test_working_hours_across_a_weekend_and_a_clock_change() -> None:
    assert routine_moment(house(), at("2026-03-27T18:00"), CALENDAR) == at("2026-03-30T08:00")
    assert routine_moment(house(), at("2026-03-27T17:59"), CALENDAR) == at("2026-03-27T17:59")
    assert routine_moment(house(), at("2026-11-23T03:00"), CALENDAR) == at("2026-11-23T08:00")


@pytest.mark.parametrize("policy", policy_ids())
def test_every_policy_has_rungs(policy: str) -> None:
    ids = [rule.id for rule in reminders_for(policy).rungs]
    assert ids == ["half_time", "one_day_left", "due", "late"]


@pytest.mark.parametrize("text", ["soon", "1 week before", "before", "half a time"])
def test_a_moment_that_cannot_be_read_is_said_plainly(text: str) -> None:
    with pytest.raises(ValueError, match="no moment of a reminder"):
        parse_moment(text)


def test_a_limit_that_is_over_before_it_is_known_has_its_last_rung_alone() -> None:
    start = at("2026-11-23T10:00")
    ids = [each.id for each in rungs(house(), start, date(2026, 11, 20), CALENDAR)]
    assert ids == [BEGUN]
