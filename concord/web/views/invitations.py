"""An outsider is asked one question: by whoever invites them, who looks after it until the end."""

import secrets
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from concord.access.table import Doing
from concord.cases import invitations
from concord.cases.doorway import Look, Viewer, find
from concord.cases.drafts import Place
from concord.cases.ledger import Done
from concord.cases.models import Invitation
from concord.directory import codes
from concord.notifications import questions
from concord.notifications.posting import NotPosted, invitation_letter, post
from concord.rules.dates import moment
from concord.rules.decide import Refused
from concord.rules.words import Act
from concord.web.asking import page, signed_in
from concord.web.errors import no_longer
from concord.web.forms.invitations import Inviting
from concord.web.keeping import Opened, opened
from concord.web.sending import taken
from concord.web.signing_in.source import network_address
from concord.web.views.acts import scene_of

KIND = "invite"
SHOWN = "invitation_mail"
"""In a session of the demonstration: the mail that would have been sent."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Whom to ask, what, and the only words that they are shown."""
    look = find(who, reference, Doing.ACT)
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
    look = find(who, reference, Doing.ACT)
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
        code = invitations.new_code(found, at, network_address(request))
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
        has_code=invitations.has_code(found, at), reminders=questions.reminders_to(found),
        status=422 if says else 200,
    )  # fmt: skip
