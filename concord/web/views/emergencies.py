"""A case opened in an emergency, to be read for an hour; what is found about that afterwards."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from concord.cases import emergencies
from concord.cases.doorway import NotFound, Viewer
from concord.cases.drafts import Place
from concord.cases.emergencies import NotReviewed, open_in_emergency, reviewed_by, where_open
from concord.cases.glass import LASTS, Opened, openings
from concord.directory.models import Partnership
from concord.directory.questions import emergency_contacts
from concord.notifications.emergencies import tell_of_emergency
from concord.policies.calendars import calendar_for
from concord.policies.library import load
from concord.rules.clock import Calendar
from concord.rules.dates import due_words, moment
from concord.web.asking import page, signed_in
from concord.web.errors import no_longer
from concord.web.forms.emergencies import Breaking, Judging
from concord.web.keeping import opened
from concord.web.paging import BESIDE, part_of

LATELY = timedelta(days=365)
OWN = 2
"""How many that the viewer opened are shown at once: they ask nothing of them."""
MINUTES = int(LASTS.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Row:
    """An opening as a page shows it."""

    number: int
    reference: str
    who: str
    why: str
    at: str
    due: str
    overdue: bool
    own: bool
    """Whether the viewer opened it: somebody else reviews it then."""
    found: str
    """What its review found, and by whom; empty where it waits for one."""
    words: str


def rows_of(who: Viewer, found: list[Opened], calendar: Calendar) -> list[Row]:
    """Openings as this viewer sees them."""
    return [_row(who, each, calendar) for each in found]


def _row(who: Viewer, each: Opened, calendar: Calendar) -> Row:
    review = each.review
    return Row(
        number=each.number, reference=each.reference, who=each.who, why=each.why,
        at=moment(each.at), due=due_words(each.review_due(calendar)),
        overdue=each.is_overdue(calendar, who.at), own=each.person == who.person,
        found=f"{'Proper' if review.proper else 'Not proper'}: {review.by}, {moment(review.at)}"
        if review else "",
        words=review.words if review else "",
    )  # fmt: skip


def calendar_of(partnership: Partnership) -> Calendar:
    """The calendar by which a partnership counts working days."""
    return calendar_for(load(partnership.policy_id).policy.calendar)


def waiting(who: Viewer) -> list[Row]:
    """What waits for a review by the viewer, the longest waiting first; for My work."""
    found = []
    for partnership in reviewed_by(who):
        mine = openings(partnership=partnership)
        unreviewed = [e for e in reversed(mine) if e.review is None and e.person != who.person]
        found += rows_of(who, unreviewed, calendar_of(partnership))
    return found


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Which case, and why; then it is open to be read, and both sides are told."""
    places = where_open(who)
    if not places:
        raise NotFound("emergency")
    tab = opened(request, Place(who.person, None, "emergency"), who.at)
    form = Breaking(tab.posted)
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"]
        try:
            with transaction.atomic():
                found = open_in_emergency(who, reference, form.cleaned_data["why"])
                if found.line is not None:
                    tell_of_emergency(found.line, found.state)
        except NotFound:
            form.add_error(
                "reference",
                "There is no case with this reference in your partnership. Check it with whoever "
                "gave it to you",
            )
        else:
            return redirect("case", reference=found.case.reference)
    return page(
        request, "emergency_begin", "Open a case in an emergency", tab=tab, form=form,
        contacts=[
            (each.name, emergency_contacts(each, who.at, calendar_of(each))) for each in places
        ],
        minutes=MINUTES, partnership_name=", ".join(each.name for each in places),
        status=422 if form.errors else 200,
    )  # fmt: skip


@signed_in
@require_safe
def listed(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What waits for a review, and what was reviewed within the last year."""
    places = reviewed_by(who)
    if not places:
        raise NotFound("emergencies")
    rows = [
        row
        for place in places
        for row in rows_of(
            who, openings(partnership=place, at__gt=who.at - LATELY), calendar_of(place)
        )
    ]
    return page(
        request, "emergencies", "Emergencies to review",
        waiting=part_of(waiting(who), request.GET, "waiting", BESIDE),
        own=part_of([r for r in rows if r.own and not r.found], request.GET, "own", OWN),
        done=part_of([row for row in rows if row.found], request.GET, "done", BESIDE),
        partnership_name=", ".join(each.name for each in places),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reviewing(request: HttpRequest, who: Viewer, number: int) -> HttpResponse:
    """Whether one opening was proper, said by somebody other than who opened the case."""
    found = emergencies.of_number(who, number)
    tab = opened(request, Place(who.person, None, f"emergencies/{number}"), who.at)
    form = Judging(tab.posted)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            emergencies.review(who, number, data["proper"] == "yes", data["words"])
        except NotReviewed as error:
            return no_longer(request, "You cannot review this", str(error))
        return redirect("emergencies")
    place = next(p for p in reviewed_by(who) if p.register.filter(pk=number).exists())
    row = _row(who, found, calendar_of(place))
    return page(
        request, "emergency_review", "Was it proper to open this case?", tab=tab, form=form,
        row=row, partnership_name=place.name, status=422 if form.errors else 200,
    )  # fmt: skip
