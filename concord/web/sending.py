"""Answering a page that was sent: kept first, done once, and removed when it was taken."""

from collections.abc import Callable
from contextlib import suppress

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from concord.cases import drafts
from concord.cases.drafts import Place
from concord.cases.models import Draft
from concord.rules.dates import moment
from concord.web.errors import not_yours
from concord.web.keeping import RECEIVED, Received, ShownAgain, receive, shown_again

STAYS = frozenset({"save", "attach", "check"})
"""Buttons that send nothing off."""
_TAKEN = "concord.taken"


def kept_while(
    request: HttpRequest, person: int | None, view: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Answer a page that was sent: kept first, done once, and removed when it was taken.

    `person` is the number of whoever is signed in; their page is not sent in another's name.
    """
    got = receive(request, person, timezone.now()) if request.method == "POST" else None
    if got is None:
        return _settled(request, view())
    if not got.is_open_to(person):
        return not_yours(request)
    if not _is_once_by_itself(got.mark.place):
        with transaction.atomic():
            # whoever sends the same page at the same time waits here, and is told it is done
            Draft.objects.select_for_update().get(pk=got.draft.pk)
            got.draft.refresh_from_db()
            return _kept_while(request, got, view)
    return _kept_while(request, got, view)


def _is_once_by_itself(place: Place) -> bool:
    """Whether sending twice does once what is sent: a record has its key, an answer its place."""
    return place.case is not None or place.kind.startswith(("raise/", "invited/"))


def _kept_while(
    request: HttpRequest, got: Received, view: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    if not got.mark.place.is_question:
        if got.is_sent:
            return HttpResponseRedirect(got.draft.then or request.path)
        if got.draft.page != got.mark.page:
            return _changed_since(request, got)
    request.META[RECEIVED] = got
    return _settled(request, view())


def _settled(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """What was sent and taken is a draft no more."""
    got = request.META.get(RECEIVED)
    if isinstance(got, Received) and _is_taken(request, answer):
        then = answer.headers.get("Location", request.path)
        with suppress(OperationalError):  # the record itself tells then, by its key
            drafts.settle(got.mark.place, got.draft.page, then, timezone.now(), got.mark.origin)
    return answer


def taken(request: HttpRequest) -> None:
    """Say that a page was sent and taken, where the answer is a page and leads nowhere."""
    request.META[_TAKEN] = True


def _is_taken(request: HttpRequest, answer: HttpResponseBase) -> bool:
    if request.META.get(_TAKEN):
        return True
    leads_on = answer.status_code in (302, 303) and not isinstance(answer, ShownAgain)
    return leads_on and request.POST.get("action", "") not in STAYS


def _changed_since(request: HttpRequest, got: Received) -> HttpResponse:
    """It was sent before; these words differ: they are kept, and not taken for the same."""
    sent = Draft.objects.filter(page=got.mark.page).first()
    when = f" on {moment(sent.sent)}" if sent is not None and sent.sent else ""
    return shown_again(request, got.draft, {"errors": {"__all__": [
        f"You sent this page{when}, and that was recorded once. You have changed what you typed "
        "since. What is below is not recorded: send it only if it is something new."
    ]}})  # fmt: skip
