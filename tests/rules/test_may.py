"""Which acts are open to whom, on a ladder of three steps made for it; and what is asked for each.

What is open to an actor is what the rules would take from them: each list stands here in full.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from concord.rules.may import actors_now, acts_for, may, probe
from concord.rules.policy import (
    AppointmentRule,
    Before,
    Doing,
    GateRule,
    MakeUpRule,
    Policy,
    PowerRule,
    Stage,
)
from concord.rules.record import PlannedAction, Record
from concord.rules.state import CaseState, begin, evolve
from concord.rules.who import Parties, Who, parse_seat
from concord.rules.words import Act, Outcome, Phase, Power, Side
from tests.rules.test_small_calendar import NINE, calendar

SCHOOL, CARE = Who("manager", Side.RAISING, "school"), Who("manager", Side.RESPONDING, "care")
POLICE = Who("manager", Side.RESPONDING, "police")
CHAIR, BUSINESS_MANAGER = Who("chair"), Who("business_manager")
LATER = NINE + timedelta(hours=9)
TALK = Stage("talk", "Talk", Phase.INFORMAL, "manager", "S-1")
OFFICES = Stage(
    "offices", "Offices", Phase.FORMAL, "slo", "S-2", offices=("iro", "slo"),
    powers=(PowerRule("P-2", ("mediator", "iro"), Power.MEDIATE),),
)  # fmt: skip
TOP = Stage(
    "top", "Top", Phase.FINAL, "executive", "S-3", offices=("board_rep", "safeguarding_lead"),
    powers=(PowerRule("P-3", ("chair",), Power.DECIDE),),
)  # fmt: skip


def did(state: CaseState, who: Who, act: Act, **more: Any) -> CaseState:
    """The case after somebody did something, an hour after the last."""
    n = len(state.records) + 1
    at = NINE + timedelta(hours=n)
    return evolve(state, Record(n, at, at, who, act, **more))


def unraised(*responding: str, **policy: Any) -> CaseState:
    rules: dict[str, Any] = {"stages": (TALK, OFFICES, TOP), "duties": (), "limits": (), **policy}
    small = Policy(
        "small", "Small", "Smallshire", "Small", "1", None, None, "england_and_wales", **rules
    )
    return begin(small, calendar(), Parties("school", responding or ("care",)), {})


def case(*responding: str, **policy: Any) -> CaseState:
    """A case that the school raised, of which nothing else is known."""
    return did(unraised(*responding, **policy), SCHOOL, Act.RAISE)


def acts(state: CaseState, who: Who) -> list[str]:
    return [str(act) for act in acts_for(state, who, LATER)]


def words(state: CaseState, who: Who) -> str:
    return " ".join(acts(state, who))


OF_ANY_SIDE = (
    "acknowledge state answer pass_on discuss advise convene meet agree file share submit notify "
    "review refer shorten escalate refer_up resolve explain feed_back learn debrief"
)
OF_ANY_OFFICE = (
    "discuss advise convene meet hear agree file share submit notify review refer resolve explain "
    "feed_back learn disseminate debrief"
)


def test_before_a_case_is_raised_the_raising_side_may_raise_it_and_nobody_anything_else() -> None:
    assert acts_for(unraised(), SCHOOL, LATER) == (Act.RAISE,)
    assert acts_for(unraised(), CARE, LATER) == acts_for(unraised(), CHAIR, LATER) == ()


def test_what_is_open_to_a_side_and_to_an_office_in_a_case_just_raised() -> None:
    # the side that raised it has a record to put right, and may withdraw it
    assert words(case(), SCHOOL) == f"{OF_ANY_SIDE} withdraw correct"
    assert words(case(), CARE) == OF_ANY_SIDE
    assert words(case(), CHAIR) == OF_ANY_OFFICE
    assert acts(case(), Who("wizard")) == []


def test_the_business_manager_may_put_any_record_right_though_they_made_none() -> None:
    assert words(case(), BUSINESS_MANAGER) == f"{OF_ANY_OFFICE} correct"
    assert probe(case(), BUSINESS_MANAGER, Act.CORRECT, LATER).of == 1


def test_after_the_end_only_what_an_end_takes_is_open() -> None:
    ended = did(case(), SCHOOL, Act.WITHDRAW, reason="It was put right.")
    assert words(ended, CARE) == (
        "discuss advise convene meet agree file share submit notify review refer explain feed_back "
        "learn debrief reopen"
    )
    assert words(ended, CHAIR) == (
        "discuss advise convene meet agree file share submit notify review refer explain feed_back "
        "learn disseminate debrief reopen"
    )


def test_what_only_a_gate_stands_before_is_open_and_what_a_hard_rule_refuses_is_not() -> None:
    talk = Doing(frozenset({Act.MEET}))
    gate = GateRule("g", "G-1", Before.BEGIN, "offices", (talk,), "Not yet.", "Meet first.")
    assert "escalate" in acts(case(gates=(gate,)), SCHOOL)
    assert "escalate" not in acts(case(stages=(TALK,)), SCHOOL)


def test_a_decision_is_open_where_it_is_made_to_whoever_makes_it() -> None:
    at_top = case()._replace(stage="top")
    assert "decide" in acts(at_top, CHAIR)
    assert "decide" not in acts(at_top, Who("iro"))
    assert "decide" not in acts(case(), CHAIR)


def test_an_outcome_is_confirmed_by_whoever_has_not_agreed_to_it() -> None:
    proposed = did(case(), SCHOOL, Act.RESOLVE)
    assert "confirm" in acts(proposed, CARE)
    assert "confirm" not in acts(proposed, SCHOOL)
    assert "confirm" not in acts(proposed, CHAIR)
    assert "confirm" not in acts(case(), CARE)
    assert "confirm" not in acts(did(proposed, SCHOOL, Act.WITHDRAW), CARE)


def reported(state: CaseState, *who: Who) -> CaseState:
    """The case after actions were agreed, each of which one of these reports done."""
    plans = tuple(PlannedAction("Visit", each) for each in who)
    state = did(state, SCHOOL, Act.AGREE, actions=plans)
    for number, each in enumerate(who, 1):
        evidence = {"evidence": "A note of it"}
        state = did(state, each, Act.COMPLETE, action=number, done=True, text=evidence)
    return state


def test_an_action_is_reported_while_one_is_open_and_checked_once_one_is_reported() -> None:
    agreed = did(case(), SCHOOL, Act.AGREE, actions=(PlannedAction("Visit", CARE),))
    for who in (SCHOOL, CARE, CHAIR):
        assert "complete" in acts(agreed, who)
    assert "confirm" not in acts(agreed, SCHOOL)
    done = reported(case(), CARE)
    assert "complete" not in acts(done, SCHOOL)
    assert "confirm" in acts(done, SCHOOL)
    assert "confirm" not in acts(done, CARE)


def test_whoever_proposed_an_outcome_still_checks_what_the_other_side_reported() -> None:
    # given an action of each side's reported done, and then an outcome that the school proposes
    proposed = did(reported(case(), CARE, SCHOOL), SCHOOL, Act.RESOLVE)
    # then the school is asked about the action, and social care about the outcome
    assert probe(proposed, SCHOOL, Act.CONFIRM, LATER).action == 1
    assert probe(proposed, CARE, Act.CONFIRM, LATER).action is None
    assert "confirm" in acts(proposed, SCHOOL)
    assert "confirm" in acts(proposed, CARE)
    # and about its action once the outcome stands
    over = did(proposed, CARE, Act.CONFIRM)
    assert probe(over, CARE, Act.CONFIRM, LATER).action == 2


CHAIRS = AppointmentRule("chair", "A-1", (parse_seat("business_manager"),), independent=True)
MEDIATORS = AppointmentRule("mediator", "A-2", (parse_seat("manager@raising"), parse_seat("iro")))


def test_whoever_appoints_to_any_office_of_the_policy_may_appoint() -> None:
    both = case(appointments=(CHAIRS, MEDIATORS))
    for who in (SCHOOL, BUSINESS_MANAGER, Who("iro")):
        assert "appoint" in acts(both, who)
    for who in (CARE, CHAIR):
        assert "appoint" not in acts(both, who)
    assert "appoint" not in acts(case(), BUSINESS_MANAGER)
    # where the policy wants somebody there who appoints with them, not alone
    together = MakeUpRule(
        "M-3", (), frozenset({Act.APPOINT}), "talk", needs=(parse_seat("iro"),),
        when_any=("business_manager",),
    )  # fmt: skip
    here = case(appointments=(CHAIRS,), make_ups=(together,))
    assert "appoint" not in acts(here, BUSINESS_MANAGER)
    assert "appoint" in acts(did(here, SCHOOL, Act.ESCALATE), BUSINESS_MANAGER)


PLAIN = [
    act for act in Act
    if act not in (
        Act.DISCUSS, Act.MEET, Act.CONVENE, Act.HEAR, Act.REVIEW, Act.SHORTEN, Act.APPOINT,
        Act.CORRECT,
    )
]  # fmt: skip


@pytest.mark.parametrize("act", PLAIN)
def test_the_plainest_record_says_who_does_what_and_when(act: Act) -> None:
    for who in (SCHOOL, CHAIR):
        assert probe(case(), who, act, LATER) == Record(2, LATER, LATER, who, act)
    assert probe(unraised(), SCHOOL, act, LATER) == Record(1, LATER, LATER, SCHOOL, act)


@pytest.mark.parametrize("act", [Act.DISCUSS, Act.MEET, Act.CONVENE, Act.HEAR])
def test_a_plain_talk_is_with_the_managers_of_the_others_and_whoever_a_meeting_needs(
    act: Act,
) -> None:
    bodies = (
        MakeUpRule("M-1", (), frozenset({Act.MEET}), "", needs=(
            parse_seat("iro|cp_chair"), parse_seat("executive@each"), parse_seat("key_partner"),
        )),
        MakeUpRule("M-2", ("panel",), frozenset({Act.DECIDE}), ""),
    )  # fmt: skip
    three = case("care", "police", make_ups=bodies)
    needed = (Who("iro"), Who("key_partner"))
    assert probe(three, SCHOOL, act, LATER).people == (CARE, POLICE, *needed)
    assert probe(three, CARE, act, LATER).people == (SCHOOL, POLICE, *needed)
    assert probe(three, CHAIR, act, LATER).people == (SCHOOL, CARE, POLICE, *needed)
    assert probe(case(), SCHOOL, act, LATER) == Record(2, LATER, LATER, SCHOOL, act, people=(CARE,))


def test_what_some_acts_cannot_do_without_is_given_plainly() -> None:
    state = case(appointments=(CHAIRS, MEDIATORS))
    plain = Record(2, LATER, LATER, SCHOOL, Act.REVIEW)
    assert probe(state, SCHOOL, Act.REVIEW, LATER) == replace(plain, outcome=Outcome.JUSTIFIED)
    assert probe(state, SCHOOL, Act.SHORTEN, LATER) == replace(plain, act=Act.SHORTEN, due=LATER)
    # an appointment is to the first office, or to the one that is asked about
    appoints = replace(plain, act=Act.APPOINT, office="chair", agency="(independent)")
    assert probe(state, SCHOOL, Act.APPOINT, LATER) == appoints
    assert probe(state, SCHOOL, Act.APPOINT, LATER, "mediator") == replace(
        appoints, office="mediator"
    )
    assert probe(case(), SCHOOL, Act.APPOINT, LATER) == replace(appoints, office="")


def test_a_plain_correction_is_of_the_first_record_that_one_may_put_right() -> None:
    told = did(did(case(), CARE, Act.ANSWER), SCHOOL, Act.STATE)
    colleague = Who("executive", Side.RESPONDING, "care")
    assert probe(told, SCHOOL, Act.CORRECT, LATER) == Record(
        4, LATER, LATER, SCHOOL, Act.CORRECT, of=1
    )
    assert probe(told, CARE, Act.CORRECT, LATER).of == 2
    assert probe(told, colleague, Act.CORRECT, LATER).of == 2
    assert probe(told, CHAIR, Act.CORRECT, LATER).of is None


def test_a_plain_report_is_of_the_first_action_that_is_open() -> None:
    plans = (PlannedAction("Visit", CARE), PlannedAction("Call", CARE))
    told = did(case(), SCHOOL, Act.AGREE, actions=plans)
    assert probe(told, CARE, Act.COMPLETE, LATER).action == 1
    done = did(told, CARE, Act.COMPLETE, action=1, done=True)
    assert probe(done, CARE, Act.COMPLETE, LATER).action == 2


def seats(role: str) -> list[Who]:
    return [Who(role, Side.RAISING, "school"), Who(role, Side.RESPONDING, "care")]


def test_whom_a_case_concerns_is_who_raised_it_and_the_tiers_and_offices_of_its_stage() -> None:
    last = BUSINESS_MANAGER
    assert actors_now(unraised()) == (Who("practitioner", Side.RAISING, "school"),)
    assert list(actors_now(case())) == [*seats("practitioner"), *seats("manager"), last]
    # an office that each agency has is there once for each, and none is named twice
    assert list(actors_now(case()._replace(stage="offices"))) == [
        *seats("practitioner"), Who("iro"), *seats("slo"), Who("mediator"), last,
    ]  # fmt: skip
    assert list(actors_now(case()._replace(stage="top"))) == [
        *seats("practitioner"), *seats("executive"), *seats("board_rep"),
        *seats("safeguarding_lead"), CHAIR, last,
    ]  # fmt: skip
    first = replace(TALK, acts="practitioner", offices=("business_manager",))
    assert list(actors_now(case(stages=(first,)))) == [*seats("practitioner"), last]


def test_whom_nothing_is_open_to_is_not_in_the_list() -> None:
    assert may(unraised(), LATER) == {"practitioner@raising": (Act.RAISE,)}
    first = replace(TALK, acts="practitioner", offices=("wizard",))
    state = case(stages=(first,))
    raising, responding = seats("practitioner")
    assert may(state, LATER) == {
        "practitioner@raising": acts_for(state, raising, LATER),
        "practitioner@responding": acts_for(state, responding, LATER),
        "business_manager": acts_for(state, BUSINESS_MANAGER, LATER),
    }
