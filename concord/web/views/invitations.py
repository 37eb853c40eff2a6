"""An outsider is asked one question: by whoever invites them, and at the outsider's own page."""

import secrets
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from concord.cases import invitations
from concord.cases.doorway import Look, Viewer, find
from concord.cases.drafts import Place
from concord.cases.ledger import Done, state_of
from concord.cases.looks import Looks
from concord.cases.models import Invitation
from concord.directory import codes
from concord.directory.codes import CameTo
from concord.notifications.posting import NotPosted, invitation_letter, post
from concord.rules.dates import moment
from concord.rules.decide import Refused
from concord.rules.words import Act
from concord.web.asking import now, page, signed_in
from concord.web.errors import no_longer
from concord.web.forms.invitations import Advising, Inviting, Opening
from concord.web.keeping import Opened, opened
from concord.web.looking import write_down
from concord.web.sending import taken
from concord.web.views.acts import scene_of
from concord.web.views.first_time import place

KIND = "invite"
OPENED = "invited"
"""In a session: the number of the invitation that a code opened there, and until when."""
SHOWN = "invitation_mail"
"""In a session of the demonstration: the mail that would have been sent."""
SAYS = {
    CameTo.WRONG: "This is not the code. Check the digits with whoever invited you.",
    CameTo.EXPIRED: "This code has expired. Call whoever invited you: they read you a new one.",
    CameTo.LOCKED: "Too many wrong codes. Call whoever invited you: they read you a new one.",
    CameTo.THROTTLED: "Too many attempts. Wait an hour, or call whoever invited you.",
}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Whom to ask, what, and the only words that they are shown."""
    look = find(who, reference)
    scene = scene_of(look, who, Act.NOTIFY)
    if not scene.seats:
        return no_longer(
            request, "You cannot do this in this case",
            "Your post cannot do this here. Go back to the case to see what it can.", status=403,
        )  # fmt: skip
    tab = opened(request, Place(who.person, look.case.pk, KIND), who.at)
    initial = {**_again(request, look, who), "key": secrets.token_urlsafe(16)}
    form = Inviting(tab.posted, initial=initial, scene=scene)
    if request.method != "POST":
        return _invite(request, look, form, tab)
    if request.POST.get("action") == "save":
        return redirect("work")
    if not form.is_valid():
        return _invite(request, look, form, tab, 422)
    answer = invitations.invite(look, who, form.seat, form.asked(), form.cleaned_data["key"])
    if not isinstance(answer, Done):
        refused = answer if isinstance(answer, Refused) else None
        return _invite(request, look, form, tab, 409, refused)
    if answer.repeated:
        return redirect("case", reference=look.case.reference)
    look = replace(look, state=answer.state)
    found = invitations.looked_after(look, who, answer.case.last_sequence)
    says = _post_link(request, found, who.at)
    if says:
        taken(request)
        return _look_after(request, look, found, who.at, says)
    return redirect("invitation", reference=look.case.reference, number=found.number)


def _again(request: HttpRequest, look: Look, who: Viewer) -> dict[str, object]:
    """What an earlier invitation that was not answered said, to be asked again."""
    number = request.GET.get("again", "")
    if not number.isdecimal():
        return {}
    earlier = invitations.looked_after(look, who, int(number[:9]))
    words = invitations.question_of(earlier, look.state.records).text
    return {
        "name": earlier.name, "post": earlier.post, "email": earlier.email,
        "question": words["asked"], "shown": words["shown"],
    }  # fmt: skip


def _invite(
    request: HttpRequest, look: Look, form: Inviting, tab: Opened, status: int = 200,
    refused: Refused | None = None,
) -> HttpResponse:  # fmt: skip
    why = refused.first if refused else None
    said = {"why": why.why, "clause": why.clause, "instead": why.instead} if why else {}
    return page(
        request, "act", "Ask a professional who is not in the case", status=status, form=form,
        tab=tab, said={"refused": said} if said else None,
        look=look, partnership_name=look.case.partnership.name,
        back=reverse("case", args=[look.case.reference]), back_words=f"Case {look.case.reference}",
        refused=said or tab.said.get("refused"),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """How an invitation stands; a code to read out; the mail once more; the end of it."""
    look = find(who, reference)
    found = invitations.looked_after(look, who, number)
    if request.method != "POST" or not found.is_open(who.at):
        return _look_after(request, look, found, who.at)
    match request.POST.get("action"):
        case "code":
            return _read_out(request, look, found, who.at)
        case "mail":
            says = _post_link(request, found, who.at)
            return _look_after(request, look, found, who.at, says)
        case "end":
            invitations.withdraw(found, who.at)
            return redirect("invitation", reference=look.case.reference, number=number)
        case _:
            return _look_after(request, look, found, who.at)


def _read_out(
    request: HttpRequest, look: Look, found: Invitation, at: datetime
) -> HttpResponse:  # fmt: skip
    """The code is shown once, on this answer alone: it is kept as a hash."""
    try:
        code = invitations.new_code(found, at, place(request))
    except codes.TooMany:
        says = "Too many codes were made. Wait an hour."
        return _look_after(request, look, found, at, says)
    return _look_after(request, look, found, at, code=f"{code[:4]} {code[4:]}")


def _post_link(request: HttpRequest, found: Invitation, at: datetime) -> str:
    """Send the link, a new one each time; or say why not."""
    address = settings.CONCORD_ADDRESS.rstrip("/") + reverse(
        "invited", args=[invitations.new_link(found)]
    )
    until = moment(found.expires)
    subject, lines = invitation_letter(address, found.case.partnership, until)
    try:
        if not post(found.email, subject, lines, at):
            mail = {"about": found.pk, "to": found.email, "lines": [subject, *lines]}
            request.session[SHOWN] = mail
    except NotPosted as error:
        return f"The mail could not be sent: {error} The invitation stands. Send the mail again."
    return ""


def _look_after(
    request: HttpRequest, look: Look, found: Invitation, at: datetime, says: str = "",
    code: str = "",
) -> HttpResponse:  # fmt: skip
    mail = request.session.get(SHOWN)
    shown = settings.DEMONSTRATION and isinstance(mail, dict) and mail["about"] == found.pk
    return page(
        request, "invitation", "The invitation", look=look, found=found,
        partnership_name=look.case.partnership.name, is_open=found.is_open(at), says=says,
        code=code, until=moment(found.expires), mail=mail if shown else None,
        ended=moment(found.ended) if found.ended else "",
        asked=invitations.question_of(found, look.state.records).text,
        has_code=invitations.has_code(found, at), status=422 if says else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponseBase:
    """The outsider's page. The link alone shows nothing; with the code, one question."""
    at = now()
    found = invitations.by_token(token, at)
    if found is None:
        return page(
            request, "message", "This invitation is not open", status=404,
            lines=[
                "It was answered, it ended, or a newer mail has another link.",
                "Call whoever invited you, or your area's safeguarding partnership.",
            ],
        )  # fmt: skip
    if not _is_opened(request, found, at):
        return _open(request, found, token, at)
    if request.method != "POST" or "code" in request.POST:
        return _ask(request, found, Advising(initial={"name": found.name, "post": found.post}), at)
    form = Advising(request.POST)
    if not form.is_valid():
        return _ask(request, found, form, at, 422)
    data = form.cleaned_data
    answer = invitations.answer(found, data["name"], data["post"], data["advice"], at)
    if not isinstance(answer, Done):
        form.add_error(None, "The answer was not recorded. Send it again.")
        return _ask(request, found, form, at, 409)
    request.session.pop(OPENED, None)
    return page(
        request, "message", "Thank you: your answer is recorded",
        lines=[
            f"{found.invited_by.name} is told, and both sides of the disagreement can read it.",
            "You have nothing more to do. The link and the code work no longer.",
            "If you think that a child is in danger, do not wait for anybody here: call 999, or "
            "make a referral.",
        ],
    )  # fmt: skip


def _open(request: HttpRequest, found: Invitation, token: str, at: datetime) -> HttpResponseBase:
    """Ask for the code; what was typed before is carried, so that nothing is lost."""
    if request.method != "POST":
        return _closed(request, found, Opening())
    if "code" not in request.POST:
        return _closed(request, found, Opening(initial=Advising(request.POST).carried()), 403)
    form = Opening(request.POST)
    if not form.is_valid():
        return _closed(request, found, form, 422)
    tried = invitations.try_code(found, form.cleaned_data["code"], at, place(request))
    if not tried.is_right:
        form.add_error("code", SAYS.get(tried.came_to, SAYS[CameTo.EXPIRED]))
        return _closed(request, found, form, 422)
    request.session.cycle_key()
    request.session[OPENED] = {"number": found.pk, "until": found.expires.isoformat()}
    typed = {name: form.cleaned_data[name] for name in ("name", "post", "advice")}
    first = {"name": found.name, "post": found.post}
    given = {name: value for name, value in typed.items() if value}
    if not given:
        return redirect("invited", token=token)
    return _ask(request, found, Advising(initial={**first, **given}), at)


def _is_opened(request: HttpRequest, found: Invitation, at: datetime) -> bool:
    """Whether a code opened this invitation in this session, and it was not replaced since."""
    opened = request.session.get(OPENED)
    return (
        isinstance(opened, dict)
        and opened.get("number") == found.pk
        and datetime.fromisoformat(opened["until"]) > at
    )


def _closed(
    request: HttpRequest, found: Invitation, form: Opening, status: int = 200
) -> HttpResponse:
    return page(
        request, "invited_code", "You are asked for your professional view", form=form,
        status=status, partnership=found.case.partnership,
        partnership_name=found.case.partnership.name,
    )  # fmt: skip


def _ask(
    request: HttpRequest, found: Invitation, form: Advising, at: datetime, status: int = 200
) -> HttpResponseBase:
    state = state_of(found.case)
    record = invitations.question_of(found, state.records)
    shown = page(
        request, "invited", "One question for you", form=form, asked=record.text,
        status=status, found=found, partnership_name=found.case.partnership.name,
        until=moment(found.expires),
    )  # fmt: skip
    looks = Looks()
    looks.open(found.case_id)
    who = f"{found.name}, {found.post}, invited by {found.invited_by.name}"
    return write_down(request, looks, shown, at, None, who[:200])
