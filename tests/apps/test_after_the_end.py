"""Whoever owes something now reads it first, and stays told of it after the decision; a stage that
was left asks nobody for its talks any more.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import Agency, Partnership, User
from concord.rules.clock import LONDON
from concord.rules.record import Facts, PlannedAction, Record
from concord.rules.who import Who
from concord.rules.words import Act, Form, Outcome, Side

SignIn = Callable[[str, str], Client]
Raised = Callable[..., Case]

CHAIR, MANAGER = Who("chair"), Who("business_manager")
SANDWELL = ("sandwell", "sandwell-school", "sandwell-childrens-trust")
BROMLEY = ("bromley", "bromley-school", "bromley-social-care")


def side(role: str, where: str, raising: bool = True) -> Who:
    return Who(role, Side.RAISING if raising else Side.RESPONDING, where)


@pytest.fixture
def raised(person: Callable[[str, str], User]) -> Raised:
    """A concern raised some days ago by a partnership's school."""

    def make(where: tuple[str, str, str], ago: int = 30, facts: Facts | None = None) -> Case:
        slug, school, care = where
        at = timezone.now() - timedelta(days=ago)
        raiser = person("practitioner", school)
        record = Record(
            n=1, at=at, written=at, by=side("practitioner", school), act=Act.RAISE,
            key=f"raise-{Case.objects.count()}",
            facts=facts or {},
            text={
                "child.1.name": "Plum Invented", "child.1.born": "2015-04-03",
                "decision_challenged": "The referral was closed.", "user": str(raiser.pk),
                "by_name": raiser.name,
            },
        )  # fmt: skip
        answer = ledger.open_case(
            Partnership.objects.get(slug=slug), Agency.objects.get(slug=school),
            [Agency.objects.get(slug=care)], {}, record, raiser,
        )  # fmt: skip
        assert isinstance(answer, ledger.Done), answer
        return answer.case

    return make


def done(case: Case, by: Who, act: Act, ago: float = 0, **more: object) -> None:
    at = timezone.now() - timedelta(days=ago)
    answer = ledger.act(case.reference, Record(0, at, at, by, act, **more), None)  # type: ignore[arg-type]
    assert isinstance(answer, ledger.Done), answer


def up_to(case: Case, where: tuple[str, str, str], stage: str, ago: float) -> None:
    done(
        case, side("practitioner", where[1]), Act.ESCALATE, ago, stage=stage, reason="No time.",
        override="It cannot wait.",
    )  # fmt: skip


def decided(raised: Raised, ago: float = 45) -> Case:
    """A Sandwell case that its Chair decided, days ago, after a template was sent in."""
    case = raised(SANDWELL, ago=int(ago) + 20)
    up_to(case, SANDWELL, "stage-4", ago + 10)
    done(case, side("executive", SANDWELL[1]), Act.SUBMIT, ago + 9,
         form=Form.ESCALATION_TEMPLATE, to=(MANAGER,))  # fmt: skip
    done(case, CHAIR, Act.DECIDE, ago, decision="Assess again.", reasons="New bruises.",
         people=(CHAIR,))  # fmt: skip
    return case


def text(answer: object) -> str:
    return " ".join(unescape(answer.content.decode()).split())  # type: ignore[attr-defined]


def needs(client: Client) -> str:
    shown = text(client.get("/work"))
    shown = shown[shown.index("Needs you") :]
    return shown.partition("Waiting for others")[0].partition("Lately ended")[0]


def must(client: Client, case: Case) -> str:
    """What the case answers to "Who must do what?", and by when."""
    shown = text(client.get(f"/case/{case.reference}"))
    return shown.partition("Who must do what?")[2].partition("What happens if")[0]


def test_the_office_that_owes_something_after_the_decision_keeps_the_case_in_its_list(
    raised: Raised, as_person: SignIn
) -> None:
    # given a case decided 45 days ago, whose outcome was to be sent to all parties in a month
    case = decided(raised)
    manager = as_person("business_manager", "sandwell")
    # then it stands in the list of whoever owes that, late, with the day it was due
    listed = needs(manager).partition(case.reference)[2]
    assert ">Late</strong>" in listed
    assert "Send the outcome and the learning to all parties" in listed
    # and not once that is done, and what else is owed
    done(case, MANAGER, Act.DISSEMINATE, text={"note": "Sent."})
    assert "Fill in the Business Manager" in needs(manager)
    done(case, MANAGER, Act.REVIEW, outcome=Outcome.JUSTIFIED)
    done(case, MANAGER, Act.FILE, text={"said": "Kept."})
    assert case.reference not in needs(manager)


def test_after_the_decision_whoever_owes_something_now_is_named_first(
    raised: Raised, as_person: SignIn
) -> None:
    case = decided(raised, ago=3)
    client = as_person("service_lead", "sandwell-childrens-trust")
    # nobody is told any more to meet about what was decided, nor to convene a meeting for it
    assert "Convene the resolution meeting" not in must(client, case)
    head = as_person("service_lead", "sandwell-school")
    shown = text(head.get(f"/case/{case.reference}"))
    now = shown.partition("What you do now")[2].partition("The concern")[0]
    assert "meet to resolve it" not in now
    assert "What was not done before the case went on" in shown
    # both sides are told to have it carried out, until somebody has agreed who does what
    assert "so that the decision is carried out" in must(client, case)
    manager = as_person("manager", "sandwell-childrens-trust")
    assert "so that the decision is carried out" in needs(manager)
    assert f'href="/case/{case.reference}/agree"' in text(manager.get(f"/case/{case.reference}"))
    tomorrow = (datetime.now(LONDON) + timedelta(days=1)).date()
    plan = PlannedAction("Visit the child", side("manager", SANDWELL[2], raising=False), tomorrow)
    done(case, side("manager", SANDWELL[2], raising=False), Act.AGREE, actions=(plan,))
    assert "so that the decision is carried out" not in must(client, case)
    assert "so that the decision is carried out" not in needs(manager)
    # and what falls due first leads
    assert "Visit the child" in must(client, case)


def test_a_case_with_the_last_body_names_it_and_not_the_stage_that_was_left(
    raised: Raised, as_person: SignIn
) -> None:
    case = raised(BROMLEY, ago=10)
    up_to(case, BROMLEY, "stage-4", 5)
    for role, where in (("practitioner", BROMLEY[1]), ("manager", BROMLEY[2])):
        said = must(as_person(role, where), case)
        assert "Talk to the other worker" not in said
        assert said.partition("</dt>")[2].startswith(" <dd>BSCP Chair: Resolve it directly")
        assert "BR-15" in said
    assert "Discuss it with the equivalent" not in needs(as_person("manager", BROMLEY[1]))


def test_an_agencys_log_says_that_it_waits_for_the_last_body(
    raised: Raised, as_person: SignIn
) -> None:
    case = raised(SANDWELL)
    up_to(case, SANDWELL, "stage-2", 20)
    up_to(case, SANDWELL, "stage-4", 2)
    shown = text(as_person("service_lead", "sandwell-school").get("/agencies/sandwell-school"))
    row = shown.partition(case.reference)[2].partition("</tr>")[0]
    assert "Waits for" in row
    assert "meet to resolve it" not in row


def test_only_a_child_at_immediate_risk_is_tagged_so(raised: Raised, as_person: SignIn) -> None:
    # given a case in which the question of immediate risk was answered with no
    case = raised(BROMLEY, facts={"immediate_risk": False})
    teacher = as_person("practitioner", BROMLEY[1])
    assert case.reference in needs(teacher)
    assert "At risk" not in text(teacher.get("/work"))
    # and one in which it was answered with yes: until it has ended and what is owed was done
    at_risk = raised(BROMLEY, facts={"immediate_risk": True})
    assert "At risk" in needs(teacher).partition(at_risk.reference)[2]
    worker = side("practitioner", BROMLEY[1])
    done(at_risk, worker, Act.REFER, to=(Who("mash"),))
    done(at_risk, worker, Act.NOTIFY, to=(side("safeguarding_lead", BROMLEY[1]),))
    assert "At risk" in text(teacher.get("/work"))
    done(at_risk, worker, Act.RESOLVE, text={"outcome": "Changed."})
    done(at_risk, side("manager", BROMLEY[2], raising=False), Act.CONFIRM)
    assert "At risk" not in text(teacher.get("/work"))


def test_what_is_late_stands_first_in_the_list(raised: Raised, as_person: SignIn) -> None:
    # given a decided case with an action that is late, and cases in which something has no date
    case = decided(raised)
    past = datetime.now(LONDON).date() - timedelta(days=30)
    plan = PlannedAction("Visit the child", side("manager", SANDWELL[1]), past)
    done(case, side("manager", SANDWELL[1]), Act.AGREE, 40, actions=(plan,))
    undated = [raised(SANDWELL, ago=1) for _ in range(2)]
    for each in undated:
        done(each, side("practitioner", SANDWELL[1]), Act.ESCALATE)
        done(each, side("manager", SANDWELL[1]), Act.RESOLVE, text={"outcome": "Changed."})
        done(each, side("manager", SANDWELL[2], raising=False), Act.CONFIRM)
    listed = needs(as_person("manager", "sandwell-school"))
    late = listed.index(case.reference)
    assert all(late < listed.index(each.reference) for each in undated)
