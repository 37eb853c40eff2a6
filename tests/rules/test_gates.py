"""What stands before an act, on gates and bodies made for the test: each clause says one thing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from concord.rules.gates import Refusal, closed_gates, make_up_faults, way_to
from concord.rules.parts import Appointment, Visit
from concord.rules.policy import Before, Condition, Doing, GateRule, MakeUpRule, PowerRule
from concord.rules.record import Record
from concord.rules.state import CaseState
from concord.rules.who import Who, parse_seat
from concord.rules.words import Act, Outcome, Power, Side
from tests.policies.scenes import CARE, POLICE, SCHOOL, START, scene

TALK = Doing(frozenset({Act.DISCUSS}))
LEAD = Who("manager", Side.RAISING, SCHOOL)
TEAM = Who("manager", Side.RESPONDING, CARE)
AFTER = START + timedelta(hours=12)
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
    # from the last stage there is no way
    last = state._replace(stage=stages(state)[-1])
    assert way_to(last, record(state, LEAD, Act.ESCALATE)) == ()


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


def test_a_gate_of_some_agencies_stands_where_one_of_them_is_a_party() -> None:
    state = case()
    up = record(state, LEAD, Act.ESCALATE)
    for party, stands in ((CARE, True), (POLICE, False)):
        closed = gate(Before.BEGIN, stages(state)[1], TALK, when=Condition(party=party))
        here = state._replace(policy=replace(state.policy, gates=(closed,)))
        assert closed_gates(here, up) == ([closed] if stands else [])


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


@pytest.mark.parametrize("act", Act)
def test_a_gate_before_contact_stands_before_talks_and_meetings_alone(act: Act) -> None:
    state = contact(of="manager@raising")
    stands = act in (Act.DISCUSS, Act.MEET, Act.CONVENE)
    assert bool(closed_gates(state, record(state, LEAD, act, people=(TEAM,)))) is stands
    # nor in a stage that is not its own: what was done before, written down later, was there
    later = state.policy.next_stage(state.stage)
    assert later is not None
    above = state._replace(visits=(*state.visits, Visit(later.id, AFTER, 9)), stage=later.id)
    old = record(state, LEAD, act, people=(TEAM,))
    assert bool(closed_gates(above, old)) is stands
    assert closed_gates(above, replace(old, n=10, at=AFTER + timedelta(hours=1))) == []


@pytest.mark.parametrize("act", Act)
def test_a_gate_before_a_decision_stands_before_nothing_else(act: Act) -> None:
    state = case()
    stands = gate(Before.DECIDE, state.stage, TALK)
    state = state._replace(policy=replace(state.policy, gates=(stands,)))
    found = closed_gates(state, record(state, LEAD, act, people=(TEAM,)), ())
    assert found == ([stands] if act is Act.DECIDE else [])


def test_who_stands_for_a_manager_is_held_back_as_the_manager_is() -> None:
    state = contact(of="manager@raising")
    nurse = Who("named_nurse", Side.RAISING, SCHOOL)
    meets = record(state, nurse, Act.MEET, people=(TEAM,))
    assert closed_gates(state, meets) == []
    policy = replace(state.policy, stands_for={"manager": frozenset({"named_nurse"})})
    assert closed_gates(state._replace(policy=policy), meets) != []


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


def test_a_review_counts_when_it_happened_whenever_it_was_written_down() -> None:
    state = case()
    stands = gate(Before.BEGIN, stages(state)[1], REVIEW)
    state = state._replace(policy=replace(state.policy, gates=(stands,)))
    no = record(state, LEAD, Act.REVIEW, outcome=Outcome.NOT_JUSTIFIED)
    yes = replace(no, n=3, at=no.at + timedelta(hours=1), outcome=Outcome.JUSTIFIED)
    # given the later of two reviews, which found it justified, was written down first
    state = state._replace(records=(*state.records, yes, no), in_time=(*state.records, no, yes))
    assert closed_gates(state, record(state, LEAD, Act.ESCALATE)) == []


def opened(*needs: Doing, records: tuple[Record, ...] = ()) -> bool:
    """Whether the next stage, which needs all of these, is open after these records."""
    state = case()
    stands = gate(Before.BEGIN, stages(state)[1], *needs)
    state = state._replace(
        policy=replace(state.policy, gates=(stands,)), records=(*state.records, *records),
        in_time=(*state.records, *records),
    )  # fmt: skip
    return closed_gates(state, record(state, LEAD, Act.ESCALATE)) == []


def test_a_gate_is_open_once_all_that_it_needs_is_done() -> None:
    state = case()
    talked = record(state, LEAD, Act.DISCUSS, people=(TEAM,), outcome=Outcome.UNRESOLVED)
    reviewed = record(state, LEAD, Act.REVIEW, outcome=Outcome.JUSTIFIED)
    assert opened()
    assert opened(TALK, records=(talked,))
    assert not opened(TALK, REVIEW, records=(talked,))
    assert not opened(TALK, REVIEW, records=(reviewed,))
    assert opened(TALK, REVIEW, records=(talked, reviewed))
    assert not opened(REVIEW, TALK, records=(reviewed,))
    # a review that nobody in particular makes is anybody's
    anybodys = replace(REVIEW, by=())
    assert opened(anybodys, records=(replace(reviewed, by=TEAM),))
    # the last is asked of a review with an outcome alone; of all else that it was ever done
    settled = replace(TALK, outcomes=frozenset({Outcome.RESOLVED}))
    agreed = replace(talked, outcome=Outcome.RESOLVED)
    assert opened(settled, records=(agreed, replace(talked, n=3)))
    assert not opened(settled, records=(talked,))
    either = replace(anybodys, acts=frozenset({Act.REVIEW, Act.DISCUSS}))
    found_not = replace(reviewed, n=3, outcome=Outcome.NOT_JUSTIFIED)
    assert opened(either, records=(reviewed, found_not))
    assert not opened(anybodys, records=(reviewed, found_not))
    assert opened(replace(anybodys, outcomes=frozenset()), records=(reviewed, found_not))


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


def test_a_panel_that_need_not_be_of_executives_may_be_of_anybody() -> None:
    rule = MakeUpRule(
        "X-2", ("panel",), frozenset({Act.DECIDE}), "", members="panel_member", agencies=2,
        why="Two agencies.", instead="Appoint the second.",
    )  # fmt: skip
    state = case(make_ups=(rule,))
    first, second = (
        Appointment("panel_member", agency, "", None, 1) for agency in (SCHOOL, CARE)
    )  # fmt: skip
    decides = record(state, PANEL, Act.DECIDE)
    assert list(make_up_faults(state._replace(appointments=(first, second)), decides)) == []
    assert list(make_up_faults(state._replace(appointments=(first,)), decides)) == [
        Refusal("X-2", "Two agencies.", "Appoint the second.")
    ]
    executives = state._replace(
        policy=replace(state.policy, make_ups=(replace(rule, executive=True),)),
        appointments=(first, second),
    )  # fmt: skip
    assert len(list(make_up_faults(executives, decides))) == 1


def alone(by: Who, act: Act = Act.DECIDE, *, office: str = "panel_member", agencies: int = 2,
          members: str = "panel_member", powers: tuple[PowerRule, ...] = (),
          ) -> list[GateRule]:  # fmt: skip
    """What stands before somebody who decides though one member of a panel was appointed."""
    rule = MakeUpRule(
        "X-2", ("panel",), frozenset({Act.DECIDE}), "", members=members, agencies=agencies
    )  # fmt: skip
    state = case(make_ups=(rule,))
    first, *later = state.policy.stages
    ladder = (replace(first, powers=powers), *later)
    state = state._replace(
        policy=replace(state.policy, stages=ladder),
        appointments=(
            Appointment("reviewer", "", "", None, 8), Appointment(office, SCHOOL, "", None, 9),
        ),
    )  # fmt: skip
    return closed_gates(state, record(state, by, act))


def test_before_somebody_else_decides_stands_the_panel_that_was_appointed() -> None:
    chair = Who("chair")
    first = case().stage
    assert alone(chair) == [
        GateRule(
            "X-2.panel-decides", "X-2", Before.DECIDE, first, (),
            "A panel has been appointed for this case: it hears those involved, and decides "
            "together.",
            "Let the panel hear and decide, or go on alone and give the reason.",
        )
    ]  # fmt: skip
    # by the clause that gives the panel its power, where one does
    powers = (
        PowerRule("P-1", ("chair",), Power.DECIDE), PowerRule("P-2", ("mediator", "panel"),
                                                               Power.DECIDE),
    )  # fmt: skip
    assert [(each.id, each.clause) for each in alone(chair, powers=powers)] == [
        ("P-2.panel-decides", "P-2")
    ]
    assert [each.clause for each in alone(chair, powers=powers[:1])] == ["X-2"]


def test_nothing_stands_before_the_panel_itself_nor_where_none_can_sit() -> None:
    chair = Who("chair")
    assert alone(PANEL) == []
    assert alone(chair, Act.MEET) == []
    assert alone(chair, office="scribe") == []
    # a panel of fewer agencies than there are parties cannot sit
    assert alone(chair, agencies=1) == []
    assert len(alone(chair, agencies=3)) == 1
    # and a body that nobody is appointed to is no panel
    assert alone(chair, members="") == []


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
