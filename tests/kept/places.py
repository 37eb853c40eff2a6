"""Every page of Concord where somebody types, found by walking a made world as every person.

No page is listed here: a page is found because somebody opened it and it has a form to type in.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from unittest.mock import patch

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.web import asking
from concord.web.forms.base import PlainForm
from tests.kept.browsing import FormOnPage, forms_of
from tests.pages.addresses import ADDRESSES, Place
from tests.pages.world import PERSONAS, World, undone
from tests.turns import of_this_run

CREDENTIALS = frozenset({
    "email", "password", "password_new", "password_again", "code", "credential",
})  # fmt: skip
"""What is typed to be let in: it is a secret, or asks for one, and is not kept."""
MANY = frozenset({"act", "act-for", "raise-step"})
"""Routes of which the last part of the address says which page it is."""
MAY_HOLD_WORDS = re.compile(r"<textarea|govuk-input")


@dataclass(frozen=True)
class Where:
    """A page with a form to type in: who opens it, one of the world's people, and where it is."""

    name: str
    who: str
    address: str

    @property
    def route(self) -> str:
        """The name of its route."""
        return self.name.partition(" ")[0]


@dataclass
class Walked:
    """What a walk came upon."""

    places: list[Where] = field(default_factory=list)
    unkept: set[str] = field(default_factory=set)
    """Pages where somebody types and nothing of it is kept."""
    unopened: set[str] = field(default_factory=set)
    """Routes that take what a form sends, and whose page nobody could open."""
    templates: set[str] = field(default_factory=set)
    """The templates of the pages with a form to type in, credentials too."""
    forms: set[tuple[str, str]] = field(default_factory=set)
    """The classes of the forms that somebody was shown, by module and name, and their parents'."""


def walk(world: World, seed: int, *, thorough: bool = False) -> Walked:
    """Open the pages of every route that takes what a form sends, as each of the world's people.

    Of pages that are alike one is found; all that differ in what is typed, where it is `thorough`.
    Where a run takes a part by its turn, it opens that part of the pages.
    """
    walked = Walked()
    shut: Counter[str] = Counter()
    every = list(_alike(world))
    chosen = of_this_run(every)
    for route, name, places in chosen:
        shut[route] += not _found(world, walked, name, places, seed, thorough)
    if chosen == every:
        of_route = Counter(route for route, _, _ in every)
        walked.unopened = {route for route, many in of_route.items() if shut[route] == many}
    return walked


def _alike(world: World) -> Iterator[tuple[str, str, list[Place]]]:
    """The pages that are alike, by their route and what they are called."""
    for route, places in ADDRESSES.items():
        got = [place for place in places(world) if place.sent is None]
        if not got or not _takes(world, got[0].address):
            continue
        groups: dict[str, list[Place]] = {}
        for place in got:
            groups.setdefault(_name(world, place), []).append(place)
        for name, alike in groups.items():
            yield route, name, alike


def _takes(world: World, address: str) -> bool:
    """Whether a form can be sent there at all."""
    with undone():
        return bool(world.clients["administrator"].post(address).status_code != 405)


def _name(world: World, place: Place) -> str:
    if place.route not in MANY:
        return place.route
    parts = place.address.split("/")
    name = f"{place.route} {parts[-1]}"
    if place.route == "raise-step":
        whose = next(who for who, token in world.tokens.items() if token == parts[2])
        name += {"first time": " for the first time", "behalf draft": " on behalf"}.get(whose, "")
    return name


def _found(
    world: World, walked: Walked, name: str, places: list[Place], seed: int, thorough: bool
) -> bool:
    """Look for somebody who types at one of these addresses; whether any could be opened."""
    tries = [(place.address, who) for place in places for who in PERSONAS]
    Random(f"{seed} {name}").shuffle(tries)
    opened = False
    differ: set[frozenset[str]] = set()
    for address, who in tries:
        with undone(), watched() as shown:
            answer = world.clients[who].get(address)
            page = answer.content.decode() if answer.status_code == 200 else ""
        opened = opened or bool(page)
        form = _typed_in(page)
        if form is None:
            continue
        for template, kind in shown:
            walked.templates.add(template)
            walked.forms.update((each.__module__, each.__qualname__) for each in kind.__mro__)
        names = frozenset(each.name for each in form.texts)
        if names <= CREDENTIALS:
            continue
        if not form.keeps:
            walked.unkept.add(name)
        if names not in differ:
            walked.places.append(
                Where(name if not differ else f"{name} {len(differ)}", who, address)
            )
            differ.add(names)
        if not thorough:
            return True
    return opened


def _typed_in(page: str) -> FormOnPage | None:
    """The form of a page in which somebody types what is sent; the one with most to type."""
    if not MAY_HOLD_WORDS.search(page):
        return None
    found = [each for each in forms_of(page) if each.method == "post" and each.texts]
    return max(found, key=lambda each: len(each.texts), default=None)


@contextmanager
def watched() -> Iterator[list[tuple[str, type]]]:
    """Which templates are rendered meanwhile, and the class of the form that each is given."""
    shown: list[tuple[str, type]] = []

    def seen(request: HttpRequest, name: str, context: dict[str, Any], **more: Any) -> HttpResponse:
        shown.append((name.partition("/")[2], type(context.get("form"))))
        return render(request, name, context, **more)

    with patch.object(asking, "render", seen):
        yield shown


def forms_to_type_in() -> dict[tuple[str, str], type[PlainForm]]:
    """Every form of Concord in which somebody types more than what lets them in."""
    found: dict[tuple[str, str], type[PlainForm]] = {}
    waiting = list(PlainForm.__subclasses__())
    while waiting:
        each = waiting.pop()
        waiting += each.__subclasses__()
        typed = {
            name
            for name, of in each.base_fields.items()
            if getattr(of, "kind", "") in ("line", "words", "date", "clock")
        }
        if typed - CREDENTIALS and each.__module__.startswith("concord."):
            found[each.__module__, each.__qualname__] = each
    return found
