"""Whoever holds no post in an agency cannot raise a concern in its name: why, and what instead."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from concord.cases.doorway import Viewer
from concord.cases.models import Draft
from concord.directory.models import Partnership
from concord.web.asking import page
from concord.web.raiser import agencies_served

TITLE = "You cannot raise a concern: you hold no post in an agency"


def no_post(request: HttpRequest, who: Viewer, **more: Any) -> HttpResponse:
    """Whom to ask for a post, and by which other way it goes; what was begun before is shown."""
    units = Partnership.objects.filter(slug__in={post.partnership for post in who.held})
    return page(
        request, "raise_no_post", TITLE, status=403, serves=bool(agencies_served(who)),
        units=list(units or Partnership.objects.order_by("name")),
        drafts=list(Draft.objects.filter(user=who.user, kind="raise")[:10]), **more,
    )  # fmt: skip
