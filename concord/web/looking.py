"""Every answer that shows a case is written down before it is given, or it is not given."""

import logging
from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from concord.cases.doorway import Viewer
from concord.cases.looks import Looks
from concord.directory.models import User
from concord.looks.models import Kind
from concord.looks.writing import note
from concord.notifications.watching import tell_of_unusual
from concord.web.errors import not_written_down

logger = logging.getLogger(__name__)

KINDS = {
    "work": Kind.LIST,
    "agency": Kind.LIST,
    "partnership": Kind.LIST,
    "learning": Kind.LIST,
    "newcomer": Kind.LIST,
    "retention": Kind.LIST,
    "find": Kind.SEARCH,
    "agency-log": Kind.EXPORT,
    "partnership-log": Kind.EXPORT,
    "supporting": Kind.DOCUMENT,
    "form-open": Kind.DOCUMENT,
    "bundle-open": Kind.DOCUMENT,
    "subject-requests": Kind.LIST,
    "subject-copy": Kind.EXPORT,
    "subject-document": Kind.DOCUMENT,
}
"""In what way a page shows cases, where it is not a case's own page."""


def written_down(request: HttpRequest, who: Viewer, answer: HttpResponseBase) -> HttpResponseBase:
    """The answer, once what it shows is written down; else that nothing can be shown."""
    return write_down(request, who.looks, answer, who.at, who.user)


def write_down(
    request: HttpRequest, looks: Looks, answer: HttpResponseBase, at: datetime,
    user: User | None, who: str = "",
) -> HttpResponseBase:  # fmt: skip
    """The same for anybody: `who` says who it is, where they have no account."""
    page = (request.resolver_match.url_name or "") if request.resolver_match else ""
    try:
        unusual = note(looks, _kind(request, page), page, at, user, who)
    except DatabaseError:
        logger.exception("a look could not be written down: nothing is shown")
        return answer if _shows_nothing(answer) else not_written_down(request)
    if unusual is not None:
        tell_of_unusual(unusual)
    return answer


def _kind(request: HttpRequest, page: str) -> Kind:
    if page in KINDS:
        return KINDS[page]
    return Kind.CASE if request.method in ("GET", "HEAD") else Kind.ACT


def _shows_nothing(answer: HttpResponseBase) -> bool:
    return isinstance(answer, HttpResponse) and 300 <= answer.status_code < 400
