"""How long somebody stays signed in: while they do something, and a day at most.

Each page says when its session ends, and the pages' own script warns before and lets the reader
stay. Whoever is signed out loses nothing that was typed.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from concord.directory.models import User
from concord.rules.clock import LONDON
from concord.web.signing_in.browsers import called

SINCE, SEEN = "since", "seen"
"""In a session: when it began, and when something was last done in it, in seconds."""
BROWSER = "browser"
"""In a session: which kind of browser it began in, in plain words."""
ASKING = "/session"
"""The address that tells how much is left: to ask is not to do something."""
BACKEND = "django.contrib.auth.backends.ModelBackend"


def let_in(request: HttpRequest, user: User) -> None:
    """Sign somebody in, from now on."""
    login(request, user, backend=BACKEND)
    _begin(request)


def stay(request: HttpRequest) -> None:
    """Something was done just now: the time begins anew."""
    request.session[SEEN] = int(time.time())


def left(request: HttpRequest) -> int:
    """For how many seconds more somebody stays signed in; 0 for whoever is not."""
    session = request.session
    if SESSION_KEY not in session or SEEN not in session:
        return 0
    return max(0, int(ends(session) - time.time()))


def ends(session: Mapping[str, Any] | SessionBase) -> float:
    """When what such a session holds is over if nothing more is done, in seconds of the epoch."""
    return float(
        min(
            session[SEEN] + settings.CONCORD_SESSION_MINUTES * 60,
            session[SINCE] + settings.CONCORD_SESSION_HOURS * 3600,
        )
    )


def until(request: HttpRequest) -> str:
    """When that is, as "15:05"; empty for whoever is not signed in."""
    seconds = left(request)
    if not seconds:
        return ""
    at = datetime.fromtimestamp(time.time() + seconds, UTC).astimezone(LONDON)
    return f"{at:%H:%M}"


def warned_before() -> int:
    """How many seconds before the end somebody is warned: five minutes, less if all is short."""
    return max(20, min(300, settings.CONCORD_SESSION_MINUTES * 20))


def _begin(request: HttpRequest) -> None:
    request.session[SINCE] = request.session[SEEN] = int(time.time())
    request.session[BROWSER] = called(request.headers.get("User-Agent", ""))


class SessionEndMiddleware:
    """Signs out whoever did nothing for too long; notes that something is done, now and then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the session first, then answer."""
        session = request.session
        if SESSION_KEY in session:
            now = int(time.time())
            if SEEN not in session:
                _begin(request)
            elif not left(request):
                logout(request)
            elif request.path != ASKING and now - session[SEEN] >= self._step():
                session[SEEN] = now
        return self.get_response(request)

    def _step(self) -> int:
        """After how many seconds it is noted again: not with every page, each note is a write."""
        return settings.CONCORD_SESSION_MINUTES * 60 // 30
