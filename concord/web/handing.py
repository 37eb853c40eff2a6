"""A document handed out as a file: the same way for forms, bundles and supporting documents."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from concord.cases.doorway import Look, NotFound
from concord.documents.opening import Altered, Opened, WrittenAs
from concord.files.store import NotKept
from concord.web.asking import page

logger = logging.getLogger(__name__)


def way_asked_for(request: HttpRequest) -> WrittenAs:
    """As what a document is asked for. Raises NotFound for a way that there is not."""
    try:
        return WrittenAs(request.POST.get("as", ""))
    except ValueError:
        raise NotFound("as") from None


def hand_out(request: HttpRequest, look: Look, opening: Callable[[], Opened]) -> HttpResponse:
    """A document to be saved and never shown inside the page; or why there is none to hand out.

    The name that it is saved under says nothing of a child, whatever it was called.
    """
    return hand_out_of(request, look.case.reference, opening)


def hand_out_of(
    request: HttpRequest, reference: str, opening: Callable[[], Opened]
) -> HttpResponse:
    """The same for what has a reference of its own: a case, or a request for access."""
    try:
        file = opening()
    except NotKept as error:
        logger.error("a file of case %s is missing: %s", reference, error)
        return page(
            request, "message", "The file of this document is missing", status=404,
            lines=["The record of it is whole. Tell the people who run Concord: they keep copies."],
        )  # fmt: skip
    except Altered as error:
        logger.critical("case %s: %s is not what was recorded", reference, error)
        return page(
            request, "message", "This document is not the one that was recorded", status=409,
            lines=[
                "Its hash does not agree with the case's records: it was changed afterwards, or "
                "it is damaged. So nothing was handed out.",
                "Tell the people who run Concord, and the partnership's business manager, now. "
                "They keep copies, and can find out what happened.",
                "The case's records are on its timeline. Go on with the case from there.",
            ],
        )  # fmt: skip
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    alone = "default-src 'none'; frame-ancestors 'none'; sandbox"
    answer.headers["Content-Security-Policy"] = alone
    return answer
