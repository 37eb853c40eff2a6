"""Help, accessibility, privacy and cookies: open to anybody, led to from every page, and true."""

from collections.abc import Callable

import pytest
from django.test import Client

from concord.cases.models import Case
from tests.apps.test_pages import text

SignIn = Callable[[str, str], Client]
ABOUT = ("/help", "/accessibility", "/privacy", "/cookies")


@pytest.mark.parametrize("address", ABOUT)
def test_anybody_reads_it_and_it_changes_nothing(cast: object, address: str) -> None:
    assert Client().get(address).status_code == 200
    assert Client().post(address).status_code == 405


def test_every_page_leads_to_it(cast: object, opened: Case, as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    for address in ("/", "/work", f"/case/{opened.reference}", "/no-such-page", *ABOUT):
        footer = text(client.get(address)).partition("<footer")[2]
        for each in ABOUT:
            assert f'href="{each}"' in footer, address


def test_help_says_whom_to_call_in_each_area(cast: dict[str, object]) -> None:
    shown = text(Client().get("/help"))
    for partnership in cast.values():
        assert str(partnership) in shown


def test_every_cookie_that_is_set_is_named(cast: object, as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    client.get("/sign-in")
    client.get("/raise")
    assert client.cookies
    shown = text(client.get("/cookies"))
    for name in client.cookies:
        assert f">{name}<" in shown


def test_without_an_area_it_still_says_something(db: None) -> None:
    assert "No area is set up here yet" in text(Client().get("/help"))
