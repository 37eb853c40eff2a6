"""Before something is called back the page asks: of whom, by name and agency."""

from concord.access.table import EVERYBODY
from concord.cases.models import Case, Registered
from tests.breaches.test_calling_back import (
    NAVIGATES,
    RAISER,
    TRUST,
    WHY,
    WRONG,
    Person,
    SignIn,
    call_back,
    text,
)


def test_a_browser_is_asked_about_the_name_and_then_calls_back(
    opened: Case, as_person: SignIn
) -> None:
    # Given a browser, which is led to a page that shows again what it sent
    client, here = as_person(*RAISER), f"/case/{opened.reference}/call-back"
    sends = {"recipient": f"agency:{TRUST}", "why": WHY}
    led = client.post(here, {**sends, "action": "check"}, headers=NAVIGATES)
    assert led.status_code == 303
    # when it goes there, then name and agency are asked about
    asked = text(client.get(led.headers["Location"], headers=NAVIGATES))
    assert "You are about to call it back from: Everybody there, Sandwell Children's Trust" in asked
    assert "Yes, call it back now" in asked
    # and its button calls back
    named = {**sends, "named": f"agency:{TRUST}", "action": "call"}
    done = client.post(here, named, headers=NAVIGATES)
    assert done.headers["Location"] == f"/breaches/{Registered.objects.get().pk}"


def test_who_is_confirmed_is_who_the_button_names(opened: Case, as_person: SignIn) -> None:
    client, here = as_person(*RAISER), f"/case/{opened.reference}/call-back"
    # Given somebody who was asked about one agency, and chooses another recipient below it
    sends = {"recipient": EVERYBODY, "named": f"agency:{TRUST}", "why": WHY, "action": "call"}
    # then they are asked again, about that one
    assert "call it back from: Everybody but you" in text(client.post(here, sends))
    assert not Registered.objects.exists()


def test_offices_are_listed_by_their_titles_and_by_who_got_it(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    # Given a case of which three offices were told, one of them of the agency challenged
    client, here = as_person(*RAISER), f"/case/{opened.reference}"
    offices = ["iro", "cp_chair", "director_quality_review"]
    told = client.post(f"{here}/notify", {"to": offices, "said": "Told.", "key": "t"})
    assert told.status_code == 302, text(told)
    director = person("director_quality_review", TRUST)
    client_of = as_person("director_quality_review", TRUST)
    assert client_of.get(here).status_code == 200
    # then each is listed by its title, with the name of who holds it
    page = text(client.get(f"{here}/call-back"))
    assert f"Independent Reviewing Officer: {person('iro', 'sandwell').name}" in page
    assert "Child Protection Chair: " in page
    director_there = f"Director for Quality and Review: {director.name}, Sandwell Children's Trust"
    assert director_there in page
    assert "vacant" not in page
    # and it can be called back from that one person
    call_back(client, opened, f"person:{director.pk}")
    assert client_of.get(here).status_code == 404
    assert as_person(*WRONG).get(here).status_code == 200


# --- an invitation --------------------------------------------------------------------------------
