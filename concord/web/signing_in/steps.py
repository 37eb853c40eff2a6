"""The two steps of signing in: after the first somebody is half in, and signed in as nobody.

What a session holds of it: who is half in and until when; by what the second step was made; and
when whoever is signed in proved last that it is they.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from concord.directory.models import User
from concord.web.raiser import adopt
from concord.web.sessions import let_in
from concord.web.signing_in.factors import Kind
from concord.web.signing_in.source import remember

HALF_IN = "half_in"
SECOND, PROVED = "second", "proved"
ARRIVED = "arrived"
"""As the second step: a newcomer who proved their address to send a concern, and has no factor."""
HALF_LASTS = 15 * 60
"""Seconds from the first step to the second: time to install an app."""
FRESH = 10 * 60
"""Seconds for which a proof counts before what weighs most."""


@dataclass(frozen=True, slots=True)
class Half:
    """Who made the first step, and where they were going."""

    user: User
    onward: str


def onward(request: HttpRequest, wanted: str) -> str:
    """An address of this service to go on to; the viewer's work for any other."""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    # what does not begin so is taken for the name of a page, and there may be none
    return wanted if wanted.startswith("/") and ours else "/work"


def step_one(request: HttpRequest, user: User, wanted: str) -> None:
    """The first step is made: remembered for a while, in a session of a new name."""
    request.session.cycle_key()
    request.session[HALF_IN] = {
        "user": user.pk, "since": int(time.time()), "onward": wanted,
        "hash": user.get_session_auth_hash(),
    }  # fmt: skip


def half_in(request: HttpRequest) -> Half | None:
    """Who is half in; None if nobody is, it was too long ago, or their password changed since."""
    kept = request.session.get(HALF_IN)
    if not isinstance(kept, dict):
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if (
        user is None
        or time.time() - kept["since"] > HALF_LASTS
        or not constant_time_compare(kept["hash"], user.get_session_auth_hash())
    ):
        del request.session[HALF_IN]
        return None
    return Half(user, kept["onward"])


def sign_in(request: HttpRequest, user: User, second: str) -> None:
    """Somebody is signed in, by this second step, and has just proved that it is they."""
    request.session.pop(HALF_IN, None)
    let_in(request, user)
    request.session[SECOND] = second
    request.session[PROVED] = int(time.time())
    adopt(request, user)


def known_in(request: HttpRequest, answer: HttpResponseBase, user: User) -> HttpResponseBase:
    """The same answer, by which the browser is known from now on."""
    remember(request, answer, user)
    return answer


def prove(request: HttpRequest, second: str) -> None:
    """Whoever is signed in has just proved again that it is they."""
    request.session[SECOND] = second
    request.session[PROVED] = int(time.time())


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever is signed in proved within ten minutes that it is they."""
    proved = request.session.get(PROVED)
    return isinstance(proved, int) and 0 <= time.time() - proved < FRESH


def has_two(request: HttpRequest) -> bool:
    """Whether this session made both steps."""
    return request.session.get(SECOND) in {*Kind}


def back_to_half(request: HttpRequest, user: User) -> None:
    """A session that made one step alone is signed in no more: the second is still to be made."""
    wanted = "/work"
    logout(request)
    step_one(request, user, wanted)


def asks_for_two() -> bool:
    """Whether this instance asks for a second factor: any but the demonstration."""
    return bool(settings.CONCORD_SECOND_FACTOR)
