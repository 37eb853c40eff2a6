"""The month of a request, as the Information Commissioner's guidance counts it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.policies.calendars import calendar_for
from concord.policies.library import load
from concord.subject_access.clock import corresponding, counted

ENGLAND = calendar_for(load("sandwell").policy.calendar)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 9, 3), date(2026, 10, 5)),  # 3 October is a Saturday
        (date(2026, 3, 4), date(2026, 4, 7)),  # 4 April is a Saturday, and Monday is Easter Monday
        (date(2027, 1, 31), date(2027, 3, 1)),  # no 31 February; its last day is a Sunday
        (date(2026, 3, 31), date(2026, 4, 30)),  # no 31 April: its last day
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas Day, and what follows it
        (date(2027, 12, 15), date(2028, 1, 17)),  # over the year's end, to a Saturday
        (date(2026, 10, 9), date(2026, 11, 9)),  # the corresponding date is a working day
    ],
)
def test_a_month_ends_on_the_corresponding_date_or_the_next_working_day(
    received: date, due: date
) -> None:
    found = counted(received, received, False, ENGLAND)
    assert (found.starts, found.due, found.first) == (received, due, due)
    assert found.why[0].startswith("The request was received on ")


def test_it_runs_from_the_proof_where_that_came_later() -> None:
    found = counted(date(2026, 10, 1), date(2026, 10, 9), False, ENGLAND)
    assert (found.starts, found.due) == (date(2026, 10, 9), date(2026, 11, 9))
    assert any("the time runs from that day" in each for each in found.why)
    # a proof that was there before the request changes nothing
    assert counted(date(2026, 10, 9), date(2026, 10, 1), False, ENGLAND).due == date(2026, 11, 9)


def test_extended_it_is_three_months_in_all() -> None:
    found = counted(date(2026, 11, 30), None, True, ENGLAND)
    # 28 February 2027 is a Sunday
    assert (found.due, found.first) == (date(2027, 3, 1), date(2026, 12, 30))
    assert found.days_left(date(2027, 3, 2)) == -1


def test_what_was_counted_is_said() -> None:
    found = counted(date(2026, 11, 25), None, False, ENGLAND)
    assert "The corresponding date is Friday 25 December 2026." in found.why
    assert found.why[-1] == (
        "That is no working day (bank holiday: Christmas Day): the next one counts, "
        "Tuesday 29 December 2026."
    )


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(1, 3))
def test_a_month_is_28_to_31_days_whatever_the_month(start: date, count: int) -> None:
    end = corresponding(start, count)
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)
    assert 28 * count <= (end - start).days <= 31 * count
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
