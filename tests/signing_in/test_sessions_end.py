"""What somebody may do ends with their role, at the next request; sessions end with a change."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from concord.cases.models import Case
from concord.directory.founding import first_code, forget_factors
from concord.directory.models import Post, User
from tests.signing_in.conftest import (
    PASSWORD,
    as_if_later,
    browser,
    by_password,
    code_of,
    secret_on,
    set_up,
    text,
)

NEW = "gooseberry fool and cream"


@pytest.fixture
def secret(teacher: User) -> str:
    found, _ = set_up(browser(), teacher)
    return found


@pytest.fixture
def two(teacher: User, secret: str) -> tuple[Client, Client]:
    """Two browsers in which the same person is signed in."""
    here, there = browser(), browser()
    for client in (here, there):
        by_password(client, teacher)
        assert client.post("/sign-in/second", {"code": code_of(secret)}).status_code == 302
        as_if_later(teacher)
    return here, there


def is_in(client: Client) -> bool:
    return client.get("/work").status_code == 200


def test_another_password_ends_other_sessions_and_not_this(
    two: tuple[Client, Client], teacher: User
) -> None:
    here, there = two
    sent = {"password": PASSWORD, "password_new": NEW, "password_again": NEW}
    assert here.post("/you/password", sent).headers["Location"] == "/you/ways-in"
    assert is_in(here)
    assert not is_in(there)
    assert by_password(browser(), teacher).status_code == 422
    assert by_password(browser(), teacher, NEW).status_code == 302


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"password": "not mine at all"}, "This is not your password now."),
        ({"password_again": "gooseberry fool"}, "The two new passwords differ."),
        (
            {"password_new": "short", "password_again": "short"},
            "This password is too short: use 12 characters or more.",
        ),
        ({"password_new": ""}, "Enter a new password"),
    ],
)
def test_a_password_that_cannot_be_is_refused_and_shown_nowhere(
    two: tuple[Client, Client], teacher: User, sent: dict[str, str], says: str
) -> None:
    full = {"password": PASSWORD, "password_new": NEW, "password_again": NEW, **sent}
    answer = two[0].post("/you/password", full)
    assert answer.status_code == 422
    assert says in text(answer)
    for typed in filter(None, full.values()):
        assert typed not in answer.content.decode().replace("too short", "")
    assert is_in(two[1])


def test_another_app_ends_other_sessions_and_not_this(
    two: tuple[Client, Client], teacher: User, secret: str
) -> None:
    here, there = two
    other = secret_on(here)
    assert other != secret
    answer = here.post("/sign-in/set-up", {"code": code_of(other)})
    assert answer.headers["Location"] == "/you/ways-in"
    assert is_in(here)
    assert not is_in(there)
    as_if_later(teacher)
    client = browser()
    by_password(client, teacher)
    assert client.post("/sign-in/second", {"code": code_of(secret)}).status_code == 422
    assert client.post("/sign-in/second", {"code": code_of(other)}).status_code == 302


def test_new_recovery_codes_end_other_sessions_and_the_old_codes(
    two: tuple[Client, Client], teacher: User
) -> None:
    here, there = two
    assert here.post("/you/recovery-codes").headers["Location"] == "/you/recovery-codes"
    assert "they are not shown again" in text(here.get("/you/recovery-codes"))
    assert is_in(here)
    assert not is_in(there)


def test_one_may_sign_out_everywhere_else(two: tuple[Client, Client]) -> None:
    here, there = two
    assert here.post("/you/sessions/others").status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_a_code_for_a_new_password_ends_every_session(
    two: tuple[Client, Client], teacher: User
) -> None:
    first_code(teacher.email, timezone.now())
    assert not is_in(two[0]) and not is_in(two[1])
    assert by_password(browser(), teacher).status_code == 422


def test_a_forgotten_second_step_ends_every_session_and_is_set_up_anew(
    two: tuple[Client, Client], teacher: User
) -> None:
    _, count = forget_factors(teacher.email)
    assert count == 2  # the app, and the recovery codes
    assert not is_in(two[0]) and not is_in(two[1])
    client = browser()
    by_password(client, teacher)
    assert client.get("/sign-in/second").headers["Location"] == "/sign-in/set-up"


def test_a_change_is_told_by_mail(
    two: tuple[Client, Client], teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        "concord.web.signing_in.telling.post", lambda *letter: letters.append(letter)
    )
    two[0].post("/you/recovery-codes")
    [(to, subject, lines, _)] = letters
    assert to == teacher.email
    assert subject == "Concord: how you sign in was changed"
    assert "Of your account: the recovery codes changed." in tuple(lines)  # type: ignore[arg-type]


def test_whoever_is_no_longer_active_is_out_at_the_next_request(
    two: tuple[Client, Client], teacher: User
) -> None:
    User.objects.filter(pk=teacher.pk).update(is_active=False)
    assert not is_in(two[0])
    assert by_password(browser(), teacher).status_code == 422


Person = Callable[[str, str], User]


def test_a_manager_who_leaves_the_post_sees_the_case_no_more(
    two_steps: None, person: Person, opened: Case
) -> None:
    manager = person("manager", "sandwell-school")
    manager.set_password(PASSWORD)
    manager.save()
    client = browser()
    set_up(client, manager)
    here = f"/case/{opened.reference}"
    assert client.get(here).status_code == 200
    Post.objects.filter(user=manager).update(until=timezone.localdate() - timedelta(days=1))
    assert client.get(here).status_code == 404
