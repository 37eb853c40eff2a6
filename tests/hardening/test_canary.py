"""No personal data in addresses, titles, file names, headers, logs or error reports.

A canary sits in every field of a case, of people and of drafts; every route is asked as everybody.
"""

import logging
import re
from collections.abc import Iterator
from copy import copy
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest
from django.core.handlers.base import BaseHandler
from django.test import Client

from concord.config.logs import Formatter
from tests.api.reading import get as read_as_a_program_may
from tests.hardening.canary import BIRTHDAYS, BORN, CANARY, WORDS, sings
from tests.kept.browsing import FormOnPage, forms_of
from tests.pages.addresses import ADDRESSES, Place
from tests.pages.looking import is_page
from tests.pages.world import PERSONAS, World, undone
from tests.turns import of_this_run

pytestmark = pytest.mark.django_db

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
LEADS = re.compile(r'\b(?:href|action|src|formaction)="([^"]*)"')
OF_PEOPLE = ("mailto:", "tel:")
"""Addresses in a page that are a person's own: they lead to their mail, not into the service."""
STRANGERS = (
    "administrator",
    "outsider",
    "first time",
    "signed out",
    "panel member",
    "senior liaison officer",
)
FOR_PROGRAMS = ("health", "kept")
WRITERS = ("practitioner raising", "counterpart's manager", "business manager", "first time",
           "outsider", "signed out")  # fmt: skip


def told(answer: Any, address: str) -> Iterator[str]:
    """What an answer tells beside its page: to a history, a shared screen, a folder, a proxy."""
    yield address
    yield from (f"{name}: {value}" for name, value in answer.headers.items())
    if not is_page(answer):
        return
    page = unescape(answer.content.decode())
    title = TITLE.search(page)
    assert title, address
    yield title[1]
    yield from (each for each in LEADS.findall(page) if not each.startswith(OF_PEOPLE))


def places(world: World) -> Iterator[Place]:
    for route in ADDRESSES:
        yield from ADDRESSES[route](world)


def asked(client: Client, place: Place) -> Any:
    if place.sent is None:
        return read_as_a_program_may(client, place.address)
    with undone():
        return client.post(place.address, place.sent)


@pytest.mark.parametrize("who", of_this_run(PERSONAS))
def test_nothing_of_a_person_is_told_beside_the_page(
    canaries: World, logged: list[str], who: str
) -> None:
    found: list[str] = []
    seen = 0
    kept = copy(canaries.clients[who].cookies)
    for place in places(canaries):
        answer = asked(canaries.clients[who], place)
        canaries.clients[who].cookies = copy(kept)
        assert answer.status_code < 500 or place.route in FOR_PROGRAMS, place.address
        assert answer.headers["Cache-Control"] == "no-store", place.address
        found += [f"{place.route}: {each}" for each in told(answer, place.address) if sings(each)]
        seen += b"Zyxcanary" in answer.content if not answer.streaming else 0
    assert found == []
    # the canaries were there to be told of
    assert seen > 10 or who in STRANGERS, seen
    assert not [line for line in logged if sings(line)]


def filled_in(form: FormOnPage) -> dict[str, list[str]]:
    """A form with a canary in whatever takes words, and the last of whatever is chosen."""
    for each in form.fields.values():
        end = each.name.rpartition("_")[2]
        if each.kind in ("text", "words"):
            born = BORN.get(f"born_1_{end}", "")
            each.values = [born or (f"{CANARY}@example.org" if each.name == "email" else WORDS)]
        elif each.options:
            each.values = [each.options[-1]]
    return form.data(action="send")


@pytest.mark.parametrize("who", of_this_run(WRITERS, 3))
def test_nothing_that_is_typed_is_told_beside_the_page(
    canaries: World, logged: list[str], who: str
) -> None:
    client = canaries.clients[who]
    kept = copy(client.cookies)
    found: list[str] = []
    sent = 0
    before: set[str] = set()
    for place in places(canaries):
        if place.sent is not None:
            continue
        page = client.get(place.address)
        if not is_page(page):
            continue
        for form in forms_of(page.content.decode()):
            address = form.action or place.address
            if not form.texts or f"{address} {sorted(form.fields)}" in before:
                continue
            before.add(f"{address} {sorted(form.fields)}")
            with undone():
                answer = client.post(address, filled_in(form))
                sent += 1
                assert answer.status_code < 500, address
                found += [f"{address}: {each}" for each in told(answer, address) if sings(each)]
                if 300 <= answer.status_code < 400:
                    onward = answer.headers["Location"]
                    found += [
                        f"{address}: {each}"
                        for each in told(client.get(onward), onward)
                        if sings(each)
                    ]
            client.cookies = copy(kept)
    assert found == []
    assert sent > 0
    assert not [line for line in logged if sings(line)]


def test_a_fault_on_any_route_reports_nothing_of_a_person(
    canaries: World, logged: list[str]
) -> None:
    # given a fault whose text repeats what the database holds, wherever anybody goes
    truly = BaseHandler.resolve_request

    def broken(handler: BaseHandler, request: Any) -> Any:
        match = truly(handler, request)

        def fails(*arguments: object, **named: object) -> None:
            raise ValueError(f"DETAIL: row contains ({CANARY} Quince, {BIRTHDAYS[0]})")

        match.func = fails
        return match

    found: set[str] = set()
    with patch.object(BaseHandler, "resolve_request", broken):
        for place in places(canaries):
            for who in PERSONAS if place.route not in found else ():
                answer = asked(canaries.clients[who], place)
                if answer.status_code != 500:
                    continue  # the door is not open to them
                # then the page says only that there is one
                found.add(place.route)
                assert not sings(answer.content.decode().partition("<main")[2]), place.route
                assert not [each for each in told(answer, "") if sings(each)], place.route
                # and the log says what kind of fault, on which route, and where in the code
                line = next(each for each in reversed(logged) if f" {place.route} " in each)
                assert " 500 " in line
                assert " builtins.ValueError at " in line
                assert "test_canary.py" in line
                break
    assert found == set(ADDRESSES)
    assert not [line for line in logged if sings(line)]
    # and no secret part of an address
    assert not [each for each in canaries.tokens.values() if any(each in line for line in logged)]


def test_what_is_not_there_is_logged_without_its_address(
    canaries: World, logged: list[str]
) -> None:
    client = canaries.clients["practitioner raising"]
    client.get(f"/case/{CANARY}-Quince")
    client.get(f"/{CANARY}/Quince%0d%0aFAKE%20LINE")
    client.get("/", headers={"host": f"{CANARY}.example"})
    client.generic(f"{CANARY}", "/sign-in")
    assert len(logged) >= 3
    assert not [line for line in logged if sings(line) or "FAKE" in line]


def line_of(name: str, message: str, *arguments: object, error: BaseException | None = None) -> str:
    caught = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(
        name, logging.ERROR, "/somewhere/x.py", 7, message, arguments, caught
    )
    return Formatter().format(record)


def test_a_librarys_line_keeps_its_own_words_and_nothing_filled_in() -> None:
    assert line_of("gunicorn.error", "Error handling request %s", "/invited/abc").endswith(
        "ERROR gunicorn.error x.py:7: Error handling request %s"
    )
    # one that comes filled in is cut to its place
    assert line_of("gunicorn.error", f"Invalid request: {CANARY}").endswith("gunicorn.error x.py:7")


def test_our_own_line_is_kept_on_one_line() -> None:
    said = line_of("concord.web", "case %s: %s", "SA-1", "one\nERROR two\x1b[2J")
    assert said.endswith("concord.web case SA-1: one ERROR two [2J")
    assert "%s" in line_of("concord.web", "case %s: %s", "SA-1")  # too few: never a fault


def test_each_error_of_a_chain_is_named_by_kind_and_place() -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as inner:
            raise RuntimeError(f"of {CANARY}") from inner
    except RuntimeError as error:
        said = line_of("concord.web", "it failed", error=error)
    assert not sings(said)
    assert "builtins.RuntimeError at test_canary.py" in said
    assert "; builtins.KeyError at test_canary.py" in said


def test_a_line_says_when_in_utc() -> None:
    record = logging.LogRecord("concord.web", logging.ERROR, "x.py", 1, "it failed", (), None)
    record.created = 1797526800.25
    assert Formatter().format(record) == (
        "2026-12-17T17:00:00.250+00:00 ERROR concord.web it failed"
    )
