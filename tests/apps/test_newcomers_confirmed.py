"""Somebody new is confirmed by their own agency: what they may do before, and what follows."""

import pytest
from django.test import Client

from concord.cases.models import Case
from concord.directory.arrivals import arrive, may_confirm, to_confirm
from concord.directory.models import Agency, Newcomer, Partnership, Post
from concord.notifications.models import Notice
from tests.apps.conftest import AT
from tests.apps.test_first_time import YOU, Person, SignIn, sent
from tests.apps.test_pages import text


def test_both_sides_see_it_before_anybody_confirms(cast: object, as_person: SignIn) -> None:
    case = sent(Client())
    for role, where in (
        ("manager", "sandwell-school"),
        ("manager", "sandwell-childrens-trust"),
        ("business_manager", "sandwell"),
    ):
        shown = text(as_person(role, where).get(f"/case/{case.reference}"))
        assert "Wren Newcomer is to be confirmed" in shown


def test_confirming_is_a_duty_of_their_lead_alone(
    cast: object, as_person: SignIn, person: Person
) -> None:
    case = sent(Client())
    found = Newcomer.objects.get()
    # then the safeguarding lead of their school owes it, and is told
    manager = as_person("safeguarding_lead", "sandwell-school")
    assert "People to confirm" in text(manager.get("/work"))
    lead = person("safeguarding_lead", "sandwell-school")
    assert Notice.objects.filter(recipient=lead, case=case, clause="house-8").count() == 1
    # their managers may answer too; it is not on their list while there is a lead
    line = as_person("manager", "sandwell-school")
    assert "People to confirm" not in text(line.get("/work"))
    assert line.get(f"/newcomers/{found.pk}").status_code == 200
    for role, where in (
        ("practitioner", "sandwell-school"),
        ("manager", "sandwell-childrens-trust"),
        ("manager", "bromley-school"),
        ("business_manager", "bromley"),
    ):
        other = as_person(role, where)
        assert "People to confirm" not in text(other.get("/work"))
        assert other.get(f"/newcomers/{found.pk}").status_code == 404
        assert other.post(f"/newcomers/{found.pk}", {"known": "no"}).status_code == 404
    # when they look, nothing changes; when they say yes, the mark goes
    assert manager.get(f"/newcomers/{found.pk}").status_code == 200
    assert Newcomer.objects.get().known is None
    assert manager.post(f"/newcomers/{found.pk}", {"known": "yes"}).status_code == 302
    assert "to be confirmed" not in text(manager.get(f"/case/{case.reference}"))
    assert "People to confirm" not in text(manager.get("/work"))


def test_whom_the_agency_does_not_know_loses_access_and_the_concern_stays(
    cast: object, as_person: SignIn
) -> None:
    client = Client()
    case = sent(client)
    manager = as_person("manager", "sandwell-school")
    answer = manager.post(f"/newcomers/{Newcomer.objects.get().pk}", {"known": "no"})
    assert "The concern stays open" in text(answer)
    assert client.get(f"/case/{case.reference}").status_code == 404
    shown = text(as_person("manager", "sandwell-childrens-trust").get(f"/case/{case.reference}"))
    assert "does not know Wren Newcomer" in shown
    # a second answer changes nothing
    again = manager.post(f"/newcomers/{Newcomer.objects.get().pk}", {"known": "yes"})
    assert "Somebody has answered meanwhile" in text(again)
    assert Newcomer.objects.get().known is False


def test_where_no_lead_is_there_the_business_manager_confirms(
    cast: dict[str, Partnership], person: Person
) -> None:
    school = Agency.objects.get(slug="sandwell-school")
    Post.objects.filter(agency=school).exclude(role="practitioner").update(user=None)
    came = arrive(str(YOU["email"]), "Wren", "Teacher", school, cast["sandwell"], AT)
    assert came.newcomer is not None
    unit = person("business_manager", "sandwell")
    assert to_confirm(unit, AT) == [came.newcomer]
    assert may_confirm(came.user, came.newcomer.pk, AT) is None


def test_who_truly_confirms_is_named_where_an_agency_is_not_on_concord(
    cast: object, as_person: SignIn
) -> None:
    # given somebody of a surgery which the business manager serves, who brings a concern
    client = Client()
    case = sent(client, email="wren.newcomer@sandwell-surgery.example.org")
    # then the case says who confirms them, and so does every page of theirs before
    area = case.partnership.name
    for page in (f"/raise/sent/{case.reference}", f"/case/{case.reference}"):
        shown = text(client.get(page))
        assert f"is to be confirmed by the business manager of {area}." in shown
        assert "safeguarding lead of Sandwell Orchard" not in shown
    assert "People to confirm" in text(as_person("business_manager", "sandwell").get("/work"))


def test_somebody_unconfirmed_is_passed_no_case(
    cast: dict[str, Partnership], opened: Case, as_person: SignIn
) -> None:
    school = Agency.objects.get(slug="sandwell-school")
    came = arrive(str(YOU["email"]), "Wren Newcomer", "Teacher", school, cast["sandwell"], AT)
    manager = as_person("manager", "sandwell-school")
    assert "Wren Newcomer" not in text(manager.get(f"/case/{opened.reference}/pass_on"))
    client = Client()
    client.force_login(came.user)
    assert client.get(f"/case/{opened.reference}").status_code == 404


@pytest.mark.parametrize("act", ["escalate", "refer_up"])
def test_a_newcomer_takes_no_case_up_until_their_agency_confirms_them(
    cast: object, as_person: SignIn, act: str
) -> None:
    # given somebody new, who sees their case and may answer in it
    client = Client()
    case = sent(client)
    here = f"/case/{case.reference}"
    assert client.get(f"{here}/discuss").status_code == 200
    # then the way up is not offered, and its page says why and what to do
    shown = text(client.get(here))
    assert f'href="{here}/{act}"' not in shown
    page = client.get(f"{here}/{act}")
    assert page.status_code == 409
    assert "Your agency has not confirmed yet that it knows you" in text(page)
    assert "Ask your safeguarding lead or your manager to confirm you" in text(page)
    assert "house-" not in text(page)
    # and sending it all the same is refused, with nothing recorded and nothing typed lost
    typed = {
        "reason": "The child is hurt again.", "seen": "1", "key": "up", "note": "Hurt again.",
        "stage": "stage-1",
    }  # fmt: skip
    refused = client.post(f"{here}/{act}", typed)
    assert refused.status_code in (403, 409), refused.status_code
    assert Case.objects.get().last_sequence == 1
    assert "The child is hurt again." in text(client.get(f"{here}/{act}")) or act == "refer_up"
    # when their lead confirms them
    lead = as_person("safeguarding_lead", "sandwell-school")
    lead.post(f"/newcomers/{Newcomer.objects.get().pk}", {"known": "yes"})
    # then they take it up
    assert client.get(f"{here}/{act}").status_code == 200
    taken = client.post(f"{here}/{act}", {**typed, "key": "again"})
    assert taken.status_code == 302, text(taken)
    assert Case.objects.get().entries.filter(act=act).exists()


def test_whoever_leads_them_takes_it_up_meanwhile(cast: object, as_person: SignIn) -> None:
    case = sent(Client())
    lead = as_person("manager", "sandwell-school")
    typed = {"reason": "She is hurt.", "seen": "1", "key": "up", "stage": "stage-1"}
    assert lead.post(f"/case/{case.reference}/escalate", typed).status_code == 302
