"""The outsider's own page: the code, one question, the answer; and what stands there afterwards."""

from contextlib import suppress
from datetime import datetime
from functools import partial

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.cases import drafts, invitations
from concord.cases.drafts import Place
from concord.cases.ledger import Done, state_of
from concord.cases.looks import Looks
from concord.cases.models import Invitation
from concord.directory.codes import CameTo
from concord.rules.dates import moment
from concord.rules.record import Record
from concord.web.asking import now, page
from concord.web.errors import invitation_not_open
from concord.web.forms.fields import as_written
from concord.web.forms.invitations import Advising, Opening
from concord.web.keeping import ASKED, RECEIVED, Opened, navigates, opened, shown_again
from concord.web.looking import write_down
from concord.web.sending import kept_while
from concord.web.signing_in.source import network_address

OPENED = "invited"
"""In a session: the number of the invitation that a code opened there, and until when."""
ANSWERED = "answered"
"""In a session: the number of the invitation that was answered there."""
SAYS = {
    CameTo.WRONG: "This is not the code. Check the digits with whoever invited you.",
    CameTo.EXPIRED: (
        "This code was used before, or has expired. Call whoever invited you: they read you a new "
        "one."
    ),
    CameTo.LOCKED: "Too many wrong codes. Call whoever invited you: they read you a new one.",
    CameTo.THROTTLED: "Too many attempts. Wait an hour, or call whoever invited you.",
}
DANGER = (
    "If you think that a child is in danger, do not wait for anybody here: call 999, or make a "
    "referral."
)


@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponseBase:
    """The outsider's page. The link alone shows nothing; with the code, one question.

    What they type is kept under the invitation, whoever else is signed in to the browser.
    """
    return kept_while(request, None, partial(_invited, request, token, now()))


def _invited(request: HttpRequest, token: str, at: datetime) -> HttpResponseBase:
    found = invitations.by_token(token)
    if found is None or not found.is_open(at):
        return _over(request, found)
    if not _is_opened(request, found, at):
        return _open(request, found, at)
    if "code" in request.POST:
        # typed twice, or while the page is open in another tab: it is no answer
        return _go_on(request, found, at)
    tab = opened(request, _place(found), at)
    form = Advising(tab.posted, initial={"name": found.name, "post": found.post})
    if request.method != "POST":
        return _ask(request, found, form, tab, at)
    if not form.is_valid():
        return _ask(request, found, form, tab, at, 422)
    data = form.cleaned_data
    answer = invitations.answer(found, data["name"], data["post"], data["advice"], at)
    if not isinstance(answer, Done):
        form.add_error(None, "The answer was not recorded. Send it again.")
        return _ask(request, found, form, tab, at, 409)
    if answer.repeated:
        found.refresh_from_db()
        return _over(request, found)
    with suppress(OperationalError):  # nothing is given back of an invitation that has ended
        tab.place.drafts.delete()
    request.META.pop(RECEIVED, None)
    request.session.pop(OPENED, None)
    request.session[ANSWERED] = found.pk
    return redirect(request.path)


def _over(request: HttpRequest, found: Invitation | None) -> HttpResponse:
    """It was answered, or ended. Whoever sent the answer, again or by going back, is thanked."""
    if request.method == "POST" and not _is_recorded(request, found):
        return invitation_not_open(request)
    if found is None or not found.answered:
        return invitation_not_open(request)
    if request.method == "POST":
        return redirect(request.path)
    here = request.session.get(ANSWERED) == found.pk
    reader = f"{found.invited_by.name} is told" if here else "Whoever asked is told"
    return page(
        request, "message",
        "Thank you: your answer is recorded" if here else "Thank you: this question is answered",
        lines=[
            f"{reader}, and both sides of the disagreement can read it.",
            "You have nothing more to do. The link and the code open nothing any more.",
            DANGER,
        ],
    )  # fmt: skip


def _is_recorded(request: HttpRequest, found: Invitation | None) -> bool:
    """Whether what is sent is the answer that stands on record, word for word; or says nothing."""
    typed = {name: _as_recorded(request.POST.get(name, "")) for name in ("advice", "name", "post")}
    if found is None or not found.answered:
        return not typed["advice"]
    said = invitations.answer_to(found, state_of(found.case).records)
    stands = {"advice": said["advice"], "name": said["by_name"], "post": said["post"]}
    return not typed["advice"] or typed == stands


def _as_recorded(text: str) -> str:
    return as_written(text.replace("\0", "")).strip()


def _open(request: HttpRequest, found: Invitation, at: datetime) -> HttpResponseBase:
    """Ask for the code. What was typed before is kept under the invitation, and given back."""
    if request.method != "POST":
        return _closed(request, found, Opening())
    if "code" not in request.POST:
        return _come_back(request, found)
    form = Opening(request.POST)
    if not form.is_valid():
        return _closed(request, found, form, 422)
    tried = invitations.try_code(found, form.cleaned_data["code"], at, network_address(request))
    if not tried.is_right:
        form.add_error("code", SAYS.get(tried.came_to, SAYS[CameTo.EXPIRED]))
        return _closed(request, found, form, 422)
    request.session.cycle_key()
    request.session[OPENED] = {"number": found.pk, "until": found.expires.isoformat()}
    return _go_on(request, found, at)


def _go_on(request: HttpRequest, found: Invitation, at: datetime) -> HttpResponseBase:
    """To the question; with what was carried over the page with the code, if anything was."""
    typed = Advising(request.POST).carried()
    if not any(typed.values()):
        return redirect(request.get_full_path())
    tab = opened(request, _place(found), at)
    if tab.received is not None:
        return shown_again(request, tab.received.draft, {"loose": True})
    return _ask(request, found, Advising(initial=typed), tab, at)


def _come_back(request: HttpRequest, found: Invitation) -> HttpResponse:
    """An answer came without the code, as when the browser was closed meanwhile.

    What came from a page of ours is kept. What did not is carried over the page with the code.
    """
    got = request.META.get(RECEIVED)
    if got is None:
        return _closed(request, found, Opening(initial=Advising(request.POST).carried()), 403)
    if navigates(request):
        return shown_again(request, got.draft, {"loose": True})
    return _closed(request, found, Opening(), 403)


def _place(found: Invitation) -> Place:
    return Place(None, None, f"{drafts.OUTSIDER}{found.pk}")


def _is_opened(request: HttpRequest, found: Invitation, at: datetime) -> bool:
    """Whether a code opened this invitation in this session, until the invitation ends.

    A newer code leaves it open: the same person may go on at another computer. Whoever is to be
    shut out is so by ending the invitation.
    """
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
        is_kept=ASKED in request.GET or RECEIVED in request.META,
    )  # fmt: skip


def _agency(record: Record, found: Invitation) -> str:
    """The agency for which somebody asks; of an office of the partnership, the partnership."""
    party = found.case.parties.filter(agency__slug=record.by.agency or "").first()
    return party.agency.name if party else found.case.partnership.name


def _ask(
    request: HttpRequest, found: Invitation, form: Advising, tab: Opened, at: datetime,
    status: int = 200,
) -> HttpResponseBase:  # fmt: skip
    state = state_of(found.case)
    record = invitations.question_of(found, state.records)
    shown = page(
        request, "invited", "One question for you", form=form, asked=record.text, tab=tab,
        status=status, found=found, partnership_name=found.case.partnership.name,
        until=moment(found.expires), asks_for=_agency(record, found),
    )  # fmt: skip
    looks = Looks()
    looks.open(found.case_id)
    who = f"{found.name}, {found.post}, invited by {found.invited_by.name}"
    return write_down(request, looks, shown, at, None, who[:200])
