"""The pages of signing in, where two steps are asked for: looked at in a browser.

The demonstration has none of them, so that the walk through a filled instance never sees one.
"""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from concord.directory.models import User
from concord.web.signing_in.providers import Provider
from tests.notifications.peer import free_port
from tests.pages.looking import Eye
from tests.signing_in.conftest import (
    as_if_later,
    as_person,
    browser,
    by_password,
    cast,
    code_of,
    long_ago,
    opened,
    person,
    rows_of_the_cast,
    set_up,
    teacher,
    two_steps,
)

__all__ = ["as_person", "cast", "opened", "person", "rows_of_the_cast", "teacher", "two_steps"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SCHOOL = "sandwell-school"
OF_SIGNING_IN = {
    "second-step", "set-up-app", "set-up-passkey", "prove-again", "agency-sign-in", "agency-back",
}  # fmt: skip
"""The routes that have a page only where two steps are asked for. All are looked at here."""


def test_signing_in_by_two_steps_is_looked_at(teacher: User, settings: Any, eye: Eye) -> None:
    seen: set[str] = set()

    def look(client: Client, address: str, status: int = 200, **sent: str) -> None:
        answer: Any = client.post(address, sent) if sent else client.get(address)
        assert answer.status_code == status, (address, answer.status_code)
        assert eye.look(answer, address) == [], address
        seen.add(resolve(urlsplit(address).path).url_name or "")

    first, second = browser(), browser()
    # given somebody with a password and nothing else
    look(first, "/sign-in", 422, email=teacher.email, password="wrong")
    by_password(first, teacher)
    look(first, "/sign-in/set-up")
    look(first, "/sign-in/set-up", 422, code="000000")
    look(first, "/sign-in/set-up/passkey")
    # when they have set their app up, they prove again that it is they, and come in elsewhere
    secret, _ = set_up(first, teacher)
    look(first, "/you/ways-in")
    look(first, "/you/sessions")
    long_ago(first)
    look(first, "/you/prove?next=/work")
    look(first, "/you/prove?next=/work", 422, code="000000")
    by_password(second, teacher)
    look(second, "/sign-in/second")
    look(second, "/sign-in/second", 422, code="000000")
    # and sees the other browser in the list
    as_if_later(teacher)
    third = browser()
    by_password(third, teacher)
    assert third.post("/sign-in/second", {"code": code_of(secret)}).status_code == 302
    look(third, "/you/sessions")
    # and an agency's own sign-in that cannot be reached says so
    settings.CONCORD_AGENCY_SIGN_IN = {
        SCHOOL: Provider(
            SCHOOL, f"http://127.0.0.1:{free_port()}", "concord", "a-secret",
            frozenset({f"{SCHOOL}.example.org"}),
        )
    }  # fmt: skip
    look(browser(), f"/sign-in/agency/{SCHOOL}", 403)
    look(browser(), f"/sign-in/agency/{SCHOOL}/back", 403)
    # then none of these pages was left out
    assert seen >= OF_SIGNING_IN, OF_SIGNING_IN - seen
