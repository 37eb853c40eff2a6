"""What the service says of itself: help, accessibility, privacy, cookies. For anybody."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.cases.drafts import KEPT, NOBODYS
from concord.cases.invitations import CODE_LASTS, LASTS
from concord.directory.models import Partnership
from concord.web.asking import page
from concord.web.signing_in.source import LASTS as KNOWN_FOR
from concord.web.signing_in.source import name_of_cookie

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _about(request: HttpRequest, template: str, title: str, **more: Any) -> HttpResponse:
    return page(
        request, template, title, partnerships=list(Partnership.objects.order_by("name")), **more
    )  # fmt: skip


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """What people ask most, and whom to call."""
    return _about(
        request, "help", "Help", invitation_days=LASTS // DAY, code_hours=CODE_LASTS // HOUR
    )  # fmt: skip


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How far everybody can use it, what is not good enough yet, and whom to tell."""
    return _about(request, "accessibility", "Accessibility statement")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is held about whom, who sees it, and what one may ask for."""
    return _about(
        request, "privacy", "Privacy", draft_days=NOBODYS // DAY, kept_days=KEPT // DAY
    )  # fmt: skip


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """The cookies, each with what it is for and how long it lasts."""
    rows = (
        (
            settings.SESSION_COOKIE_NAME,
            "Keeps you signed in, and keeps what you began before you signed in",
            f"{settings.SESSION_COOKIE_AGE // 3600} hours. You are signed out sooner, when nothing "
            f"is sent for {settings.CONCORD_SESSION_MINUTES} minutes",
        ),
        (
            settings.CSRF_COOKIE_NAME,
            "Makes sure that what is sent comes from a page of Concord",
            f"{settings.CSRF_COOKIE_AGE // 86400} days",
        ),
        (
            name_of_cookie(),
            "Knows this browser as one in which you signed in by two steps, so that nobody who "
            "guesses at your password elsewhere can keep you out of it",
            f"{KNOWN_FOR // 86400} days",
        ),
    )
    return _about(request, "cookies", "Cookies", cookies=rows)
