"""Who searches, takes out or tries links too often waits: the routes, the limits and the answer."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from concord.directory import limits
from concord.directory.codes import CameTo
from concord.directory.limits import Limit
from concord.directory.models import Attempt, User
from concord.web.asking import now
from concord.web.errors import too_often
from concord.web.signing_in.source import network_address

SEARCHES = Limit("search", 30, timedelta(minutes=10), "searched 30 times in 10 minutes")
EXPORTS = Limit("export", 60, timedelta(minutes=10), "taken out 60 documents in 10 minutes")
PROGRAMS = Limit("api", 60, timedelta(minutes=10), "asked 60 times in 10 minutes by the API")
TOKENS = Limit("token", 30, timedelta(minutes=30), "sent 30 tokens that open nothing")
LINKS = Limit("link", 30, timedelta(minutes=30), "tried 30 links that lead nowhere in 30 minutes")

LIMITED: Mapping[tuple[str, str], Limit] = {
    ("find", "POST"): SEARCHES,
    ("agency-log", "GET"): EXPORTS,
    ("partnership-log", "GET"): EXPORTS,
    ("form-open", "POST"): EXPORTS,
    ("bundle-open", "POST"): EXPORTS,
    ("supporting", "POST"): EXPORTS,
    ("subject-copy", "POST"): EXPORTS,
    ("subject-document", "POST"): EXPORTS,
    ("subject-new", "POST"): SEARCHES,
    ("subject-gathered", "POST"): SEARCHES,
    ("api-cases", "GET"): PROGRAMS,
    ("api-case", "GET"): PROGRAMS,
    ("api-mine", "GET"): PROGRAMS,
}
"""What is counted for whoever is signed in, by route and method."""
OF_LINKS = frozenset({"invited"})
"""Routes that a secret link opens: what is counted is the links that do not."""


class LimitMiddleware:
    """Counts before a page does anything; after the door, so that a refusal counts as nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a link that leads nowhere is counted once that is known."""
        response = self.get_response(request)
        match = request.resolver_match
        missed = _missed(request, match.view_name, response) if match is not None else None
        if missed is TOKENS:
            where = network_address(request)
            Attempt.objects.create(door="token", address=where, at=now(), came_to=CameTo.WRONG)
        if missed is not None and settings.CONCORD_LIMITS:
            until = limits.count(missed, network_address(request), now())
            if until is not None:
                return _wait(request, missed, until)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> HttpResponse | None:
        """The answer to whoever has done it too often; None to go on."""
        match = request.resolver_match
        method = "GET" if request.method == "HEAD" else str(request.method)
        limit = LIMITED.get((match.view_name, method)) if match is not None else None
        if limit is None or not settings.CONCORD_LIMITS or not isinstance(request.user, User):
            return None
        until = limits.count(limit, str(request.user.pk), now())
        return None if until is None else _wait(request, limit, until)


def _missed(request: HttpRequest, route: str, answer: HttpResponse) -> Limit | None:
    """What is counted of a secret that opened nothing: whoever has a right one never waits."""
    if route in OF_LINKS and answer.status_code == 404:
        return LINKS
    if answer.status_code == 401 and request.headers.get("Authorization"):
        return TOKENS
    return None


def _wait(request: HttpRequest, limit: Limit, until: datetime) -> HttpResponse:
    answer = too_often(request, limit.what, until)
    answer.headers["Retry-After"] = str(max(1, int((until - now()).total_seconds())))
    return answer
