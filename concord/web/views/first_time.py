"""The first time: begin without an account, prove the work address, send; sign in by a code."""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Thread

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.cases import drafts
from concord.cases.doorway import viewer
from concord.cases.ledger import opened_as
from concord.directory import codes
from concord.directory.arrivals import Arrival, Closed, arrive, is_closed, signs_in_by_code
from concord.directory.codes import CameTo, Purpose
from concord.notifications.newcomers import ask_to_confirm
from concord.notifications.posting import NotPosted, closed_letter, code_letter, post
from concord.web.asking import now, page
from concord.web.forms.first_time import Proving, SigningInByCode
from concord.web.keeping import navigates
from concord.web.raiser import BEGUN, Raiser, begin_first_time, for_whoever_raises, raiser
from concord.web.raising import key_of
from concord.web.sessions import let_in
from concord.web.signing_in.source import network_address
from concord.web.signing_in.steps import ARRIVED, SECOND
from concord.web.views.raising import send
from concord.web.views.signing_in import first_step_made

LASTS = timedelta(minutes=10)
SHOWN = "shown_mail"
"""In a session of the demonstration: the mail that would have been sent."""
SIGNING_IN = "signing_in"
SAYS = {
    CameTo.WRONG: "This is not the code. Check the digits, and use the latest mail.",
    CameTo.EXPIRED: "This code has expired or was used. Ask for a new one.",
    CameTo.LOCKED: "Too many wrong codes. Ask for a new one.",
    CameTo.THROTTLED: "Too many attempts. Wait an hour, or call the business unit of your area.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """What to have ready, for somebody without an account; and a draft of their own."""
    if request.user.is_authenticated:
        return redirect("raise")
    at = now()
    if request.method != "POST":
        return page(
            request, "first_time", "Raise a concern without an account",
            begun=request.session.get(BEGUN, ""),
        )  # fmt: skip
    draft = begin_first_time(request, at)
    return redirect("raise-step", token=draft.token, step="risk")


@for_whoever_raises
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, by: Raiser) -> HttpResponse:
    """Ask for a code, type it, and the concern is sent."""
    if not by.is_first_time:
        return redirect("raise-check", token=by.draft.token)
    if any(not by.is_complete(name) for name in by.steps()) or by.agency is None:
        return redirect("raise-check", token=by.draft.token)
    email = by.answers.get("you", "email").lower()
    asks = request.POST.get("action") == "send"
    if request.method != "POST" or asks:
        says = _post_code(request, by, email) if asks else ""
        if asks and not says and navigates(request):
            return redirect("prove", token=by.draft.token)
        return _prove(request, by, email, says=says)
    form = Proving(request.POST)
    if not form.is_valid():
        return _prove(request, by, email, form)
    tried = codes.attempt(
        Purpose.ADDRESS,
        by.draft.token,
        form.cleaned_data["code"],
        by.at,
        place=network_address(request),
    )
    if tried.is_right and tried.email == email:
        return _arrived(request, by)
    form.add_error("code", SAYS.get(tried.came_to, SAYS[CameTo.EXPIRED]))
    return _prove(request, by, email, form)


def _prove(
    request: HttpRequest, by: Raiser, email: str, form: Proving | None = None, says: str = ""
) -> HttpResponse:
    about = by.draft.token
    return page(
        request, "prove", "Prove your work address", form=form or Proving(), email=email,
        token=about, says=says, asked=codes.is_open(Purpose.ADDRESS, about, by.at),
        mail=_shown(request, about), minutes=LASTS // timedelta(minutes=1),
        partnership=by.partnership, partnership_name=by.partnership.name if by.partnership else "",
        status=422 if form is not None or says else 200,
    )  # fmt: skip


def _post_code(request: HttpRequest, by: Raiser, email: str) -> str:
    """Send a code, or say why not. An account that was closed gets none, and is told by mail."""
    if is_closed(email):
        return _post(request, email, closed_letter(by.partnership), by.draft.token)
    return _send_code(request, Purpose.ADDRESS, by.draft.token, email)


def _send_code(request: HttpRequest, purpose: Purpose, about: str, email: str) -> str:
    try:
        code = codes.make(purpose, about, now(), LASTS, email=email, place=network_address(request))
    except codes.TooMany:
        return "Too many codes were asked for. Wait an hour, or call the business unit."
    return _post(request, email, code_letter(code, LASTS // timedelta(minutes=1)), about)


def _post(request: HttpRequest, email: str, letter: tuple[str, tuple[str, ...]], about: str) -> str:
    subject, lines = letter
    try:
        if not post(email, subject, lines, now()):
            request.session[SHOWN] = {"about": about, "to": email, "lines": [subject, *lines]}
    except NotPosted as error:
        return (
            f"The mail could not be sent: {error} Your answers are kept. Try again, or call the "
            "business unit of your area, which writes the concern down for you."
        )
    return ""


def _shown(request: HttpRequest, about: str) -> dict[str, object] | None:
    """In the demonstration alone, where no mail leaves: the mail."""
    mail = request.session.get(SHOWN)
    if not (settings.DEMONSTRATION and isinstance(mail, dict) and mail["about"] == about):
        return None
    return mail


def _arrived(request: HttpRequest, by: Raiser) -> HttpResponse:
    """The address is proved: the concern is sent, in this person's name."""
    assert by.agency is not None
    assert by.partnership is not None
    you = by.answers.step("you")
    try:
        arrival = arrive(
            by.answers.get("you", "email").lower(), you["name"], you["job"], by.agency,
            by.partnership, by.at, you.get("telephone", ""),
        )  # fmt: skip
    except Closed:
        form = Proving()
        return _prove(request, by, you["email"], form, "This account was closed.")
    user = arrival.user
    drafts.give(by.draft, user)
    request.session.pop(BEGUN, None)
    request.session.pop(SHOWN, None)
    is_in = signs_in_by_code(user.email) is not None
    if is_in:
        let_in(request, user)
        request.session[SECOND] = ARRIVED
    answer = send(request, raiser(by.draft, viewer(user, by.at), by.at))
    case = opened_as(key_of(str(by.draft.data["token"])), user.pk)
    if case is not None:
        _ask(arrival, case.reference, by)
    if is_in or case is None:
        return answer
    return page(
        request, "message", "Your concern has been sent", partnership_name=by.partnership.name,
        lines=[
            f"Its reference is {case.reference}.",
            "You have an account already. Sign in with your password to follow it.",
        ],
    )  # fmt: skip


def _ask(arrival: Arrival, reference: str, by: Raiser) -> None:
    if arrival.newcomer is not None:
        ask_to_confirm(arrival.newcomer, reference, by.at)


@require_http_methods(["GET", "HEAD", "POST"])
def code_for_signing_in(request: HttpRequest) -> HttpResponse:
    """Ask for a code to sign in by. Whoever asks, the answer is the same."""
    if request.method != "POST":
        return page(request, "sign_in_by_code", "Sign in by a code", form=SigningInByCode())
    form = SigningInByCode(request.POST)
    if not form.is_valid():
        return page(request, "sign_in_by_code", "Sign in by a code", form=form, status=422)
    email = form.cleaned_data["email"].lower()
    about = secrets.token_urlsafe(24)
    request.session[SIGNING_IN] = about
    _code_to_sign_in(request, about, email, is_known=signs_in_by_code(email) is not None)
    return redirect("sign-in-code")


def _code_to_sign_in(request: HttpRequest, about: str, email: str, is_known: bool) -> None:
    """Send a code, so that the answer takes as long for an address that nobody has.

    For that a code is made too, which goes nowhere; and the mail is sent beside the answer.
    """
    at, place = now(), network_address(request)
    try:
        code = codes.make(
            Purpose.SIGN_IN, about, at, LASTS, email=email if is_known else "", place=place
        )
    except codes.TooMany:
        return
    if not is_known:
        return
    letter = code_letter(code, LASTS // timedelta(minutes=1))
    if settings.CONCORD_MAIL == "none":
        _post(request, email, letter, about)
    else:
        Thread(target=_post_beside, args=(email, letter, at)).start()


def _post_beside(email: str, letter: tuple[str, tuple[str, ...]], at: datetime) -> None:
    with suppress(NotPosted):  # whoever waits for it asks again
        post(email, *letter, at)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_code(request: HttpRequest) -> HttpResponse:
    """Type the code that came, and be signed in."""
    about = str(request.session.get(SIGNING_IN, ""))
    if not about:
        return redirect("sign-in-by-code")
    form = Proving(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        tried = codes.attempt(Purpose.SIGN_IN, about, typed, now(), place=network_address(request))
        user = signs_in_by_code(tried.email) if tried.is_right else None
        if user is not None:
            for name in (SIGNING_IN, SHOWN):
                request.session.pop(name, None)
            return first_step_made(request, user, "/work")
        form.add_error("code", SAYS.get(tried.came_to, SAYS[CameTo.EXPIRED]))
    return page(
        request, "sign_in_code", "Type the code", form=form, mail=_shown(request, about),
        minutes=LASTS // timedelta(minutes=1), status=422 if form.errors else 200,
    )  # fmt: skip
