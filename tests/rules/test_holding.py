"""Who has a case in hand from when to when, on the small calendar, from plain records."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from concord.policies.library import load
from concord.rules.clock import LONDON
from concord.rules.holding import (
    PARTNERSHIP,
    Stretch,
    columns,
    holder,
    in_words,
    stretches,
    working_days,
)
from concord.rules.parts import Visit
from concord.rules.record import Record
from concord.rules.state import CaseState, begin
from concord.rules.who import Parties, Who
from concord.rules.words import Act, Side, Status
from tests.rules.test_small_calendar import calendar

SCHOOL, CARE = Who("manager", Side.RAISING, "school"), Who("manager", Side.RESPONDING, "care")
CHAIR = Who("chair")
LATER = datetime(2026, 8, 28, 16, tzinfo=LONDON)
"""When somebody looks: a Friday."""


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, 8, day, hour, minute, tzinfo=LONDON)


def case(
    *done: tuple[Who, datetime], chairs_since: int | None = None, ended: datetime | None = None
) -> CaseState:
    """A case raised with the first of these records that the school made; all are in order.

    `chairs_since`: the record by which it came to the chair, who decides.
    """
    records = tuple(
        Record(n, when, when, who, Act.DISCUSS) for n, (who, when) in enumerate(done, start=1)
    )
    raised = next(each for each in records if each.by == SCHOOL)
    visits = [Visit("stage-1", raised.at, raised.n)]
    visits += [Visit("stage-4", each.at, each.n) for each in records if each.n == chairs_since]
    empty = begin(load("sandwell").policy, calendar(), Parties("school", ("care",)), {})
    return empty._replace(
        records=records, in_time=records, visits=tuple(visits), ended=ended,
        status=Status.RESOLVED if ended else Status.OPEN,
    )  # fmt: skip


def test_it_lies_with_the_side_that_did_not_act_last() -> None:
    # given the school, the school again, social care, and the school
    told = case((SCHOOL, at(18)), (SCHOOL, at(19)), (CARE, at(20)), (SCHOOL, at(25)))
    assert stretches(told, LATER) == (
        Stretch(Side.RESPONDING, at(18), at(20)),
        Stretch(Side.RAISING, at(20), at(25)),
        Stretch(Side.RESPONDING, at(25), LATER),
    )
    assert working_days(told, LATER) == {Side.RESPONDING: 5, Side.RAISING: 3}
    assert holder(told, LATER) == Side.RESPONDING
    assert columns(told, LATER) == (3, 5, 0, "the responding side")
    assert in_words(told, LATER) == (
        "In hand: the responding side 5 working days (now), the raising side 3 working days"
    )


def test_an_office_that_acts_gives_it_back_to_the_raising_side() -> None:
    told = case((SCHOOL, at(18)), (CHAIR, at(19)))
    assert stretches(told, LATER) == (
        Stretch(Side.RESPONDING, at(18), at(19)),
        Stretch(Side.RAISING, at(19), LATER),
    )
    assert in_words(told, LATER) == (
        "In hand: the responding side 1 working day, the raising side 7 working days (now)"
    )


def test_once_a_body_that_decides_has_it_nobody_else_does() -> None:
    # given a case that comes to the chair by the third record, and goes on there
    told = case((SCHOOL, at(18)), (CARE, at(19)), (SCHOOL, at(20)), (CARE, at(21)), chairs_since=3)
    assert stretches(told, LATER) == (
        Stretch(Side.RESPONDING, at(18), at(19)),
        Stretch(Side.RAISING, at(19), at(20)),
        Stretch(PARTNERSHIP, at(20), LATER),
    )
    assert columns(told, LATER) == (1, 1, 6, "the partnership")


def test_what_came_before_the_raising_or_after_the_end_counts_for_nobody() -> None:
    # given what social care did before, and what the school did after it had ended
    told = case(
        (CARE, at(17)), (SCHOOL, at(18)), (CARE, at(20)), (SCHOOL, at(26)), (CARE, at(27)),
        ended=at(25),
    )  # fmt: skip
    assert stretches(told, LATER) == (
        Stretch(Side.RESPONDING, at(18), at(20)),
        Stretch(Side.RAISING, at(20), at(25)),
    )
    # then nobody has it now
    assert holder(told, LATER) == ""
    assert columns(told, LATER) == (3, 2, 0, "")
    assert in_words(told, LATER) == (
        "In hand: the responding side 2 working days, the raising side 3 working days"
    )


def test_what_was_written_down_before_the_raising_and_happened_after_it_counts() -> None:
    # given a concern raised on the 18th by the second record, and an answer by the first
    told = case((SCHOOL, at(18)), (CARE, at(20)))
    raising, answer = told.records
    told = told._replace(
        in_time=(replace(raising, n=2), replace(answer, n=1)),
        visits=(told.visit._replace(n=2),),
    )
    assert stretches(told, at(21)) == (
        Stretch(Side.RESPONDING, at(18), at(20)),
        Stretch(Side.RAISING, at(20), at(21)),
    )


def test_what_is_looked_at_as_it_was_leaves_out_what_came_later() -> None:
    told = case((SCHOOL, at(18)), (CARE, at(20)), (SCHOOL, at(24)))
    assert stretches(told, at(19)) == (Stretch(Side.RESPONDING, at(18), at(19)),)
    assert holder(told, at(19)) == Side.RESPONDING
    # the moment of a record itself ends a stretch, and begins none that lasts
    assert stretches(told, at(20)) == (Stretch(Side.RESPONDING, at(18), at(20)),)
    assert stretches(told, at(18)) == ()
    assert (holder(told, at(18)), in_words(told, at(18))) == ("", "")
    assert columns(told, at(18)) == (0, 0, 0, "")


def test_what_is_answered_on_the_day_took_no_working_day() -> None:
    told = case((SCHOOL, at(18, 9)), (CARE, at(18, 16)))
    assert working_days(told, at(19)) == {Side.RESPONDING: 0, Side.RAISING: 1}
    # nor does a weekend
    told = case((SCHOOL, at(21)), (CARE, at(23)))
    assert working_days(told, at(23) + timedelta(hours=1)) == {
        Side.RESPONDING: 0, Side.RAISING: 0,
    }  # fmt: skip


@pytest.mark.usefixtures("far_west")
def test_days_in_hand_are_londons_on_a_machine_anywhere() -> None:
    # given small hours in which it is still the day before in Los Angeles
    told = case((SCHOOL, at(18, 5)), (CARE, at(20, 12)))
    assert working_days(told, at(21, 5)) == {Side.RESPONDING: 2, Side.RAISING: 1}
