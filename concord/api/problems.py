"""Why there is no answer, as a program can read it (RFC 9457), and what whoever runs it does."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from concord.api.schemas import Problem, Wrong

MEDIA = "application/problem+json"
DETAILS: Mapping[int, str] = {
    400: "The request could not be read. Send a plain GET with nothing in its body.",
    401: "Send a token that still opens, as 'Authorization: Bearer concord_read_...'. Make one at "
    "/you/tokens: a token ends on its day, when it is ended there, and with every change to how "
    "its person signs in.",
    403: "The API answers over TLS alone. Ask with https, and end the token that you sent: others "
    "may have read it.",
    404: "There is no such address or case, or none that is open to you. Check the reference. If "
    "the case should be open to you, ask your safeguarding lead or the partnership's business "
    "unit.",
    405: "The API reads, and changes nothing: ask with GET. To act on a case, open its page.",
    406: "The answer is JSON. Accept application/json.",
    410: "The case was disposed of, as its time was over. What it said is destroyed. Its page says "
    "when, and who decided it.",
    413: "The request is too large. Send a plain GET with nothing in its body.",
    422: "Part of the address cannot be used: see errors.",
    429: "This was asked for too often. Wait for as many seconds as Retry-After says.",
    500: "Concord has a fault, and nothing was changed. Ask again later, and tell whoever runs "
    "Concord for you.",
    503: "Concord cannot show this now, so nothing is shown: who reads a child's case is written "
    "down first. Ask again in a minute. If a child is at risk, do not wait: call 999 or your "
    "area's MASH.",
}


def problem(status: int, errors: Iterable[Wrong] = (), detail: str = "") -> HttpResponse:
    """An answer that says what is wrong, and what to do."""
    found = Problem(
        title=HTTPStatus(status).phrase, status=status,
        detail=detail or DETAILS.get(status, DETAILS[400]), errors=list(errors),
    )  # fmt: skip
    answer = HttpResponse(found.model_dump_json(), content_type=MEDIA, status=status)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="concord"'
    return answer


def is_for_programs(request: HttpRequest) -> bool:
    """Whether an address belongs to the API."""
    return request.path_info.startswith("/api/")


def in_place_of(answer: HttpResponse) -> HttpResponse:
    """A problem in place of a page that says the same, with its headers and without its cookies."""
    said = problem(answer.status_code if answer.status_code in DETAILS else 404)
    for name, value in answer.headers.items():
        if name not in ("Content-Type", "Content-Length", "Location"):
            said.headers[name] = value
    return said
