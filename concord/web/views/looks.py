"""Who has looked: at a case; what I looked at; and the review of looks, which opens no case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from concord.access.table import Doing, reviews_looks
from concord.cases.doorway import NotFound, Viewer, find
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

SHOWN = 50


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
    search: str = ""
    found: str = ""
    """What its review found."""


@signed_in
@require_safe
def looked(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Who has looked at a case, and who was refused."""
    look = find(who, reference)
    if not look.can(Doing.SEE_WHO_LOOKED):
        raise NotFound(reference)
    in_lists = request.GET.get("lists") == "yes"
    every = who_has_looked(look.case, in_lists)
    found = Paginator(every, SHOWN).get_page(request.GET.get("page"))
    return page(
        request, "looked", f"Who has looked at {look.case.reference}", look=look, found=found,
        rows=_rows(found, who.at, cases=False), in_lists=in_lists,
        partnership_name=look.case.partnership.name,
    )  # fmt: skip


@signed_in
@require_safe
def mine(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What the viewer has looked at."""
    found = Paginator(looked_at_by(who.user), SHOWN).get_page(request.GET.get("page"))
    return page(
        request, "looks_mine", "What you have looked at", found=found, rows=_rows(found, who.at),
    )  # fmt: skip


@signed_in
@require_safe
def review(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What whoever reviews looks goes through: what is unusual, what was refused, a sample."""
    mine = _reviewed_by(who)
    return page(
        request, "looks_review", "Review who has looked",
        unusual=[(each, moment(each.at)) for each in unusual(mine, who.at)[:SHOWN]],
        refused=_rows(refused(mine, who.at)[:SHOWN], who.at), sample=_rows(sample(mine, who.at),
        who.at), partnership_name=", ".join(each.name for each in mine),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reviewed(request: HttpRequest, who: Viewer, number: int) -> HttpResponse:
    """One look, and what its review found."""
    seen = may_be_reviewed(number, _reviewed_by(who))
    if seen is None or seen.user == who.user:
        raise NotFound(number)
    form = Reviewing(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        write_review(seen, who.user, who.at, in_order=data["in_order"] == "yes", note=data["note"])
        return redirect("looks-review")
    return page(
        request, "look_reviewed", "Was this look in order?", form=form,
        row=_rows([seen], who.at)[0], status=422 if form.errors else 200,
    )  # fmt: skip


def _reviewed_by(who: Viewer) -> list[Partnership]:
    """The partnerships whose looks the viewer reviews. Raises NotFound where there is none."""
    found = list(Partnership.objects.filter(slug__in=reviews_looks(who.held)))
    if not found:
        raise NotFound("looks")
    return found


def _rows(seen: Iterable[Seen], at: datetime, cases: bool = True) -> list[Row]:
    every = list(seen)
    posts = _posts({each.user_id for each in every}, at)
    return [_row(each, posts, cases) for each in every]


def _row(seen: Seen, posts: dict[int | None, str], cases: bool) -> Row:
    references = [each.case.reference for each in seen.cases.all()] if cases else []
    what = Kind(seen.kind).label
    if seen.kind == Kind.CASE and seen.page != "case":
        what = f"{what}: its page '{seen.page.replace('-', ' ')}'"
    reviews = list(seen.reviews.all())[:1] if cases else []
    return Row(
        number=seen.pk,
        at=moment(seen.at),
        who=f"{seen.user.name}{posts.get(seen.user_id, '')}" if seen.user else seen.who,
        what="Asked for it, and was refused" if seen.refused else what,
        cases=", ".join(references[:5]),
        more=max(0, len(references) - 5),
        refused=seen.refused,
        search=seen.search,
        found="; ".join(_found(each.in_order, each.note, each.by.name) for each in reviews),
    )


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
