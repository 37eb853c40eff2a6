"""An agency that is not on Concord is served by the business manager, who writes on its behalf."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from concord.cases.ledger import Done, open_case, state_of
from concord.cases.models import Case, Draft, Summary
from concord.directory.models import Agency, User
from concord.notifications.loop import go_round
from concord.notifications.models import Notice
from concord.web.forms.raising import STEPS
from tests.apps.conftest import AT
from tests.apps.test_pages import ANSWERS, text

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
SAYS = {"by_name": "Robin Surgeon", "post": "General practitioner"}


def errors(answer: object) -> str:
    """What an answer says is wrong."""
    return text(answer).partition("There is something to put right")[2][:800]


def written(person: Person) -> str:
    return f"(written by the business manager, {person('business_manager', 'sandwell')}, on their"


def raised_for(unit: Client) -> Case:
    """A concern of the surgery's, raised by the business manager."""
    said = {"agency": "sandwell-surgery", "name": "Robin Surgeon", "post": "General practitioner"}
    token = unit.post("/raise/for", said).headers["Location"].split("/")[2]
    for step in STEPS:
        answer = unit.post(f"/raise/{token}/{step}", ANSWERS[step])
        assert answer.status_code == 302, (step, text(answer)[-2000:])
    shown = text(unit.get(f"/raise/{token}/check"))
    assert "You write this down on behalf of Robin Surgeon, General practitioner" in shown
    assert unit.post(f"/raise/{token}/check").status_code == 302
    return Case.objects.latest("pk")


@pytest.fixture
def against(opened: Case) -> Case:
    """A case as the school's other one, but against the surgery."""
    surgery = Agency.objects.get(slug="sandwell-surgery")
    school = Agency.objects.get(slug="sandwell-school")
    record = replace(state_of(opened).records[0], key="another")
    raiser = opened.entries.get().written_by
    answer = open_case(opened.partnership, school, [surgery], {}, record, raiser)
    assert isinstance(answer, Done)
    return answer.case


def test_a_concern_is_raised_on_behalf_and_says_so(as_person: SignIn, person: Person) -> None:
    # given a surgery that is not on Concord
    unit = as_person("business_manager", "sandwell")
    assert "/raise/for" in text(unit.get("/raise"))
    # when the business manager raises its concern
    case = raised_for(unit)
    # then the surgery is the party, and both are named wherever the record is shown
    assert case.parties.get(side="raising").agency.slug == "sandwell-surgery"
    assert case.entries.get().written_by == person("business_manager", "sandwell")
    other = as_person("manager", "sandwell-childrens-trust")
    for page in (f"/case/{case.reference}", f"/case/{case.reference}/timeline"):
        shown = text(other.get(page))
        assert "Robin Surgeon, General practitioner, Sandwell Orchard Surgery" in shown
        assert written(person) in shown


@pytest.mark.parametrize(
    ("role", "where"),
    [("manager", "sandwell-school"), ("chair", "sandwell"), ("business_manager", "bromley")],
)
def test_nobody_else_writes_for_it(against: Case, as_person: SignIn, role: str, where: str) -> None:
    client = as_person(role, where)
    address = f"/case/{against.reference}/for/sandwell-surgery/answer"
    assert client.get(address).status_code == 404
    assert (
        client.post(address, {**SAYS, "position": "We disagree.", "reply": "x"}).status_code == 404
    )
    said = {"agency": "sandwell-surgery", **SAYS, "name": "x"}
    assert client.post("/raise/for", said).status_code in (404, 422)
    assert not Draft.objects.filter(kind="raise").exists()


def test_nor_does_the_business_manager_write_for_an_agency_that_is_on_concord(
    opened: Case, as_person: SignIn
) -> None:
    unit = as_person("business_manager", "sandwell")
    address = f"/case/{opened.reference}/for/sandwell-childrens-trust/answer"
    assert unit.get(address).status_code == 404
    assert "On behalf of" not in text(unit.get(f"/case/{opened.reference}"))


def test_answer_discuss_agree_and_confirm_on_behalf(
    against: Case, as_person: SignIn, person: Person
) -> None:
    unit = as_person("business_manager", "sandwell")
    home = f"/case/{against.reference}"
    shown = text(unit.get(home))
    assert "On behalf of Sandwell Orchard Surgery" in shown
    # when each act is written on its behalf
    acts: list[tuple[str, dict[str, object]]] = [
        ("answer", {"position": "We agree in part.", "reply": "The letter was late."}),
        ("discuss", {"present": ["practitioner@sandwell-school"], "means": "telephone",
                     "said": "We spoke.", "outcome": "partly"}),
        ("agree", {"what_1": "Send the letter", "owner_1": "practitioner@sandwell-surgery",
                   "due_1_day": "4", "due_1_month": "12", "due_1_year": "2026"}),
    ]  # fmt: skip
    for act, more in acts:
        answer = unit.post(
            f"{home}/for/sandwell-surgery/{act}",
            {**SAYS, "seat": "practitioner@responding", "key": act, **more},
        )
        assert answer.status_code == 302, errors(answer)
    teacher = as_person("practitioner", "sandwell-school")
    proposed = teacher.post(f"{home}/resolve", {"outcome": "The letter is sent.", "key": "r"})
    assert proposed.status_code == 302, errors(proposed)
    confirmed = unit.post(
        f"{home}/for/sandwell-surgery/confirm",
        {**SAYS, "seat": "manager@responding", "key": "confirm"},
    )
    assert confirmed.status_code == 302, errors(confirmed)
    # then the case is resolved, each is the surgery's, and each says who wrote it
    assert Summary.objects.get(case=against).status == "resolved"
    assert text(teacher.get(f"{home}/timeline")).count(written(person)) == 4


def test_what_was_typed_on_behalf_is_kept_and_led_back_to(against: Case, as_person: SignIn) -> None:
    unit = as_person("business_manager", "sandwell")
    address = f"/case/{against.reference}/for/sandwell-surgery/answer"
    kept = unit.post(address, {"by_name": "", "post": "GP", "reply": "Because of the letter."})
    assert kept.status_code == 422
    assert "Enter: who tells you this? Their name" in text(kept)
    assert address in text(unit.get("/work"))
    assert "Because of the letter." in text(unit.get(address))


def test_what_it_owes_stands_with_the_business_manager(
    against: Case, as_person: SignIn, person: Person
) -> None:
    # when the case goes to a stage where the surgery owes something, and time passes
    teacher = as_person("practitioner", "sandwell-school")
    went = teacher.post(f"/case/{against.reference}/escalate", {"stage": "stage-1", "key": "up"})
    assert went.status_code == 302, errors(went)
    go_round(AT, mails=False)
    # then the business manager owes it, is told, and told why
    unit = person("business_manager", "sandwell")
    told = Notice.objects.filter(recipient=unit, case=against)
    assert any("Sandwell Orchard Surgery (invented) is not on Concord" in n.instead for n in told)
    needs = text(as_person("business_manager", "sandwell").get("/work"))
    assert against.reference in needs.split("Waiting for others")[0]
