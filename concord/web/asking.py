"""Who asks, when, and how a page is answered: the edge where the clock is read."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from concord.access.standing import raises
from concord.cases.admitted import admitted
from concord.cases.doorway import NotFound
from concord.directory.models import User
from concord.notifications.questions import unread
from concord.rules.dates import moment
from concord.web.errors import not_found
from concord.web.forms.base import PlainForm
from concord.web.keeping import Opened
from concord.web.looking import written_down
from concord.web.sending import kept_while
from concord.web.sessions import left, until, warned_before

View = Callable[..., HttpResponseBase]


RECORDED = "just_recorded"
"""In a session: what was recorded just now, in words, which the next page says once."""


def now() -> datetime:
    """The time, read once a page; below it is a parameter. Cut to the second."""
    return timezone.now().replace(microsecond=0)


def page(
    request: HttpRequest,
    template: str,
    title: str,
    status: int = 200,
    tab: Opened | None = None,
    said: dict[str, Any] | None = None,
    **more: Any,
) -> HttpResponse:
    """A page from its template. `tab`: the opening of a page with a form, which keeps its words.

    A browser that sent a form and gets it back is led to a page that shows it again, with what
    is `said` of it: so going back never meets a page that can be had only by sending it again.
    """
    form = more.get("form")
    if tab is not None and isinstance(form, PlainForm):
        if request.method == "POST":
            errors = {name: [str(each) for each in says] for name, says in form.errors.items()}
            again = tab.shown_again({"errors": errors, **(said or {})})
            if again is not None:
                return again
        elif tab.said:
            status = 200  # what was wrong with the sending is no fault of the looking
        tab.fill(form)
        tab.repeat(form)
    user = request.user if isinstance(request.user, User) else None
    who = admitted(request) if user else None
    recorded = request.session.pop(RECORDED, "") if user and request.method == "GET" else ""
    context = {
        "title": title,
        "user": user,
        "may_raise": who is None or raises(who.held),
        "partnership_name": "",
        "unread": unread(user) if user else 0,
        "tab": tab,
        "was_sent": request.method == "POST",
        "session_left": left(request),
        "session_until": until(request),
        "session_warned": warned_before(),
        "session_minutes": settings.CONCORD_SESSION_MINUTES,
        "here": request.path,
        "printed": moment(now()),
        "recorded": recorded,
        **more,
    }
    return render(request, f"concord/{template}.jinja", context, status=status)


def signed_in(view: View) -> View:
    """For whoever the page's door has let in: the view is given the viewer.

    Not theirs looks like not there; where no door was asked, nobody is let in.
    """

    @wraps(view)
    def asked(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        who = admitted(request)
        if who is None:
            return not_found(request)
        try:
            answer = kept_while(
                request, who.person, lambda: view(request, who, *arguments, **named)
            )
        except NotFound:
            answer = not_found(request)
        return written_down(request, who, answer)

    return asked
