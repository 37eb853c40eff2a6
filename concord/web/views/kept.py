"""Keeping what is typed while it is typed, for the page's own script; and throwing it away."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from concord.cases import drafts
from concord.rules.clock import LONDON
from concord.web.keeping import receive


@csrf_exempt
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what is typed on a page so far, for whoever opened it.

    The page's mark is signed and is in that page alone, so no other site can write here; and it
    holds after a sign-out or another sign-in, when what was typed must not be lost.
    """
    person = request.user.pk
    at = timezone.now()
    got = receive(request, person, at)
    if got is None:
        return JsonResponse({"saved": ""}, status=503)
    return JsonResponse({
        "saved": f"{at.astimezone(LONDON):%H:%M}",
        "sent": got.is_sent,
        "yours": got.is_open_to(person),
        "elsewhere": drafts.is_typed_elsewhere(got.draft, at),
    })  # fmt: skip


@require_POST
def throw(request: HttpRequest) -> HttpResponse:
    """Throw away what was typed on a page, and open it empty; for who has no account, too."""
    drafts.throw_away(request.user.pk, request.POST.get("draft", ""))
    onward = request.POST.get("next", "")
    if onward.startswith("/") and url_has_allowed_host_and_scheme(onward, {request.get_host()}):
        return redirect(onward)
    return redirect("work")
