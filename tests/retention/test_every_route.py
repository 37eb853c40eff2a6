"""Every route answers on a case that was disposed of: with its tombstone, or that it is gone."""

from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from concord.access.routes import ROUTES, Door
from concord.api.urls import urlpatterns as of_programs
from concord.cases.models import Case, Registered
from concord.notifications.loop import begin, go_round
from concord.web.forms.acts import FORMS
from concord.web.urls import urlpatterns
from tests.api.reading import get
from tests.apps.clock import Clock
from tests.retention.conftest import ENDED, LATER
from tests.retention.test_disposal import approve, ready
from tests.retention.test_pages import text


@pytest.fixture
def gone(
    unit: Client, officer: Client, ended: Case, as_person: Any, clock: Clock, tmp_path: Path,
    settings: Any,
) -> tuple[Case, str]:  # fmt: skip
    """A case that was disposed of, of which a copy had been given; and that request's reference."""
    settings.CONCORD_SEAL, settings.CONCORD_FILES = tmp_path / "seal", tmp_path / "files"
    clock.at = ENDED.replace(day=25)
    as_person("manager", "west-midlands-police").post(
        "/emergency", {"reference": ended.reference, "why": "The child is at our door now. " * 3}
    )
    line = Registered.objects.get(kind="opened")
    unit.post(f"/emergencies/{line.pk}", {"proper": "yes", "words": "It was proper, all of it."})
    request = released(unit, officer)
    clock.at = LATER
    ready(unit, ended)
    assert approve(officer, ended).status_code == 302
    return ended, request


def released(unit: Client, officer: Client) -> str:
    asked: dict[str, Any] = {
        "child": "Plum Invented", "asked_by": "Rowan Madeup", "standing": "parent", "note": "All.",
        "how_proved": "Passport seen",
    } | {
        f"{name}_{part}": value
        for name, day in (("born", (3, 4, 2015)), ("received", (24, 11, 2026)),
                          ("proved", (24, 11, 2026)))
        for part, value in zip(("day", "month", "year"), day, strict=True)
    }  # fmt: skip
    made = officer.post("/partnerships/sandwell/subject-access/new", asked)
    here = made.headers["Location"]
    assert officer.post(f"{here}/gathered").status_code == 302
    assert unit.post(f"{here}/read").status_code == 302
    assert officer.post(f"{here}/released").status_code == 302
    page = text(unit.get(here))
    assert "Plum Invented" in page
    return str(here.rpartition("/")[2])


def addresses(case: Case, request: str) -> list[tuple[str, str]]:
    """An address of every route, about this case where it is about one."""
    found = []
    slugs = {"slug": "sandwell", "form": "escalation_template", "name": "answer", "what": "given",
             "agency": "sandwell-school", "ending": "csv", "step": "child", "token": "none",
             "number": "1", "version": "1", "mark": "none"}  # fmt: skip
    for pattern in (*urlpatterns, *of_programs):
        route = str(pattern.name)
        names = list(pattern.pattern.converters)
        about = request if route.startswith("subject-") else case.reference
        named = {**slugs, "reference": about}
        if route in ("agency", "agency-log"):
            named["slug"] = "sandwell-school"
        try:
            address = reverse(route, kwargs={each: named[each] for each in names})
        except NoReverseMatch as error:
            raise AssertionError(route) from error
        found.append((route, address))
    found += [("act", f"/case/{case.reference}/{act}") for act in FORMS]
    for line in Registered.objects.all():
        found += [
            ("emergency-review", f"/emergencies/{line.pk}"), ("breach", f"/breaches/{line.pk}"),
            ("retention-lift", f"/partnerships/sandwell/retention/{case.reference}/holds/{line.pk}/lift"),
        ]  # fmt: skip
    return found


@pytest.mark.dear
def test_no_route_fails_on_a_case_that_was_disposed_of(
    gone: tuple[Case, str], unit: Client, officer: Client, as_person: Any
) -> None:
    case, request = gone
    raiser = as_person("practitioner", "sandwell-school")
    head = as_person("manager", "sandwell-school")
    wrong, kept = [], []
    others = cycle((officer, raiser, head))
    for route, address in addresses(case, request):
        # `kept` answers 503 to what came from none of our pages, `health` where no loop runs
        if route in ("sign-out", "end-sessions", "kept", "health"):
            continue
        # whoever disposed of it tries every door, and by turns one of the others
        for client in (unit, next(others)):
            for method in (partial(get, client), client.post):
                answer = method(address)
                if answer.status_code >= 500:
                    wrong.append((route, answer.status_code, address))
                said = answer.content.decode("utf-8", "replace") if not answer.streaming else ""
                # a template's page shows what its marks mean by an invented child of that name
                if (
                    "Plum" in said and not route.startswith("word-template")
                ) or "referral was closed" in said:
                    kept.append((route, address))
    assert wrong == []
    assert kept == []


def test_every_page_of_the_case_says_that_it_is_gone(gone: tuple[Case, str], unit: Client) -> None:
    case, request = gone
    for route, address in addresses(case, request):
        row = ROUTES[route]
        if row.door is not Door.CASE:
            continue
        for method, client in (("GET", partial(get, unit)), ("POST", unit.post)):
            if method in row.methods:
                answer = client(address)
                shows = route == "case" and method == "GET"
                assert answer.status_code == (200 if shows else 410), (route, method)
    # and so does the request whose copies held it
    assert unit.get(f"/subject-access/{request}").status_code == 410
    assert unit.post(f"/subject-access/{request}/copies/given", {"as": "docx"}).status_code == 410
    assert request in text(unit.get("/partnerships/sandwell/subject-access"))


def test_lists_reports_and_loops_pass_it_by(gone: tuple[Case, str], unit: Client) -> None:
    case, _ = gone
    for address in ("/work", "/agencies", "/partnerships/sandwell?show=ended", "/find"):
        answer = unit.get(address)
        assert answer.status_code == 200, address
        assert case.reference not in text(answer), address
    log = unit.get("/partnerships/sandwell/log.csv")
    assert log.status_code == 200
    assert case.reference not in log.content.decode()
    begin(LATER)
    done = go_round(LATER, mails=False)
    assert (done.cases, done.stuck) == (0, 0)


def test_nobody_acts_on_it_or_opens_it_in_an_emergency(
    gone: tuple[Case, str], unit: Client, as_person: Any
) -> None:
    case, _ = gone
    before = case.last_sequence
    unit.post(f"/case/{case.reference}/reopen", {"reason": "Again.", "key": "k"})
    case.refresh_from_db()
    assert case.last_sequence == before
    answer = as_person("manager", "west-midlands-police").post(
        "/emergency", {"reference": case.reference, "why": "The child is at our door now. " * 3}
    )
    assert answer.status_code == 422
    assert "There is no case with this reference" in text(answer)
