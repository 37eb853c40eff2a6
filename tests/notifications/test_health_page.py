"""Health: JSON for programs as ever; for a person with a browser, the same as a plain page."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from concord.cases.models import Case, Checkpoint
from concord.notifications.models import Heartbeat
from tests.pages.looking import Eye

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SignIn = Callable[[str, str], Client]


def shown(client: Client) -> tuple[int, str]:
    answer = client.get("/health", headers=BROWSER)
    assert answer.headers["Content-Type"].startswith("text/html")
    words = re.sub(r"<[^>]*>|\s+", " ", answer.content.decode().partition("<main")[2])
    return answer.status_code, " ".join(unescape(words).split())


@pytest.mark.parametrize("accepts", [None, "*/*", "application/json"])
def test_a_program_gets_json_as_ever(opened: Case, accepts: str | None) -> None:
    answer = Client().get("/health", headers={"accept": accepts} if accepts else {})
    assert answer.status_code == 503
    assert answer.json() == {"status": "red", "why": "The deadline loop has not run yet."}


def test_a_person_reads_what_runs_and_what_does_not(opened: Case) -> None:
    # given a service whose loop never ran: the page says so, and what to do
    status, said = shown(Client())
    assert status == 503
    assert "The deadline loop has not run yet." in said
    assert "tell your administrator" in said
    assert "Your cases are safe, and their dates hold." in said
    assert "There is no signed checkpoint yet." in said
    # when everything runs, then it says since when, and what waits
    now = timezone.now()
    for name in ("loop", "worker", "seal"):
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
    Checkpoint.objects.create(number=7, made=now, digest="d" * 64, records=1)
    status, said = shown(Client())
    assert status == 200
    assert "All is well" in said
    assert "It last went round" in said
    assert "checkpoint is number 7" in said
    assert "mail" in said.lower()
    assert "Not running" not in said


def test_it_names_nothing_of_a_case(opened: Case) -> None:
    _, said = shown(Client())
    assert opened.reference not in said
    assert "Plum" not in said


def test_the_pages_of_those_who_manage_lead_to_it_when_it_is_red(
    opened: Case, as_person: SignIn
) -> None:
    manager, unit = (
        as_person("manager", "sandwell-school"),
        as_person("business_manager", "sandwell"),
    )
    pages = ((manager, "/work"), (manager, "/agencies/sandwell-school"),
             (unit, "/partnerships/sandwell"))  # fmt: skip
    for client, address in pages:
        assert 'href="/health"' in client.get(address).content.decode(), address
    Heartbeat.objects.create(name="loop", at=timezone.now())
    for client, address in pages:
        assert 'href="/health"' not in client.get(address).content.decode(), address


@pytest.fixture
def eye(chromium: Browser) -> Iterator[Eye]:
    found = Eye(chromium)
    yield found
    found.close()


@pytest.mark.browser
def test_the_page_is_as_good_as_any_other(opened: Case, eye: Eye) -> None:
    assert eye.look(Client().get("/health", headers=BROWSER), "/health") == []
    Heartbeat.objects.create(name="loop", at=timezone.now())
    assert eye.look(Client().get("/health", headers=BROWSER), "/health") == []
