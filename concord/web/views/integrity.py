"""Integrity: whether anything in the ledger was changed, for those who answer for it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.access.table import oversees_integrity
from concord.cases.doorway import Viewer
from concord.cases.integrity import integrity as stands
from concord.looks.questions import linked
from concord.notifications.questions import sealing_trouble
from concord.web.asking import page, signed_in


@signed_in
@require_safe
def integrity(request: HttpRequest, who: Viewer) -> HttpResponse:
    """The last checkpoint, what it anchors, and what the last verification came to."""
    mine = oversees_integrity(who.held)
    return page(
        request, "integrity", "Integrity of the record",
        it=stands(None if who.user.is_administrator else mine, linked()),
        trouble=sealing_trouble(who.at),
    )  # fmt: skip
