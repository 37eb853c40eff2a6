"""Somebody of the cast with a password, in an instance that asks for two steps."""

import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from concord.directory.models import User
from tests.apps.conftest import as_person, cast, opened, person, rows_of_the_cast

__all__ = ["as_person", "cast", "opened", "person", "rows_of_the_cast"]
PASSWORD = "rhubarb and custard"
Person = Callable[[str, str], User]


@pytest.fixture
def two_steps(settings: Any) -> None:
    """The instance asks for two steps, as every one does that is no demonstration."""
    settings.DEMONSTRATION = False
    settings.CONCORD_SECOND_FACTOR = True


@pytest.fixture
def teacher(two_steps: None, person: Person) -> User:
    """A practitioner of Sandwell's school, who has been given a password and no more."""
    user = person("practitioner", "sandwell-school")
    user.set_password(PASSWORD)
    user.save()
    return user


def browser(**more: Any) -> Client:
    """A browser in which nobody is signed in."""
    return Client(raise_request_exception=False, **more)


def text(answer: Any) -> str:
    """The words of a page."""
    found = answer.content.decode().partition("<main")[2].partition("</main")[0]
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", found).split()))


def by_password(client: Client, user: User, password: str = PASSWORD, **more: Any) -> Any:
    """The first step."""
    return client.post("/sign-in", {"email": user.email, "password": password, **more})


def code_of(secret: str) -> str:
    """The code that an app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def as_if_later(user: User) -> None:
    """As if the app's last code had been used long ago: its code now can be used."""
    for row in Authenticator.objects.filter(user=user, type="totp"):
        row.data["last"] = 0
        row.save()


def secret_on(client: Client) -> str:
    """The key that the page for setting up an app shows."""
    shown = client.get("/sign-in/set-up").content.decode()
    found = re.search(r'class="concord-key">([A-Z2-7 ]+)<', shown)
    assert found, shown
    return found[1].replace(" ", "")


def set_up(client: Client, user: User) -> tuple[str, list[str]]:
    """Sign in for the first time: the app's secret, and the recovery codes that were shown."""
    by_password(client, user)
    secret = secret_on(client)
    answer = client.post("/sign-in/set-up", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/you/recovery-codes", text(answer)
    as_if_later(user)
    shown = client.get("/you/recovery-codes").content.decode()
    return secret, re.findall(r"<li>(\d{4} \d{4} \d{4})</li>", shown)


def long_ago(client: Client, seconds: int = 601) -> None:
    """The last proof in this browser was so long ago."""
    session = client.session
    session["proved"] = int(time.time()) - seconds
    session.save()
