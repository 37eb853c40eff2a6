"""Who has come past the door of a page: found out once, and handed to the page."""

from django.http import HttpRequest

from concord.cases.doorway import Viewer

_WHO = "concord.admitted"


def admit(request: HttpRequest, who: Viewer) -> None:
    """Let somebody who is signed in on to the page."""
    request.META[_WHO] = who


def admitted(request: HttpRequest) -> Viewer | None:
    """Who was let in by name; None for nobody, and where no door was asked."""
    who = request.META.get(_WHO)
    return who if isinstance(who, Viewer) else None
