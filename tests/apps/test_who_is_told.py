"""Whom an act tells, in which order, and who is not told of each record."""

from datetime import timedelta
from typing import Any

from concord.cases.models import Case
from concord.rules.who import OUTSIDER, Who
from concord.rules.words import Act, Side
from tests.apps.test_acting import HEAD, LATER, MANAGER, RAISER, SCHOOL, does, told


def test_the_tier_that_acts_on_each_other_side_is_told(opened: Case) -> None:
    assert told(opened, 1) == ["practitioner@responding"]
    assert does(opened, Act.FILE, HEAD) == ["practitioner@responding"]
    assert does(opened, Act.FILE, MANAGER) == ["practitioner@raising"]
    assert does(opened, Act.ESCALATE) == ["manager@responding"]


def test_whoever_raised_it_is_told_where_it_stands_and_not_of_each_record(opened: Case) -> None:
    does(opened, Act.ESCALATE)
    assert does(opened, Act.FILE, MANAGER) == ["manager@raising"]
    assert does(opened, Act.ANSWER, MANAGER, text={"answer": "We reopened it."}) == [
        "manager@raising", "practitioner@raising",
    ]  # fmt: skip
    assert does(opened, Act.ESCALATE, HEAD) == ["service_lead@responding", "practitioner@raising"]


def test_those_to_whom_it_went_are_told_first_and_nobody_outside_by_the_outbox(
    opened: Case,
) -> None:
    assert does(opened, Act.NOTIFY, to=(Who("iro"), MANAGER)) == [
        "iro", "manager@responding", "practitioner@responding",
    ]  # fmt: skip
    assert does(opened, Act.NOTIFY, to=(OUTSIDER, Who("iro"))) == [
        "iro", "practitioner@responding",
    ]  # fmt: skip


def test_where_a_record_does_not_say_to_whom_it_goes_its_kind_does(opened: Case) -> None:
    fed_back = does(opened, Act.FEED_BACK, HEAD, text={"said": "What came of it."})
    assert fed_back == ["practitioner@raising", "practitioner@responding"]
    assert does(opened, Act.FILE, HEAD) == ["practitioner@responding"]


def test_whoever_made_the_record_that_it_is_about_is_told(opened: Case) -> None:
    lead = Who("service_lead", Side.RAISING, SCHOOL)
    does(opened, Act.FILE, lead)
    assert does(opened, Act.CORRECT, RAISER, of=2) == [
        "service_lead@raising", "practitioner@responding",
    ]  # fmt: skip
    # but not of what they say themselves
    assert does(opened, Act.CORRECT, lead, of=2) == ["practitioner@responding"]


def test_at_a_stage_of_a_body_it_is_told_with_the_executives_of_the_sides(opened: Case) -> None:
    raised = does(opened, Act.ESCALATE, HEAD, stage="stage-4", reason="The child cannot wait.")
    assert raised == ["chair", "executive@responding", "practitioner@raising"]
    assert does(opened, Act.FILE) == ["chair", "executive@responding"]
    assert does(opened, Act.FILE, Who("chair")) == ["executive@raising", "executive@responding"]


def test_of_the_end_whoever_looks_after_the_child_s_plan_is_told(opened: Case) -> None:
    # given a case of which the reviewing officer and the front door were told
    does(opened, Act.NOTIFY, to=(Who("iro"), Who("mash")))
    assert does(opened, Act.FILE) == ["practitioner@responding"]
    # when it ends, and when it is opened again; then the officer hears of it each time
    assert does(opened, Act.WITHDRAW, reason="It was put right.") == [
        "practitioner@responding", "iro",
    ]  # fmt: skip
    after: Any = {"at": LATER + timedelta(minutes=1)}
    assert does(opened, Act.FILE, **after) == ["practitioner@responding"]
    assert does(opened, Act.REOPEN, reason="It was not.", **after) == [
        "practitioner@responding",
        "iro",
    ]
