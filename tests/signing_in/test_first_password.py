"""A first password is chosen by its owner, by a code that works once and not for long."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from concord.directory import codes
from concord.directory.founding import FIRST_LASTS, first_code
from concord.directory.models import OneTimeCode, User
from tests.signing_in.conftest import PASSWORD, browser, by_password, text

NEW = "gooseberry fool and cream"


@pytest.fixture
def newcomer(two_steps: None, person: Any) -> User:
    """Somebody who was added by a spreadsheet, and has no password yet."""
    user: User = person("practitioner", "sandwell-school")
    user.set_unusable_password()
    user.save()
    return user


def choose(client: Client, user: User, code: str, **more: str) -> Any:
    sent = {"email": user.email, "code": code, "password_new": NEW, "password_again": NEW, **more}
    return client.post("/sign-in/first", sent)


def test_a_password_of_ones_own_is_chosen_once_and_the_second_step_follows(newcomer: User) -> None:
    # Given a code that was told, of which the demonstration, where nobody is told one, says nothing,
    _, code = first_code(newcomer.email, timezone.now())
    with override_settings(DEMONSTRATION=True):
        assert 'href="/sign-in/first"' not in browser().get("/sign-in").content.decode()
    assert 'href="/sign-in/first"' in browser().get("/sign-in").content.decode()
    # when a password is chosen by it,
    client = browser()
    assert choose(client, newcomer, code, email=newcomer.email.upper()).status_code == 302
    # then nobody is in before the second step, the password is theirs, and the code is used up.
    assert client.get("/work").status_code == 302
    assert client.get("/sign-in/second").headers["Location"] == "/sign-in/set-up"
    assert by_password(browser(), newcomer, NEW).status_code == 302
    again = choose(browser(), newcomer, code, password_new=PASSWORD, password_again=PASSWORD)
    assert again.status_code == 422
    assert by_password(browser(), newcomer, PASSWORD).status_code == 422


def test_after_a_day_it_opens_nothing(newcomer: User) -> None:
    # (the pages read the clock by the second)
    _, code = first_code(newcomer.email, timezone.now() - FIRST_LASTS - timedelta(seconds=1))
    assert "older than a day" in text(choose(browser(), newcomer, code))
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


def test_a_weak_password_is_refused_and_costs_no_code(newcomer: User) -> None:
    _, code = first_code(newcomer.email, timezone.now())
    answer = choose(browser(), newcomer, code, password_new="short", password_again="short")
    assert "too short" in text(answer)
    for typed in (code, code.replace(" ", ""), 'value="short"'):
        assert typed not in answer.content.decode()
    assert choose(browser(), newcomer, code).status_code == 302


def test_one_answer_to_whoever_guesses(newcomer: User, person: Any) -> None:
    # Given a code for one person, and none for another,
    _, code = first_code(newcomer.email, timezone.now())
    other = person("manager", "sandwell-school")
    wrong = "0" * 12 if not code.startswith("0000") else "1" * 12
    # when somebody guesses at both, and at an address that nobody has,
    said = {text(choose(browser(), each, wrong)) for each in (newcomer, other)}
    nobody = User(email="nobody@example.org")
    said |= {text(choose(browser(), nobody, wrong))}
    # then all is answered the same,
    [one] = said
    assert "do not belong together" in one
    # and after five guesses no more are looked at from there, whoever they are at.
    for each in (newcomer, nobody):
        for _ in range(4):
            assert "do not belong together" in text(choose(browser(), each, wrong))
        assert "Too many wrong codes from here" in text(choose(browser(), each, code))


def test_whoever_guesses_elsewhere_burns_nobody_s_code(newcomer: User) -> None:
    # Given a code, and wrong ones for the same address from many places, again and again,
    _, code = first_code(newcomer.email, timezone.now())
    wrong = "0" * 12 if not code.startswith("0000") else "1" * 12
    for last in range(5):
        for _ in range(6):
            choose(browser(REMOTE_ADDR=f"192.0.2.{last}"), newcomer, wrong)
    # when its owner types it where they are, then it is right.
    assert choose(browser(), newcomer, code).status_code == 302


def test_the_administrator_makes_another_as_often_as_it_takes(newcomer: User) -> None:
    at = timezone.now()
    told = [first_code(newcomer.email, at)[1] for _ in range(codes.MOST_CODES + 1)]
    assert choose(browser(), newcomer, told[-1]).status_code == 302


def test_the_words_of_the_place_are_no_first_password_and_cost_no_code(newcomer: User) -> None:
    # Given words by which the place is known, which are long enough,
    _, code = first_code(newcomer.email, timezone.now())
    words = {"password_new": "sandwell safeguarding", "password_again": "sandwell safeguarding"}
    said = "more than names that people here would guess"
    # when they are chosen with a wrong code, then nothing is told of them,
    assert said not in text(choose(browser(), newcomer, "0" * 12, **words))
    # with the right one they are refused, and the code is open still.
    assert said in text(choose(browser(), newcomer, code, **words))
    assert choose(browser(), newcomer, code).status_code == 302


def test_somebody_else_s_code_opens_nothing(newcomer: User, person: Any) -> None:
    other = person("manager", "sandwell-school")
    _, code = first_code(other.email, timezone.now())
    assert choose(browser(), newcomer, code).status_code == 422
    assert OneTimeCode.objects.filter(used=None).exists()


def test_another_code_takes_the_place_of_the_first_and_of_the_password(teacher: User) -> None:
    at = timezone.now()
    _, one = first_code(teacher.email, at - timedelta(minutes=5))
    _, two = first_code(teacher.email, at)
    assert by_password(browser(), teacher).status_code == 422
    assert one == two or choose(browser(), teacher, one).status_code == 422
    assert choose(browser(), teacher, two).status_code == 302
