"""The start page, what anybody may read of a policy, and who is signed in."""

from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from concord.access.table import reviews_looks
from concord.cases.doorway import Viewer
from concord.directory.models import Partnership, Post
from concord.directory.questions import adoptions, emergency_contacts
from concord.policies.calendars import calendar_for
from concord.policies.drawing import draw
from concord.policies.library import liaison_officers, load
from concord.policies.register import register
from concord.policies.timing import clauses_by_limit, timeline
from concord.rules.clock import LONDON
from concord.web.asking import now, page, signed_in
from concord.web.counting import Shown, count, shown
from concord.web.errors import not_found
from concord.web.forms.start import DateCalculator


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is and is not; emergency first; choose the area."""
    return page(
        request, "start", "Raise a concern about a decision",
        partnerships=list(Partnership.objects.all()),
    )  # fmt: skip


@require_safe
def area(request: HttpRequest, slug: str) -> HttpResponse:
    """An area's policy in brief, its flow chart, whom to call, and a date calculator."""
    partnership = Partnership.objects.filter(slug=slug).first()
    if partnership is None:
        return not_found(request)
    loaded = load(partnership.policy_id)
    at = now()
    form = DateCalculator(request.GET or None)
    dates: list[tuple[str, str, object]] = []
    counts: list[Shown] = []
    calendar = calendar_for(loaded.policy.calendar)
    if request.GET and form.is_valid():
        begins = datetime.combine(
            form.cleaned_data["day"], form.cleaned_data["clock"] or time(9), LONDON
        )
        dates = [
            (clause, register()[clause].says if clause in register() else "", due)
            for clause, due in timeline(loaded, begins).items()
        ]
        counts = [
            shown(count(limit, begins, calendar), ", ".join(clauses), f"count-{place}")
            for place, (limit, clauses) in enumerate(clauses_by_limit(loaded).items())
        ]
    return page(
        request, "area", f"{partnership.name}: the policy in brief",
        partnership=partnership, partnership_name=partnership.name, loaded=loaded,
        chart=Markup(draw(loaded)), form=form, dates=dates, counts=counts,
        emergency=emergency_contacts(partnership, at, calendar),
        officers=liaison_officers(partnership.policy_id),
        liaison=next((each for each in loaded.file.offices if each.id == "slo"), None),
        adoptions=adoptions(partnership, at.astimezone(LONDON).date()),
        overdue=loaded.is_review_overdue(at.astimezone(LONDON).date()),
    )  # fmt: skip


@signed_in
@require_safe
def you(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Who is signed in, with which posts, and the way out."""
    posts = Post.objects.held(who.at.date()).filter(user=who.user)
    return page(request, "you", "Who you are signed in as", posts=list(posts),
                reviews_looks=bool(reviews_looks(who.held)))  # fmt: skip
