"""What lies in a case as files: a supporting document is opened through the case's doorway."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.access.table import Doing
from concord.cases.doorway import Viewer, find
from concord.documents.opening import open_supporting
from concord.web.asking import signed_in
from concord.web.handing import hand_out


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def supporting(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """A supporting document as a file. Asked for by POST, because the opening is written down.

    Looked at alone, as after signing in again, it leads to the page that opens it.
    """
    look = find(who, reference, Doing.OPEN_DOCUMENTS)
    if request.method != "POST":
        return redirect("case", reference=look.case.reference)
    return hand_out(request, look, lambda: open_supporting(look, who, number))
