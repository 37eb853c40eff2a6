"""Who asks, when, and how a page is answered: the edge where the clock is read."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from concord.cases.doorway import NotFound, Viewer, viewer
from concord.directory.models import User
from concord.notifications.questions import unread
from concord.web.errors import not_found, signed_out

View = Callable[..., HttpResponseBase]


def now() -> datetime:
    """The time, read once a page; below it is a parameter. Cut to the second."""
    return timezone.now().replace(microsecond=0)


def page(
    request: HttpRequest, template: str, title: str, status: int = 200, **more: Any
) -> HttpResponse:
    """A page from its template."""
    user = request.user if isinstance(request.user, User) else None
    context = {
        "title": title,
        "user": user,
        "partnership_name": "",
        "unread": unread(user) if user else 0,
        **more,
    }
    return render(request, f"concord/{template}.jinja", context, status=status)


def signed_in(view: View) -> View:
    """For somebody signed in: the view is given the viewer. Not theirs looks like not there."""

    @wraps(view)
    def asked(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return signed_out(request)
        who: Viewer = viewer(user, now())
        try:
            return view(request, who, *arguments, **named)
        except NotFound:
            return not_found(request)

    return asked
