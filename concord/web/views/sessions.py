"""Where somebody is signed in: a list of their browsers, and an end to any of them."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from concord.cases.doorway import Viewer
from concord.directory.models import User
from concord.web.asking import now, page, signed_in
from concord.web.signing_in import factors, listing
from concord.web.signing_in.steps import asks_for_two

ENDED = "ended_elsewhere"
"""In a session: what was ended in other browsers just now, in words, said once."""


@signed_in
@require_safe
def sessions(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Where they are signed in."""
    found = listing.signed_in(request, who.user, now())
    return page(
        request, "sessions", "Where you are signed in", found=found,
        just_ended=request.session.pop(ENDED, ""),
        others=sum(not each.is_this for each in found), asks=asks_for_two(),
    )  # fmt: skip


@signed_in
@require_POST
def end_session(request: HttpRequest, who: Viewer, mark: str) -> HttpResponse:
    """Signed out in one other browser, or told that it was over already."""
    ended = listing.end(request, who.user, mark)
    request.session[ENDED] = (
        "You are signed out in that browser."
        if ended
        else "That browser was signed out already: what is below is all that is left."
    )
    return redirect("sessions")


@signed_in
@require_POST
def end_sessions(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Signed out everywhere but here."""
    only_here(request, who.user)
    request.session[ENDED] = "You are signed out everywhere but here, and no program reads as you."
    return redirect("sessions")


def only_here(request: HttpRequest, user: User) -> None:
    """End every session of somebody but this."""
    factors.end_sessions(user, keep=request.session.session_key or "")
    update_session_auth_hash(request, user)
