"""A password is taken as it was typed, kept hashed slowly, and signing in begins a new session."""

import pytest
from django.conf import settings
from django.test import Client

from concord.directory.models import User
from tests.apps.conftest import cast, rows_of_the_cast

__all__ = ["cast", "rows_of_the_cast"]
LONG = "  Plum and Quince, öäü 李小龍, " + "word " * 20 + "  "
"""Longer than 64 characters, with what some services cut off or forbid."""


@pytest.fixture
def wren(db: None) -> User:
    return User.objects.create_user("wren@example.org", "Wren Foxglove", password=LONG)


def typed(client: Client, password: str) -> int:
    answer = client.post("/sign-in", {"email": "wren@example.org", "password": password})
    return answer.status_code


def test_a_password_counts_exactly_as_it_was_typed(wren: User) -> None:
    assert typed(Client(), LONG) == 302
    assert typed(Client(), LONG.strip()) == 422
    assert typed(Client(), LONG[:64]) == 422
    assert typed(Client(), LONG.upper()) == 422


def test_a_password_is_hashed_slowly(wren: User) -> None:
    assert wren.password.startswith("scrypt$")


def test_the_field_hides_what_is_typed_and_lets_managers_help(db: None) -> None:
    page = Client().get("/sign-in").content.decode()
    assert 'type="password"' in page
    assert "onpaste" not in page
    assert 'autocomplete="off"' not in page


def test_signing_in_begins_a_new_session(wren: User) -> None:
    client = Client()
    client.get("/first-time")
    client.post("/first-time")
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert typed(client, LONG) == 302
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert before and after != before
    # and the key of the earlier one opens nothing
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = before
    assert other.get("/work").status_code == 302


@pytest.mark.parametrize("weak", [
    "Concord Sandwell", "safeguarding2026", "Wren Foxglove 26", "Meadow School 1!", "CHILDREN-children",
])  # fmt: skip
def test_words_that_people_here_would_guess_are_no_password(
    cast: object, wren: User, weak: str
) -> None:
    client = Client()
    typed(client, LONG)
    sent = {"password": LONG, "password_new": weak, "password_again": weak}
    answer = client.post("/you/password", sent)
    assert answer.status_code == 422
    assert "more than names that people here would guess" in answer.content.decode()


@pytest.mark.parametrize("found", ["1q2w3e4r5t6y", "Qwerty123456", "1qaz2wsx3edc"])
def test_what_was_found_in_breaches_is_no_password(wren: User, found: str) -> None:
    client = Client()
    typed(client, LONG)
    sent = {"password": LONG, "password_new": found, "password_again": found}
    answer = client.post("/you/password", sent)
    assert answer.status_code == 422
    assert "that people guess first" in answer.content.decode()


def test_such_a_word_among_others_is_no_harm(wren: User) -> None:
    client = Client()
    typed(client, LONG)
    new = "a concord of seven blue lanterns"
    sent = {"password": LONG, "password_new": new, "password_again": new}
    assert client.post("/you/password", sent).status_code == 302
