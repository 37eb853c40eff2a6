"""What stands before an act, on gates and bodies made for the test: each clause says one thing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from concord.rules.gates import closed_gates, make_up_faults, way_to
from concord.rules.parts import Appointment
from concord.rules.policy import Before, Condition, Doing, GateRule, MakeUpRule
from concord.rules.record import Record
from concord.rules.state import CaseState
from concord.rules.who import Who, parse_seat
from concord.rules.words import Act, Outcome, Side
from tests.policies.scenes import CARE, POLICE, SCHOOL, scene

TALK = Doing(frozenset({Act.DISCUSS}))
LEAD = Who("manager", Side.RAISING, SCHOOL)
TEAM = Who("manager", Side.RESPONDING, CARE)
SERGEANT = Who("manager", Side.RESPONDING, POLICE)


def case(*responding: str, **policy: Any) -> CaseState:
    """A case of Sandwell's stages that is raised, under these gates and bodies alone."""
    told = scene("sandwell", responding or (CARE,)).raised()
    bare: dict[str, Any] = {"gates": (), "make_ups": (), **policy}
    return told.state._replace(policy=replace(told.state.policy, **bare))


def record(state: CaseState, by: Who, act: Act, **more: Any) -> Record:
    at = state.records[-1].at + timedelta(hours=len(state.records))
    return Record(n=len(state.records) + 1, at=at, written=at, by=by, act=act, **more)


def gate(before: Before, stage: str, *needs: Doing, **more: Any) -> GateRule:
    return GateRule("g", "X-1", before, stage, needs, "Not yet.", "Talk first.", **more)


def stages(state: CaseState) -> list[str]:
    return [each.id for each in state.policy.stages]


def test_an_act_moves_by_the_stages_that_it_begins_or_jumps_over() -> None:
    state = case()
    first, second, third = stages(state)[:3]
    assert way_to(state, record(state, LEAD, Act.ESCALATE)) == (second,)
    assert way_to(state, record(state, LEAD, Act.ESCALATE, stage=third)) == (second, third)
    assert way_to(state, record(state, LEAD, Act.RAISE, stage=third)) == (second, third)
    assert way_to(state, record(state, LEAD, Act.RAISE)) == ()
    assert way_to(state, record(state, LEAD, Act.DISCUSS, stage=third)) == ()
    assert way_to(state, record(state, LEAD, Act.RAISE, stage=first)) == ()


def test_a_gate_before_a_stage_stands_until_what_it_needs_is_done() -> None:
    state = case()
    _, second, third = stages(state)[:3]
    closed = gate(Before.BEGIN, second, TALK)
    state = state._replace(policy=replace(state.policy, gates=(closed,)))
    up = record(state, LEAD, Act.ESCALATE)
    # whoever asks need not have asked for the way; who has, is answered for that way
    assert closed_gates(state, up) == [closed]
    assert closed_gates(state, record(state, LEAD, Act.DISCUSS), (second,)) == [closed]
    assert closed_gates(state, up, (third,)) == []
    assert closed_gates(state, up, ()) == []


def test_a_gate_of_some_cases_stands_on_the_facts_that_the_act_brings() -> None:
    state = case()
    when = Condition((("urgent", (True,)),))
    closed = gate(Before.BEGIN, stages(state)[1], TALK, when=when)
    state = state._replace(policy=replace(state.policy, gates=(closed,)))
    assert closed_gates(state, record(state, LEAD, Act.ESCALATE)) == []
    assert closed_gates(state, record(state, LEAD, Act.ESCALATE, facts={"urgent": True})) == [
        closed
    ]


def contact(*responding: str, of: str) -> CaseState:
    """A case in which these may not meet another agency before it was talked about."""
    state = case(*responding)
    seats = tuple(parse_seat(each) for each in of.split())
    stands = gate(Before.CONTACT, state.stage, TALK, of=seats)
    return state._replace(policy=replace(state.policy, gates=(stands,)))


@pytest.mark.parametrize(
    ("of", "by", "people", "stands"),
    [
        ("manager@raising", LEAD, (TEAM,), True),
        ("manager@raising practitioner@responding", LEAD, (TEAM,), True),  # either is enough
        ("manager@raising", LEAD, (replace(LEAD, role="executive"), TEAM), True),
        ("manager@raising", LEAD, (replace(LEAD, role="executive"),), False),
        ("manager@raising", LEAD, (Who("chair"),), False),
        ("manager@raising", LEAD, (), False),
        ("manager@raising", TEAM, (LEAD,), False),  # it holds back the other side alone
        ("manager@each", TEAM, (LEAD,), True),
        ("executive@raising", LEAD, (TEAM,), False),
    ],
)
def test_a_gate_before_contact_holds_back_its_seats_from_other_agencies(
    of: str, by: Who, people: tuple[Who, ...], stands: bool
) -> None:
    state = contact(of=of)
    assert bool(closed_gates(state, record(state, by, Act.MEET, people=people))) is stands


def test_calling_a_meeting_off_is_no_contact() -> None:
    state = contact(of="manager@raising")
    off = record(state, LEAD, Act.CONVENE, people=(TEAM,), of=1, done=False)
    assert closed_gates(state, off) == []
    assert closed_gates(state, replace(off, done=None)) != []


REVIEW = Doing(
    frozenset({Act.REVIEW}),
    by=(parse_seat("manager@raising"), parse_seat("chair")),
    outcomes=frozenset({Outcome.JUSTIFIED}),
)


def reviewed(*found: tuple[Who, Outcome]) -> bool:
    """Whether the next stage is open after these reviews."""
    state = case()
    stands = gate(Before.BEGIN, stages(state)[1], REVIEW)
    state = state._replace(policy=replace(state.policy, gates=(stands,)))
    for by, outcome in found:
        each = record(state, by, Act.REVIEW, outcome=outcome)
        records = (*state.records, each)
        state = state._replace(records=records, in_time=records)
    return closed_gates(state, record(state, LEAD, Act.ESCALATE)) == []


def test_the_last_review_of_those_who_review_is_the_one_that_counts() -> None:
    yes, no = Outcome.JUSTIFIED, Outcome.NOT_JUSTIFIED
    assert not reviewed()
    assert reviewed((LEAD, yes))
    assert reviewed((Who("chair"), yes))
    assert not reviewed((LEAD, no))
    assert not reviewed((LEAD, yes), (Who("chair"), no))
    assert reviewed((LEAD, no), (LEAD, yes))
    # the review of somebody else counts for nothing, either way
    assert reviewed((LEAD, yes), (TEAM, no))
    assert not reviewed((LEAD, no), (TEAM, yes))


PANEL = Who("panel")


def panel(*members: tuple[str, bool], by: Who = PANEL, **more: Any) -> bool:
    """Whether a panel of an executive member from each of three agencies may decide."""
    rule = MakeUpRule(
        "X-2", ("panel",), frozenset({Act.DECIDE}), "", members="panel_member", agencies=3,
        executive=True, why="Three agencies.", instead="Appoint the third.",
    )  # fmt: skip
    state = case(*more.pop("responding", (CARE,)), make_ups=(rule,))
    seated = tuple(
        Appointment("panel_member", agency, "", executive, n)
        for n, (agency, executive) in enumerate(members)
    )
    other = Appointment("reviewer", "elsewhere", "", False, 9)
    state = state._replace(appointments=(*seated, other))
    return list(make_up_faults(state, record(state, by, Act.DECIDE))) == []


def test_a_panel_is_of_so_many_agencies_the_parties_among_them_all_executives() -> None:
    ours, theirs, third = (SCHOOL, True), (CARE, True), (POLICE, True)
    assert panel(ours, theirs, third)
    assert not panel(ours, theirs)
    assert not panel(ours, theirs, third, ("town-hospital", True))
    assert not panel(ours, third, ("town-hospital", True))
    assert not panel(ours, theirs, (POLICE, False))
    # three parties are all of it, and more than three are never
    assert panel(ours, theirs, third, responding=(CARE, POLICE))
    assert not panel(ours, theirs, third, responding=(CARE, POLICE, "town-hospital"))
    # whoever decides otherwise is asked for no panel
    assert panel(ours, by=Who("chair"))


def test_whoever_decides_alone_though_a_panel_was_appointed_says_why() -> None:
    told = scene("bromley").raised().up_to("stage-4")
    told.done("chair appoint", office="panel_member", agency="meadow-school", executive_member=True)
    plain: dict[str, Any] = {"decision": "Assess.", "reasons": "Bruises."}
    assert told.refused("chair decide", **plain) == "BR-18"
    told.done("chair decide", **plain, override="Two members cannot come this week.")
    assert told.state.flags, "the business manager is shown it"
    # without a panel the Chair resolves it directly
    scene("bromley").raised().up_to("stage-4").done("chair decide", **plain)


def meeting(by: Who, *people: Who, responding: tuple[str, ...] = (CARE,), **more: Any) -> bool:
    """Whether a meeting that the Chair attends is one of a manager of each party."""
    elsewhere = MakeUpRule(
        "X-3", (), frozenset({Act.MEET}), "no-such-stage", needs=(parse_seat("iro"),),
        when_any=("manager",), why="Elsewhere.", instead="Nothing.",
    )  # fmt: skip
    here = MakeUpRule(
        "X-4", (), frozenset({Act.MEET}), "", needs=(parse_seat("manager@each"),),
        when_any=("chair",), why="Each party.", instead="Ask them.",
    )  # fmt: skip
    state = case(*responding, make_ups=(elsewhere, here), **more)
    found = list(make_up_faults(state, record(state, by, Act.MEET, people=people)))
    assert [(each.clause, each.why, each.instead, each.hard) for each in found] in (
        [], [("X-4", "Each party.", "Ask them.", True)]
    )  # fmt: skip
    return not found


def test_a_meeting_that_an_office_attends_is_one_of_each_party() -> None:
    chair = Who("chair")
    assert meeting(LEAD, TEAM, chair)
    assert not meeting(LEAD, chair)
    assert not meeting(chair, TEAM)
    # a second agency that answers is asked too: nobody sits for another agency
    assert not meeting(LEAD, TEAM, chair, responding=(CARE, POLICE))
    assert meeting(LEAD, TEAM, SERGEANT, chair, responding=(CARE, POLICE))
    # without the office it is a meeting as any other
    assert meeting(LEAD, replace(TEAM, role="practitioner"))
    # whoever the policy lets stand for a manager sits for one
    doctor = Who("named_doctor", Side.RESPONDING, CARE)
    stand = {"manager": frozenset({"named_doctor"})}
    assert not meeting(LEAD, doctor, chair, stands_for={})
    assert meeting(LEAD, doctor, chair, stands_for=stand)
