"""Guessing is stopped; a colleague is never locked out; nobody learns who has an account."""

import time
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.contrib.auth.hashers import get_hasher
from django.test import Client, RequestFactory
from django.utils import timezone

from concord.directory.codes import CameTo
from concord.directory.models import Attempt, Newcomer, OneTimeCode, Post, User
from concord.web.signing_in import throttling
from concord.web.signing_in.source import Source, network_address, print_of
from concord.web.signing_in.throttling import Door
from tests.signing_in.conftest import PASSWORD, browser, by_password, code_of, set_up, text

AT = timezone.now()
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.77"}
NOBODY = "nobody.at.all@example.org"


def guess(client: Client, email: str, times: int) -> Any:
    for _ in range(times):
        answer = client.post("/sign-in", {"email": email, "password": "guessed wrong"})
    return answer


def test_ten_wrong_passwords_from_one_place_are_enough(teacher: User) -> None:
    client = browser()
    assert "No active account" in text(guess(client, teacher.email, 10))
    answer = by_password(client, teacher)
    assert answer.status_code == 422
    assert "Wait 15 minutes" in text(answer)
    assert "_auth_user_id" not in client.session


def test_whoever_guesses_elsewhere_locks_no_colleague_out(teacher: User) -> None:
    guess(browser(**ELSEWHERE), teacher.email, 12)
    assert by_password(browser(), teacher).status_code == 302


def test_whoever_guesses_at_the_next_desk_does_not_lock_a_known_browser_out(
    teacher: User,
) -> None:
    """An agency shares one network address: the colleague's own browser is counted by itself."""
    known, stranger = browser(), browser()
    secret, _ = set_up(known, teacher)
    known.post("/sign-out")
    guess(stranger, teacher.email, 12)
    assert by_password(stranger, teacher).status_code == 422
    assert by_password(known, teacher).status_code == 302
    assert known.post("/sign-in/second", {"code": code_of(secret)}).status_code == 302


def test_a_known_browser_is_known_for_those_alone_who_signed_in_with_it(teacher: User) -> None:
    known = browser()
    set_up(known, teacher)
    known.post("/sign-out")
    guess(known, teacher.email, 11)
    assert by_password(known, teacher).status_code == 422
    assert "No active account" in text(guess(known, "another@example.org", 1))
    forged = browser()
    forged.cookies["known"] = known.cookies["known"].value[:-2] + "xx"
    guess(forged, teacher.email, 1)
    assert Attempt.objects.latest("pk").address == "127.0.0.1"


def test_five_wrong_codes_from_one_place_are_enough(teacher: User) -> None:
    secret, _ = set_up(browser(), teacher)
    client = browser(**ELSEWHERE)
    by_password(client, teacher)
    for _ in range(5):
        assert client.post("/sign-in/second", {"code": "000000"}).status_code == 422
    answer = client.post("/sign-in/second", {"code": code_of(secret)})
    assert answer.status_code == 422
    assert "too many wrong codes" in text(answer)
    other = browser()
    by_password(other, teacher)
    assert other.post("/sign-in/second", {"code": code_of(secret)}).status_code == 302


def test_codes_are_not_tried_from_a_thousand_places(db: None) -> None:
    about = print_of("teacher@example.org")
    for number in range(throttling.MOST_CODES_FROM_ANYWHERE):
        assert throttling.begin(Door.CODE, about, Source(f"192.0.2.{number}", False), AT)
    assert throttling.begin(Door.CODE, about, Source("198.51.100.1", False), AT) is None
    assert throttling.begin(Door.CODE, about, Source("browser:mine", True), AT) is not None
    later = AT + throttling.SPAN + timedelta(seconds=1)
    assert throttling.begin(Door.CODE, about, Source("198.51.100.1", False), later) is not None


def test_one_place_does_not_try_everybody(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "MOST_FROM_ONE_PLACE", 12)
    place = Source("192.0.2.1", False)
    for number in range(12):
        assert throttling.begin(Door.PASSWORD, print_of(f"{number}@example.org"), place, AT)
    assert throttling.begin(Door.PASSWORD, print_of("next@example.org"), place, AT) is None


def test_what_was_right_is_not_counted_and_time_passes(db: None) -> None:
    about, place = print_of("teacher@example.org"), Source("192.0.2.1", False)
    for _ in range(30):
        right = throttling.begin(Door.PASSWORD, about, place, AT)
        assert right is not None
        throttling.was_right(right)
    for _ in range(10):
        assert throttling.begin(Door.PASSWORD, about, place, AT) is not None
    assert throttling.begin(Door.PASSWORD, about, place, AT) is None
    later = AT + throttling.WINDOW + timedelta(seconds=1)
    assert throttling.begin(Door.PASSWORD, about, place, later) is not None
    assert Attempt.objects.filter(came_to=CameTo.THROTTLED).count() == 1


def test_an_address_that_nobody_has_is_answered_and_stopped_like_any_other(teacher: User) -> None:
    first, second = browser(), browser(**ELSEWHERE)
    unknown, known = guess(first, NOBODY, 1), guess(second, teacher.email, 1)
    assert unknown.status_code == known.status_code == 422
    assert text(unknown) == text(known)
    assert text(guess(first, NOBODY, 10)) == text(guess(second, teacher.email, 10))


def test_an_address_that_nobody_has_takes_as_long(
    hashed_as_real: None, teacher: User, person: Any
) -> None:
    """The same hasher runs for an address that is unknown, without a password, or closed."""
    without = person("manager", "sandwell-school")
    closed = person("service_lead", "sandwell-school")
    closed.set_password(PASSWORD)
    closed.is_active = False
    closed.save()
    spent: dict[str, list[float]] = {}
    calls: dict[str, int] = {}
    hasher = get_hasher("default")
    emails = (teacher.email, NOBODY, without.email, closed.email)
    encode, counted = type(hasher).encode, [0]

    def counting(self: Any, *given: Any, **named: Any) -> str:
        counted[0] += 1
        return str(encode(self, *given, **named))

    patch = pytest.MonkeyPatch()
    patch.setattr(type(hasher), "encode", counting)
    try:
        for turn in range(6):
            for email in emails:
                client = browser(REMOTE_ADDR=f"192.0.2.{turn}")
                # this thread's own time: what else the machine does is not the page's doing
                counted[0], begun = 0, time.thread_time()
                guess(client, email, 1)
                spent.setdefault(email, []).append(time.thread_time() - begun)
                calls[email] = counted[0]
    finally:
        patch.undo()
    assert set(calls.values()) == {1}, calls
    least = {email: min(times) for email, times in spent.items()}
    assert max(least.values()) < 1.5 * min(least.values()), least


def test_whoever_asks_for_a_code_by_mail_is_answered_at_once_whether_known_or_not(
    two_steps: None, person: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = person("manager", "sandwell-school")
    Newcomer.objects.create(post=Post.objects.filter(user=came)[0], came=AT, known=True)
    settings.CONCORD_MAIL = "smtp"
    sent: list[str] = []
    go_on = Event()

    def slow(to: str, *_: object) -> bool:
        assert go_on.wait(30)
        sent.append(to)
        return True

    monkeypatch.setattr("concord.web.views.first_time.post", slow)
    codes = OneTimeCode.objects.filter(purpose="sign_in")
    for email, count in ((came.email, 1), (NOBODY, 2)):
        client = browser()
        answer = client.post("/sign-in/code", {"email": email})
        assert answer.headers["Location"] == "/sign-in/code/typed"
        assert sent == [], "the answer waited for the mail"
        assert codes.count() == count, "less was done for one of them"
    go_on.set()
    for _ in range(100):
        if sent:
            break
        time.sleep(0.05)
    assert sent == [came.email]


@pytest.mark.parametrize(
    ("proxies", "told", "wanted"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.66, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.66, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_a_proxy_tells_where_a_request_comes_from_and_the_browser_does_not(
    settings: Any, proxies: int, told: str, wanted: str
) -> None:
    settings.CONCORD_PROXIES = proxies
    settings.CONCORD_PROXY_ADDRESSES = ("10.0.0.0/30",)
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=told, REMOTE_ADDR="10.0.0.1")
    assert network_address(request) == wanted


def test_whoever_comes_past_the_proxy_does_not_say_where_they_come_from(settings: Any) -> None:
    settings.CONCORD_PROXIES = 1
    settings.CONCORD_PROXY_ADDRESSES = ("10.0.0.0/30",)
    for direct in ("192.0.2.66", "10.0.0.4", "no address"):
        request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="203.0.113.9", REMOTE_ADDR=direct)
        assert network_address(request) == direct
