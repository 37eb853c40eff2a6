"""Who may act at all, on a ladder of three steps made for it; each refusal in full."""

from dataclasses import replace

import pytest

from concord.rules.actors import (
    SIDES_ONLY,
    TAKES_UP,
    may_raise,
    not_confirmed,
    powers,
    refusal_unless_office,
    refusal_unless_seated,
    refusals,
)
from concord.rules.gates import Refusal
from concord.rules.parts import Appointment
from concord.rules.policy import AppointmentRule, Office, Policy, PowerRule, Stage
from concord.rules.state import CaseState, begin
from concord.rules.who import OUTSIDER, Parties, Seat, Who
from concord.rules.words import Act, Phase, Power, Side
from tests.rules.test_small_calendar import calendar

SCHOOL, CARE = Who("manager", Side.RAISING, "school"), Who("manager", Side.RESPONDING, "care")
CHAIR = Who("chair")
MEDIATES = PowerRule("P-2", ("mediator",), Power.MEDIATE)
DECIDES = PowerRule("P-3", ("panel_member", "chair"), Power.DECIDE)
REVIEWS = PowerRule("P-4", ("key_partner",), Power.DECIDE, appointed=True)


def stage(number: int, *rules: PowerRule) -> Stage:
    return Stage(
        f"step-{number}", f"Step {number}", Phase.FORMAL, "manager", f"S-{number}", powers=rules
    )


OWN = Office("scribe", "Scribe")
TALK, MEDIATION, PANEL = stage(1), stage(2, MEDIATES), stage(3, MEDIATES, DECIDES, REVIEWS)


def case(*stages: Stage, at: Stage = TALK) -> CaseState:
    policy = Policy(
        "small", "Small", "Smallshire", "Small", "1", None, None, "england_and_wales",
        stages or (TALK, MEDIATION, PANEL), (), (), offices=(OWN,),
    )  # fmt: skip
    empty = begin(policy, calendar(), Parties("school", ("care", "police")), {})
    return empty._replace(stage=at.id)


def refused(state: CaseState, who: Who, act: Act) -> list[Refusal]:
    return list(refusals(state, who, act))


def hard(why: str, instead: str, clause: str = "house-4") -> list[Refusal]:
    return [Refusal(clause, why, instead)]


@pytest.mark.parametrize("act", sorted(SIDES_ONLY))
def test_what_belongs_to_the_parties_is_theirs_alone(act: Act) -> None:
    assert refused(case(), SCHOOL, act) == refused(case(), CARE, act) == []
    assert refused(case(), CHAIR, act) == hard(
        f"Only the agencies in the disagreement may {act.replace('_', ' ')}.",
        "Advise, or meet with the parties.",
    )


def test_what_anybody_may_do_is_refused_to_nobody_who_is_known() -> None:
    for who in (SCHOOL, CARE, CHAIR, Who("scribe")):
        assert refused(case(), who, Act.DISCUSS) == []


def test_a_concern_is_withdrawn_by_the_side_that_raised_it() -> None:
    assert refused(case(), SCHOOL, Act.WITHDRAW) == []
    for who in (CARE, CHAIR):
        assert refused(case(), who, Act.WITHDRAW) == hard(
            "A concern is withdrawn by the side that raised it.", "Answer it, or meet."
        )


def test_whoever_is_invited_to_one_thing_gives_the_one_answer() -> None:
    assert refused(case(), OUTSIDER, Act.ADVISE) == []
    assert refused(case(), OUTSIDER, Act.DISCUSS) == hard(
        "Whoever is invited to one thing gives the one answer that was asked for.",
        "Answer what was asked.",
    )


def test_a_role_that_the_policy_does_not_know_acts_nowhere() -> None:
    nobody = hard("This policy has no office 'wizard'.", "Name a tier of a party, or an office.")
    sideless = hard("'manager' must say for which side.", "Write manager@raising or @responding.")
    assert refused(case(), Who("wizard"), Act.DISCUSS) == nobody
    assert refused(case(), Who("manager"), Act.DISCUSS) == sideless
    # nor raises a concern
    raised = hard(
        "A concern is raised by the agency that has it.",
        "Raise it as somebody of that agency, or write it down on their behalf.",
    )
    assert list(may_raise(case(), Who("wizard"))) == nobody + raised
    assert list(may_raise(case(), Who("manager"))) == sideless + raised
    assert list(may_raise(case(), CARE)) == raised
    assert list(may_raise(case(), SCHOOL)) == []


def test_whom_their_agency_has_not_confirmed_everything_is_open_but_taking_a_case_up() -> None:
    assert {act for act in Act if not_confirmed(act) is not None} == TAKES_UP
    assert not_confirmed(Act.ESCALATE) == Refusal(
        "house-8",
        "Your agency has not confirmed yet that it knows you, so you cannot take this case up.",
        "Ask your safeguarding lead or your manager to confirm you, or the business manager where "
        "your agency has neither on Concord: they have been asked. They can also take it up "
        "themselves now. If the child is in danger, act now: ring 999, or the "
        "MASH (Multi-Agency Safeguarding Hub).",
    )


def test_a_seat_is_held_exactly_and_by_the_agency_that_it_is_of() -> None:
    seats = (Seat(("service_lead", "manager"), "raising"), Seat(("business_manager",)))

    def answer(who: Who) -> list[Refusal]:
        return list(refusal_unless_seated(case(), who, seats, "S-9", "shorten a limit"))

    assert answer(SCHOOL) == answer(Who("business_manager")) == []
    # a manager of another agency is none of them, nor is whoever stands above one
    for who, name in (
        (CARE, "manager"),
        (Who("executive", Side.RAISING, "school"), "executive"),
        (Who("panel_member"), "panel member"),
    ):
        assert answer(who) == hard(
            f"The policy does not let the {name} shorten a limit.",
            "Ask the service lead|manager of the raising or business manager.",
            "S-9",
        )


def test_what_is_given_to_one_office_is_given_to_no_other() -> None:
    assert list(refusal_unless_office(case(), CHAIR, "chair")) == []
    assert list(refusal_unless_office(case(), CHAIR, "business_manager")) == hard(
        "This policy gives that appointment to nobody else than the business manager.",
        "Ask the business manager.",
    )


def test_whoever_may_decide_here_does_and_nobody_else() -> None:
    here = case(at=PANEL)
    assert powers(here, "step-3") == (MEDIATES, DECIDES, REVIEWS)
    for who in (CHAIR, Who("panel_member")):
        assert refused(here, who, Act.DECIDE) == []
    # the mediator of the same step only mediates
    for who in (SCHOOL, Who("mediator")):
        assert refused(here, who, Act.DECIDE) == hard(
            "Here the panel member or chair or key partner decides.",
            "Put your view to them.",
            "P-3",
        )


def test_whoever_must_be_appointed_decides_once_they_are() -> None:
    here, partner = case(at=PANEL), Who("key_partner")
    why = "Nobody has been appointed key partner in this case."
    instead = "Have the appointment made first."
    # given another appointment, then none; the clause is that of the appointment, if there is one
    other = here._replace(appointments=(Appointment("chair", "", "Amy Adams", None, 3),))
    assert refused(other, partner, Act.DECIDE) == hard(why, instead, "P-4")
    for office, clause in (("key_partner", "A-1"), ("chair", "P-4")):
        rule = AppointmentRule(office, "A-1", ())
        policy = replace(here.policy, appointments=(rule,))
        assert refused(here._replace(policy=policy), partner, Act.DECIDE) == hard(
            why, instead, clause
        )
    # when they are appointed
    named = here._replace(
        appointments=(*other.appointments, Appointment("key_partner", "", "Bo Brown", None, 4))
    )
    assert refused(named, partner, Act.DECIDE) == []


def test_a_decision_is_made_where_the_policy_has_it_made() -> None:
    for here in (TALK, MEDIATION):
        assert refused(case(at=here), CHAIR, Act.DECIDE) == hard(
            "A decision is made at Step 3, and the case is not there.",
            "Agree here, or escalate, with a reason if stages are to be skipped.",
            "P-3",
        )


@pytest.mark.parametrize(("stages", "clause"), [((TALK, MEDIATION), "P-2"), ((TALK,), "S-1")])
def test_where_nobody_decides_the_parties_go_on(stages: tuple[Stage, ...], clause: str) -> None:
    assert refused(case(*stages), CHAIR, Act.DECIDE) == hard(
        "This policy gives nobody the power to decide for the parties.",
        "Record what the parties agree, or their positions and how outstanding issues will be "
        "pursued.",
        clause,
    )
