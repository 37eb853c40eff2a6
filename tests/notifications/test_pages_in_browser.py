"""The pages of notices in a real browser, in every state, wide and narrow, held to axe."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Route
from pytest_django import Settings

from concord.cases.models import Case
from concord.directory.models import User
from concord.notifications.models import Channel, Kind, MailState, Notice
from tests.journeys.walking import Walk
from tests.notifications.conftest import AT, RAISER, Acting, Rounds, hours

pytestmark = pytest.mark.browser
SERVER = "http://concord.test"
Look = Callable[[Client, str, int], str]
SignIn = Callable[[str, str], Client]


@pytest.fixture
def look(chromium: Browser, db: None) -> Iterator[Look]:
    """Opens a page as somebody's client gives it, looks at it in the browser, returns its text."""
    contexts = []

    def at(client: Client, address: str, width: int) -> str:
        answer = client.get(address)
        assert answer.status_code == 200

        def give(route: Route) -> None:
            wanted = route.request.url.removeprefix(SERVER)
            found = answer if wanted == address else Client().get(wanted)
            body = b"".join(found) if found.streaming else found.content
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=body)

        context = chromium.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", give)
        Walk(page, SERVER, axe=True).go(address)
        return page.locator("body").inner_text()

    yield at
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [1100, 320])
def test_notices_from_none_to_many_and_read(
    opened: Case, act: Acting, rounds: Rounds, as_person: SignIn, look: Look, width: int
) -> None:
    client = as_person("manager", "sandwell-school")
    assert "You have read everything." in look(client, "/notices", width)
    act("escalate", RAISER)
    act("file", RAISER, facts={"immediate_risk": True})
    for n in range(5):
        rounds(AT + hours(30 * n))
    shown = look(client, "/notices", width)
    for words in ("Urgent", "Late", "told", "case " + opened.reference):
        assert words in shown
    client.post("/notices/digest", {"digest": "yes"})
    assert "one mail each working day" in look(client, "/notices?show=all", width)
    assert "Notices" in look(client, "/work", width)


@pytest.mark.parametrize("width", [1100, 320])
def test_mail_that_did_not_arrive(
    opened: Case, as_person: SignIn, look: Look, person: Callable[[str, str], User],
    settings: Settings, width: int,
) -> None:  # fmt: skip
    client = as_person("business_manager", "sandwell")
    assert "Everything has arrived." in look(client, "/notices/undelivered", width)
    settings.CONCORD_MAIL = "smtp"
    now = timezone.now()
    Channel.objects.create(name="mail", streak=9, since=now - timedelta(hours=5),
                           paused_until=now, error="451 4.3.0 " + "not now " * 25)  # fmt: skip
    for n, state in enumerate((MailState.FAILED, MailState.BOUNCED, MailState.NONE)):
        Notice.objects.create(
            key=f"n{n}", kind=Kind.ACT, act="file", case=opened, told=AT, state=state,
            recipient=person("manager", "sandwell-school") if n < 2 else None,
            error="550 5.1.1 no such user " + "x" * 200,
            instead="The post of Team manager at an agency is vacant, so this comes to you.",
        )  # fmt: skip
    shown = look(client, "/notices/undelivered", width)
    for words in ("Nobody was told", "has refused everything since", "The mail worker has not run"):
        assert words in shown
