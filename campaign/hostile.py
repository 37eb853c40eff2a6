"""Hostile requests over all routes, as everybody: does anything break, or open that should not?

The promise: no answer of 500 or above; none of 2xx that the table of doors does not open to whoever
asks; no child's name to whoever has nothing to do with its case; nobody sent on to another site.
"""

import io
import json
import logging
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

from campaign.processes import surroundings
from campaign.tricks import FORM, TRICKS, Fields, Hostile, Stolen

if TYPE_CHECKING:
    from tests.access.people import Crowd
    from tests.pages.addresses import Place

KEPT_EVERY = 250
FOR_PROGRAMS = ("health", "kept")
"""Routes that say by 503 that something waits; no person is shown it."""
ANSWER_REQUESTS = ("auditor", "business manager")
"""They answer who asks what is held about a child: the copy tells them of it."""
WHOLE = ("PATH_INFO", "QUERY_STRING")
REFUSED_BY_THE_SERVER = re.compile(r"[\x00\r\n]")
"""What no header that reaches the pages has: tests/hardening/test_raw_requests.py shows it."""


def run(seed: int, count: int, kept: Path | None = None) -> dict[str, Any]:
    """So many requests in all. With a file of an unfinished run of this seed, it goes on."""
    began = time.monotonic()
    result = _begun(kept, seed)
    before = result["seconds"]
    with tempfile.TemporaryDirectory(prefix="concord-hostile-") as folder:
        surroundings(Path(folder))
        logging.disable(logging.CRITICAL)
        attack = attacking()
        while result["requests"] < count:
            one(attack, seed, result)
            result["seconds"] = round(before + time.monotonic() - began, 1)
            if kept and result["requests"] % KEPT_EVERY == 0:
                kept.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    result["kept"] = not result["faults"]
    return result


def fresh(seed: int) -> dict[str, Any]:
    """What came of nothing yet."""
    return {
        "campaign": "hostile", "seed": seed, "requests": 0, "faults": [], "answers": {},
        "routes": {}, "seconds": 0.0, "kept": False,
    }  # fmt: skip


def _begun(kept: Path | None, seed: int) -> dict[str, Any]:
    if kept and kept.exists():
        earlier: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        if earlier.get("seed") == seed:
            return earlier
    return fresh(seed)


def attacking() -> "Attack":
    """A filled instance, its people, and what is to be had of each other's."""
    from django.test.utils import setup_test_environment

    from tests.access.people import crowd_of
    from tests.pages.world import peopled

    setup_test_environment()
    return Attack(crowd_of(peopled(filled=True)))


def one(attack: "Attack", seed: int, result: dict[str, Any]) -> None:
    """The next request, made, judged and counted."""
    number = result["requests"]
    chance = random.Random(f"{seed} {number}")
    trick = chance.choice(TRICKS)
    name, place = attack.chosen(chance)
    asked = trick(chance, attack.in_order(chance, place), attack.stolen)
    status, faults = attack.ask(name, asked)
    said = f"{number}: {trick.__name__}, {name}, {asked.method[:20]} {asked.path[:120]}"
    result["faults"] += [f"{said}: {fault}" for fault in faults]
    result["requests"] = number + 1
    of_trick = result["answers"].setdefault(trick.__name__, {})
    of_trick[str(status)] = of_trick.get(str(status), 0) + 1
    result["routes"][place.route] = result["routes"].get(place.route, 0) + 1


@dataclass
class Attack:
    """Everybody at the doors, with what they took from each other."""

    crowd: "Crowd"
    places: "dict[str, list[Place]]" = field(default_factory=dict)
    forms: dict[str, list[tuple[str, Fields]]] = field(default_factory=dict)
    not_for: dict[str, list[str]] = field(default_factory=dict)
    """Of each person, the names of children of whom they must not read."""
    stolen: Stolen = field(default_factory=lambda: Stolen((), (), (), ()))
    routes: Collection[str] = ()
    """Those that are asked for; all of them where none is named."""

    def __post_init__(self) -> None:
        from concord.directory.models import Post
        from tests.access.people import PEOPLE
        from tests.pages.addresses import ADDRESSES

        world = self.crowd.world
        self.people = PEOPLE
        self.places = {route: list(every(world)) for route, every in ADDRESSES.items()}
        self.known = {
            (each.route, each.address) for all_of in self.places.values() for each in all_of
        }
        self.routes = sorted(self.routes or self.places)
        children = _children()
        for name in PEOPLE:
            self.not_for[name] = self._not_for(name, children)
        posts = Post.objects.values_list("pk", flat=True)
        self.stolen = Stolen(
            (*world.cases.values(), "no-such-case"),
            (*world.tokens.values(), "x" * 43),
            (*world.numbers.values(), *posts),
            self._taken(),
        )

    # --- what is asked ------------------------------------------------------------------------

    def chosen(self, chance: random.Random) -> "tuple[str, Place]":
        """Somebody, and an address: each route as often as another."""
        route = chance.choice(list(self.routes))
        return chance.choice(self.people), chance.choice(self.places[route])

    def in_order(self, chance: random.Random, place: "Place") -> Hostile:
        """The request as a browser sends it: the page opened, or its form sent."""
        parts = urlsplit(place.address)
        if place.sent is not None:
            return Hostile("POST", parts.path, parts.query, list(place.sent.items()))
        forms = self._forms(place)
        if forms and chance.random() < 0.6:
            action, fields = chance.choice(forms)
            to = urlsplit(action or place.address)
            return Hostile("POST", to.path or parts.path, to.query, list(fields))
        return Hostile("GET", parts.path, parts.query)

    def _forms(self, place: "Place") -> list[tuple[str, Fields]]:
        """The forms of a page, as the first to whom it opens has them."""
        from tests.kept.browsing import forms_of
        from tests.pages.looking import is_page
        from tests.pages.world import undone

        if place.address not in self.forms:
            self.forms[place.address] = []
            for name in self.people:
                with undone():
                    page = self.crowd.client(name).get(place.address)
                if page.status_code == 200 and is_page(page):
                    self.forms[place.address] = [
                        (form.action, [(n, v) for n, values in form.data().items() for v in values])
                        for form in forms_of(page.content.decode())
                        if form.fields and "sign-out" not in form.action
                    ]
                    break
        return self.forms[place.address]

    def _taken(self) -> list[tuple[str, str]]:
        """What the forms of one address of each route carry, whoever's they are."""
        found = {
            pair
            for route in self.routes
            for _, fields in self._forms(self.places[route][0])
            for pair in fields
            if pair[1]
        }
        return sorted(found)

    def _not_for(self, name: str, children: dict[str, set[str]]) -> list[str]:
        from concord.access.table import Relation
        from concord.subject_access.models import Request

        theirs: set[str] = {"Plum Invented"}  # in drafts of their own
        others: set[str] = set()
        stands = self.crowd.all_by_table(name)
        for reference, names in children.items():
            shut = stands[reference] is Relation.NONE
            (others if shut else theirs).update(names)
        if name in ANSWER_REQUESTS:
            theirs.update(each.child for each in Request.objects.all())
        # a name of one letter, again and again, stands in any long word: nothing follows from it
        return sorted(each for each in others - theirs if len(set(each)) > 3)

    # --- what comes of it ---------------------------------------------------------------------

    def ask(self, name: str, asked: Hostile) -> tuple[int, list[str]]:
        """The status of the answer, and what is wrong with it; what it did is taken back."""
        from tests.pages.world import undone

        client = self.crowd.client(name)
        cookies = client.cookies
        who = "signed out" if asked.cookies is not None else name
        with undone():
            client.cookies = copy(cookies)
            try:
                sent = self._by_token(name, asked)
                answer: Any = client.request(**_environment(sent))
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                return answer.status_code, list(self._judged(who, asked, answer, content))
            except Exception as error:  # a fault that no page was made of
                return 599, [f"raised {type(error).__name__}: {error}"[:300]]
            finally:
                client.cookies = cookies

    def _by_token(self, name: str, asked: Hostile) -> Hostile:
        """The same request as a program sends it, where it goes to the API."""
        from tests.api.reading import API, bearing

        if not asked.path.startswith(API) or asked.cookies is not None:
            return asked
        token = bearing(self.crowd.client(name), API).get("Authorization", "")
        return replace(asked, headers={"HTTP_AUTHORIZATION": token, **asked.headers})

    def _judged(self, name: str, asked: Hostile, answer: Any, content: bytes) -> Iterator[str]:
        match = answer.wsgi_request.resolver_match
        route = match.view_name if match is not None else ""
        status = answer.status_code
        if status >= 500 and route not in FOR_PROGRAMS:
            yield f"{status}"
        if b"Traceback (most recent call last)" in content:
            yield "a traceback"
        if 300 <= status < 400:
            onward = urlsplit(answer.headers.get("Location", "").replace("\\", "/"))
            if onward.netloc or onward.scheme:
                yield f"sent on to {onward.geturl()[:100]}"
        path = answer.wsgi_request.path
        is_given = 200 <= status < 300 and not path.startswith("/static/")
        method = answer.wsgi_request.method  # in capitals, as the pages see it
        if is_given and not (match and self._opens(name, method, path, match)):
            yield f"{status} at {route or 'no route'}, which is not open to them"
        said = content.decode("utf-8", "replace")
        typed = str(asked)  # what somebody typed is given back to them
        yield from (
            f"tells of {child}"
            for child in self.not_for[name]
            if child in said and child not in typed
        )

    def _opens(self, name: str, method: str, path: str, match: Any) -> bool:
        """Whether the table opens this to them: of an address that is known, as written by hand."""
        from tests.access.people import takes
        from tests.pages.addresses import Place

        place = Place(match.view_name, path)
        if method not in ("GET", "HEAD", "POST"):
            return False
        if not takes(place, "POST" if method == "POST" else "GET"):
            return False
        if (place.route, path) in self.known:
            with suppress(KeyError):  # of an agency of which nothing is written by hand
                return self.crowd.opens(name, place)
        return self._by_table(name, place, match.kwargs)

    def _by_table(self, name: str, place: "Place", named: dict[str, Any]) -> bool:
        """The same of an address that was made up, or is another's."""
        from concord.access.routes import ROUTES, Door
        from concord.access.table import Relation
        from concord.cases.doorway import viewer
        from concord.cases.models import Case
        from concord.web.doors import _holds

        row, user = ROUTES[place.route], self.crowd.user(name)
        if row.door in (Door.ANYBODY, Door.LINK, Door.OWN):
            return self.crowd.opens(name, place)
        if user is None:
            return False
        if row.door is Door.CASE:
            there = Case.objects.filter(reference=named["reference"]).exists()
            stands = self.crowd.by_table(name, named["reference"]) if there else Relation.NONE
            return row.opens_to(stands)
        return row.by is None or _holds(row.by, viewer(user, self.crowd.world.at), named)


def _children() -> dict[str, set[str]]:
    """The names of the children of each case, by its reference."""
    from concord.cases.ledger import state_of
    from concord.cases.models import Case

    return {
        case.reference: {
            value for key, value in state_of(case).records[0].text.items() if key.endswith(".name")
        }
        for case in Case.objects.all()
    }


def _environment(asked: Hostile) -> dict[str, Any]:
    """The request as a server hands it on."""
    body = asked.body
    kind = asked.content_type
    if asked.fields is not None:
        body, kind = urlencode(asked.fields, errors="surrogatepass").encode(), FORM
    found = {
        "REQUEST_METHOD": asked.method, "QUERY_STRING": asked.query, **asked.headers,
        "PATH_INFO": unquote_to_bytes(asked.path).decode("latin-1"),
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)) if asked.length is None else asked.length,
    }  # fmt: skip
    if asked.cookies is not None:
        found["HTTP_COOKIE"] = asked.cookies
    as_sent = {
        name: _as_sent(value if name in WHOLE else REFUSED_BY_THE_SERVER.sub("", value))
        for name, value in found.items()
    }
    return {**as_sent, "wsgi.input": io.BytesIO(body)}


def _as_sent(text: str) -> str:
    """Bytes, each as a character of its own: so WSGI has them."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1") if not text.isascii() else text


def counted(result: dict[str, Any]) -> Counter[str]:
    """How often each status was answered."""
    found: Counter[str] = Counter()
    for answers in result["answers"].values():
        found.update(answers)
    return found
