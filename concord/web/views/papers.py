"""What lies in a case as files: a supporting document is opened through the case's doorway."""

import logging

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from concord.cases.doorway import Viewer, find
from concord.cases.enclosures import opened
from concord.files.kinds import KINDS, Kind
from concord.files.naming import ending_of
from concord.files.store import NotKept
from concord.web.asking import page, signed_in

logger = logging.getLogger(__name__)


@signed_in
@require_safe
def supporting(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponseBase:
    """A supporting document, to be saved and never shown inside the page.

    The name that it is saved under says nothing of a child, whatever it was called.
    """
    look = find(who, reference)
    try:
        found, content = opened(look, number)
    except NotKept:
        logger.error("the file of document %s of case %s is missing", number, look.case.reference)
        return page(
            request, "message", "The file of this document is missing", status=404,
            lines=["The record of it is whole. Tell the people who run Concord: they keep copies."],
        )  # fmt: skip
    document = found.document
    name = f"{look.case.reference}-document-{number}.{ending_of(document.name)}"
    answer = StreamingHttpResponse(content, content_type=KINDS[Kind(document.kind)].media)
    answer.headers["Content-Length"] = str(document.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
