"""How much of a session is left, and staying signed in."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from concord.cases.doorway import Viewer
from concord.web.asking import signed_in
from concord.web.sessions import left, stay


@require_safe
def remaining(request: HttpRequest) -> HttpResponse:
    """For how many seconds more whoever asks stays signed in; 0 for whoever is not."""
    return JsonResponse({"left": left(request)})


@signed_in
@require_POST
def staying(request: HttpRequest, who: Viewer) -> HttpResponse:
    """The reader is still there."""
    stay(request)
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        return redirect("work")
    return JsonResponse({"left": left(request)})
