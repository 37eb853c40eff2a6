"""When something cannot be answered, a page in plain English says what to do instead."""

from collections.abc import Callable

import pytest
from django.test import Client, override_settings

from concord.cases.models import Case
from tests.apps.test_pages import text

TOO_MUCH = {"email": "x" * 21_000_000}, {f"field-{number}": "x" for number in range(1_500)}


@pytest.mark.parametrize("sent", TOO_MUCH, ids=["too-long", "too-many"])
def test_too_much_at_once_is_said(db: None, sent: dict[str, str]) -> None:
    answer = Client(raise_request_exception=False).post("/sign-in", sent)
    assert answer.status_code == 413
    assert "There is too much to send at once" in text(answer)
    assert "Nothing was recorded" in text(answer)


def test_what_is_not_there_is_said(db: None) -> None:
    answer = Client().get("/no-such-page")
    assert answer.status_code == 404
    assert "This page is not here, or not open to you" in text(answer)


@pytest.mark.parametrize("address", ["/sign-out", "/notices/read"])
def test_a_buttons_address_opened_as_a_page_says_so(
    as_person: Callable[[str, str], Client], address: str
) -> None:
    answer = as_person("practitioner", "sandwell-school").get(address)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "This is not a page to open" in text(answer)
    assert "<h1" in text(answer)


def test_a_page_left_open_for_too_long_gives_back_what_was_typed(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"email": "typed@example.org"})
    assert answer.status_code == 403
    assert "The page was open for too long" in text(answer)
    assert "typed@example.org" in text(answer)


def test_who_was_signed_out_meanwhile_gets_back_what_was_typed(
    as_person: Callable[[str, str], Client], opened: Case
) -> None:
    # Given somebody who writes for so long that they are signed out,
    client = as_person("practitioner", "sandwell-school")
    client.logout()
    # when they send it, then nothing of it is lost, and they are told how to send it again.
    address = f"/case/{opened.reference}/discuss"
    answer = client.post(address, {"said": "Seen twice: <bruises>.", "means": "telephone"})
    assert answer.status_code == 403
    assert "You were signed out before this was sent" in text(answer)
    assert "Seen twice: <bruises>." in text(answer)
    assert "<bruises>" not in answer.content.decode()
    assert f"/sign-in?next=%2Fcase%2F{opened.reference}%2Fdiscuss" in text(answer)
    raising = client.post("/raise/some-draft/child", {"name_1": "Plum Invented"})
    assert "Plum Invented" in text(raising)
    # Who only asks for a page is asked to sign in.
    assert client.get(address).status_code == 302


@override_settings(ALLOWED_HOSTS=["concord.example.org"])
def test_a_host_that_is_not_ours_is_no_traceback(db: None) -> None:
    answer = Client(raise_request_exception=False).get("/", headers={"host": "other.example"})
    assert answer.status_code == 400
    assert "Concord could not read what was sent" in text(answer)
    assert "Traceback" not in text(answer)


def test_a_fault_of_ours_says_so_and_what_to_do(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("concord.web.views.start.page", broken)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "Concord has a fault" in text(answer)
    assert "secret" not in text(answer)


@pytest.mark.parametrize("length", ["x", "-1", "²", "1e3"])
def test_a_length_that_is_no_number_is_no_fault(db: None, length: str) -> None:
    for address in ("/case/no-such-case/discuss", "/raise/some-draft/child", "/sign-in"):
        client = Client(raise_request_exception=False)
        answer = client.post(address, {"said": "Seen."}, CONTENT_LENGTH=length)
        assert answer.status_code == 400
        assert "Concord could not read what was sent" in text(answer)
