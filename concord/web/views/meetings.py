"""The meetings of a case: proposed, chosen, moved, called off, held; each with a calendar file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.access.table import Doing
from concord.cases import drafts
from concord.cases.doorway import Look, Viewer, find
from concord.cases.drafts import Place
from concord.notifications.calendars import invitation, method_of
from concord.notifications.whose import names_of
from concord.rules.dates import moment
from concord.rules.meetings import Meeting, may_change, may_choose, meetings
from concord.rules.naming import Names
from concord.rules.who import Who
from concord.rules.words import Act
from concord.web.asking import page, signed_in
from concord.web.cannot_come import cannot_come
from concord.web.errors import no_longer, not_found
from concord.web.forms.act import ActForm
from concord.web.forms.meetings import calling_off, choosing, holding, moving
from concord.web.taking import Asked, take
from concord.web.views.acts import scene_of
from concord.web.views.case import way_of


@signed_in
@require_safe
def listed(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Every meeting: its times, who is asked, what came of it; and who must be there."""
    look = find(who, reference, Doing.SEE_CASE)
    names = names_of(look, who.at)
    may = {act for seat in look.seats for act in look.acts(seat, who.at)}
    rules = [rule for rule in look.state.policy.make_ups if rule.stage in ("", look.state.stage)]
    return page(
        request, "meetings", f"Meetings of {look.case.reference}",
        partnership_name=look.case.partnership.name, look=look,
        rows=[_row(look, who, each, names, may) for each in _open_to(look)],
        needed=[(rule.why, rule.instead, rule.clause) for rule in rules],
        can_convene=Act.CONVENE in may, can_meet=Act.MEET in may and look.can(Doing.SEE_RECORDS),
        can_arrange=Act.CONVENE in may and look.can(Doing.SEE_RECORDS),
    )  # fmt: skip


def _row(
    look: Look, who: Viewer, meeting: Meeting, names: Names, may: set[Act]
) -> dict[str, object]:
    """A meeting as the page shows it, with what the viewer can do about it."""
    held, off = meeting.held, meeting.off
    can = meeting.is_to_come and Act.CONVENE in may
    return {
        "number": meeting.number,
        "at": moment(meeting.at) if meeting.at else "",
        "times": [moment(time) for time in meeting.times],
        "where": _where(look, meeting),
        "invited": [names.seat(seat) for seat in meeting.invited],
        "by": names.seat(meeting.by),
        "came": [names.seat(seat) for seat in held.participants] if held else [],
        "away": held.text.get("away", "") if held else "",
        "minutes": held.text.get("said", "") if held else "",
        "held": moment(held.at) if held else "",
        "off": moment(off.at) if off else "",
        "why": _why(look, meeting),
        "is_to_come": meeting.is_to_come,
        "cannot_come": cannot_come(look, who, meeting, names),
        "can_choose": can and any(may_choose(meeting, seat) for seat in look.seats),
        "can_change": can and any(may_change(meeting, seat) for seat in look.seats),
    }


def _why(look: Look, meeting: Meeting) -> str:
    """Why it was moved last, or called off."""
    about = [each for each in look.state.records if each.of == meeting.number and each.reason]
    return about[-1].reason if about else ""


def _where(look: Look, meeting: Meeting) -> str:
    record = look.state.record(meeting.number)
    return record.text.get("where", "") if record else ""


def _of(look: Look, number: int) -> Meeting | None:
    return next((each for each in _open_to(look) if each.number == number), None)


def _open_to(look: Look) -> tuple[Meeting, ...]:
    """The meetings that the viewer may see; who is beside the case, those they are asked to."""
    every = tuple(meetings(look.state))
    if look.can(Doing.SEE_RECORDS):
        return every
    return tuple(each for each in every if set(each.invited) & set(look.seats))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """Choose one of the times that were proposed."""
    return _change(request, who, reference, number, _Change(
        "choose", "Choose a time", choosing, may_choose,
        "A time is chosen by those who are asked to the meeting, or by whoever called it",
    ))  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """Give a meeting another time."""
    return _change(request, who, reference, number, _Change(
        "move", "Move this meeting", moving, may_change,
        "A meeting is moved by whoever called it, or by the business manager",
    ))  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """Say that a meeting is not held."""
    return _change(request, who, reference, number, _Change(
        "call-off", "Call off this meeting", calling_off, may_change,
        "A meeting is called off by whoever called it, or by the business manager",
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Change:
    """A change to a meeting: its page and title, its form, who may, and how that is said."""

    page: str
    title: str
    form: Callable[[Meeting], type[ActForm]]
    may: Callable[[Meeting, Who], bool]
    who: str


def _change(
    request: HttpRequest, who: Viewer, reference: str, number: int, change: _Change
) -> HttpResponse:
    look = find(who, reference, Doing.ACT)
    meeting = _of(look, number)
    if meeting is None:
        return not_found(request)
    kind = f"meetings/{number}/{change.page}"
    if not meeting.is_to_come:
        return _over(request, who, look, meeting, kind)
    back = reverse("meetings", args=[look.case.reference])
    scene = scene_of(look, who, Act.CONVENE)
    seats = tuple(seat for seat in scene.seats if change.may(meeting, seat))
    if not seats:
        names = names_of(look, who.at)
        asked = "; ".join(names.seat(each) for each in meeting.people)
        return page(
            request, "message", "You cannot do this for this meeting", status=403,
            lines=[f"{change.who}.", f"It was called by {names.seat(meeting.by)}.",
                   f"Asked to it: {asked}.", "Tell them what you need. Everybody in the case can "
                   "see the meetings on their page."],
        )  # fmt: skip
    is_choice = change.page == "choose"
    title = _title(look, who, request, change.title) if is_choice else change.title
    form = change.form(meeting)
    if is_choice:
        form.intro = f"{form.intro} {cannot_come(look, who, meeting, scene.names)}".strip()
    return take(request, who, look, replace(scene, seats=seats), Asked(
        act=Act.CONVENE, form=form, kind=kind,
        title=title, back=back, back_words="The meetings", then=back, initial={},
    ))  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """Record who came, the minutes, and what was agreed."""
    look = find(who, reference, Doing.ACT)
    meeting = _of(look, number) if look.can(Doing.SEE_RECORDS) else None
    if meeting is None:
        return not_found(request)
    kind = f"meetings/{number}/hold"
    if not meeting.is_to_come:
        return _over(request, who, look, meeting, kind)
    back = reverse("meetings", args=[look.case.reference])
    asked = [
        f"{each.role}@{each.agency}" if each.agency else each.role
        for each in meeting.invited
        if each not in look.seats
    ]
    return take(request, who, look, scene_of(look, who, Act.MEET), Asked(
        act=Act.MEET, form=holding(meeting), kind=kind,
        title=_title(look, who, request, "Record this meeting"), back=back,
        back_words="The meetings", then=back,
        initial={"present": asked},
    ))  # fmt: skip


def _title(look: Look, who: Viewer, request: HttpRequest, plain: str) -> str:
    """The page's name: of the meeting as the policy calls it, where its duty led here."""
    way = way_of(look, who, request.GET.get("for", ""))
    return way.words if way is not None and way.called else plain


def _over(
    request: HttpRequest, who: Viewer, look: Look, meeting: Meeting, kind: str
) -> HttpResponse:
    """It was held or called off: nothing of it changes now. Whoever did that is told they did."""
    sent = drafts.lately(Place(who.person, look.case.pk, kind), who.at)
    done = [f"You sent it on {moment(sent.sent)}. It is recorded, and was done once."] if (
        sent is not None and sent.sent is not None
    ) else []  # fmt: skip
    return no_longer(
        request, f"This meeting was {'held' if meeting.held else 'called off'} already", *done,
        "Its date, its minutes and why it was called off are with the meetings. For another "
        "meeting, propose times anew.",
        back=reverse("meetings", args=[look.case.reference]), back_words="The meetings",
    )  # fmt: skip


@signed_in
@require_safe
def calendar_file(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """The chosen time as a file for one's own calendar."""
    look = find(who, reference, Doing.ACT)
    meeting = _of(look, number)
    if meeting is None or meeting.at is None:
        return not_found(request)
    link = request.build_absolute_uri(reverse("meetings", args=[look.case.reference]))
    content = invitation(
        look.case.reference, meeting, who.at.astimezone(UTC), link,
        settings.CONCORD_MAIL_FROM, who.user.email,
    )  # fmt: skip
    kind = f"text/calendar; method={method_of(meeting)}; charset=utf-8"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="meeting-{look.case.reference}.ics"'
    return answer
