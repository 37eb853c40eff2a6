"""A token reads as its person, is no better than their session, and ends when they say so."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from concord.cases.models import Case
from concord.directory import tokens
from concord.directory.founding import choose_password, first_code, forget_factors
from concord.directory.models import Attempt, Token, User
from tests.api.reading import read, token_of

Person = Callable[[str, str], User]
SCHOOL = "sandwell-school"


@pytest.fixture
def teacher(person: Person) -> User:
    return person("practitioner", SCHOOL)


def status(token: str, address: str = "/api/v1/mine") -> int:
    return int(read(token, address).status_code)


def made_on_page(client: Client, **typed: str) -> str:
    """Make a token by the page, and read it where it is shown."""
    answer = client.post("/you/tokens", {"name": "Our case system", "days": "30", **typed})
    assert answer.status_code == 302, answer.content.decode()
    found = re.search(r"concord_read_[\w-]{43}", client.get("/you/tokens").content.decode())
    assert found
    return found[0]


def test_a_token_is_made_on_a_page_shown_once_and_reads(
    teacher: User, opened: Case, as_person: Callable[[str, str], Client]
) -> None:
    client = as_person("practitioner", SCHOOL)
    token = made_on_page(client)
    # then it reads what its person sees, and is not shown again
    assert opened.reference in read(token, "/api/v1/cases").content.decode()
    page = client.get("/you/tokens").content.decode()
    assert token not in page and "Our case system" in page and "Not yet" not in page
    # it ends in so many days, is stored as a hash alone, and its person is told by mail
    row = Token.objects.get()
    assert row.ends - row.made == timedelta(days=30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM directory_token")
        assert token not in str(cursor.fetchall())
    # one press ends it
    assert client.post(f"/you/tokens/{row.pk}/end").status_code == 302
    assert status(token) == 401
    assert "No program reads as you" in client.get("/you/tokens").content.decode()


def test_its_person_is_told_by_mail(
    teacher: User, as_person: Callable[[str, str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters: list[tuple[Any, ...]] = []
    monkeypatch.setattr(
        "concord.web.signing_in.telling.post", lambda *letter: letters.append(letter)
    )
    token = made_on_page(as_person("practitioner", SCHOOL))
    [(to, subject, lines, _)] = letters
    assert (to, subject) == (teacher.email, "Concord: a token for a program was made")
    assert "a token was made" in lines[0]
    assert token not in str(lines)


def test_nobody_ends_the_token_of_somebody_else(
    teacher: User, as_person: Callable[[str, str], Client]
) -> None:
    token = token_of(teacher)
    as_person("manager", SCHOOL).post(f"/you/tokens/{Token.objects.get().pk}/end")
    assert status(token) == 200


def test_it_opens_for_90_days_at_most_and_not_a_second_longer(teacher: User) -> None:
    at = timezone.now()
    token = tokens.make(teacher, "Longer than may be", timedelta(days=365), at)
    assert tokens.whose(token, at + timedelta(days=90, seconds=-1)) == teacher
    assert tokens.whose(token, at + timedelta(days=90)) is None
    assert tokens.sweep(at + timedelta(days=91)) == 1


def test_of_eleven_tokens_the_last_is_refused_with_what_to_do(
    teacher: User, as_person: Callable[[str, str], Client]
) -> None:
    for _ in range(tokens.MOST):
        token_of(teacher)
    answer = as_person("practitioner", SCHOOL).post("/you/tokens", {"name": "x", "days": "7"})
    assert answer.status_code == 422
    assert "End one first" in answer.content.decode()
    answer = as_person("manager", SCHOOL).post("/you/tokens", {"name": "", "days": "365"})
    assert answer.status_code == 422
    assert Token.objects.count() == tokens.MOST


def test_what_ends_every_session_ends_every_token(
    teacher: User, as_person: Callable[[str, str], Client]
) -> None:
    def new_code() -> None:
        _, code = first_code(teacher.email, timezone.now())
        assert choose_password(teacher.email, code, "rhubarb and custard", timezone.now())

    def closed() -> None:
        User.objects.filter(pk=teacher.pk).update(is_active=False)

    def everywhere_else() -> None:
        as_person("practitioner", SCHOOL).post("/you/sessions/others")

    def restored() -> None:
        tokens.end_everybodys()

    for ends in (
        new_code,
        lambda: forget_factors(teacher.email),
        everywhere_else,
        restored,
        closed,
    ):
        teacher.refresh_from_db()
        token = token_of(teacher)
        assert status(token) == 200
        ends()
        assert status(token) == 401, ends


def test_no_cookie_of_a_browser_counts(
    teacher: User, as_person: Callable[[str, str], Client]
) -> None:
    client = as_person("practitioner", SCHOOL)
    assert client.get("/work").status_code == 200
    answer = client.get("/api/v1/mine")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="concord"'
    assert not answer.cookies
    assert "/you/tokens" in json.loads(answer.content)["detail"]
    # and a token opens no page
    token = token_of(teacher)
    assert read(token, "/work").status_code == 302


@pytest.mark.parametrize("header", [
    "", "Bearer", "Bearer ", "Bearer concord_read_", "Basic YTpi", "Bearer " + "x" * 9000,
    "Bearer concord_read_\u00e9\u00e9", "concord_read_abc",
])  # fmt: skip
def test_what_is_no_token_opens_nothing(teacher: User, header: str) -> None:
    answer = Client().get("/api/v1/mine", headers={"Authorization": header})
    assert answer.status_code == 401
    token = token_of(teacher)
    assert Client().get(f"/api/v1/mine?token={token}").status_code == 401
    assert status(token[:-1]) == 401
    assert status(token.upper()) == 401


def test_who_sends_wrong_tokens_waits_and_a_colleague_does_not(
    teacher: User, settings: Any
) -> None:
    settings.CONCORD_LIMITS = True
    token = token_of(teacher)
    found = [status(f"concord_read_{n:043}") for n in range(32)]
    assert found == [401] * 30 + [429] * 2
    answer = read("concord_read_wrong", "/api/v1/mine")
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert Attempt.objects.filter(door="token", came_to="wrong").count() == 33
    # from the same network address somebody with a right one reads on
    assert status(token) == 200


def test_one_person_reads_so_often_and_then_waits(
    teacher: User, person: Person, settings: Any
) -> None:
    settings.CONCORD_LIMITS = True
    first, second = token_of(teacher), token_of(teacher)
    found = [status(each) for each in [first, second] * 30]
    assert found == [200] * 60
    answer = read(first, "/api/v1/mine")
    assert answer.status_code == 429
    assert "Retry-After" in json.loads(answer.content)["detail"]
    assert status(token_of(person("manager", SCHOOL))) == 200


def test_it_reads_and_changes_nothing_and_says_so(teacher: User, opened: Case) -> None:
    program = Client(
        enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token_of(teacher)}"}
    )
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"):
        answer = program.generic(method, f"/api/v1/cases/{opened.reference}")
        assert answer.status_code == 405, method
        assert answer.headers["Allow"] == "GET, HEAD"
        assert "ask with GET" in json.loads(answer.content)["detail"]
    assert program.get("/api/v1/mine", headers={"Accept": "text/html"}).status_code == 406
    assert program.get("/api/v1/mine", headers={"Accept": "*/*"}).status_code == 200
    answer = program.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert json.loads(answer.content)["title"] == "Not Found"


def test_without_tls_the_api_leads_nobody_on(teacher: User, settings: Any) -> None:
    token = token_of(teacher)
    settings.SECURE_SSL_REDIRECT = True
    answer = read(token, "/api/v1/mine")
    assert answer.status_code == 403
    assert "https" in json.loads(answer.content)["detail"]
    assert Client().get("/help").status_code == 301


def test_in_an_instance_of_two_steps_a_token_reads_and_its_page_asks_for_a_proof(
    teacher: User, opened: Case, settings: Any
) -> None:
    settings.DEMONSTRATION, settings.CONCORD_SECOND_FACTOR = False, True
    token = token_of(teacher)
    assert opened.reference in read(token, "/api/v1/cases").content.decode()
