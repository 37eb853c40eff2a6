"""Agreed actions, what becomes of them, and stays at stages: from plain values alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from concord.rules.parts import AgreedAction, Appointment, Check, Visit, seated
from concord.rules.record import PlannedAction, Record
from concord.rules.who import Who
from concord.rules.words import Act, Side

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
TRUST = Who("manager", Side.RESPONDING, "trust")
SCHOOL = Who("manager", Side.RAISING, "school")
OPEN = AgreedAction(1, PlannedAction("Visit the family", TRUST, AT.date()), AT, 3)
DONE = replace(
    OPEN, closed=AT, closed_by=5, done=True, evidence="A note of the visit", reported_by=TRUST
)


def test_a_stay_that_is_left_keeps_when_and_how_it_began() -> None:
    stay = Visit("stage-1", AT, 2, reopened=True, formal_since=AT)
    left = stay.until(AT + timedelta(days=1))
    assert left == Visit("stage-1", AT, 2, AT + timedelta(days=1), True, AT)


def test_an_action_is_there_to_be_checked_once_it_is_reported_with_what_shows_it() -> None:
    assert OPEN.is_open
    assert not DONE.is_open
    assert DONE.is_reported
    for other in (OPEN, replace(DONE, evidence=""), replace(DONE, done=False),
                  replace(DONE, closed=None)):  # fmt: skip
        assert not other.is_reported


def test_the_checks_that_count_are_those_after_the_report_that_found_it_done() -> None:
    # given a check of an earlier report, one that found it not done, and one that found it done
    earlier, found = Check(SCHOOL, AT, 4, True, ""), Check(SCHOOL, AT, 6, True, "")
    same, missing = Check(SCHOOL, AT, 5, True, ""), Check(SCHOOL, AT, 7, False, "Nobody came")
    # then the last alone counts
    assert replace(DONE, checks=(earlier, same, missing, found)).checked == (found,)
    # and of an action that was never reported, every check that found it done
    first = Check(SCHOOL, AT, 1, True, "")
    assert replace(OPEN, checks=(first, missing)).checked == (first,)


def test_who_answers_for_it_is_the_whole_agency_that_was_to_do_it_or_else_that_reported_it() -> (
    None
):
    teacher = Who("practitioner", Side.RAISING, "school")
    assert DONE.is_answered_for_by(TRUST)
    assert DONE.is_answered_for_by(Who("practitioner", Side.RESPONDING, "trust"))
    assert not DONE.is_answered_for_by(SCHOOL)
    # whoever was named to do it, whoever reported it
    theirs = replace(DONE, plan=replace(DONE.plan, owner=TRUST), reported_by=teacher)
    assert theirs.is_answered_for_by(TRUST)
    assert not theirs.may_be_checked_by(TRUST)
    assert not theirs.may_be_checked_by(teacher)
    assert theirs.may_be_checked_by(SCHOOL)
    # where an office was named, or nobody, whoever reported it
    for owner in (None, Who("chair")):
        free = replace(DONE, plan=replace(DONE.plan, owner=owner))
        assert free.is_answered_for_by(TRUST)
        assert not free.is_answered_for_by(SCHOOL)
    # an office is no agency: another office is somebody else
    by_chair = replace(DONE, reported_by=Who("chair"))
    assert not by_chair.may_be_checked_by(Who("chair"))
    assert by_chair.may_be_checked_by(Who("iro"))


def test_whoever_is_appointed_sits_beside_the_others_or_in_the_place_of_one() -> None:
    # given a panel of one
    first = Appointment("panel_member", "school", "Amy Adams", True, 4)
    record = Record(
        6, AT, AT, Who("chair"), Act.APPOINT, office="panel_member", agency="trust",
        who="Bo Brown", executive_member=False,
    )  # fmt: skip
    second = Appointment("panel_member", "trust", "Bo Brown", False, 6)
    # then the next sits beside them, or, where the record says so, in their place
    assert seated((), record) == (second,)
    assert seated((first,), record) == (first, second)
    assert seated((first,), replace(record, of=4)) == (second,)
    assert seated((first,), replace(record, of=5)) == (first, second)
