"""Every route of the service, with an address for each state in which it is to be seen.

A route that stands in `concord/web/urls.py` and not here fails a test: nobody would look at it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.urls import reverse

from concord.cases.ledger import state_of
from concord.directory.models import Partnership, User
from concord.looks.models import Seen
from concord.rules.words import Act
from concord.web.forms.acts import FORMS
from concord.web.forms.raising import STEPS
from concord.web.urls import urlpatterns
from concord.web.views.case import ON_BEHALF
from tests.pages.world import HEALTH, SCHOOL, TRUST, World


class State(StrEnum):
    """In what state a page is seen."""

    EMPTY = "empty"
    FILLED = "filled"
    CLOSED = "closed"
    LONG = "long"
    ERROR = "error"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Place:
    """An address of a route, in a state; `sent` is what is posted there, None where it is got."""

    route: str
    address: str
    state: State = State.FILLED
    sent: dict[str, str] | None = field(default=None, hash=False)


Places = Callable[[World], Iterable[Place]]
ENDED = ("resolved", "decided", "withdrawn", "panel")


def _of(what: str) -> State:
    """In which state a case's pages are seen."""
    return State.LONG if what == "long" else State.CLOSED if what in ENDED else State.FILLED


def _just(route: str, *queries: str) -> Places:
    def places(world: World) -> Iterator[Place]:
        state = State.FILLED if world.cases else State.EMPTY
        for query in ("", *queries):
            yield Place(route, reverse(route) + query, state)

    return places


def _slugs(route: str, *slugs: str, query: tuple[str, ...] = (), ending: str = "") -> Places:
    def places(world: World) -> Iterator[Place]:
        state = State.FILLED if world.cases else State.EMPTY
        for slug in slugs:
            long = State.LONG if slug == HEALTH and world.cases else state
            for each in ("", *query):
                part = [slug, ending] if ending else [slug]
                yield Place(route, reverse(route, args=part) + each, long)

    return places


def _each_area(route: str, *queries: str) -> Places:
    def places(world: World) -> Iterator[Place]:
        state = State.FILLED if world.cases else State.EMPTY
        for slug in Partnership.objects.values_list("slug", flat=True):
            for query in ("", *queries):
                yield Place(route, reverse(route, args=[slug]) + query, state)

    return places


def _cases(route: str, query: str = "") -> Places:
    def places(world: World) -> Iterator[Place]:
        for what, reference in world.cases.items():
            yield Place(route, reverse(route, args=[reference]) + query, _of(what))

    return places


def _numbered(route: str, *, of: str, sent: dict[str, str] | None = None) -> Places:
    """A route of a case with the number of something that a record began."""

    def places(world: World) -> Iterator[Place]:
        for what in world.cases:
            case = world.case(what)
            for number in _numbers(world, what, of):
                address = reverse(route, args=[case.reference, number])
                yield Place(route, address, _of(what), sent)

    return places


def _numbers(world: World, what: str, of: str) -> list[int]:
    state = state_of(world.case(what))
    match of:
        case "record":
            return [1, state.records[-1].n]
        case "meeting":
            return [r.n for r in state.records if r.act is Act.CONVENE and not r.of]
        case "document":
            return [n for n, _ in enumerate((d for r in state.records for d in r.enclosed), 1)]
        case "action":
            return [each.number for each in state.actions]
        case "invitation":
            return [world.numbers["invitation"]] if what == "live" else []
        case _:
            return [1] if what == "live" else []


def _posts(route: str, number: str, sent: dict[str, str] | None = None) -> Places:
    def places(world: World) -> Iterator[Place]:
        if number in world.numbers:
            state = State.FILLED if world.cases else State.EMPTY
            yield Place(route, reverse(route, args=[world.numbers[number]]), state, sent)

    return places


def _tokens(route: str, *names: str) -> Places:
    def places(world: World) -> Iterator[Place]:
        for name in names:
            if name in world.tokens:
                state = State.LONG if name.startswith("long") else State.FILLED
                yield Place(route, reverse(route, args=[world.tokens[name]]), state)

    return places


def _steps(world: World) -> Iterator[Place]:
    for name, token in world.tokens.items():
        if name.endswith("invitation"):
            continue
        steps = ("you",) if name == "first time" else (*STEPS,)
        for step in steps:
            state = State.LONG if name.startswith("long") else State.FILLED
            yield Place("raise-step", reverse("raise-step", args=[token, step]), state)


def _acts(world: World) -> Iterator[Place]:
    for act in FORMS:
        for what, reference in world.cases.items():
            yield Place("act", reverse("act", args=[reference, act]), _of(what))


def _acts_for(world: World) -> Iterator[Place]:
    if "on behalf" in world.cases:
        for act in ON_BEHALF:
            args = [world.cases["on behalf"], "sandwell-surgery", act]
            yield Place("act-for", reverse("act-for", args=args))


def _anybody(world: World) -> Iterator[Place]:
    state = State.FILLED if world.cases else State.EMPTY
    person = str(User.objects.filter(posts__role="manager").order_by("pk")[0].pk)
    yield Place("sign-in-as", reverse("sign-in-as"), state, {"person": person})


def _templates(route: str, *parts: int) -> Places:
    def places(world: World) -> Iterator[Place]:
        if world.cases or not parts:
            state = State.FILLED if world.cases else State.EMPTY
            args = ["sandwell", "escalation_template", *parts]
            yield Place(route, reverse(route, args=args), state)

    return places


def _looks(world: World) -> Iterator[Place]:
    for seen in Seen.objects.filter(cases__case__reference=world.cases.get("live", "")).order_by(
        "pk"
    )[:3]:
        yield Place("look-reviewed", reverse("look-reviewed", args=[seen.pk]))


def _sent(route: str, **sent: str) -> Places:
    def places(world: World) -> Iterator[Place]:
        state = State.FILLED if world.cases else State.EMPTY
        yield Place(route, reverse(route), state, sent)

    return places


def _files(route: str, last: str | int) -> Places:
    def places(world: World) -> Iterator[Place]:
        for what in ("live", "long", "decided"):
            if what in world.cases:
                args = [world.cases[what], last]
                yield Place(route, reverse(route, args=args), _of(what), {"as": "pdf"})

    return places


def _both(*each: Places) -> Places:
    return lambda world: (place for one in each for place in one(world))


COUNTED = "?day_day=17&day_month=12&day_year=2026&clock=16%3A45"
MISCOUNTED = "?day_day=99&day_month=1&day_year=x&clock=25"

ADDRESSES: dict[str, Places] = {
    "start": _just("start"),
    "help": _just("help"),
    "accessibility": _just("accessibility"),
    "privacy": _just("privacy"),
    "cookies": _just("cookies"),
    "area": _each_area("area", COUNTED, MISCOUNTED),
    "guide": _each_area("guide"),
    "clauses": _each_area("clauses"),
    "sign-in": _just("sign-in", "?next=/work"),
    "sign-in-as": _both(_anybody, _sent("sign-in-as", person="no-such-person")),
    "sign-out": _sent("sign-out"),
    "signed-in": _just("signed-in"),
    "work": _just("work"),
    "kept": _sent("kept", said="typed"),
    "kept-throw": _sent("kept-throw", draft="none"),
    "session": _just("session"),
    "session-stay": _sent("session-stay"),
    "looks-mine": _just("looks-mine"),
    "looks-review": _just("looks-review"),
    "look-reviewed": _looks,
    "looked": _both(_cases("looked"), _cases("looked", "?lists=yes")),
    "find": _just("find"),
    "agencies": _just("agencies"),
    "agency": _slugs("agency", SCHOOL, TRUST, HEALTH, "welton-st-marys"),
    "agency-log": _both(
        _slugs("agency-log", SCHOOL, HEALTH, ending="csv"),
        _slugs("agency-log", SCHOOL, HEALTH, ending="xlsx"),
    ),
    "partnership": _slugs(
        "partnership",
        "sandwell",
        query=("?show=late", "?show=actions", "?show=flagged", "?show=ended"),
    ),
    "partnership-log": _both(
        _slugs("partnership-log", "sandwell", ending="csv"),
        _slugs("partnership-log", "sandwell", ending="xlsx"),
    ),
    "learning": _slugs("learning", "sandwell"),
    "word-templates": _slugs("word-templates", "sandwell"),
    "word-template": _templates("word-template"),
    "word-template-own": _templates("word-template-own"),
    "word-template-starter": _templates("word-template-starter"),
    "word-template-version": _templates("word-template-version", 1),
    "word-template-file": _templates("word-template-file", 1),
    "word-template-preview": _templates("word-template-preview", 1),
    "integrity": _just("integrity"),
    "directory": _slugs("directory", "sandwell"),
    "cover": _posts("cover", "post"),
    "cover-end": _posts("cover-end", "cover", {}),
    "holder": _posts("holder", "post"),
    "health": _just("health"),
    "notices": _just("notices", "?show=all"),
    "notices-again": _sent("notices-again", notice="1"),
    "notices-digest": _sent("notices-digest", digest="yes"),
    "notices-undelivered": _just("notices-undelivered"),
    "notices-read": _sent("notices-read", notice="all"),
    "first-time": _just("first-time"),
    "sign-in-by-code": _just("sign-in-by-code"),
    "sign-in-code": _just("sign-in-code"),
    "invited": _tokens("invited", "opened invitation", "closed invitation"),
    "newcomer": _posts("newcomer", "newcomer"),
    "raise": _just("raise"),
    "raise-for": _just("raise-for"),
    "raise-sent": _cases("raise-sent"),
    "raise-check": _tokens("raise-check", "draft", "first time", "behalf draft", "long draft"),
    "prove": _tokens("prove", "first time"),
    "raise-step": _steps,
    "case": _cases("case"),
    "timeline": _cases("timeline"),
    "dates": _cases("dates"),
    "actions": _cases("actions"),
    "action-check": _numbered("action-check", of="action"),
    "supporting": _numbered("supporting", of="document", sent={}),
    "meetings": _cases("meetings"),
    "meeting-choose": _numbered("meeting-choose", of="meeting"),
    "meeting-hold": _numbered("meeting-hold", of="meeting"),
    "meeting-move": _numbered("meeting-move", of="meeting"),
    "meeting-call-off": _numbered("meeting-call-off", of="meeting"),
    "meeting-file": _numbered("meeting-file", of="meeting"),
    "brief": _cases("brief"),
    "room": _cases("room"),
    "bundles": _cases("bundles"),
    "bundle-open": _files("bundle-open", 1),
    "forms": _cases("forms"),
    "form-open": _files("form-open", "escalation_template"),
    "invite": _cases("invite"),
    "invitation": _numbered("invitation", of="invitation"),
    "record": _numbered("record", of="record"),
    "act-for": _acts_for,
    "act": _acts,
}


def routes() -> list[str]:
    """The name of every route of the service."""
    return [str(pattern.name) for pattern in urlpatterns]
