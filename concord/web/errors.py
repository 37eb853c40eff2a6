"""When something cannot be answered: what happened, and what to do instead."""

import logging
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from concord.cases.drafts import KEPT
from concord.policies.reading import PolicyMistakes
from concord.rules.clock import LONDON
from concord.vault.closed import Closed, Destroyed
from concord.web.forms.base import MARK
from concord.web.keeping import address_of, navigates, receive, shown_again

logger = logging.getLogger(__name__)


def _say(request: HttpRequest, status: int, title: str, *lines: str, **more: str) -> HttpResponse:
    user = getattr(request, "user", None)
    context = {
        "title": title,
        "lines": lines,
        "user": user if user is not None and user.is_authenticated else None,
        "partnership_name": "",
        **more,
    }
    return render(request, "concord/message.jinja", context, status=status)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """There is no such page, or none open to whoever asks: the same answer."""
    return _say(
        request,
        404,
        "This page is not here, or not open to you",
        "Check the address, or the reference of the case.",
        "If a case should be open to you, ask your safeguarding lead or the partnership's "
        "business unit.",
        *_not_recorded(request),
    )


def no_longer(request: HttpRequest, title: str, *lines: str, status: int = 409, **more: str) -> (
    HttpResponse
):  # fmt: skip
    """It cannot be done here, or not any more: why, what instead, and what was typed for it."""
    return _say(request, status, title, *lines, *_not_recorded(request), **more)


def _not_recorded(request: HttpRequest) -> list[str]:
    typed = _typed(request) if request.method == "POST" else []
    return ["Nothing was recorded.", *typed] if typed else []


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """What was sent cannot be read; or there is more of it than is taken."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent)):
        return _say(
            request,
            413,
            "There is too much to send at once",
            "Nothing was recorded, and it was more than could be read. Go back, and shorten it: "
            "a text can have 10,000 characters.",
            "Send what is longer as a supporting document.",
        )
    return _say(
        request,
        400,
        "Concord could not read what was sent",
        "Go back, check what you typed, and send it again.",
    )


def too_often(request: HttpRequest, what: str, until: datetime) -> HttpResponse:
    """Somebody did something too often (`what`, after "You have"), and may again at `until`."""
    clock = f"{until.astimezone(LONDON):%H:%M}"
    return _say(
        request,
        429,
        f"Try again at {clock}",
        f"You have {what}. That is more than one person needs, so Concord waits until {clock}: it "
        "is how it tells a person from a program that copies children's cases.",
        "If a child is at risk, do not wait: call 999 or your area's MASH (Multi-Agency "
        "Safeguarding Hub).",
        *_not_recorded(request),
    )


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Not allowed."""
    return _say(request, 403, "This is not open to you", "Sign in as somebody who may do it.")


def wrong_way(request: HttpRequest) -> HttpResponse:
    """An address that only takes what a button sends was opened as a page, or the reverse."""
    return _say(
        request,
        405,
        "This is not a page to open",
        "It belongs to a button on another page. Nothing was changed.",
        "Go to the page with the button, and press it there.",
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was too old, or came from elsewhere; what was typed is kept, and shown."""
    user = getattr(request, "user", None)
    person = user.pk if user is not None and user.is_authenticated else None
    try:
        got = receive(request, person, timezone.now())
    except Closed as error:
        return cannot_open(request, error)
    if got is not None and not got.is_open_to(person):
        return signed_out(request) if person is None else not_yours(request)
    typed = _typed(request)
    if got is None:
        says = (
            "Copy what you typed, go back, load the page again and send it."
            if typed
            else ("Go back, load the page again, and send it.")
        )
        return _say(
            request, 403, "The page was open for too long", f"Nothing was recorded. {says}", *typed
        )
    if navigates(request):
        return shown_again(request, got.draft, {"errors": {"__all__": [
            "The page was open for too long, or you signed in again meanwhile. Nothing was "
            "recorded. What you typed is below: check it, and send it."
        ]}})  # fmt: skip
    return _say(
        request,
        403,
        "The page was open for too long",
        "Nothing was recorded. What you typed is kept: load the page again, and send it.",
        *typed,
        back=address_of(request, got.draft),
        back_words="Load the page with what you typed",
    )


def signed_out(request: HttpRequest) -> HttpResponse:
    """Whoever asks is not signed in: they sign in first, and what they sent is shown to be kept."""
    got = receive(request, None, timezone.now()) if request.method == "POST" else None
    typed = _typed(request)
    if not typed:
        # a cookie of a session that is no more: they are told why they are asked to sign in
        was_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.is_empty()
        asks = f"{reverse('sign-in')}?over=1" if was_in else reverse("sign-in")
        return redirect_to_login(request.get_full_path(), asks)
    kept = got is not None and got.mark.place.user is not None
    onward = address_of(request, got.draft) if got is not None and kept else request.path
    return _say(
        request,
        403,
        "You were signed out before this was sent",
        f"Nothing was recorded. What you typed is kept for {KEPT.days} days. Sign in again: it is "
        "on the page. Then send it."
        if kept
        else "Nothing was recorded. Copy what you typed, sign in again, and send it.",
        *typed,
        back=f"{settings.LOGIN_URL}?{urlencode({'next': onward})}",
        back_words="Sign in, and go back to the page",
    )


def no_schedule(request: HttpRequest, error: PolicyMistakes) -> HttpResponse:
    """The schedule of retention cannot be used: nobody is told how long a case is kept."""
    for mistake in error.mistakes:
        logger.error("a schedule cannot be used: %s", mistake)
    return _say(
        request,
        503,
        "How long cases are kept cannot be said now",
        "A schedule of retention on this service cannot be used, and none is taken in its place. "
        "No case can be disposed of meanwhile.",
        "Tell whoever runs this service: bin/concord retention check says what to put right.",
        *_not_recorded(request),
    )


def invitation_not_open(request: HttpRequest) -> HttpResponse:
    """A link to an invitation leads nowhere, or not any more."""
    return _say(
        request,
        404,
        "This invitation is not open",
        "It was answered, it ended, or a newer mail has another link.",
        "Call whoever invited you, or your area's safeguarding partnership.",
        *_not_recorded(request),
    )


def not_yours(request: HttpRequest) -> HttpResponse:
    """A page that somebody opened is not sent in the name of another who has signed in since."""
    return _say(
        request,
        409,
        "You are signed in as somebody else now",
        "Whoever opened this page was signed in under another name. Nothing was recorded in yours.",
        "What was typed is kept for them: it is on the page when they sign in again.",
        back=request.path,
        back_words="Open the page as yourself",
    )


# What a page sends along of its own.
_NOT_TYPED = (
    "csrfmiddlewaretoken", "password", "key", "seen", "seat", "action", "as", "back_to_check",
    "digest", "next", "notice", "version", MARK, "code", "password_new",
    "password_again", "credential",
)  # fmt: skip


def _typed(request: HttpRequest) -> list[str]:
    """What somebody typed or chose, to copy; nothing for a page that asked for no words."""
    typed = [
        str(value)
        for name in request.POST
        if name not in _NOT_TYPED
        for value in request.POST.getlist(name)
        if str(value).strip() and not (name == "person" and str(value).isdecimal())
    ]
    return ["This is what you typed:", *typed] if typed else []


def not_written_down(request: HttpRequest) -> HttpResponse:
    """Who looks at a case is written down first. Where that cannot be done, nothing is shown."""
    return _say(
        request,
        503,
        "Concord cannot show this now",
        "Who looks at a child's case is written down first, and that failed. So nothing is shown.",
        "Try again in a minute. What you sent may have been recorded: look at the case before you "
        "send it again.",
        "If a child is at risk, do not wait: call 999 or your area's MASH (Multi-Agency "
        "Safeguarding Hub).",
    )


def disposed_of(request: HttpRequest) -> HttpResponse:
    """What is asked for was destroyed with the case that it belonged to."""
    return _say(
        request,
        410,
        "This was disposed of",
        "The case that it belongs to has been disposed of, as its time was over. What it said is "
        "destroyed, and nobody can get it back.",
        "The page of the case says when, and who decided it. Ask the partnership's business "
        "manager if you need to know more.",
        *_not_recorded(request),
    )


def cannot_open(request: HttpRequest, error: Closed) -> HttpResponse:
    """What a case says is encrypted, and its key is not there, or does not open it."""
    if isinstance(error, Destroyed):
        return disposed_of(request)
    logger.error("nothing can be shown of what is encrypted: %s", error)
    return _say(
        request,
        503,
        "This cannot be opened now",
        "What is recorded is encrypted, and the key that opens it is not where it should be. "
        "Nothing was changed or lost.",
        "Tell whoever runs Concord for you: `concord verify` names the cases concerned, and the "
        "newest backup of the keys has what is missing.",
        *_not_recorded(request),
        "If a child is at risk, do not wait: call 999 or your area's MASH (Multi-Agency "
        "Safeguarding Hub).",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    return _say(
        request,
        500,
        "Concord has a fault",
        "Nothing was half done: an act is recorded whole or not at all.",
        "Try again. If a child is at risk, do not wait: call 999 or your area's MASH "
        "(Multi-Agency Safeguarding Hub).",
    )
