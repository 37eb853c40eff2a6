"""The notices of whoever is signed in, what could not be mailed, and whether all is well."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from concord.cases.doorway import NotFound, Viewer
from concord.notifications import questions
from concord.notifications.digests import has_digest, set_digest
from concord.notifications.models import Kind, Notice
from concord.notifications.questions import (
    mail_trouble,
    mark_read,
    notices_of,
    trouble,
    try_again,
)
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
    about: str
    unread: bool


@signed_in
@require_safe
def notices(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What the viewer was told, the latest first."""
    only_unread = request.GET.get("show") != "all"
    found = Paginator(notices_of(who.user, only_unread), SHOWN).get_page(request.GET.get("page"))
    return page(
        request, "notices", "Notices", rows=[_row(each) for each in found],
        only_unread=only_unread, found=found, digest=has_digest(who.user),
        oversees=bool(_overseen(who)),
    )  # fmt: skip


def _overseen(who: Viewer) -> set[str]:
    """The partnerships whose business unit the viewer is."""
    return {each.partnership for each in who.held if each.role == "business_manager"}


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
        about=notice.about.recipient.name if notice.about and notice.about.recipient else "",
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


@signed_in
@require_POST
def digest(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Take what can wait as one mail a working day, or each as it comes."""
    set_digest(who.user, request.POST.get("digest") == "yes")
    return redirect("notices")


@signed_in
@require_safe
def undelivered(request: HttpRequest, who: Viewer) -> HttpResponse:
    """For a business manager: mail that did not arrive, and notices that nobody could be given."""
    overseen = _overseen(who)
    if not overseen:
        raise NotFound
    found = Paginator(questions.undelivered(overseen), SHOWN).get_page(request.GET.get("page"))
    return page(
        request, "undelivered", "Mail that did not arrive", found=found,
        outage=questions.outage(), silent=mail_trouble(who.at),
    )  # fmt: skip


@signed_in
@require_POST
def again(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Have a mail that did not arrive sent again."""
    number = request.POST.get("notice", "")
    if number.isdecimal() and len(number) < 19:
        try_again(_overseen(who), int(number), who.at)
    return redirect("notices-undelivered")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether deadlines are told: 200, or 503 with why. Says nothing of any case."""
    at = now()
    why = " ".join(filter(None, (trouble(at), mail_trouble(at))))
    answer = {"status": "red" if why else "green", "why": why}
    return JsonResponse(answer, status=503 if why else 200)
