"""What is typed wrong, who has no business there, and every persona: looked at in a browser."""

import secrets

import pytest
from django.test import Client, override_settings

from tests.apps.test_errors import TOO_MUCH
from tests.pages.addresses import ADDRESSES, Place, State
from tests.pages.looking import Eye, is_page
from tests.pages.walking import Walk
from tests.pages.world import PERSONAS, World
from tests.turns import of_this_run

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_every_form_says_what_is_wrong_with_what_is_typed(filled: World, eye: Eye) -> None:
    walk = Walk(filled, eye, thorough=False)
    mostly = ("act", "act-for", "raise-step", "find", "sign-in", "area", "room", "invite")
    others = [route for route in ADDRESSES if route not in mostly]
    much = of_this_run(mostly)
    walk.typed((*much, *of_this_run(others)))
    assert not walk.faults, "\n".join(walk.faults)
    for route in much:
        assert walk.seen[route, State.ERROR], route


def test_whoever_has_no_business_there_is_told_so(filled: World, eye: Eye) -> None:
    walk = Walk(filled, eye, thorough=False)
    walk.refused(of_this_run(list(ADDRESSES)))
    assert not walk.faults, "\n".join(walk.faults)


def test_every_persona_looks(filled: World, eye: Eye) -> None:
    walk = Walk(filled, eye, thorough=False)
    people = of_this_run(PERSONAS)
    walk.everybody(people)
    assert not walk.faults, "\n".join(walk.faults)
    assert [who for who in people if not walk.seen["", who]] == []


def test_somebody_acted_meanwhile(filled: World, eye: Eye) -> None:
    address = f"/case/{filled.cases['live']}/learn"
    walk = Walk(filled, eye, thorough=False)
    typed = {"lesson": "W" * 400, "seen": "1", "key": secrets.token_hex(8), "action": "send"}
    page = walk.visit(Place("act", address, State.REFUSED, typed), "line manager")
    assert b"W" * 400 in page
    assert not walk.faults, "\n".join(walk.faults)


@pytest.mark.parametrize("status", [400, 403, 404, 413, 500])
def test_every_error_has_a_page(
    filled: World, eye: Eye, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=status == 403)

    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("A fault of ours")

    match status:
        case 400:
            with override_settings(ALLOWED_HOSTS=["concord.example.org"]):
                answer = client.get("/", headers={"host": "other.example"})
        case 403 | 413:
            sent = TOO_MUCH[0] if status == 413 else {"email": "W" * 2_000}
            answer = client.post("/sign-in", sent)
        case 404:
            answer = client.get("/no-such-page")
        case _:
            monkeypatch.setattr("concord.web.views.start.page", broken)
            answer = client.get("/")
    assert answer.status_code == status
    assert is_page(answer)
    assert eye.look(answer, "/") == []
