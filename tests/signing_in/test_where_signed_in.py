"""Somebody sees in which browsers they are signed in, and signs out in any one of them."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concord.directory import sessions
from concord.directory.founding import first_code
from concord.directory.models import Session, User
from concord.web.sessions import SEEN, SINCE
from concord.web.signing_in.browsers import UNKNOWN, called
from tests.signing_in.conftest import (
    as_if_later,
    browser,
    by_password,
    code_of,
    long_ago,
    set_up,
    text,
)

SignIn = Callable[[str, str], Client]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
CHROME = (
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/138.0.0.0 Safari/537.36"
)


@pytest.fixture
def two(teacher: User) -> tuple[Client, Client]:
    """A desk and a telephone in which the same person is signed in."""
    desk, phone = browser(HTTP_USER_AGENT=FIREFOX), browser(HTTP_USER_AGENT=IPHONE)
    secret, _ = set_up(desk, teacher)
    by_password(phone, teacher)
    assert phone.post("/sign-in/second", {"code": code_of(secret)}).status_code == 302
    return desk, phone


def is_in(client: Client) -> bool:
    return client.get("/work").status_code == 200


def ends(client: Client) -> list[str]:
    """The addresses by which the page ends one other session each."""
    shown = client.get("/you/sessions").content.decode()
    return re.findall(r'action="(/you/sessions/[0-9a-f]{32}/end)"', shown)


def used(client: Client, seconds: int) -> None:
    """Something was done in this browser so long ago, and nothing since."""
    session = client.session
    session[SEEN] = int(time.time()) - seconds
    session[SINCE] = min(session[SINCE], session[SEEN])
    session.save()


def test_the_page_tells_browsers_apart_and_marks_this_one(two: tuple[Client, Client]) -> None:
    # Given a desk, and a telephone that was used at half past ten,
    desk, phone = two
    used(phone, 600)
    # when the page is opened at the desk, by its link,
    assert 'href="/you/sessions"' in desk.get("/you/ways-in").content.decode()
    answer = desk.get("/you/sessions")
    # then both are told in plain words, this one first,
    said = text(answer)
    assert said.index("Firefox on Windows (this browser, now)") < said.index("Safari on an iPhone")
    was = timezone.localtime() - timedelta(seconds=600)
    assert re.search(rf"Safari on an iPhone .*Last used \w+ \d+ \w+ \d+, {was:%H}:\d\d", said)
    assert len(ends(desk)) == 1
    # and no key of a session stands in it.
    for client in two:
        assert str(client.session.session_key) not in answer.content.decode()


def test_one_is_ended_at_its_next_request_and_the_others_go_on(
    two: tuple[Client, Client], teacher: User
) -> None:
    desk, phone = two
    [there] = ends(desk)
    assert desk.post(there).headers["Location"] == "/you/sessions"
    assert is_in(desk) and not is_in(phone)
    # what was done is said once
    shown = text(desk.get("/you/sessions"))
    assert "You are signed out in that browser." in shown
    assert "You are signed in nowhere else." in shown
    assert "You are signed out in that browser." not in text(desk.get("/you/sessions"))
    # the row is gone; what is over already is no error
    assert Session.objects.filter(user=teacher).count() == 1
    assert desk.post(there).headers["Location"] == "/you/sessions"
    assert "That browser was signed out already" in text(desk.get("/you/sessions"))
    assert is_in(desk)


def test_all_others_are_ended_at_once_and_their_rows_go(
    two: tuple[Client, Client], teacher: User
) -> None:
    desk, phone = two
    assert desk.post("/you/sessions/others").headers["Location"] == "/you/sessions"
    assert is_in(desk) and not is_in(phone)
    assert Session.objects.filter(user=teacher).count() == 1
    assert "everywhere but here, and no program reads as you" in text(desk.get("/you/sessions"))


def test_whoever_was_signed_out_from_elsewhere_is_told_why_they_are_asked_to_sign_in(
    two: tuple[Client, Client],
) -> None:
    # given a phone that the desk signs out
    desk, phone = two
    desk.post("/you/sessions/others")
    # when something is asked for on it; then it says what may have been, and goes on from there
    answer = phone.get("/work")
    assert answer.headers["Location"] == "/sign-in?over=1&next=/work"
    assert "You were signed out from another browser" in text(phone.get(answer.headers["Location"]))
    # whoever was never in is told nothing of it
    stranger = Client()
    assert stranger.get("/work").headers["Location"] == "/sign-in?next=/work"
    assert "signed out" not in text(stranger.get("/sign-in?next=/work"))


def test_nobody_ends_or_sees_anybody_else_s(two: tuple[Client, Client], person: Any) -> None:
    # Given a colleague, who is signed in too, and knows by what address an end is sent,
    head = person("manager", "sandwell-school")
    other = browser(HTTP_USER_AGENT=CHROME)
    head.set_password("rhubarb and custard")
    head.save()
    set_up(other, head)
    [there] = ends(two[0])
    # when they send it, then nothing ends; and each sees their own.
    other.post(there)
    assert is_in(two[1])
    assert ends(other) == []
    assert "iPhone" not in text(other.get("/you/sessions"))
    assert "Chromebook" not in text(two[0].get("/you/sessions"))


def test_what_is_over_is_not_listed(two: tuple[Client, Client], teacher: User) -> None:
    desk, phone = two
    used(phone, settings.CONCORD_SESSION_MINUTES * 60 + 1)
    assert ends(desk) == []
    used(phone, 60)
    assert len(ends(desk)) == 1
    # of an earlier generation: it matches nobody any more
    User.objects.filter(pk=teacher.pk).update(session_generation=7)
    fresh = browser(HTTP_USER_AGENT=CHROME)
    teacher.refresh_from_db()
    by_password(fresh, teacher)
    as_if_later(teacher)
    assert "iPhone" not in text(desk.get("/you/sessions"))


def test_it_asks_for_a_proof_that_is_not_old(two: tuple[Client, Client]) -> None:
    desk, phone = two
    [there] = ends(desk)
    long_ago(desk)
    assert desk.get("/you/sessions").headers["Location"].startswith("/you/prove?")
    assert desk.post(there).headers["Location"].startswith("/you/prove?")
    assert is_in(phone)


def test_a_code_for_a_new_password_leaves_no_row(two: tuple[Client, Client], teacher: User) -> None:
    first_code(teacher.email, timezone.now())
    assert not Session.objects.filter(user=teacher).exists()


def test_in_the_demonstration_they_are_listed_too(as_person: SignIn, person: Any) -> None:
    here = as_person("practitioner", "sandwell-school")
    number = person("practitioner", "sandwell-school").pk
    there = Client(HTTP_USER_AGENT=CHROME)
    assert there.post("/sign-in/as", {"person": number}).status_code == 302
    assert "Chrome on a Chromebook" in text(here.get("/you/sessions"))
    [address] = ends(here)
    here.post(address)
    assert not is_in(there) and is_in(here)


def test_half_in_is_nobody_s_session(teacher: User) -> None:
    half = browser()
    by_password(half, teacher)
    row = Session.objects.get(session_key=half.session.session_key)
    assert row.user_id is None


def test_neither_address_nor_what_the_browser_says_is_kept(
    two: tuple[Client, Client], teacher: User
) -> None:
    for row in Session.objects.filter(user=teacher):
        held = str(row.get_decoded())
        assert "Mozilla" not in held and "127.0.0.1" not in held
    with connection.cursor() as cursor:
        table = connection.introspection.get_table_description(cursor, Session._meta.db_table)
    columns = {column.name for column in table}
    assert columns == {"session_key", "session_data", "expire_date", "user_id"}


def test_what_has_expired_is_swept(two: tuple[Client, Client], teacher: User) -> None:
    at = timezone.now() + timedelta(hours=settings.CONCORD_SESSION_HOURS, minutes=1)
    Session.objects.filter(session_key=two[0].session.session_key).update(
        expire_date=at + timedelta(hours=1)
    )
    assert sessions.sweep(at) == 1
    assert Session.objects.filter(user=teacher).count() == 1


def test_the_loop_sweeps_them(two: tuple[Client, Client], monkeypatch: pytest.MonkeyPatch) -> None:
    from concord.cli.running import _tidy

    asked: list[datetime] = []
    monkeypatch.setattr(sessions, "sweep", asked.append)
    at = timezone.now()
    _tidy(at)
    assert asked == [at]


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on an iPhone"),
        (CHROME, "Chrome on a Chromebook"),
        (CHROME.replace("X11; CrOS", "Windows NT 10.0") + " Edg/138.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) SomethingElse/1", "A browser on Android"),
        ("", UNKNOWN),
        ("curl/8", UNKNOWN),
        ("<script>alert(1)</script>", UNKNOWN),
    ],
)
def test_a_browser_is_called_by_plain_words(says: str, words: str) -> None:
    assert called(says) == words


def test_the_old_address_to_end_all_takes_nothing_any_more(two: tuple[Client, Client]) -> None:
    assert two[0].post(reverse("sessions")).status_code == 405
    assert is_in(two[1])
