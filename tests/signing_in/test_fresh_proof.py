"""Before what cannot be called back one proves again that it is they; no word is lost by it."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from concord.cases.models import Case
from concord.directory.models import Post, PostChange, User
from concord.web.signing_in.fresh import NEEDS_FRESH_PROOF
from tests.signing_in.conftest import PASSWORD, browser, code_of, long_ago, set_up, text

Person = Callable[[str, str], User]
Addressed = Callable[[Case], str]
TEMPLATE = ["sandwell", "escalation_template"]


def _post(role: str) -> int:
    return Post.objects.get(role=role, agency__slug="sandwell-school").pk


ASKED: dict[str, tuple[str, Addressed]] = {
    "agency-log": ("get", lambda _: reverse("agency-log", args=["sandwell-school", "csv"])),
    "partnership-log": ("get", lambda _: reverse("partnership-log", args=["sandwell", "xlsx"])),
    "bundle-open": ("post", lambda case: reverse("bundle-open", args=[case.reference, 1])),
    "form-open": (
        "post", lambda case: reverse("form-open", args=[case.reference, "escalation_template"]),
    ),
    "subject-copy": ("post", lambda _: reverse("subject-copy", args=["s-1", "released"])),
    "subject-document": ("post", lambda _: reverse("subject-document", args=["s-1", 1])),
    "subject-released": ("post", lambda _: reverse("subject-released", args=["s-1"])),
    "retention-propose": (
        "get", lambda case: reverse("retention-propose", args=["sandwell", case.reference]),
    ),
    "retention-approve": (
        "post", lambda case: reverse("retention-approve", args=["sandwell", case.reference]),
    ),
    "emergency": ("get", lambda _: reverse("emergency")),
    "cover": ("get", lambda _: reverse("cover", args=[_post("manager")])),
    "cover-end": ("post", lambda _: reverse("cover-end", args=[_post("manager")])),
    "holder": ("get", lambda _: reverse("holder", args=[_post("manager")])),
    "word-template": ("get", lambda _: reverse("word-template", args=TEMPLATE)),
    "word-template-own": ("get", lambda _: reverse("word-template-own", args=TEMPLATE)),
    "word-template-version": ("post", lambda _: reverse("word-template-version", args=[*TEMPLATE, 1])),
    "set-up-app": ("get", lambda _: reverse("set-up-app")),
    "set-up-passkey": ("get", lambda _: reverse("set-up-passkey")),
    "passkey-remove": ("post", lambda _: reverse("passkey-remove", args=[1])),
    "ways-in": ("get", lambda _: reverse("ways-in")),
    "recovery-codes": ("post", lambda _: reverse("recovery-codes")),
    "change-password": ("post", lambda _: reverse("change-password")),
    "sessions": ("get", lambda _: reverse("sessions")),
    "end-session": ("post", lambda _: reverse("end-session", args=["none"])),
    "end-sessions": ("post", lambda _: reverse("end-sessions")),
    "tokens": ("get", lambda _: reverse("tokens")),
    "token-end": ("post", lambda _: reverse("token-end", args=[1])),
}  # fmt: skip
"""Every route that asks for a fresh proof: how it is asked, and an address of it."""


class Desk:
    """A business manager at a browser, signed in by two steps a while ago."""

    def __init__(self, user: User) -> None:
        self.client = browser()
        self.secret, self.codes = set_up(self.client, user)
        long_ago(self.client)

    def prove(self, asking: Any) -> Any:
        """Follow to the page that asks, type a code there, and come to what follows."""
        assert asking.status_code == 302
        where = asking.headers["Location"]
        assert where.startswith("/you/prove?"), where
        answer = self.client.post(where, {"code": self.codes.pop()})
        assert answer.status_code == 302, text(answer)
        return self.client.get(answer.headers["Location"])


@pytest.fixture
def desk(two_steps: None, person: Person) -> Desk:
    user = person("business_manager", "sandwell")
    user.set_password(PASSWORD)
    user.save()
    return Desk(user)


def waiting_on(answer: Any) -> dict[str, str]:
    """What the page that goes on would send."""
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode()
    )
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_these_routes_ask_and_no_other() -> None:
    assert set(ASKED) == set(NEEDS_FRESH_PROOF)


@pytest.mark.parametrize("route", ASKED)
def test_a_route_asks_after_ten_minutes_and_not_before(
    route: str, desk: Desk, opened: Case
) -> None:
    how, addressed = ASKED[route]
    address = addressed(opened)
    answer = getattr(desk.client, how)(address)
    assert answer.status_code == 302, route
    where = urlsplit(answer.headers["Location"])
    assert where.path == "/you/prove"
    assert parse_qs(where.query)["next"] == [address]
    assert NEEDS_FRESH_PROOF[route].what in text(desk.client.get(answer.headers["Location"]))
    long_ago(desk.client, 590)
    answer = getattr(desk.client, how)(address)
    assert not answer.headers.get("Location", "").startswith("/you/prove"), route


@pytest.mark.parametrize("route", ASKED)
def test_nobody_asks_in_the_demonstration(
    route: str, opened: Case, as_person: Callable[[str, str], Client]
) -> None:
    how, addressed = ASKED[route]
    answer = getattr(as_person("business_manager", "sandwell"), how)(addressed(opened))
    assert not answer.headers.get("Location", "").startswith("/you/prove")


def test_what_was_typed_survives_and_goes_on_by_one_press(desk: Desk) -> None:
    post = _post("manager")
    here = f"/posts/{post}/holder"
    long_ago(desk.client, 0)
    page = desk.client.get(here).content.decode()
    mark = re.search(r'name="page" value="([^"]+)"', page)
    assert mark
    long_ago(desk.client)
    typed = {
        "page": mark[1], "who": "new", "name": "Wren O'Hara <b>", "email": "wren.ohara@example.org",
        "telephone": "01632 960321", "since_day": "1", "since_month": "3", "since_year": "2031",
    }  # fmt: skip
    answer = desk.prove(desk.client.post(here, typed))
    assert PostChange.objects.count() == 0, "it was done before the proof"
    assert "Nothing was recorded yet" in text(answer)
    again = waiting_on(answer)
    assert again == typed
    assert desk.client.post(here, again).status_code == 302
    assert PostChange.objects.count() == 1
    assert User.objects.get(email="wren.ohara@example.org").name == typed["name"]
    assert desk.client.session["sent_before_proof"] == {}, "what was sent on still waits"


def test_what_waits_is_not_in_the_session_as_it_is(desk: Desk) -> None:
    answer = desk.client.post(f"/posts/{_post('manager')}/holder", {"name": "Wren Readable"})
    assert answer.status_code == 302
    assert "Wren Readable" not in str(dict(desk.client.session))


def test_a_log_is_given_after_the_proof(desk: Desk) -> None:
    address = "/partnerships/sandwell/log.csv"
    answer = desk.prove(desk.client.get(address))
    assert f'href="{address}"' in answer.content.decode()
    assert desk.client.get(address).headers["Content-Disposition"].startswith("attachment")


def test_a_file_has_to_be_chosen_again_and_the_words_are_there_to_copy(desk: Desk) -> None:
    address = reverse("word-template", args=TEMPLATE)
    file = SimpleUploadedFile("ours.docx", b"anything")
    answer = desk.prove(
        desk.client.post(address, {"why": "The board wants its crest", "file": file})
    )
    assert "choose the file again" in text(answer)
    assert "The board wants its crest" in text(answer)
    assert f'href="{address}"' in answer.content.decode()


def test_a_wrong_code_proves_nothing_and_loses_nothing(desk: Desk) -> None:
    asking = desk.client.post(f"/posts/{_post('manager')}/holder", {"name": "Wren"})
    where = asking.headers["Location"]
    wrong = desk.client.post(where, {"code": "000000"})
    assert wrong.status_code == 422
    assert "What you sent is kept" in text(wrong)
    assert desk.client.get("/you/ways-in").headers["Location"].startswith("/you/prove")
    assert waiting_on(desk.prove(asking))["name"] == "Wren"


def test_the_apps_code_proves_too(desk: Desk) -> None:
    where = desk.client.get("/you/ways-in").headers["Location"]
    answer = desk.client.post(where, {"code": code_of(desk.secret)})
    assert answer.status_code == 302
    assert desk.client.get("/you/ways-in").status_code == 200


def test_a_page_that_is_not_ours_is_refused_before_it_is_kept(desk: Desk) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.client.cookies
    answer = strict.post(f"/posts/{_post('manager')}/holder", {"name": "From elsewhere"})
    assert answer.status_code == 403
    assert "sent_before_proof" not in desk.client.session


def test_the_proof_goes_on_to_no_other_site(desk: Desk) -> None:
    long_ago(desk.client, 0)
    for elsewhere in ("https://example.com/", "//example.com", "javascript:alert(1)", "%00", "a b"):
        answer = desk.client.get("/you/prove", {"next": elsewhere})
        assert answer.headers["Location"] == "/work"
