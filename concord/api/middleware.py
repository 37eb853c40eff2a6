"""Who reads by the API, and in which words they are refused: no cookie counts, no page is given."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from concord.access.routes import ROUTES, Door
from concord.api.problems import MEDIA, in_place_of, is_for_programs, problem
from concord.directory import tokens
from concord.directory.models import User

BEARER = "bearer "


class ProgramsMiddleware:
    """Before all else: takes every cookie off a request to the API, and answers in its own words.

    So no session of a browser opens anything here, and there is nothing for another site to use.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what is no JSON becomes a problem."""
        if not is_for_programs(request):
            return self.get_response(request)
        if getattr(settings, "SECURE_SSL_REDIRECT", False) and not request.is_secure():
            # not led to TLS, as a person's browser is: the next token would be sent bare again
            return problem(403)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        # nothing is sent by the API, and nobody is known by a cookie: there is nothing to forge
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        answer = self.get_response(request)
        is_said = answer.headers.get("Content-Type", "").startswith(MEDIA)
        return answer if answer.status_code < 300 or is_said else in_place_of(answer)


class TokenMiddleware:
    """Finds who reads by the token that came along. After the sessions, of which none counts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say who it is, then answer."""
        if is_for_programs(request):
            request.user = _whose(request) or AnonymousUser()
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """What is asked without a token that opens is refused before its door is asked."""
        match = request.resolver_match
        row = ROUTES.get(match.view_name) if match is not None else None
        if not is_for_programs(request) or row is None:
            return None
        if request.method not in row.methods:
            answer = problem(405)
            answer.headers["Allow"] = ", ".join(row.methods)
            return answer
        if row.door is not Door.ANYBODY and not isinstance(request.user, User):
            return problem(401)
        return None


def _whose(request: HttpRequest) -> User | None:
    said = request.headers.get("Authorization", "")
    if not said.lower().startswith(BEARER):
        return None
    return tokens.whose(said[len(BEARER) :].strip(), timezone.now())
