"""Where there is something to see: the addresses of a route in a filled instance, by kind."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.urls import reverse

from concord.cases.ledger import state_of
from concord.cases.models import Registered
from concord.directory.models import Partnership, User
from concord.looks.models import Seen
from concord.rules.words import Act
from concord.web.forms.acts import FORMS
from concord.web.forms.raising import STEPS
from concord.web.views.case import ON_BEHALF
from tests.pages.world import HEALTH, IN_USE, World


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


def state_by(what: str) -> State:
    """In which state a case's pages are seen."""
    return State.LONG if what == "long" else State.CLOSED if what in ENDED else State.FILLED


def plainly(route: str, *queries: str) -> Places:
    def places(world: World) -> Iterator[Place]:
        state = State.FILLED if world.cases else State.EMPTY
        for query in ("", *queries):
            yield Place(route, reverse(route) + query, state)

    return places


def of_slugs(route: str, *slugs: str, query: tuple[str, ...] = (), ending: str = "") -> Places:
    def places(world: World) -> Iterator[Place]:
        state = State.FILLED if world.cases else State.EMPTY
        for slug in slugs:
            long = State.LONG if slug == HEALTH and world.cases else state
            for each in ("", *query):
                part = [slug, ending] if ending else [slug]
                yield Place(route, reverse(route, args=part) + each, long)

    return places


def of_each_area(route: str, *queries: str) -> Places:
    def places(world: World) -> Iterator[Place]:
        state = State.FILLED if world.cases else State.EMPTY
        for slug in Partnership.objects.values_list("slug", flat=True):
            for query in ("", *queries):
                yield Place(route, reverse(route, args=[slug]) + query, state)

    return places


def of_cases(route: str, query: str = "") -> Places:
    def places(world: World) -> Iterator[Place]:
        for what, reference in world.cases.items():
            yield Place(route, reverse(route, args=[reference]) + query, state_by(what))

    return places


def of_numbered(route: str, *, of: str, sent: dict[str, str] | None = None) -> Places:
    """A route of a case with the number of something that a record began."""

    def places(world: World) -> Iterator[Place]:
        for what in world.cases:
            case = world.case(what)
            for number in of_numbers(world, what, of):
                address = reverse(route, args=[case.reference, number])
                yield Place(route, address, state_by(what), sent)

    return places


def of_numbers(world: World, what: str, of: str) -> list[int]:
    state = state_of(world.case(what))
    match of:
        case "record":
            talk = world.numbers.get({"live": "live record", "long": "record"}.get(what, ""))
            return [1, state.records[-1].n, *([talk] if talk else [])]
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


def of_posts(route: str, number: str, sent: dict[str, str] | None = None) -> Places:
    def places(world: World) -> Iterator[Place]:
        if number in world.numbers:
            state = State.FILLED if world.cases else State.EMPTY
            yield Place(route, reverse(route, args=[world.numbers[number]]), state, sent)

    return places


def of_tokens(route: str, *names: str) -> Places:
    def places(world: World) -> Iterator[Place]:
        for name in names:
            if name in world.tokens:
                state = State.LONG if name.startswith("long") else State.FILLED
                yield Place(route, reverse(route, args=[world.tokens[name]]), state)

    return places


def of_steps(world: World) -> Iterator[Place]:
    for name, token in world.tokens.items():
        if name.endswith("invitation"):
            continue
        steps = ("you", *STEPS) if name == "first time" else (*STEPS,)
        for step in steps:
            state = State.LONG if name.startswith("long") else State.FILLED
            yield Place("raise-step", reverse("raise-step", args=[token, step]), state)


def of_acts(world: World) -> Iterator[Place]:
    for act in FORMS:
        for what, reference in world.cases.items():
            yield Place("act", reverse("act", args=[reference, act]), state_by(what))


def of_acts_for(world: World) -> Iterator[Place]:
    if "on behalf" in world.cases:
        for act in ON_BEHALF:
            args = [world.cases["on behalf"], "sandwell-surgery", act]
            yield Place("act-for", reverse("act-for", args=args))


def of_anybody(world: World) -> Iterator[Place]:
    state = State.FILLED if world.cases else State.EMPTY
    person = str(User.objects.filter(posts__role="manager").order_by("pk")[0].pk)
    yield Place("sign-in-as", reverse("sign-in-as"), state, {"person": person})


def of_templates(route: str, *parts: int, form: str = "escalation_template") -> Places:
    """A form's template; of one that is in use, or of a version, only where there is one."""

    def places(world: World) -> Iterator[Place]:
        if world.cases or not (parts or form == IN_USE):
            state = State.FILLED if world.cases else State.EMPTY
            args = ["sandwell", form, *parts]
            yield Place(route, reverse(route, args=args), state)

    return places


def of_request(route: str, *, of: str = "", sent: dict[str, str] | None = None) -> Places:
    """A route of a request for access to what is held about a child."""

    def places(world: World) -> Iterator[Place]:
        if "request" in world.tokens:
            number = [world.numbers[of]] if of else []
            address = reverse(route, args=[world.tokens["request"], *number])
            yield Place(route, address, State.FILLED, sent)

    return places


def of_copies(world: World) -> Iterator[Place]:
    if "request" in world.tokens:
        for what in ("whole", "given"):
            args = [world.tokens["request"], what]
            yield Place("subject-copy", reverse("subject-copy", args=args), sent={"as": "docx"})


def of_looks(world: World) -> Iterator[Place]:
    for seen in Seen.objects.filter(cases__case__reference=world.cases.get("live", "")).order_by(
        "pk"
    )[:3]:
        yield Place("look-reviewed", reverse("look-reviewed", args=[seen.pk]))


def of_emergencies(world: World) -> Iterator[Place]:
    for line in Registered.objects.filter(kind=Registered.Kind.OPENED):
        yield Place("emergency-review", reverse("emergency-review", args=[line.pk]))


def of_breaches(world: World) -> Iterator[Place]:
    for line in Registered.objects.filter(kind=Registered.Kind.CALLED_BACK):
        yield Place("breach", reverse("breach", args=[line.pk]))


def of_retention(route: str, sent: dict[str, str] | None = None) -> Places:
    """How long each case of one partnership is kept."""

    def places(world: World) -> Iterator[Place]:
        for what in world.cases:
            case = world.case(what)
            if case.partnership.slug == "sandwell":
                yield Place(
                    route, reverse(route, args=["sandwell", case.reference]), state_by(what), sent
                )

    return places


def of_holds(world: World) -> Iterator[Place]:
    for line in Registered.objects.filter(kind=Registered.Kind.HELD).select_related("case"):
        args = ["sandwell", line.case.reference, line.pk]
        yield Place("retention-lift", reverse("retention-lift", args=args))


def sending(route: str, **sent: str) -> Places:
    def places(world: World) -> Iterator[Place]:
        state = State.FILLED if world.cases else State.EMPTY
        yield Place(route, reverse(route), state, sent)

    return places


def of_files(route: str, last: str | int) -> Places:
    def places(world: World) -> Iterator[Place]:
        for what in ("live", "long", "decided"):
            if what in world.cases:
                args = [world.cases[what], last]
                yield Place(route, reverse(route, args=args), state_by(what), {"as": "pdf"})

    return places


def both(*each: Places) -> Places:
    return lambda world: (place for one in each for place in one(world))
