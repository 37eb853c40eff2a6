"""The notices of whoever is signed in, what could not be mailed, and whether all is well."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from concord.cases.doorway import Viewer
from concord.notifications.models import Kind, Notice
from concord.notifications.questions import mark_read, notices_of, trouble
from concord.notifications.wording import Owing, by_how_much, headline, owing
from concord.rules.dates import moment
from concord.web.asking import now, page, signed_in

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A notice as the page shows it."""

    number: int
    headline: str
    reference: str
    told: str
    late: str
    owes: list[Owing]
    instead: str
    urgent: bool
    is_late: bool
    unread: bool


@signed_in
@require_safe
def notices(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What the viewer was told, the latest first."""
    only_unread = request.GET.get("show") != "all"
    found = Paginator(notices_of(who.user, only_unread), SHOWN).get_page(request.GET.get("page"))
    return page(
        request, "notices", "Notices", rows=[_row(each) for each in found],
        only_unread=only_unread, found=found,
    )  # fmt: skip


def _row(notice: Notice) -> Row:
    return Row(
        number=notice.pk,
        headline=headline(notice.kind, notice.act, notice.rung),
        reference=notice.case.reference if notice.case else "",
        told=moment(notice.told),
        late=by_how_much(notice.late_by),
        owes=owing(notice.owes),
        instead=notice.instead,
        urgent=notice.urgent,
        is_late=notice.kind == Kind.REMINDER and notice.rung == "late",
        unread=notice.read is None,
    )


@signed_in
@require_POST
def read(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Mark one notice, or all, as read."""
    wanted = request.POST.get("notice", "")
    if wanted == "all":
        mark_read(who.user, None, who.at)
    elif wanted.isdecimal() and len(wanted) < 19:
        mark_read(who.user, [int(wanted)], who.at)
    return redirect("notices")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether deadlines are told: 200, or 503 with why. Says nothing of any case."""
    why = trouble(now())
    answer = {"status": "red" if why else "green", "why": why}
    return JsonResponse(answer, status=503 if why else 200)
