"""What every answer carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from concord.web.errors import wrong_way


class NoStoreMiddleware:
    """Pages about children are kept by no cache; the design system's files may be."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and forbid keeping a copy."""
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
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
