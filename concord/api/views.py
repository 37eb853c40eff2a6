"""The questions of the API, each asked through the doorway that the pages ask it through."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from concord.access.table import Doing
from concord.api import schemas
from concord.api.answering import NotUsable, answers, read
from concord.api.shaping import case_of, line_of, mine_of
from concord.cases.doorway import Viewer, cases_for, find, listed
from concord.cases.models import Case
from concord.cases.still_owed import lasting
from concord.directory.models import Agency, Partnership
from concord.looks.models import Kind
from concord.notifications.mine import Mine, listed_for

AT_ONCE = 25
"""How many cases or duties are in one answer: as many as on a page."""
MOST = 500
"""Of how many cases the duties are gone through, as on My work."""


@answers(Kind.LIST)
def cases(request: HttpRequest, who: Viewer) -> schemas.Cases:
    """The cases that this person may see."""
    wanted = read(schemas.Listing, request)
    found = cases_for(who).filter(_shown(wanted.show))
    if wanted.partnership:
        _must_be_there("partnership", Partnership.objects.filter(slug=wanted.partnership))
        found = found.filter(partnership__slug=wanted.partnership)
    if wanted.agency:
        _must_be_there("agency", Agency.objects.filter(slug=wanted.agency))
        found = found.filter(parties__agency__slug=wanted.agency)
    rows, part = _part(found.order_by("summary__next_due", "pk"), wanted, request)
    return schemas.Cases(cases=[line_of(each, who) for each in listed(who, rows)], part=part)


@answers(Kind.CASE)
def case(request: HttpRequest, who: Viewer, reference: str) -> schemas.CaseDetail:
    """One case, with who owes what by when under which clause."""
    read(schemas.Nothing, request)
    return case_of(find(who, reference, Doing.SEE_CASE), who)


@answers(Kind.LIST)
def mine(request: HttpRequest, who: Viewer) -> schemas.MyWork:
    """What this person owes by when, in open cases and in those that have ended."""
    wanted = read(schemas.Paged, request)
    owing = Mine(who)
    there = listed_for(who)
    live = there.filter(summary__status="open").order_by("summary__next_due", "pk")[:MOST]
    ended = there.exclude(summary__status="open").exclude(summary__duties=[]).order_by("pk")[:MOST]
    found = [
        (each, duty)
        for each in (*live, *ended)
        for duty in mine_of(each, owing.of(each, lasting(each)), who.at)
    ]
    found.sort(key=lambda pair: _press(pair[1].owed))
    rows, part = _part(found, wanted, request)
    listed(who, (each for each, _ in rows))
    return schemas.MyWork(owed=[duty for _, duty in rows], part=part)


def _must_be_there(parameter: str, found: "QuerySet[Any]") -> None:
    """Raises NotUsable: a slug that is mistyped must not look as if nothing were owed."""
    if not found.exists():
        raise NotUsable(
            parameter, f"There is no such {parameter}. Its slug ends the address of its page."
        )


def _press(owed: schemas.Owed) -> tuple[bool, bool, str]:
    """What keeps a child safe first, then by the limit; what has none last."""
    return not owed.urgent, owed.due is None, owed.due.at.isoformat() if owed.due else ""


def _shown(show: str) -> Q:
    match show:
        case "open":
            return Q(summary__status="open")
        case "ended":
            return ~Q(summary__status="open")
        case "actions":
            return ~Q(summary__status="open") & Q(summary__open_actions__gt=0)
        case "flagged":
            return Q(summary__flagged=True)
        case _:
            return Q()


def _part(
    rows: QuerySet[Case] | Sequence[Any], wanted: schemas.Listing | schemas.Paged,
    request: HttpRequest,
) -> tuple[list[Any], schemas.Part]:  # fmt: skip
    """The part of a list that is asked for. Raises NotUsable where there is no such part."""
    paginator = Paginator(rows, AT_ONCE)
    if wanted.page > paginator.num_pages:
        raise NotUsable("page", f"There is no such part: the last is {paginator.num_pages}.")
    here = paginator.page(wanted.page)
    onward = {**dict(request.GET.items()), "page": str(wanted.page + 1)}
    part = schemas.Part(
        page=wanted.page, pages=paginator.num_pages, total=paginator.count,
        next=f"{request.path}?{urlencode(onward)}" if here.has_next() else None,
    )  # fmt: skip
    return list(here), part


def description(request: HttpRequest) -> HttpResponse:
    """What the API answers, as OpenAPI 3.1."""
    from concord.api.description import described

    return HttpResponse(described(), content_type="application/json")
