"""What every answer carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from concord.policies.reading import PolicyMistakes
from concord.vault.closed import Closed
from concord.web.errors import bad_request, cannot_open, no_schedule, wrong_way

CARRIED = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
"""No other site embeds what is ours, no page asks for what it never needs, no index holds it."""


def _has_length(request: HttpRequest) -> bool:
    """Whether what is sent says truly how long it is; our server refuses it before, others may not.

    Django fails on a length that is no number, in the middle of whatever reads the form first.
    """
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    return length.isascii() and length.isdecimal()


class CarriedMiddleware:
    """What every answer carries, refusals and faults too.

    Pages about children are kept by no cache; the design system's files may be.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and forbid keeping a copy."""
        response = self.get_response(request) if _has_length(request) else bad_request(request)
        for name, value in CARRIED.items():
            response.headers[name] = value
        if not request.path.startswith("/static/") or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response


class WrongWayMiddleware:
    """Who opens a button's address as a page is told so, and is not left with an empty one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with a page where Django gives none."""
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        said = wrong_way(request)
        said.headers["Allow"] = response.headers["Allow"]
        return said


class CannotOpenMiddleware:
    """What cannot be opened is told, with what to do: it is no fault of a page.

    What is encrypted without its key, and cases whose schedule of retention cannot be used.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page that says so, in place of what could not be read."""
        match error:
            case Closed():
                return cannot_open(request, error)
            case PolicyMistakes():
                return no_schedule(request, error)
            case _:
                return None
