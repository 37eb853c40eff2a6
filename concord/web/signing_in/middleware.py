"""Nobody is signed in by one step; and what weighs most asks for a fresh proof."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from concord.directory.models import User
from concord.web.signing_in.fresh import proof_first
from concord.web.signing_in.steps import ARRIVED, SECOND, asks_for_two, back_to_half, has_two

FOR_ARRIVALS = frozenset({"raise-sent", "sign-out", "session", "session-stay"})
"""What a newcomer may see who has just sent a concern by proving their address: that it is sent."""


class SecondFactorMiddleware:
    """Whoever is signed in by the first step alone is taken to be half in, and signed out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the session first, then answer."""
        if asks_for_two() and isinstance(request.user, User) and not has_two(request):
            arrived = request.session.get(SECOND) == ARRIVED
            if not (arrived and _name(request) in FOR_ARRIVALS):
                back_to_half(request, request.user)
        return self.get_response(request)


class FreshProofMiddleware:
    """Before what weighs most, somebody proves again that it is they."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Ask first, where it is to be asked: after it is known that the page sent is ours."""
        return proof_first(request)


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
