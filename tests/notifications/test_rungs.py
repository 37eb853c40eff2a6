"""The rungs of reminders: before the limit, in order, each a moment of its own."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.policies.calendars import calendar_for
from concord.policies.library import load_file, policy_ids, policy_paths
from concord.policies.reading import PolicyMistakes
from concord.policies.reminders import house, reminders_for, scheme
from concord.policies.schema import RemindersPart
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


def test_a_policy_may_have_rungs_of_its_own() -> None:
    own = RemindersPart.model_validate({
        "working_hours": {"opens": "09:00", "closes": "17:00"},
        "rungs": [{"id": "two_days_left", "on_a_day": "2 working days before",
                   "at_a_time": "4 hours before"}],
    })  # fmt: skip
    start = at("2026-11-23T10:00")
    day = rungs(scheme(own), start, date(2026, 11, 30), CALENDAR)
    assert [(each.id, each.at.isoformat()) for each in day[1:]] == [
        ("two_days_left", "2026-11-26T09:00:00+00:00")
    ]
    clock = rungs(scheme(own), start, at("2026-11-24T10:00"), CALENDAR)
    assert clock[1].at == at("2026-11-24T06:00")


def test_a_mistake_in_a_policys_rungs_is_told_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "sandwell.yaml"
    text = policy_paths()[policy_ids().index("sandwell")].read_text(encoding="utf-8")
    file.write_text(
        text + "\nreminders:\n  working_hours: {opens: '08:00', closes: '18:00'}\n"
        "  rungs:\n    - {id: early, on_a_day: soon, at_a_time: once it is late}\n"
    )
    with pytest.raises(PolicyMistakes, match="no moment of a reminder"):
        load_file(file)
    file.write_text(file.read_text().replace("soon", "half the time"))
    assert load_file(file).file.reminders is not None


@pytest.mark.parametrize("text", ["soon", "1 week before", "before", "half a time"])
def test_a_moment_that_cannot_be_read_is_said_plainly(text: str) -> None:
    with pytest.raises(ValueError, match="no moment of a reminder"):
        parse_moment(text)


def test_a_limit_that_is_over_before_it_is_known_has_its_last_rung_alone() -> None:
    start = at("2026-11-23T10:00")
    ids = [each.id for each in rungs(house(), start, date(2026, 11, 20), CALENDAR)]
    assert ids == [BEGUN]
