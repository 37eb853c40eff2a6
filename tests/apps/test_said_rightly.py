"""What was done is called by its own name: on the next page, in the timeline and in notices."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import Partnership, User
from concord.notifications.loop import go_round
from concord.notifications.models import Notice
from concord.notifications.wording import headline
from concord.rules.record import PlannedAction, Record
from concord.rules.who import Who
from concord.rules.words import Act, Means, Outcome, Side
from tests.apps.conftest import AT
from tests.apps.test_deciding import at_the_last_stage
from tests.apps.test_pages import text

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
SCHOOL, TRUST = "sandwell-school", "sandwell-childrens-trust"
TEACHER = Who("practitioner", Side.RAISING, SCHOOL)
LEAD = Who("manager", Side.RESPONDING, TRUST)


def write(case: Case, by: Who, act: Act, **more: object) -> None:
    record = Record(0, AT, AT, by, act, key=f"{by.role} {act}", **more)  # type: ignore[arg-type]
    answer = ledger.act(case.reference, record, None)
    assert isinstance(answer, ledger.Done), answer


def test_a_dispute_and_a_check_are_not_said_to_confirm_an_outcome(
    opened: Case, as_person: SignIn
) -> None:
    # given a call that the Trust disputes
    write(opened, TEACHER, Act.DISCUSS, people=(LEAD,), means=Means.TELEPHONE,
          outcome=Outcome.UNRESOLVED, text={"said": "They will visit."})  # fmt: skip
    here, lead = f"/case/{opened.reference}", as_person("manager", TRUST)
    said = lead.post(f"{here}/record/2", {"right": "no", "wrong": "No.", "key": "d"}, follow=True)
    # then the next page says so
    assert "Say what is wrong with a record: this is recorded." in text(said)
    said = lead.post(f"{here}/record/2", {"right": "yes", "key": "a"}, follow=True)
    assert "Agree a record: this is recorded." in text(said)
    # and so it does of an action that is checked
    write(opened, LEAD, Act.AGREE, actions=(PlannedAction("Visit", LEAD, None),))
    write(opened, LEAD, Act.COMPLETE, action=1, done=True, text={"evidence": "Note"})
    checks = {"right": "yes", "carried_out": "yes", "done": "yes", "key": "c"}
    said = as_person("practitioner", SCHOOL).post(f"{here}/actions/1/check", checks, follow=True)
    assert "Check an action: this is recorded." in text(said)
    assert "Confirm the outcome: this is recorded" not in text(said)


def test_a_declaration_of_independence_is_no_advice(
    cast: dict[str, Partnership], as_person: SignIn
) -> None:
    case = at_the_last_stage(cast, "bromley")
    go_round(AT, mails=False)
    chair, here = as_person("chair", "bromley"), f"/case/{case.reference}"
    assert chair.post(f"{here}/room", {"declares": "yes", "key": "k"}).status_code == 302
    shown = text(chair.get(f"{here}/timeline"))
    assert "Declared whether they are independent" in shown
    record = ledger.state_of(Case.objects.get(pk=case.pk)).records[-1].n
    assert f"{record}. Gave advice" not in shown


def test_what_a_decision_makes_somebody_owe_is_not_told_under_what_came_before_it(
    cast: dict[str, Partnership], person: Person
) -> None:
    # given a Chair who declared that they are independent, and then decided
    case = at_the_last_stage(cast, "sandwell")
    now = timezone.now()
    go_round(now, mails=False)
    chair, unit = Who("chair"), person("business_manager", "sandwell")
    before = set(Notice.objects.filter(case=case).values_list("pk", flat=True))
    declared = {"independence": "I am independent.", "by_name": "A Chair"}
    for minutes, act, more in (
        (1, Act.ADVISE, {"to": (Who("business_manager"),), "text": declared}),
        (2, Act.DECIDE, {"decision": "The plan goes on.", "reasons": "It is safer."}),
    ):
        at = now + timedelta(minutes=minutes)
        record = Record(0, at, at, chair, act, key=str(act), **more)
        answer = ledger.act(case.reference, record, None)
        assert isinstance(answer, ledger.Done), answer
    # when the business manager is told of both in one go
    go_round(now + timedelta(minutes=3), mails=False)
    new = Notice.objects.filter(case=case, recipient=unit).exclude(pk__in=before)
    told = {headline(each.kind, each.act, each.rung): each.owes for each in new}
    # then the declaration is called one, and what the decision makes them owe stands apart
    assert told["Somebody who hears or decides declared whether they are independent"] == []
    assert any("SA-35" in str(owes) for says, owes in told.items() if "declared" not in says), told


def test_a_resolved_case_says_who_confirmed_it_and_not_that_it_is_proposed(
    opened: Case, as_person: SignIn
) -> None:
    # given an outcome that the school proposed, and the Trust confirmed
    write(opened, TEACHER, Act.RESOLVE, text={"outcome": "They assess again."})
    write(opened, LEAD, Act.CONFIRM)
    page = " ".join(
        text(as_person("practitioner", SCHOOL).get(f"/case/{opened.reference}")).split()
    )
    assert "How it ended:</strong> confirmed the outcome," in page
    assert "Proposed by:" in page
    assert "They assess again." in page
    assert "proposed that it is resolved" not in page


def test_an_agency_with_practitioners_is_not_said_to_have_none(
    opened: Case, as_person: SignIn
) -> None:
    page = text(as_person("practitioner", SCHOOL).get(f"/case/{opened.reference}"))
    assert "Nobody is named here as Social worker" not in page
    assert "No Social worker of this agency is in the case now" in page


def test_whoever_has_a_task_above_is_not_told_that_nothing_needs_them(
    opened: Case, as_person: SignIn
) -> None:
    # given a case that was opened in an emergency, which the data protection officer reviews
    why = "The child is missing, and nobody of it can be asked now."
    opens = {"reference": opened.reference, "why": why}
    as_person("manager", "west-midlands-police").post("/emergency", opens)
    page = text(as_person("data_protection_officer", "sandwell").get("/work"))
    assert "Emergencies to review" in page
    assert "Nothing needs you now." not in page
    assert "Nothing else needs you now: what stands above does." in page
