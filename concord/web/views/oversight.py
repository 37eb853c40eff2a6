"""Cases from above: an agency's, by and against it; a partnership's log; what was learned."""

import csv
import io

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.access.table import LINE
from concord.cases.doorway import NotFound, Viewer, cases_for
from concord.directory.cover import Vacancy, may_set_cover, vacancies
from concord.directory.models import Agency, Partnership, Post
from concord.reports.learning import lessons
from concord.reports.standing import Line, Waiting, by_stage, lines, silence
from concord.rules.clock import Due
from concord.rules.dates import due_words
from concord.rules.words import TIER_RANK
from concord.web.asking import page, signed_in
from concord.web.presenting import ROLES, standing_words

SHOWN = 500


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
    )  # fmt: skip


@signed_in
@require_safe
def agency(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """An agency's live cases, by it and against it; who keeps others waiting; who is where."""
    found = next((each for each in _agencies_of(who) if each.slug == slug), None)
    if found is None:
        raise NotFound(slug)
    followed = cases_for(who).filter(Q(summary__status="open") | Q(summary__open_actions__gt=0))
    live = lines(followed.filter(parties__agency=found).distinct()[:SHOWN], who.at)
    return page(
        request, "agency", f"{found.name}: live cases",
        agency=found, stages=by_stage(live),
        ours=[line for line in live if line.raising == found.name],
        against=[line for line in live if line.raising != found.name],
        silent=[row for row in silence(live) if row.agency == found.name],
        posts=_posts(found, who), role=role_words, standing=standing_words,
        vacant=_vacant_in(found, who),
    )  # fmt: skip


@signed_in
@require_safe
def partnership(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """A partnership's log: every case with the least data, late ones on top; a dashboard."""
    found = overseen(who, slug)
    every = _log(who, found)
    live = [line for line in every if line.status == "open"]
    wanted = request.GET.get("show", "")
    kinds = {
        "late": [line for line in every if line.is_live and line.late],
        "actions": [line for line in every if line.status != "open" and line.open_actions],
        "flagged": [line for line in every if line.flagged],
        "ended": [line for line in every if line.status != "open"],
        "": live,
    }
    return page(
        request, "partnership", f"{found.name}: log",
        partnership=found, partnership_name=found.name, stages=by_stage(live),
        silent=silence(every), shown=kinds.get(wanted, live), wanted=wanted,
        counts={name: len(each) for name, each in kinds.items()}, total=len(every),
        role=role_words, standing=standing_words, vacant=vacancies(found, who.at),
    )  # fmt: skip


@signed_in
@require_safe
def partnership_log(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """The log as a spreadsheet of comma-separated values; no cell is ever a formula."""
    found = overseen(who, slug)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["Case", "Raised by", "Challenged", "Stage", "Status", "Opened", "Working days open",
         "Things late", "Waiting for", "By when", "Flagged"]
    )  # fmt: skip
    for line in _log(who, found):
        first = line.first
        writer.writerow(
            plain_cell(cell)
            for cell in (
                line.reference, line.raising, "; ".join(line.responding), line.stage_title,
                standing_words(line.status, line.open_actions), line.opened.isoformat(),
                line.age, len(line.late),
                _named(first) if first else "", _due(first.due) if first else "",
                "yes" if line.flagged else "",
            )
        )  # fmt: skip
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="log-{found.slug}.csv"'
    return answer


@signed_in
@require_safe
def learning(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """What was learned in a partnership's cases, and whether it was sent out."""
    found = overseen(who, slug)
    cases = cases_for(who).filter(partnership=found, entries__act="learn").distinct()
    return page(
        request, "learning", f"{found.name}: what was learned",
        partnership=found, partnership_name=found.name, lessons=lessons(cases[:SHOWN]),
    )  # fmt: skip


def plain_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def role_words(role: str) -> str:
    """A tier or office in words."""
    return str(ROLES.get(role, role.replace("_", " "))) if role else "either side"


def _named(waiting: Waiting) -> str:
    return (
        f"{role_words(waiting.role)}, {waiting.agency}"
        if waiting.agency
        else role_words(waiting.role)
    )


def _due(due: Due | None) -> str:
    return due_words(due)


def _log(who: Viewer, found: Partnership) -> list[Line]:
    return lines(cases_for(who).filter(partnership=found)[:SHOWN], who.at)


def _agencies_of(who: Viewer) -> list[Agency]:
    slugs = {post.agency for post in who.held if post.agency and post.role in LINE}
    return list(Agency.objects.filter(slug__in=slugs))


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
