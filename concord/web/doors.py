"""The door of every page: the table of routes is asked before a page does anything.

Whoever is not let in gets the answer of a page that is not there, and the attempt at a case is
written down. A route without a row in the table opens to nobody.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from concord.access.routes import METHODS, ROUTES, Door, Row
from concord.access.standing import FROM_POSTS, Standing, stands
from concord.cases import invitations
from concord.cases.admitted import admit
from concord.cases.doorway import NotFound, Viewer, ask_at_door, viewer
from concord.cases.emergencies import where_open
from concord.directory.arrivals import may_confirm
from concord.directory.cover import may_change_holder, may_end_cover, may_set_cover
from concord.directory.models import Post, User
from concord.subject_access.requests import is_open_to
from concord.vault.closed import Closed, Destroyed
from concord.web.asking import now
from concord.web.disposed import answered
from concord.web.errors import cannot_open, invitation_not_open, not_found, signed_out
from concord.web.looking import written_down
from concord.web.not_raising import no_post
from concord.web.raiser import agencies_served, is_begun_here, is_raised_by
from concord.web.sending import kept_while

KNOWN = frozenset(method for methods in METHODS.values() for method in methods)
"""The methods that any page takes."""


class DoorMiddleware:
    """Asks the table for the route that was found, and lets on only whom it opens to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; the door itself stands between the address and its page."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Why the page is not opened, as an answer; None to go on to it."""
        match = request.resolver_match
        row = ROUTES.get(match.view_name) if match is not None else None
        if row is None:
            return not_found(request)
        if request.method not in KNOWN:
            return HttpResponseNotAllowed(row.methods)
        try:
            return _ask(request, row, named)
        except Destroyed as error:
            return _disposed(request, error, match.view_name if match else "", named)
        except Closed as error:
            return cannot_open(request, error)


def _ask(request: HttpRequest, row: Row, named: dict[str, Any]) -> HttpResponseBase | None:
    match row.door:
        case Door.ANYBODY:
            return _right_way(request, row)
        case Door.LINK:
            is_one = invitations.by_token(named["token"]) is not None
            return _right_way(request, row) if is_one else invitation_not_open(request)
        case Door.OWN:
            return _began(request, named["token"]) or _right_way(request, row)
        case Door.SIGNED_IN | Door.POST | Door.CASE:
            if not isinstance(request.user, User):
                return signed_out(request)
            who = viewer(request.user, now())
            wrong = _right_way(request, row)
            if wrong is not None:
                return wrong
            if not _opens(row, who, named):
                return _refused(request, row, who)
            admit(request, who)
            return None


def _right_way(request: HttpRequest, row: Row) -> HttpResponseBase | None:
    if request.method in row.methods:
        return None
    return HttpResponseNotAllowed(row.methods)


def _began(request: HttpRequest, token: str) -> HttpResponseBase | None:
    """A concern that is being written is open to whoever began it, and nobody else."""
    if isinstance(request.user, User):
        return None if is_raised_by(request.user, token) else not_found(request)
    return None if is_begun_here(request, token) else signed_out(request)


def _opens(row: Row, who: Viewer, named: dict[str, Any]) -> bool:
    """Whether somebody who is signed in gets past."""
    if row.door is Door.CASE:
        try:
            ask_at_door(who, named["reference"], row.shows)
        except NotFound:
            return False
        return True
    return row.by is None or _holds(row.by, who, named)


def _holds(by: Standing, who: Viewer, named: dict[str, Any]) -> bool:
    """Whether somebody holds a post that opens it."""
    if by in FROM_POSTS:
        is_open = stands(by, who.held, named.get("slug", ""))
        return is_open or (by is Standing.INTEGRITY and who.user.is_administrator)
    if by is Standing.SERVES:
        return bool(agencies_served(who))
    if by is Standing.PROFESSIONAL:
        return bool(where_open(who))
    if by is Standing.ANSWERS_REQUEST:
        return is_open_to(who, named["reference"])
    if by is Standing.CONFIRMS:
        return may_confirm(who.user, named["number"], who.at) is not None
    post = Post.objects.select_related("agency", "partnership").filter(pk=named["number"]).first()
    if post is None:
        return False
    may = {
        Standing.SETS_COVER: may_set_cover,
        Standing.ENDS_COVER: may_end_cover,
        Standing.KEEPS_POST: may_change_holder,
    }
    return may[by](who.user, post, who.at)


def _disposed(
    request: HttpRequest, error: Destroyed, route: str, named: dict[str, Any]
) -> HttpResponseBase:
    """A case that was disposed of, to somebody to whom it would be open."""
    if "reference" not in named or not isinstance(request.user, User):
        return cannot_open(request, error)
    return answered(request, viewer(request.user, now()), error, route, named["reference"])


def _refused(request: HttpRequest, row: Row, who: Viewer) -> HttpResponseBase:
    """As where nothing is there. What was typed is kept first, and the attempt written down.

    Whoever may not raise a concern is told why: that there is such a page is no secret.
    """
    say = partial(no_post, who=who) if row.by is Standing.RAISES else not_found
    answer = kept_while(request, who.person, lambda: say(request))
    return written_down(request, who, answer)
