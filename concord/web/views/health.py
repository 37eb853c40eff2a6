"""Whether the service does what nobody sees it do: as JSON for programs, as a page for a person."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from concord.notifications.questions import mail_trouble, running, sealing_trouble, trouble
from concord.web.asking import now, page


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether deadlines are told: 200, or 503 with why. Says nothing of any case.

    A browser, which asks for HTML by name, is shown the same as a page, with when each process
    last went round. Whoever takes anything is a program, and gets JSON.
    """
    at = now()
    found = (trouble(at), mail_trouble(at))
    why = " ".join(filter(None, found))
    status = 503 if why else 200
    answer: HttpResponse
    if "text/html" in request.headers.get("Accept", "").lower():
        answer = page(
            request, "health", "What is running", status=status, why=why, at=at,
            it=running(), of_loop=found[0], of_mail=found[1], of_seal=sealing_trouble(at),
        )  # fmt: skip
    else:
        answer = JsonResponse({"status": "red" if why else "green", "why": why}, status=status)
    patch_vary_headers(answer, ["Accept"])
    answer.headers["Cache-Control"] = "no-store"
    return answer
