"""A walk through the pages, as every persona: all of it, or a share that covers it.

The share has every route in each state that it has, every persona, and every form sent; which of
the many it takes follows from the seed.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.test import Client

from tests.api.reading import get
from tests.pages.addresses import ADDRESSES, Place, State
from tests.pages.looking import Eye, is_page
from tests.pages.typing_in import Typed, sendings
from tests.pages.world import PERSONAS, World, undone

OF_CHANCE = re.compile(
    rb'name="(?:csrfmiddlewaretoken|key|next|seen)" value="[^"]*"|[?]next=[^"]*|\d\d:\d\d'
)
"""What differs from one answer to the next, and makes no other page of it."""


@dataclass
class Walk:
    """One walk: what was looked at, and everything that was found wrong."""

    world: World
    eye: Eye
    thorough: bool
    seed: int = 1
    faults: list[str] = field(default_factory=list)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a page was found, by what and which: route, state, persona, or route in state."""
    _before: set[str] = field(default_factory=set)

    def steps(self) -> list[Callable[[], object]]:
        """All of it, as every persona, each to be taken on its own."""
        return [
            partial(self._visit_and_type, place, who)
            for route in ADDRESSES
            for place, who in self._chosen(route)
        ]

    def places(self, routes: Iterable[str]) -> None:
        """Each route in each state that it has."""
        for route in routes:
            for place, who in self._chosen(route):
                self.visit(place, who)

    def typed(self, routes: Iterable[str]) -> None:
        """Every form on these routes sent: empty, with nonsense, or with far too much, by turns."""
        ways = list(Typed)
        for route in routes:
            turn = self.seed
            for place, who in self._chosen(route):
                if place.sent is None and place.state is State.FILLED:
                    self._send(place, who, ways[turn % len(ways)])
                    turn += 1

    def refused(self, routes: Iterable[str]) -> None:
        """Each route as somebody who has no business there, got and sent: a page says so."""
        for route in routes:
            for place in list(ADDRESSES[route](self.world))[:1]:
                for who in ("administrator", "signed out"):
                    for sent in (None, {"said": "typed"}):
                        self.visit(replace(place, state=State.REFUSED, sent=sent), who)

    def everybody(self, people: Iterable[str]) -> None:
        """Each of these people at what everybody has, and at a case, which may not be theirs."""
        routes = ("start", "work", "notices", "agencies", "signed-in", "find", "raise", "case")
        for who in people:
            for route in routes:
                for place in list(ADDRESSES[route](self.world))[:1]:
                    self.visit(place, who)

    def visit(self, place: Place, who: str) -> bytes:
        """Open an address as somebody, and look at what comes; returns the page."""
        with self._as(who) as client:
            return self._looked(client, _answer(client, place), place, who, "")

    def _visit_and_type(self, place: Place, who: str) -> None:
        """Open an address as somebody, and send what is on it in every way: asked for once."""
        with self._as(who) as client:
            answer = _answer(client, place)
            page: bytes = answer.content if place.sent is None and is_page(answer) else b""
            self._looked(client, answer, place, who, "")
        for typed in Typed if page else ():
            self._type_into(page, place, who, typed)

    @contextmanager
    def _as(self, who: str) -> Iterator[Client]:
        """Somebody's browser; what it does is taken back, signing in and out too."""
        client = self.world.clients[who]
        cookies = client.cookies
        with undone():
            client.cookies = copy(cookies)
            yield client
            client.cookies = cookies

    def _send(self, place: Place, who: str, typed: Typed) -> None:
        page = self.world.clients[who].get(place.address)
        if is_page(page):
            self._type_into(page.content, place, who, typed)

    def _type_into(self, page: bytes, place: Place, who: str, typed: Typed) -> None:
        for sending in sendings(page, place.address, typed):
            if sending.address.startswith("/sign-out"):
                continue
            if sending.method == "get" and typed is Typed.TOO_MUCH:
                continue  # no address is as long as that
            at = replace(place, state=State.ERROR, address=sending.address.partition("#")[0])
            with self._as(who) as client:
                if sending.method == "post":
                    answer = client.post(at.address, sending.data)
                else:
                    answer = client.get(at.address, sending.data)
                self._looked(client, answer, at, who, f", typing {typed}")

    def _looked(self, client: Client, answer: Any, place: Place, who: str, how: str) -> bytes:
        address = place.address
        for _ in range(4):
            if not 300 <= answer.status_code < 400:
                break
            address = answer.headers["Location"].partition("#")[0]
            answer = client.get(address)
        said = f"{place.route} ({address[:120]}) {place.state}, as {who}{how}"
        if answer.status_code >= 500 and not _is_for_scripts(answer):
            self.faults.append(f"{said}: {answer.status_code}")
        is_answered = answer.status_code < 400 or _is_for_scripts(answer)
        if is_answered or place.state in (State.ERROR, State.REFUSED):
            for key in ((place.route, place.state), ("", who), (place.route, "")):
                self.seen[key] += 1
        if not is_page(answer):
            if answer.status_code >= 400 and not _is_for_scripts(answer):
                self.faults.append(f"{said}: {answer.status_code}, and it is no page")
            return b""
        page: bytes = answer.content
        same = hashlib.sha256(OF_CHANCE.sub(b"", page)).hexdigest()
        if same not in self._before:
            self._before.add(same)
            self.faults += [f"{said}: {fault}" for fault in self.eye.look(answer, address)]
        return page

    # --- which of them ------------------------------------------------------------------------

    def _chosen(self, route: str) -> Iterator[tuple[Place, str]]:
        places = list(ADDRESSES[route](self.world))
        if self.thorough:
            yield from ((place, who) for place in places for who in PERSONAS)
            return
        chance = random.Random(f"{self.seed} {route}")
        kinds: dict[tuple[State, str], list[Place]] = {}
        for place in places:
            kinds.setdefault((place.state, _kind(place)), []).append(place)
        for each in kinds.values():
            chance.shuffle(each)
            found = next(self._open(each, chance), None)
            if found is not None:
                yield found

    def _open(self, places: list[Place], chance: random.Random) -> Iterator[tuple[Place, str]]:
        """Those of these addresses that somebody may open, with who."""
        for place in places:
            people = list(PERSONAS)
            chance.shuffle(people)
            for who in people:
                with self._as(who) as client:
                    answer = _answer(client, place)
                    if place.sent is not None and 300 <= answer.status_code < 400:
                        answer = client.get(answer.headers["Location"])  # where it leads, too
                sent = place.sent is not None and answer.status_code < 400
                if answer.status_code == 200 or sent or _is_for_scripts(answer):
                    yield place, who


def _answer(client: Client, place: Place) -> Any:
    if place.sent is None:
        return get(client, place.address)
    return client.post(place.address, place.sent)


def _is_for_scripts(answer: Any) -> bool:
    """Whether an answer is for a program: nobody reads it as a page."""
    kind: str = answer.headers.get("Content-Type", "")
    return kind.startswith(("application/json", "application/problem+json"))


def _kind(place: Place) -> str:
    """What sets addresses of one route apart, besides their state: the act or question asked."""
    if place.route in ("act", "raise-step"):
        # a form's own state is what is typed into it: one case with it is enough
        return place.address.rpartition("/")[2]
    return place.address.partition("?")[2]
