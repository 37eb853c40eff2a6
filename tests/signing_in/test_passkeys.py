"""A passkey proves who somebody is, here and now alone; a copy of what it said proves nothing."""

import re
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from concord.directory.models import User
from tests.signing_in.conftest import (
    as_if_later,
    browser,
    by_password,
    code_of,
    long_ago,
    set_up,
    text,
)
from tests.signing_in.soft_key import SoftKey

WRONG = "The passkey did not prove it is you."


def options_on(client: Client, address: str) -> str:
    shown = client.get(address).content.decode()
    found = re.search(r'data-options="([^"]+)"', shown)
    assert found, shown
    return unescape(found[1])


def add(client: Client, key: SoftKey, name: str = "Work laptop") -> str:
    """Set a passkey up; where that leads."""
    address = "/sign-in/set-up/passkey"
    sent = key.create(options_on(client, address)).replace('{"id"', '{"extra": "\\u0000", "id"')
    answer = client.post(address, {"name": name, "credential": sent})
    assert answer.status_code == 302, text(answer)
    return str(answer.headers["Location"])


@pytest.fixture
def key(teacher: User) -> SoftKey:
    """A passkey that was set up at the first sign-in."""
    client, made = browser(), SoftKey()
    by_password(client, teacher)
    assert add(client, made) == "/you/recovery-codes"
    assert client.get("/work").status_code == 200
    return made


def test_a_passkey_signs_in(teacher: User, key: SoftKey) -> None:
    client = browser()
    by_password(client, teacher, next="/find")
    sent = key.get(options_on(client, "/sign-in/second"))
    assert client.post("/sign-in/second", {"credential": sent}).headers["Location"] == "/find"
    assert client.get("/work").status_code == 200


def test_only_what_was_checked_of_a_passkey_is_kept(teacher: User, key: SoftKey) -> None:
    kept = Authenticator.objects.get(type="webauthn").data["credential"]
    assert sorted(kept) == ["clientExtensionResults", "id", "rawId", "response", "type"]
    assert sorted(kept["response"]) == ["attestationObject", "clientDataJSON"]


def test_what_it_said_once_proves_nothing_again(teacher: User, key: SoftKey) -> None:
    client, other = browser(), browser()
    by_password(client, teacher)
    sent = key.get(options_on(client, "/sign-in/second"))
    client.post("/sign-in/second", {"credential": sent})
    by_password(other, teacher)
    options_on(other, "/sign-in/second")
    answer = other.post("/sign-in/second", {"credential": sent})
    assert answer.status_code == 422
    assert WRONG in text(answer)
    assert other.get("/work").status_code == 302


def test_what_it_said_to_a_page_that_only_looks_like_concord_proves_nothing(
    teacher: User, key: SoftKey
) -> None:
    for origin in ("https://testserver", "http://testserver:8443", "http://c0ncord.example.org"):
        client = browser()
        by_password(client, teacher)
        key.origin = origin
        sent = key.get(options_on(client, "/sign-in/second"))
        answer = client.post("/sign-in/second", {"credential": sent})
        assert (answer.status_code, WRONG in text(answer)) == (422, True), origin


def test_another_persons_passkey_proves_nothing(teacher: User, key: SoftKey) -> None:
    client, stranger = browser(), SoftKey()
    by_password(client, teacher)
    stranger.number = key.number
    sent = stranger.get(options_on(client, "/sign-in/second"))
    assert client.post("/sign-in/second", {"credential": sent}).status_code == 422


def test_a_copy_of_a_passkey_that_counts_is_found_out(teacher: User) -> None:
    client, key = browser(), SoftKey(count=7)
    by_password(client, teacher)
    add(client, key)
    for count, wanted in ((7, 302), (7, 422), (3, 422), (8, 302)):
        client, key.count = browser(), count
        by_password(client, teacher)
        sent = key.get(options_on(client, "/sign-in/second"))
        assert client.post("/sign-in/second", {"credential": sent}).status_code == wanted, count


@pytest.mark.parametrize(
    "sent", ["x", "{}", "[]", "null", '{"id": 1}', '{"response": {}}', "{" * 9]
)
def test_what_is_no_passkeys_answer_is_refused_in_words(
    teacher: User, key: SoftKey, sent: str
) -> None:
    client = browser()
    by_password(client, teacher)
    options_on(client, "/sign-in/second")
    assert WRONG in text(client.post("/sign-in/second", {"credential": sent}))
    other = browser()
    set_up_page = "/sign-in/set-up/passkey"
    Authenticator.objects.all().delete()
    by_password(other, teacher)
    options_on(other, set_up_page)
    answer = other.post(set_up_page, {"name": "Mine", "credential": sent})
    assert "The passkey could not be set up." in text(answer)


def test_a_passkey_proves_again(teacher: User, key: SoftKey) -> None:
    client = browser()
    by_password(client, teacher)
    sent = key.get(options_on(client, "/sign-in/second"))
    client.post("/sign-in/second", {"credential": sent})
    long_ago(client)
    where = client.get("/you/ways-in").headers["Location"]
    answer = client.post(where, {"credential": key.get(options_on(client, where))})
    assert answer.status_code == 302
    assert "Work laptop" in text(client.get("/you/ways-in"))


def test_a_passkey_beside_the_app_and_removed_again(teacher: User) -> None:
    client, there, key = browser(), browser(), SoftKey()
    secret, _ = set_up(client, teacher)
    by_password(there, teacher)
    there.post("/sign-in/second", {"code": code_of(secret)})
    as_if_later(teacher)
    assert add(client, key) == "/you/ways-in"
    assert there.get("/work").status_code == 302, "the other session went on"
    number = Authenticator.objects.get(type="webauthn").pk
    assert client.post(f"/you/passkeys/{number}/remove").headers["Location"] == "/you/ways-in"
    assert not Authenticator.objects.filter(type="webauthn").exists()
    assert client.post(f"/you/passkeys/{number}/remove").status_code == 404


def test_the_only_second_step_cannot_be_removed(teacher: User, key: SoftKey) -> None:
    client = browser()
    by_password(client, teacher)
    client.post("/sign-in/second", {"credential": key.get(options_on(client, "/sign-in/second"))})
    number = Authenticator.objects.get(type="webauthn").pk
    answer = client.post(f"/you/passkeys/{number}/remove")
    assert answer.status_code == 409
    assert "This is your only second step" in text(answer)
    assert Authenticator.objects.filter(pk=number).exists()


def test_nobody_removes_anothers_passkey(teacher: User, key: SoftKey, person: object) -> None:
    other = User.objects.exclude(pk=teacher.pk).exclude(posts=None)[0]
    other.set_password("rhubarb and custard")
    other.save()
    client = browser()
    set_up(client, other)
    number = Authenticator.objects.get(type="webauthn").pk
    assert client.post(f"/you/passkeys/{number}/remove").status_code == 404
    assert Authenticator.objects.filter(pk=number).exists()
