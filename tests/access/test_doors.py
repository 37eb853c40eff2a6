"""Every route has a row, and opens to those people alone to whom its row opens it."""

import logging
from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from concord.access.routes import BOTH, ROUTES, Door, Row
from concord.access.table import Relation
from tests.access.people import NO_ACCOUNT, PEOPLE, RELATIONS, Crowd, case_in, crowd_of, takes
from tests.api.reading import get
from tests.pages.addresses import ADDRESSES, Place
from tests.pages.world import World, undone
from tests.turns import of_this_run

pytestmark = pytest.mark.django_db

PUBLIC = frozenset({
    "start", "help", "accessibility", "privacy", "cookies", "area", "guide", "clauses", "health",
    "sign-in", "sign-in-as", "second-step", "set-up-app", "set-up-passkey", "sign-in-by-code", "sign-in-code", "sign-out", "session", "kept",
    "first-password", "kept-throw", "first-time", "invited", "api-description",
})  # fmt: skip
"""What is open to whoever is not signed in. Another such page is added here on purpose."""

STRANGERS = frozenset({
    "colleague", "executive of no party", "whose words are long", "auditor", "administrator",
    "other partnership's manager", "other partnership's business manager", "who left",
    "senior liaison officer", "panel member",
})  # fmt: skip
"""People to whom the live case is never open, whatever a row says."""

FURTHER = {
    "room": "whoever sits in the panel room alone",
    "invitation": "whoever looks after the invitation alone",
    "look-reviewed": "nobody reviews their own look, or one of another partnership",
    "breach": "those who review breaches, who called it back, and who was told",
    "emergency-review": "nobody reviews what was opened in another partnership",
    "act": "an office that was told of the case adds its view, and does nothing else",
    "record": "an office that was told of the case opens the records that it took part in",
    "meeting-file": "a meeting whose time is not chosen yet has no file",
    "prove": "whoever has an account has no address to prove",
    "second-step": "whoever made the first step alone",
    "agency-sign-in": "an agency alone that has a sign-in of its own",
    "agency-back": "an agency alone that has a sign-in of its own",
}
"""Routes where the page asks for more than the door does: who gets past may still be refused."""


def named(patterns: Any, space: str = "") -> Iterator[str]:
    """The name of every route, those of other packages with their namespace."""
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from named(each.url_patterns, inner)
        else:
            assert isinstance(each, URLPattern)
            yield f"{space}{each.name}"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Most of what is asked here is refused: nobody needs it in the log."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def crowd(filled: World) -> Crowd:
    return crowd_of(filled)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(named(get_resolver().url_patterns)) == sorted(ROUTES)


def test_a_route_without_a_row_opens_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = {name: row for name, row in ROUTES.items() if name != "help"}
    assert Client().get("/help").status_code == 200
    monkeypatch.setattr("concord.web.doors.ROUTES", bare)
    answer = Client().get("/help")
    assert answer.status_code == 404
    assert "not here, or not open to you" in answer.content.decode()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_no_other_method_is_taken(method: str) -> None:
    answer = Client().generic(method, "/work")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert "This is not a page to open" in answer.content.decode()


def test_people_stand_to_the_cases_as_is_written_down(crowd: Crowd) -> None:
    for what, stand in RELATIONS.items():
        reference = crowd.world.cases[what]
        found = {name: crowd.by_table(name, reference) for name in PEOPLE}
        assert {n: r for n, r in found.items() if r is not Relation.NONE} == stand, what


@pytest.mark.parametrize("route", of_this_run(sorted(ROUTES)))
def test_a_route_opens_to_those_alone_whom_the_table_names(route: str, crowd: Crowd) -> None:
    found = differences(crowd, route)
    assert not found, "\n".join(found)


def test_a_row_that_opens_wider_is_seen(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = {**ROUTES, "timeline": Row(Door.SIGNED_IN, BOTH)}
    for place in ("concord.web.doors.ROUTES", "tests.access.people.ROUTES"):
        monkeypatch.setattr(place, wide)
    assert differences(crowd, "timeline") != []


def test_without_the_doors_nobody_is_let_in(crowd: Crowd) -> None:
    from django.conf import settings

    others = [each for each in settings.MIDDLEWARE if "doors" not in each]
    with override_settings(MIDDLEWARE=others):
        client = Client()
        user = crowd.user("business manager")
        assert user is not None
        client.force_login(user)
        assert client.get("/work").status_code == 404


# --- the check -------------------------------------------------------------------------------


def differences(crowd: Crowd, route: str) -> list[str]:
    """What differs between the table and what is answered, for everybody at this route."""
    found: list[str] = []
    for place in chosen(crowd.world, route):
        for name in PEOPLE:
            for method in ("GET", "POST"):
                found += _judged(crowd, place, name, method)
    return found


def chosen(world: World, route: str) -> list[Place]:
    """The first address of a route; of a case's, the first of each of two cases."""
    every = list(ADDRESSES[route](world))
    assert every, route
    found: dict[str, Place] = {}
    for place in every:
        found.setdefault(case_in(place), place)
    for cases in (("live", "last stage"), ("on behalf",)):
        kept = [found[world.cases[what]] for what in cases if world.cases[what] in found]
        if kept:
            return kept
    return every[:1]


def _judged(crowd: Crowd, place: Place, name: str, method: str) -> Iterator[str]:
    answer = _answer(crowd.client(name), place, method)
    said = f"{name} {method} {place.address}: {answer.status_code}"
    opens = takes(place, method) and crowd.opens(name, place)
    if answer.status_code >= 500 and place.route not in ("health", "kept"):
        yield f"{said}, a fault"
    if not opens and not _is_shut(answer):
        yield f"{said}, though the table does not open it"
    if opens and _is_shut(answer) and place.route not in FURTHER and method == "GET":
        yield f"{said}, though the table opens it"
    public = PUBLIC | {"raise-step", "raise-check", "prove"} if name == "first time" else PUBLIC
    if name in NO_ACCOUNT and answer.status_code < 300 and place.route not in public:
        yield f"{said}, though nobody is signed in"
    live = case_in(place) == crowd.world.cases["live"]
    if live and name in STRANGERS and not _is_shut(answer):
        yield f"{said}, though the case is none of theirs"


def _answer(client: Client, place: Place, method: str) -> Any:
    cookies = client.cookies
    with undone():
        client.cookies = copy(cookies)
        if method == "GET":
            answer = get(client, place.address)
        else:
            answer = client.post(place.address, place.sent or {})
        client.cookies = cookies
    return answer


def _is_shut(answer: Any) -> bool:
    """Whether somebody was not let in: not there, the wrong way, or to be known first."""
    if answer.status_code in (301, 302):
        return bool(answer.headers["Location"].startswith("/sign-in?"))
    if answer.status_code == 403:
        said = (b"You were signed out before this was sent", b"you hold no post in an agency")
        return any(each in answer.content for each in said)
    return answer.status_code in (401, 404, 405)
