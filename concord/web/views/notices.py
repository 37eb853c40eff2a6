"""The notices of whoever is signed in, what could not be mailed, and how they come."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from concord.access.standing import units
from concord.cases.doorway import Viewer
from concord.notifications import questions
from concord.notifications.digests import has_digest, set_digest
from concord.notifications.entries import ASKED
from concord.notifications.models import Kind, Notice
from concord.notifications.questions import (
    mail_trouble,
    mark_read,
    notices_of,
    try_again,
)
from concord.notifications.wording import (
    ANSWER_LATE,
    ANSWERED,
    BOUNCED,
    Owing,
    by_how_much,
    headline,
    owing,
)
from concord.rules.dates import moment
from concord.subject_access.reminding import answered
from concord.web.asking import page, signed_in
from concord.web.paging import TALL, part_of


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
    of_outsider: bool
    """Whether the mail that did not arrive was to somebody who is not in Concord."""
    unread: bool
    breach: str = ""
    """The number of the breach that it tells of."""
    request: str = ""
    """The reference of the request for access that it tells of."""
    asks_to_meet: bool = False
    """Whether it asks to a meeting, to which the reader may not be able to come."""
    is_open: bool = True
    """Whether it leads to the case."""
    kept_by: str = ""
    """The partnership (slug) to whose page of how long the case is kept it leads, and no further.
    """


@signed_in
@require_safe
def notices(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What the viewer was told, the latest first."""
    only_unread = request.GET.get("show") != "all"
    found = part_of(notices_of(who.user, only_unread), request.GET, at_once=TALL)
    over = answered(each.rung for each in found.rows if each.kind == Kind.REQUEST)
    return page(
        request, "notices", "Notices", rows=[_row(each, over) for each in found.rows],
        only_unread=only_unread, found=found, digest=has_digest(who.user),
        oversees=bool(_overseen(who)),
    )  # fmt: skip


def _overseen(who: Viewer) -> frozenset[str]:
    """The partnerships whose business unit the viewer is."""
    return units(who.held)


def _row(notice: Notice, over: frozenset[str]) -> Row:
    """A notice; `over`: the requests for access that were answered since it was told."""
    is_over = notice.kind == Kind.REQUEST and notice.rung in over
    act = ANSWERED if is_over else notice.act
    return Row(
        number=notice.pk,
        headline=headline(notice.kind, act, notice.rung),
        reference=notice.case.reference if notice.case else "",
        told=moment(notice.told),
        late=by_how_much(notice.late_by),
        owes=owing(notice.owes),
        instead="" if is_over else notice.instead,
        urgent=notice.urgent,
        about=notice.about.mail_name if notice.about else "",
        of_outsider=notice.act == BOUNCED,
        is_late=(notice.kind == Kind.REMINDER and notice.rung == "late") or act == ANSWER_LATE,
        unread=notice.read is None,
        request=notice.rung if notice.kind == Kind.REQUEST else "",
        breach=notice.rung if notice.kind == Kind.BREACH else "",
        asks_to_meet=notice.kind == Kind.ACT and notice.act in ASKED,
        is_open=notice.kind not in (Kind.CALLED_BACK, Kind.BREACH, Kind.DISPOSAL),
        kept_by=notice.case.partnership.slug
        if notice.kind == Kind.DISPOSAL and notice.case is not None
        else "",
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
    found = part_of(questions.undelivered(_overseen(who)), request.GET, at_once=TALL)
    return page(
        request, "undelivered", "Mail that did not arrive", found=found, headline=headline,
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
