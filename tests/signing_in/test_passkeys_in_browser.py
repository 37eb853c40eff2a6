"""Passkeys as Chromium makes them, by its virtual authenticator."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as all_settings
from playwright.sync_api import Browser, Locator, Page

from concord.directory.models import Session, User
from concord.directory.sessions import SessionStore
from tests.journeys.walking import Walk
from tests.signing_in.conftest import PASSWORD

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def page(
    real_transactions: None, live_server: Any, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    # Playwright runs a loop of its own in this thread; the tables are asked here all the same
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    context = chromium.new_context(base_url=live_server.url)
    yield context.new_page()
    context.close()


def plugged_in(page: Page) -> tuple[Any, str]:
    """A passkey's device, plugged into the browser."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    found = devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return devices, found["authenticatorId"]


def type_password(walk: Walk, user: User) -> Walk:
    walk.go("/sign-in").fill(email=user.email, password=PASSWORD)
    return walk.follow(the_button(walk))


def the_button(walk: Walk) -> Locator:
    """The page's own button: the header has a link with the same words."""
    return walk.page.locator("main").get_by_role("button", name="Sign in")


def test_a_passkey_is_set_up_signs_in_and_proves_again(
    page: Page, live_server: Any, teacher: User
) -> None:
    walk = Walk(page, live_server.url, axe=True)
    devices, device = plugged_in(page)
    # given somebody at their first sign-in, who chooses a passkey
    type_password(walk, teacher).press("set up a passkey instead").press("Set up a passkey")
    assert page.locator(".concord-key li").count() == 10
    walk.press("I have kept them")
    assert page.url.endswith("/work")
    kept = devices.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert len(kept) == 1
    # when they come again, the passkey is the second step
    walk.go("/you").press("Sign out")
    type_password(walk, teacher).press("Use a passkey")
    assert page.url.endswith("/work")
    # and after a while, it proves again
    for row in Session.objects.all():
        session = {**row.get_decoded(), "proved": 1_000_000_000}
        row.session_data = SessionStore().encode(session)
        row.save()
    walk.go("/you/ways-in")
    assert "/you/prove?" in page.url
    walk.press("Use a passkey")
    assert page.url.endswith("/you/ways-in")
    walk.reads("This device, since")
    assert all_settings.CONCORD_SECOND_FACTOR


def test_without_its_device_the_page_says_so_and_a_code_can_be_typed(
    page: Page, live_server: Any, teacher: User
) -> None:
    walk = Walk(page, live_server.url, axe=False)
    devices, device = plugged_in(page)
    type_password(walk, teacher).press("set up a passkey instead").press("Set up a passkey")
    code = page.locator(".concord-key li").first.inner_text()
    walk.press("I have kept them").go("/you").press("Sign out")
    devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    type_password(walk, teacher)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("The passkey was not used. Try again, or choose another way.").wait_for()
    assert page.get_by_role("button", name="Use a passkey").is_enabled()
    walk.fill(code=code).follow(the_button(walk))
    assert page.url.endswith("/work")
