"""The meetings of a case: proposed, chosen, invited to by calendar file, held."""

from datetime import UTC

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.cases.doorway import Look, Viewer, find
from concord.rules.dates import moment
from concord.rules.may import acts_for
from concord.rules.meetings import Meeting, meetings
from concord.rules.words import Act
from concord.web.asking import page, signed_in
from concord.web.calendars import invitation
from concord.web.errors import not_found
from concord.web.forms.meetings import choosing, holding
from concord.web.taking import Asked, take
from concord.web.views.acts import scene_of
from concord.web.views.case import names_of


@signed_in
@require_safe
def listed(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Every meeting: its times, who is asked, what came of it; and who must be there."""
    look = find(who, reference)
    names = names_of(look)
    may = {act for seat in look.seats for act in acts_for(look.state, seat, who.at)}
    rules = [rule for rule in look.state.policy.make_ups if rule.stage in ("", look.state.stage)]
    return page(
        request, "meetings", f"Meetings of {look.case.reference}",
        partnership_name=look.case.partnership.name, look=look,
        rows=[
            {
                "number": each.number,
                "at": moment(each.at) if each.at else "",
                "times": [moment(time) for time in each.times],
                "where": _where(look, each),
                "invited": [names.seat(seat) for seat in each.invited],
                "came": [names.seat(seat) for seat in each.held.participants] if each.held else [],
                "away": each.held.text.get("away", "") if each.held else "",
                "minutes": each.held.text.get("said", "") if each.held else "",
                "held": moment(each.held.at) if each.held else "",
            }
            for each in meetings(look.state)
        ],
        needed=[(rule.why, rule.instead, rule.clause) for rule in rules],
        can_convene=Act.CONVENE in may, can_meet=Act.MEET in may,
    )  # fmt: skip


def _where(look: Look, meeting: Meeting) -> str:
    record = look.state.record(meeting.number)
    return record.text.get("where", "") if record else ""


def _of(look: Look, number: int) -> Meeting | None:
    return next((each for each in meetings(look.state) if each.number == number), None)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """Choose one of the times that were proposed."""
    look = find(who, reference)
    meeting = _of(look, number)
    if meeting is None or meeting.held is not None:
        return not_found(request)
    back = reverse("meetings", args=[look.case.reference])
    return take(request, who, look, scene_of(look, who, Act.CONVENE), Asked(
        act=Act.CONVENE, form=choosing(meeting), kind=f"meetings/{number}/choose",
        title="Choose a time", back=back, back_words="The meetings", then=back, initial={},
    ))  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """Record who came, the minutes, and what was agreed."""
    look = find(who, reference)
    meeting = _of(look, number)
    if meeting is None or meeting.held is not None:
        return not_found(request)
    back = reverse("meetings", args=[look.case.reference])
    asked = [
        f"{each.role}@{each.agency}" if each.agency else each.role
        for each in meeting.invited
        if each not in look.seats
    ]
    return take(request, who, look, scene_of(look, who, Act.MEET), Asked(
        act=Act.MEET, form=holding(meeting), kind=f"meetings/{number}/hold",
        title="Record this meeting", back=back, back_words="The meetings", then=back,
        initial={"present": asked},
    ))  # fmt: skip


@signed_in
@require_safe
def calendar_file(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """The chosen time as a file for one's own calendar."""
    look = find(who, reference)
    meeting = _of(look, number)
    if meeting is None or meeting.at is None:
        return not_found(request)
    link = request.build_absolute_uri(reverse("meetings", args=[look.case.reference]))
    made = who.at.astimezone(UTC)
    answer = HttpResponse(
        invitation(look.case.reference, number, meeting.at, made, link),
        content_type="text/calendar; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="meeting-{look.case.reference}.ics"'
    return answer
