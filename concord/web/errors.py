"""When something cannot be answered: what happened, and what to do instead."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
    )


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """What was sent cannot be read; or there is more of it than is taken."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent)):
        return _say(
            request,
            413,
            "There is too much to send at once",
            "Nothing was recorded. Go back: your browser has kept what you typed.",
            "Make it shorter, or send a long text as a supporting document.",
        )
    return _say(
        request,
        400,
        "Concord could not read what was sent",
        "Go back, check what you typed, and send it again.",
    )


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Not allowed."""
    return _say(request, 403, "This is not open to you", "Sign in as somebody who may do it.")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was too old, or came from elsewhere; what was typed is shown to be kept."""
    return _say(
        request,
        403,
        "The page was open for too long",
        "Nothing was recorded. Copy what you typed, go back, load the page again and send it.",
        *_typed(request),
    )


def signed_out(request: HttpRequest) -> HttpResponse:
    """Whoever asks is not signed in: they sign in first, and what they sent is shown to be kept."""
    typed = _typed(request)
    if not typed:
        return redirect_to_login(request.get_full_path())
    return _say(
        request,
        403,
        "You were signed out before this was sent",
        "Nothing was recorded. Copy what you typed, sign in again, and send it.",
        *typed,
        back=f"{settings.LOGIN_URL}?{urlencode({'next': request.path})}",
        back_words="Sign in, and go back to the page",
    )


# What a page sends along of its own.
_NOT_TYPED = (
    "csrfmiddlewaretoken", "password", "key", "seen", "seat", "action", "as", "back_to_check",
    "digest", "next", "notice", "person", "version",
)  # fmt: skip


def _typed(request: HttpRequest) -> list[str]:
    """What somebody typed or chose, to copy; nothing for a page that asked for no words."""
    typed = [
        str(value)
        for name in request.POST
        if name not in _NOT_TYPED
        for value in request.POST.getlist(name)
        if str(value).strip()
    ]
    return ["This is what you typed:", *typed] if typed else []


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
