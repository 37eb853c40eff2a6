"""How a question is answered: written down in one transaction with the answer, or not at all."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pydantic import ValidationError

from concord.api.problems import problem
from concord.api.schemas import Shape, Wrong
from concord.cases.admitted import admitted
from concord.cases.doorway import NotFound, Viewer
from concord.looks.models import Kind, Unusual
from concord.looks.writing import note
from concord.notifications.watching import tell_of_unusual

logger = logging.getLogger(__name__)
MEDIA = "application/json"
Asked = TypeVar("Asked", bound=Shape)


class _NotWrittenDown(Exception):
    """A look could not be written down: nothing is shown."""


class NotUsable(ValueError):
    """Part of an address cannot be used: `parameter`, and what to ask for instead."""

    def __init__(self, parameter: str, says: str) -> None:
        super().__init__(says)
        self.parameter = parameter


def answers(kind: Kind) -> Callable[[Callable[..., Shape]], Callable[..., HttpResponse]]:
    """For whoever the door has let in: the question is given the viewer, and gives a shape.

    `kind`: in what way it shows cases.
    """

    def question(ask: Callable[..., Shape]) -> Callable[..., HttpResponse]:
        @wraps(ask)
        def asked(request: HttpRequest, **named: Any) -> HttpResponse:
            who = admitted(request)
            if who is None:
                return problem(404)
            if not request.accepts(MEDIA):
                return problem(406)
            try:
                with transaction.atomic():
                    answer = _answered(ask, request, who, named)
                    unusual = _written_down(request, who, kind)
            except _NotWrittenDown:
                logger.exception("a look could not be written down: nothing is shown")
                return problem(503)
            if unusual is not None:
                tell_of_unusual(unusual)
            return answer

        return asked

    return question


def read(shape: type[Asked], request: HttpRequest) -> Asked:
    """What an address asks for. Raises ValidationError, and NotUsable for what it says twice."""
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise NotUsable(name, "It stands there more than once: ask for one of them.")
    return shape.model_validate(dict(request.GET.items()))


def now() -> datetime:
    """The time, read once an answer. Cut to the second."""
    return timezone.now().replace(microsecond=0)


def json(shape: Shape, status: int = 200) -> HttpResponse:
    """A shape as an answer."""
    return HttpResponse(shape.model_dump_json(), content_type=MEDIA, status=status)


def _answered(
    ask: Callable[..., Shape], request: HttpRequest, who: Viewer, named: dict[str, Any]
) -> HttpResponse:
    try:
        return json(ask(request, who, **named))
    except NotFound:
        return problem(404)
    except NotUsable as error:
        return problem(422, [Wrong(parameter=error.parameter, says=str(error))])
    except ValidationError as error:
        return problem(422, _wrong(error))


def _wrong(error: ValidationError) -> list[Wrong]:
    return [
        Wrong(
            parameter=".".join(str(part) for part in each["loc"]),
            says="There is no such parameter: leave it out."
            if each["type"] == "extra_forbidden"
            else f"{each['msg']}.",
        )
        for each in error.errors(include_url=False, include_input=False)
    ]


def _written_down(request: HttpRequest, who: Viewer, kind: Kind) -> Unusual | None:
    page = (request.resolver_match.url_name or "") if request.resolver_match else ""
    try:
        return note(who.looks, kind, page, who.at, who.user)
    except DatabaseError as error:
        raise _NotWrittenDown from error
