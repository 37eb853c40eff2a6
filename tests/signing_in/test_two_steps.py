"""A password alone opens nothing; the second step is set up at the first sign-in."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from concord.cases.models import Case
from concord.directory.models import Attempt, User
from concord.web.signing_in.steps import ARRIVED, HALF_IN, HALF_LASTS, SECOND
from tests.signing_in.conftest import (
    PASSWORD,
    browser,
    by_password,
    code_of,
    secret_on,
    set_up,
    text,
)

SignIn = Callable[[str, str], Client]
CLOSED = ("/work", "/you", "/raise", "/notices", "/find", "/agencies", "/looks/mine")


def test_a_password_alone_signs_nobody_in(teacher: User) -> None:
    client = browser()
    answer = by_password(client, teacher, next="/find")
    assert answer.headers["Location"] == "/sign-in/second"
    assert "_auth_user_id" not in client.session
    for address in CLOSED:
        assert client.get(address).headers["Location"].startswith("/sign-in"), address


def test_the_second_step_is_set_up_at_the_first_sign_in(teacher: User) -> None:
    client = browser()
    by_password(client, teacher, next="/find")
    assert client.get("/sign-in/second").headers["Location"] == "/sign-in/set-up"
    secret = secret_on(client)
    assert secret_on(client) == secret, "the key changed while it was being typed"
    wrong = client.post("/sign-in/set-up", {"code": "000000"})
    assert wrong.status_code == 422
    assert "This is not the code that the app shows now." in text(wrong)
    assert "_auth_user_id" not in client.session
    client.post("/sign-in/set-up", {"code": code_of(secret)})
    shown = client.get("/you/recovery-codes")
    assert len(re.findall(r"<li>\d{4} \d{4} \d{4}</li>", shown.content.decode())) == 10
    assert 'href="/find"' in shown.content.decode(), "it forgot where one was going"
    assert client.get("/you/recovery-codes").headers["Location"] == "/you/ways-in"
    assert client.get("/work").status_code == 200


def test_the_code_of_the_app_signs_in_and_no_code_does_twice(teacher: User) -> None:
    secret, _ = set_up(browser(), teacher)
    client, other = browser(), browser()
    by_password(client, teacher, next="/find")
    code = code_of(secret)
    answer = client.post("/sign-in/second", {"code": code})
    assert answer.headers["Location"] == "/find"
    assert client.get("/work").status_code == 200
    by_password(other, teacher)
    again = other.post("/sign-in/second", {"code": code})
    assert again.status_code == 422
    assert "it was used already" in text(again)
    assert other.get("/work").headers["Location"].startswith("/sign-in")


def test_every_attempt_is_kept_right_or_wrong(teacher: User) -> None:
    secret, _ = set_up(browser(), teacher)
    Attempt.objects.all().delete()
    client = browser()
    by_password(client, teacher, "a wrong one")
    by_password(client, teacher)
    client.post("/sign-in/second", {"code": "000000"})
    client.post("/sign-in/second", {"credential": "{}"})
    client.post("/sign-in/second", {"code": code_of(secret)})
    kept = list(Attempt.objects.order_by("pk").values_list("door", "came_to"))
    assert kept == [
        ("password", "wrong"), ("password", "right"), ("second", "wrong"), ("passkey", "wrong"),
        ("second", "right"),
    ]  # fmt: skip


def test_a_recovery_code_signs_in_once(teacher: User) -> None:
    _, codes = set_up(browser(), teacher)
    first, second = browser(), browser()
    by_password(first, teacher)
    assert first.post("/sign-in/second", {"code": codes[3]}).headers["Location"] == "/work"
    assert "9 not used yet" in text(first.get("/you/ways-in"))
    by_password(second, teacher)
    assert second.post("/sign-in/second", {"code": codes[3]}).status_code == 422


def test_the_second_step_has_its_time(teacher: User) -> None:
    set_up(browser(), teacher)
    client = browser()
    by_password(client, teacher)
    session = client.session
    session[HALF_IN] = {**session[HALF_IN], "since": session[HALF_IN]["since"] - HALF_LASTS - 1}
    session.save()
    answer = client.get("/sign-in/second")
    assert answer.headers["Location"] == "/sign-in?late=yes"
    assert "Begin again with your password." in text(client.get("/sign-in?late=yes"))


def test_a_password_that_changed_between_the_steps_undoes_the_first(teacher: User) -> None:
    secret, _ = set_up(browser(), teacher)
    client = browser()
    by_password(client, teacher)
    teacher.set_password("another password altogether")
    teacher.save()
    answer = client.post("/sign-in/second", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/sign-in?late=yes"


def test_whoever_is_half_in_cannot_set_up_a_second_app_beside_the_first(teacher: User) -> None:
    secret, _ = set_up(browser(), teacher)
    client = browser()
    by_password(client, teacher)
    assert client.get("/sign-in/set-up").headers["Location"] == "/sign-in"
    answer = client.post("/sign-in/set-up", {"code": "123456"})
    assert answer.headers["Location"] == "/sign-in"
    assert client.post("/sign-in/second", {"code": code_of(secret)}).status_code == 302


def test_a_session_with_one_step_is_signed_in_no_more(teacher: User, opened: Case) -> None:
    """However it came to be: the middleware does not trust the view that made it."""
    client = browser()
    client.force_login(teacher)
    here = f"/case/{opened.reference}"
    answer = client.get(here)
    assert answer.headers["Location"] == f"/sign-in?next={here}"
    assert client.get(answer.headers["Location"]).headers["Location"] == "/sign-in/second"
    secret = secret_on(client)
    client.post("/sign-in/set-up", {"code": code_of(secret)})
    assert f'href="{here}"' in client.get("/you/recovery-codes").content.decode()


def test_whoever_has_just_sent_a_first_concern_sees_that_it_is_sent_and_no_more(
    teacher: User, opened: Case
) -> None:
    """They proved their address by a code in a mail: that is one step."""
    client = browser()
    client.force_login(teacher)
    session = client.session
    session[SECOND] = ARRIVED
    session.save()
    assert client.get(f"/raise/sent/{opened.reference}").status_code == 200
    assert client.get(f"/case/{opened.reference}").status_code == 302
    assert client.get(f"/raise/sent/{opened.reference}").status_code == 302
    assert client.get("/sign-in/second").headers["Location"] == "/sign-in/set-up"


def test_another_may_sign_in_where_somebody_is_half_in(teacher: User) -> None:
    client = browser()
    by_password(client, teacher)
    assert client.get("/sign-in").headers["Location"] == "/sign-in/second"
    assert "Work e-mail address" in text(client.get("/sign-in?again=yes"))
    assert client.get("/sign-in/second").headers["Location"] == "/sign-in?late=yes"


def test_the_demonstration_asks_for_one_step(as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    assert client.get("/work").status_code == 200
    assert "its people sign in in one step" in text(client.get("/you/ways-in"))
    client.post("/you/recovery-codes")
    assert not Authenticator.objects.exists()


def test_nothing_that_proves_stands_in_the_database_as_it_is(teacher: User) -> None:
    client = browser()
    by_password(client, teacher)
    secret = secret_on(client)
    kept = [value for value in client.session.values() if isinstance(value, str)]
    assert secret not in kept
    client.post("/sign-in/set-up", {"code": code_of(secret)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        rows = " ".join(str(row) for row in cursor.fetchall())
    assert "secret" in rows and "seed" in rows
    assert secret not in rows
    assert teacher.email not in " ".join(Attempt.objects.values_list("about", flat=True))


def test_what_was_kept_under_another_key_opens_nothing(teacher: User, settings: object) -> None:
    from cryptography.fernet import InvalidToken

    from concord.web.signing_in.adapter import FactorAdapter

    boxed = FactorAdapter().encrypt("JBSWY3DPEHPK3PXP")
    assert FactorAdapter().decrypt(boxed) == "JBSWY3DPEHPK3PXP"
    settings.SECRET_KEY = "a stolen copy of the database has another"  # type: ignore[attr-defined]
    with pytest.raises(InvalidToken):
        FactorAdapter().decrypt(boxed)


def test_allauths_own_pages_are_not_there(two_steps: None, db: None) -> None:
    for address in ("/accounts/login/", "/login/", "/2fa/", "/accounts/2fa/", "/signup/"):
        assert browser().get(address).status_code == 404


def test_the_page_for_setting_up_keeps_the_policy_of_no_script_inline(teacher: User) -> None:
    client = browser()
    by_password(client, teacher)
    answer = client.get("/sign-in/set-up")
    shown = answer.content.decode()
    assert "<svg" in shown
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)", shown)
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert PASSWORD not in shown
