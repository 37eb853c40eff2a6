"""Who has looked: at a case; what I looked at; and the review of looks, which opens no case."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from concord.access.table import reviews_looks
from concord.cases.doorway import NotFound, Viewer, find
from concord.cases.drafts import Place
from concord.cases.glass import openings
from concord.directory.models import Partnership, Post
from concord.looks.models import Kind, Seen
from concord.looks.questions import (
    looked_at_by,
    may_be_reviewed,
    refused,
    sample,
    unusual,
    who_has_looked,
)
from concord.looks.writing import review as write_review
from concord.rules.clock import LONDON
from concord.rules.dates import moment
from concord.web.asking import page, signed_in
from concord.web.forms.looks import Reviewing
from concord.web.keeping import opened
from concord.web.paging import AT_ONCE, part_of
from concord.web.views.emergencies import calendar_of, rows_of

NOT_TOLD = "None that is open to you"
"""In place of a case that was refused: the same whether there is such a case or not."""
PAGES = {"looked": "who has looked", "act-for": "act"}
"""What a page of a case is called, where its route's name does not say it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A look as a page shows it."""

    number: int
    at: str
    who: str
    what: str
    cases: str
    """The references, where a page shows looks at several cases."""
    more: int
    refused: bool
    in_emergency: bool = False
    search: str = ""
    found: str = ""
    """What its review found."""


@signed_in
@require_safe
def looked(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Who has looked at a case, and who was refused."""
    look = find(who, reference)
    in_lists = request.GET.get("lists") == "yes"
    every = who_has_looked(look.case, in_lists)
    found = part_of(every, request.GET)
    return page(
        request, "looked", f"Who has looked at {look.case.reference}", look=look, found=found,
        rows=_rows(found.rows, who.at, cases=False), in_lists=in_lists,
        emergencies=rows_of(
            who, openings(case=look.case), calendar_of(look.case.partnership)
        ),
        partnership_name=look.case.partnership.name,
    )  # fmt: skip


@signed_in
@require_safe
def mine(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What the viewer has looked at, and what they were refused.

    Which case was refused is not said: the answer that refused it did not say either whether there
    is such a case.
    """
    found = part_of(looked_at_by(who.user), request.GET)
    return page(
        request, "looks_mine", "What you have looked at", found=found,
        rows=[
            replace(row, cases=NOT_TOLD, more=0) if row.refused else row
            for row in _rows(found.rows, who.at)
        ],
    )  # fmt: skip


@signed_in
@require_safe
def review(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What whoever reviews looks goes through: what is unusual, what was refused, a sample."""
    mine = _reviewed_by(who)
    turned_away = part_of(refused(mine, who.at), request.GET)
    return page(
        request, "looks_review", "Review who has looked",
        unusual=[(each, moment(each.at)) for each in unusual(mine, who.at)[:AT_ONCE]],
        turned_away=turned_away, refused=_rows(turned_away.rows, who.at),
        sample=_rows(sample(mine, who.at), who.at),
        partnership_name=", ".join(each.name for each in mine),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reviewed(request: HttpRequest, who: Viewer, number: int) -> HttpResponse:
    """One look, and what its review found."""
    seen = may_be_reviewed(number, _reviewed_by(who))
    if seen is None or seen.user == who.user:
        raise NotFound(number)
    tab = opened(request, Place(who.person, None, f"looks/{number}"), who.at)
    form = Reviewing(tab.posted)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        write_review(seen, who.user, who.at, in_order=data["in_order"] == "yes", note=data["note"])
        return redirect("looks-review")
    return page(
        request, "look_reviewed", "Was this look in order?", form=form, tab=tab,
        row=_rows([seen], who.at)[0], status=422 if form.errors else 200,
    )  # fmt: skip


def _reviewed_by(who: Viewer) -> list[Partnership]:
    """The partnerships whose looks the viewer reviews."""
    return list(Partnership.objects.filter(slug__in=reviews_looks(who.held)))


def _rows(seen: Iterable[Seen], at: datetime, cases: bool = True) -> list[Row]:
    every = list(seen)
    posts = _posts({each.user_id for each in every}, at)
    return [_row(each, posts, cases) for each in every]


def _row(seen: Seen, posts: dict[int | None, str], cases: bool) -> Row:
    references = [each.case.reference for each in seen.cases.all()] if cases else []
    what = Kind(seen.kind).label
    by_program = seen.page.startswith("api-")
    if by_program:
        what = f"{what}: read by a program with their token"
    elif seen.kind in (Kind.CASE, Kind.EMERGENCY) and seen.page not in ("case", "emergency"):
        what = f"{what}: its page '{PAGES.get(seen.page) or seen.page.replace('-', ' ')}'"
    reviews = list(seen.reviews.all())[:1] if cases else []
    return Row(
        number=seen.pk,
        at=moment(seen.at),
        who=f"{seen.user.name}{posts.get(seen.user_id, '')}" if seen.user else seen.who,
        what=_refused(by_program) if seen.refused else what,
        cases=", ".join(references[:5]),
        more=max(0, len(references) - 5),
        refused=seen.refused,
        in_emergency=seen.kind == Kind.EMERGENCY,
        search=seen.search,
        found="; ".join(_found(each.in_order, each.note, each.by.name) for each in reviews),
    )


def _refused(by_program: bool) -> str:
    asked = "Asked for it by a program with their token" if by_program else "Asked for it"
    return f"{asked}, and was refused"


def _found(in_order: bool, note: str, by: str) -> str:
    return f"{'In order' if in_order else 'Not in order'}, {by}{f': {note}' if note else ''}"


def _posts(users: set[int | None], at: datetime) -> dict[int | None, str]:
    """The post and agency of each, for showing beside the name."""
    held = Post.objects.held(at.astimezone(LONDON).date()).filter(user__in=users - {None})
    found: dict[int | None, str] = {}
    for post in held.select_related("agency", "partnership").order_by("-covers", "id"):
        where = post.agency.name if post.agency else post.partnership.name
        found.setdefault(post.user_id, f", {post.title or post.role}, {where}")
    return found
