"""The rungs of reminders on the small calendar, each moment counted by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from concord.rules.clock import LONDON, Due, Unit
from concord.rules.rungs import (
    BEGUN,
    Mark,
    Moment,
    RungRule,
    Scheme,
    names,
    next_opening,
    routine_moment,
    rungs,
)
from tests.rules.test_small_calendar import HOLIDAY, august, calendar

HALF = RungRule("half_time", Moment(Mark.HALF), Moment(Mark.HALF))
LEFT = RungRule(
    "one_day_left",
    Moment(Mark.BEFORE, 1),
    Moment(Mark.BEFORE, 1, Unit.WORKING_DAYS),
)
DUE = RungRule("due", Moment(Mark.BEFORE, 0), Moment(Mark.BEFORE, 1, Unit.ELAPSED_HOURS))
LATE = RungRule("late", Moment(Mark.LATE), Moment(Mark.LATE))
SCHEME = Scheme((HALF, LEFT, DUE, LATE), time(9), time(17))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 8, day, hour, minute, tzinfo=LONDON)


def found(
    since: datetime, due: Due | None, urgent: bool = False, scheme: Scheme = SCHEME
) -> list[tuple[str, str]]:
    every = rungs(scheme, since, due, calendar(), urgent)
    assert all(each.at.tzinfo is UTC for each in every)
    return [(each.id, f"{each.at.astimezone(LONDON):%d %H:%M}") for each in every]


def test_a_scheme_names_its_rungs_the_beginning_first() -> None:
    assert list(names(SCHEME)) == [BEGUN, "half_time", "one_day_left", "due", "late"]


def test_what_has_no_limit_has_its_beginning_alone() -> None:
    assert found(at(18, 10), None) == [("begun", "18 10:00")]


def test_a_limit_in_days_has_its_rungs_in_the_morning() -> None:
    # given six working days from Tuesday the 18th: the third is Friday
    assert found(at(18, 10), august(26)) == [
        ("begun", "18 10:00"),
        ("half_time", "21 09:00"),
        ("one_day_left", "25 09:00"),
        ("due", "26 09:00"),
        ("late", "27 00:00"),
    ]


@pytest.mark.parametrize(
    ("due", "half"),
    [
        (august(19), None),  # one working day has no middle
        (august(20), "19 09:00"),
        (august(21), "20 09:00"),
        (august(24), "20 09:00"),
        (august(25), "21 09:00"),
    ],
)
def test_half_the_time_is_the_working_day_in_the_middle(due: date, half: str | None) -> None:
    alone = replace(SCHEME, rungs=(HALF,))
    assert dict(found(at(18, 8), due, scheme=alone)).get("half_time") == half


def test_days_are_counted_back_over_a_weekend_and_a_bank_holiday() -> None:
    before = replace(SCHEME, rungs=(LEFT, DUE))
    assert found(at(18, 10), date(2026, 9, 1), scheme=before)[1:] == [
        ("one_day_left", "28 09:00"),
        ("due", "01 09:00"),
    ]


def test_what_is_due_when_nobody_works_is_reminded_before_unless_it_is_urgent() -> None:
    before = replace(SCHEME, rungs=(LEFT, DUE))
    assert found(at(18, 10), HOLIDAY, scheme=before)[1:] == [
        ("one_day_left", "27 09:00"),
        ("due", "28 09:00"),
    ]
    assert found(at(18, 10), HOLIDAY, True, before)[1:] == [
        ("one_day_left", "28 09:00"),
        ("due", "31 09:00"),
    ]
    assert found(at(18, 10), august(27), True, before)[1:] == [
        ("one_day_left", "26 09:00"),
        ("due", "27 09:00"),
    ]


def test_a_limit_at_a_time_has_its_rungs_by_the_minute() -> None:
    # given Friday at ten to Wednesday at ten: half of it is Sunday evening
    assert found(at(21, 10), at(26, 10)) == [
        ("begun", "21 10:00"),
        ("half_time", "23 22:00"),
        ("one_day_left", "25 10:00"),
        ("due", "26 09:00"),
        ("late", "26 10:01"),
    ]


def test_a_day_before_a_time_is_the_working_day_before_at_that_time() -> None:
    # given a limit half an hour into Monday, which at Greenwich is still Sunday
    alone = replace(SCHEME, rungs=(LEFT,))
    assert found(at(18, 10), at(24, 0, 30), scheme=alone)[1:] == [("one_day_left", "21 00:30")]


def test_late_is_the_first_moment_after_the_limit() -> None:
    alone = replace(SCHEME, rungs=(LATE,))
    for due, moment in (
        (august(20), at(21, 0)),
        (at(20, 10), at(20, 10, 1)),
    ):
        [_, late] = rungs(alone, at(18, 10), due, calendar())
        assert late.at == moment


def test_a_rung_on_or_before_the_beginning_is_left_out() -> None:
    # given a day that is told as its own hours begin, and a minute sooner
    alone = replace(SCHEME, rungs=(DUE,))
    assert found(at(20, 9), august(20), scheme=alone) == [("begun", "20 09:00")]
    assert found(at(20, 8, 59), august(20), scheme=alone)[1:] == [("due", "20 09:00")]
    # and what was over before it was known
    assert found(at(20, 9), august(19)) == [("begun", "20 09:00")]


def test_of_two_rungs_at_one_moment_the_more_pressing_stands() -> None:
    # given two working days: half of them is the day before the last
    both = replace(SCHEME, rungs=(HALF, LEFT))
    assert found(at(18, 10), august(20), scheme=both)[1:] == [("one_day_left", "19 09:00")]
    # and one that would come after the next is left out as well
    turned = replace(SCHEME, rungs=(DUE, LEFT))
    assert found(at(18, 10), august(20), scheme=turned)[1:] == [("one_day_left", "19 09:00")]


def test_what_can_wait_goes_at_once_in_working_hours_and_else_as_they_begin() -> None:
    for moment in (at(21, 9), at(21, 9, 1), at(21, 16, 59)):
        assert routine_moment(SCHEME, moment, calendar()) is moment
    for moment, then in (
        (at(21, 8, 59), at(21, 9)),
        (at(21, 17), at(24, 9)),
        (at(22, 12), at(24, 9)),  # a Saturday
        (at(28, 17, 1), datetime(2026, 9, 1, 9, tzinfo=LONDON)),  # before the bank holiday
    ):
        assert routine_moment(SCHEME, moment, calendar()) == then


def test_hours_next_begin_on_the_working_day_after() -> None:
    assert next_opening(SCHEME, at(20, 8), calendar()) == at(21, 9)
    assert next_opening(SCHEME, at(21, 8), calendar()) == at(24, 9)


@pytest.mark.usefixtures("far_west")
def test_rungs_are_at_londons_hours_on_a_machine_anywhere() -> None:
    # given a start in the small hours of Tuesday the 18th: in Los Angeles it is still Monday
    assert found(at(18, 5), august(26)) == [
        ("begun", "18 05:00"),
        ("half_time", "21 09:00"),
        ("one_day_left", "25 09:00"),
        ("due", "26 09:00"),
        ("late", "27 00:00"),
    ]
    assert dict(found(at(18, 5), august(25)))["half_time"] == "21 09:00"
    assert found(at(18, 5), at(20, 5)) == [
        ("begun", "18 05:00"),
        ("one_day_left", "19 05:00"),
        ("due", "20 04:00"),
        ("late", "20 05:01"),
    ]
    assert routine_moment(SCHEME, at(18, 5), calendar()) == at(18, 9)
    assert next_opening(SCHEME, at(18, 5), calendar()) - at(19, 9) == timedelta(0)
