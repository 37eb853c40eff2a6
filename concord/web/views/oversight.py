"""Cases from above: an agency's, by and against it; a partnership's log; what was learned."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.access.table import LINE, oversees_integrity
from concord.cases.doorway import NotFound, Viewer, cases_for, listed
from concord.cases.integrity import is_alarming
from concord.cases.ledger import state_of
from concord.cases.models import Case
from concord.directory.cover import Vacancy, may_set_cover, vacancies
from concord.directory.models import Agency, Partnership, Post
from concord.directory.questions import adoptions
from concord.notifications.questions import trouble
from concord.policies.library import load
from concord.reports.emergencies import emergencies
from concord.reports.learning import learned
from concord.reports.spreadsheets import MEDIA, Sheet, Written, write
from concord.reports.standing import Line, by_stage, lines, lines_in_order, silence
from concord.rules.clock import LONDON
from concord.rules.holding import in_words
from concord.rules.state import CaseState
from concord.rules.words import TIER_RANK
from concord.vault.closed import Closed
from concord.web.asking import page, signed_in
from concord.web.logs import agency_sheet, partnership_sheet
from concord.web.paging import BESIDE, TALL, part_of
from concord.web.presenting import role_words, standing_words

SHOWN = 500
UNIT = frozenset({"business_manager", "chair", "independent_chair"})
"""Whom a formal case comes to in the partnership itself."""


@signed_in
@require_safe
def agencies(request: HttpRequest, who: Viewer) -> HttpResponse:
    """The agencies whose cases the viewer's posts look over, with how many are open."""
    mine = _agencies_of(who)
    counts = {
        row["parties__agency__slug"]: row["number"]
        for row in cases_for(who)
        .filter(summary__status="open")
        .values("parties__agency__slug")
        .annotate(number=Count("id", distinct=True))
    }
    return page(
        request, "agencies", "Your agencies and partnerships",
        agencies=part_of([(each, counts.get(each.slug, 0)) for each in mine], request.GET),
        partnerships=_partnerships_of(who),
        oversees_integrity=bool(oversees_integrity(who.held)) or who.user.is_administrator,
    )  # fmt: skip


@signed_in
@require_safe
def agency(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """An agency's live cases, by it and against it; who keeps others waiting; who is where."""
    found = _agency(who, slug)
    followed = cases_for(who).filter(Q(summary__status="open") | Q(summary__open_actions__gt=0))
    cases = listed(who, followed.filter(parties__agency=found).distinct()[:SHOWN])
    live = lines(cases, who.at)
    ours = [line for line in live if line.raising == found.name]
    theirs = [line for line in live if line.raising != found.name]
    silent = sorted(silence(live), key=lambda row: row.agency != found.name)
    ours_here = part_of(ours, request.GET, "ours", BESIDE)
    theirs_here = part_of(theirs, request.GET, "against", BESIDE)
    return page(
        request, "agency", f"{found.name}: live cases", trouble=trouble(who.at),
        agency=found, stages=by_stage(live), ours=ours_here, against=theirs_here,
        held=_held(cases, [*ours_here.rows, *theirs_here.rows], who.at),
        silent=part_of(silent, request.GET, "silent", BESIDE),
        posts=part_of(_posts(found, who), request.GET, "posts", BESIDE), role=role_words,
        standing=standing_words,
    )  # fmt: skip


@signed_in
@require_safe
def partnership(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """A partnership's log: every case with the least data, late ones on top; a dashboard."""
    found = overseen(who, slug)
    cases = listed(who, cases_for(who).filter(partnership=found)[:SHOWN])
    every = lines(cases, who.at)
    loaded, today = load(found.policy_id), who.at.astimezone(LONDON).date()
    live = [line for line in every if line.status == "open"]
    wanted = request.GET.get("show", "")
    kinds = {
        "late": [line for line in every if line.is_live and line.late],
        "actions": [line for line in every if line.status != "open" and line.open_actions],
        "flagged": [line for line in every if line.flagged],
        "chair": _waiting_for(live, UNIT),
        "ended": [line for line in every if line.status != "open"],
        "": live,
    }
    shown = part_of(kinds.get(wanted, live), request.GET, at_once=TALL)
    return page(
        request, "partnership", f"{found.name}: log", trouble=trouble(who.at),
        partnership=found, partnership_name=found.name, stages=by_stage(live),
        silent=part_of(silence(every), request.GET, "silent", BESIDE), shown=shown, wanted=wanted,
        held=_held(cases, shown.rows, who.at),
        counts={name: len(each) for name, each in kinds.items()}, total=len(every),
        role=role_words, standing=standing_words,
        vacant=part_of(vacancies(found, who.at), request.GET, "vacant", BESIDE),
        is_changed=is_alarming(), emergencies=emergencies(found, who.at),
        loaded=loaded, overdue=loaded.is_review_overdue(today),
        adopted=[each for each in adoptions(found, today) if each.is_overdue],
    )  # fmt: skip


def _waiting_for(found: list[Line], roles: frozenset[str]) -> list[Line]:
    """The cases that wait for one of these offices, each with that alone."""
    with_those = (
        replace(line, waiting=tuple(each for each in line.waiting if each.role in roles))
        for line in found
    )
    return lines_in_order(line for line in with_those if line.waiting)


@signed_in
@require_safe
def partnership_log(request: HttpRequest, who: Viewer, slug: str, ending: str) -> HttpResponse:
    """The partnership's log as a file for a spreadsheet program: every case, least data."""
    found = overseen(who, slug)
    cases = listed(who, cases_for(who).filter(partnership=found))
    sheet = partnership_sheet(found, lines(cases, who.at), _readable(cases), who)
    return _file(sheet, ending, f"log-{found.slug}")


@signed_in
@require_safe
def agency_log(request: HttpRequest, who: Viewer, slug: str, ending: str) -> HttpResponse:
    """The agency's own log (SA-40) as a file for a spreadsheet program."""
    found = _agency(who, slug)
    return _file(agency_sheet(found, who), ending, f"log-{found.slug}")


def _file(sheet: Sheet, ending: str, name: str) -> HttpResponse:
    """A log to be saved. Raises NotFound where it is not written out in this way."""
    if ending not in list(Written):
        raise NotFound(ending)
    written = Written(ending)
    answer = HttpResponse(write(sheet, written), content_type=MEDIA[written])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{written}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_safe
def learning(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """What was learned in a partnership's cases, whether it was sent out, what is yet to be."""
    found = overseen(who, slug)
    cases = listed(who, cases_for(who).filter(partnership=found)[:SHOWN])
    known = learned(cases, who.at)
    return page(
        request, "learning", f"{found.name}: what was learned",
        partnership=found, partnership_name=found.name, learned=known,
        to_tell=part_of(known.to_tell, request.GET, "tell", BESIDE),
        themes=part_of(known.themes, request.GET, "themes", TALL),
        lessons=part_of(known.lessons, request.GET, at_once=BESIDE),
    )  # fmt: skip


def _held(cases: Iterable[Case], shown: Iterable[Line], at: datetime) -> dict[str, str]:
    """How long each side has had each of the cases shown, in words, by their references.

    Only those that are shown are read: it follows from the records, and is in no summary.
    """
    wanted = {line.reference for line in shown}
    states = _readable(case for case in cases if case.reference in wanted)
    return {reference: in_words(state, at) for reference, state in states.items()}


def _readable(cases: Iterable[Case]) -> dict[str, CaseState]:
    """The states of these cases by their references, but for those that cannot be read."""
    found = {}
    for case in cases:
        try:
            found[case.reference] = state_of(case)
        except Closed:
            continue  # its own page says so; it stays in the list
    return found


def _agencies_of(who: Viewer) -> list[Agency]:
    slugs = {post.agency for post in who.held if post.agency and post.role in LINE}
    return list(Agency.objects.filter(slug__in=slugs))


def _agency(who: Viewer, slug: str) -> Agency:
    """An agency whose cases the viewer's posts look over. Raises NotFound."""
    found = next((each for each in _agencies_of(who) if each.slug == slug), None)
    if found is None:
        raise NotFound(slug)
    return found


def _partnerships_of(who: Viewer) -> list[Partnership]:
    slugs = {p.partnership for p in who.held if p.role == "business_manager" and not p.agency}
    return list(Partnership.objects.filter(slug__in=slugs))


def overseen(who: Viewer, slug: str) -> Partnership:
    """A partnership whose business manager the viewer is. Raises NotFound."""
    found = next((each for each in _partnerships_of(who) if each.slug == slug), None)
    if found is None:
        raise NotFound(slug)
    return found


def _posts(agency: Agency, who: Viewer) -> list[tuple[Post | Vacancy, bool | None]]:
    """The posts of an agency, and whether the viewer may set cover for each; first the vacant."""
    held = Post.objects.held(who.at.date()).filter(agency=agency)
    order = [*TIER_RANK]
    ordered = sorted(
        held, key=lambda post: order.index(post.role) if post.role in order else len(order)
    )
    return [
        *((each, None) for each in _vacant_in(agency, who)),
        *((post, may_set_cover(who.user, post, who.at)) for post in ordered),
    ]


def _vacant_in(agency: Agency, who: Viewer) -> list[Vacancy]:
    """The posts of an agency that nobody holds, in the partnerships where the viewer leads it."""
    slugs = {post.partnership for post in who.held if post.agency == agency.slug}
    partnerships = Partnership.objects.filter(slug__in=slugs)
    return [each for found in partnerships for each in vacancies(found, who.at, agency)]
