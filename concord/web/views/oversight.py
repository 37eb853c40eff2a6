"""Cases from above: an agency's, by and against it; a partnership's log; what was learned."""

from dataclasses import replace

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.access.table import LINE, oversees_integrity
from concord.cases.doorway import NotFound, Viewer, cases_for, listed
from concord.cases.integrity import is_alarming
from concord.directory.cover import Vacancy, may_set_cover, vacancies
from concord.directory.models import Agency, Partnership, Post
from concord.directory.questions import adoptions
from concord.policies.library import load
from concord.reports.learning import learned
from concord.reports.spreadsheets import MEDIA, Sheet, Written, write
from concord.reports.standing import Line, by_stage, lines, lines_in_order, silence
from concord.rules.clock import LONDON
from concord.rules.words import TIER_RANK
from concord.web.asking import page, signed_in
from concord.web.logs import agency_sheet, partnership_sheet
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
        agencies=[(agency, counts.get(agency.slug, 0)) for agency in mine],
        partnerships=_partnerships_of(who),
        oversees_integrity=bool(oversees_integrity(who.held)) or who.user.is_administrator,
    )  # fmt: skip


@signed_in
@require_safe
def agency(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """An agency's live cases, by it and against it; who keeps others waiting; who is where."""
    found = _agency(who, slug)
    followed = cases_for(who).filter(Q(summary__status="open") | Q(summary__open_actions__gt=0))
    live = lines(listed(who, followed.filter(parties__agency=found).distinct()[:SHOWN]), who.at)
    return page(
        request, "agency", f"{found.name}: live cases",
        agency=found, stages=by_stage(live),
        ours=[line for line in live if line.raising == found.name],
        against=[line for line in live if line.raising != found.name],
        silent=sorted(silence(live), key=lambda row: row.agency != found.name),
        posts=_posts(found, who), role=role_words, standing=standing_words,
        vacant=_vacant_in(found, who),
    )  # fmt: skip


@signed_in
@require_safe
def partnership(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """A partnership's log: every case with the least data, late ones on top; a dashboard."""
    found = overseen(who, slug)
    every = _log(who, found)
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
    return page(
        request, "partnership", f"{found.name}: log",
        partnership=found, partnership_name=found.name, stages=by_stage(live),
        silent=silence(every), shown=kinds.get(wanted, live), wanted=wanted,
        counts={name: len(each) for name, each in kinds.items()}, total=len(every),
        role=role_words, standing=standing_words, vacant=vacancies(found, who.at),
        is_changed=is_alarming(),
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
    every = lines(listed(who, cases_for(who).filter(partnership=found)), who.at)
    return _file(partnership_sheet(found, every, who.at), ending, f"log-{found.slug}")


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
    return page(
        request, "learning", f"{found.name}: what was learned",
        partnership=found, partnership_name=found.name, learned=learned(cases, who.at),
    )  # fmt: skip


def _log(who: Viewer, found: Partnership) -> list[Line]:
    return lines(listed(who, cases_for(who).filter(partnership=found)[:SHOWN]), who.at)


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


def _posts(agency: Agency, who: Viewer) -> list[tuple[Post, bool]]:
    """The posts of an agency with their holders, and whether the viewer may set cover for each."""
    held = Post.objects.held(who.at.date()).filter(agency=agency)
    order = [*TIER_RANK]
    ordered = sorted(
        held, key=lambda post: order.index(post.role) if post.role in order else len(order)
    )
    return [(post, may_set_cover(who.user, post, who.at)) for post in ordered]


def _vacant_in(agency: Agency, who: Viewer) -> list[Vacancy]:
    """The posts of an agency that nobody holds, in the partnerships where the viewer leads it."""
    slugs = {post.partnership for post in who.held if post.agency == agency.slug}
    partnerships = Partnership.objects.filter(slug__in=slugs)
    return [each for found in partnerships for each in vacancies(found, who.at, agency)]
