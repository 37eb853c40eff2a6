"""Keeping what is typed on a page, and giving it back: at the edge, for every form alike.

Each opening of a page with a form carries a mark: signed, so that what is sent with it is known
to come from that page and that person, though they are signed out by then, or another is signed
in. What is sent is kept before anything else is done with it, and removed once it was taken.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db import OperationalError
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from concord.cases import drafts
from concord.cases.drafts import KEPT, Place, Typed
from concord.cases.models import Case, Draft
from concord.rules.dates import moment
from concord.web.forms.base import MARK, PlainForm

ASKED = "kept"
"""In an address: the token of the draft that is to be shown."""
WAS = "was"
"""In what is kept: the print of what the page would change."""
SALT = "concord.page"
NOT_KEPT = frozenset({
    MARK, "csrfmiddlewaretoken", "action", "password", "password_new", "password_again", "code",
    "credential", "files",
})  # fmt: skip
"""What is sent along and not typed, and secrets."""
NEW_EACH_TIME = ("seen", "key")
"""What an opening has of its own, and does not take over from an earlier one."""
RECEIVED = "concord.received"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a form says of itself: whose page it is, where, which opening of it."""

    place: Place
    page: str
    origin: tuple[int, str] | None = None
    """The draft by which the page was filled in: its number, and when it was changed."""
    was: str = ""
    """What the page was filled in from, by its print, where it changes something that stands."""

    def sign(self) -> str:
        """The mark as the form carries it."""
        place = self.place
        packed = [place.user, place.case, place.kind, self.page, self.origin, self.was]
        return signing.dumps(packed, salt=SALT, compress=True)


def read_mark(request: HttpRequest) -> Mark | None:
    """The mark that came with a page; None without one, or if it is not ours or too old."""
    try:
        user, case, kind, page, origin, was = signing.loads(
            request.POST.get(MARK, ""), salt=SALT, max_age=KEPT
        )
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Mark(Place(user, case, kind), page, tuple(origin) if origin else None, was)


@dataclass(frozen=True, slots=True)
class Received:
    """A page that was sent, as it was kept before anything was done with it."""

    mark: Mark
    draft: Draft

    @property
    def is_sent(self) -> bool:
        """Whether it had been sent and taken already, with these words."""
        return self.draft.sent is not None

    def is_open_to(self, person: int | None) -> bool:
        """Whether it may be answered to whoever is signed in now; None for nobody."""
        place = self.mark.place
        return place.user == person or place.kind.startswith(drafts.OUTSIDER)


def receive(request: HttpRequest, person: int | None, at: datetime) -> Received | None:
    """Keep what came with a page, if it has a mark. A busy database keeps nothing: None.

    `person`: the number of whoever is signed in, to whom also belongs what was begun before. An
    outsider's words are under their invitation, whoever else is signed in to the browser.
    """
    mark = read_mark(request)
    if mark is None:
        return None
    if mark.place.user is None and not mark.place.kind.startswith(drafts.OUTSIDER):
        mark = replace(mark, place=replace(mark.place, user=person))
    try:
        if drafts.is_over(mark.place):
            return None
        _catch_up(mark, at)
        draft = drafts.keep(mark.place, mark.page, typed_in(request, mark.was), at)
        if draft.sent is None and drafts.is_recorded(mark.place, draft.page):
            _catch_up(mark, at)
            draft.refresh_from_db()
    except OperationalError:
        return None
    return Received(mark, draft)


def _catch_up(mark: Mark, at: datetime) -> None:
    """An act that is recorded was sent, though whoever answered was cut off before saying so."""
    place = mark.place
    if place.case is not None and drafts.is_recorded(place, mark.page):
        reference = Case.objects.values_list("reference", flat=True).get(pk=place.case)
        drafts.settle(place, mark.page, reverse("case", args=[reference]), at, mark.origin)


def _without_mark(request: HttpRequest, place: Place, page: str, was: str) -> Received | None:
    """Keep what came with a page that carries no mark of ours, at the place where it came.

    It is taken to have been typed over what stands now.
    """
    typed = typed_in(request, was)
    if key := "".join(typed.get("key", ())):
        page = drafts.print_of({"at": [repr(place)], "key": [key]})
    try:
        draft = drafts.keep(place, page, typed, timezone.now())
    except OperationalError:
        return None
    got = Received(Mark(place, page), draft)
    request.META[RECEIVED] = got
    return got


def typed_in(request: HttpRequest, was: str = "") -> Typed:
    """What was typed on a page, as it came; but NUL, which no store holds.

    `was` says what the page would change, so that it is not given back over something newer.
    """
    typed = {
        name: [str(value).replace("\0", "") for value in values]
        for name, values in request.POST.lists()
        if name not in NOT_KEPT
    }
    return {**typed, WAS: [was]} if was else typed


def as_posted(typed: dict[str, Any]) -> QueryDict:
    """What was typed, as a form takes it."""
    found = QueryDict(mutable=True)
    for name, values in typed.items():
        found.setlist(name, values if isinstance(values, list) else [str(values)])
    return found


def same_words(typed: dict[str, Any], standing: dict[str, Any]) -> bool:
    """Whether what was typed says no more than what stands."""
    return all(
        not any(values) or values == (there if isinstance(there, list) else [there])
        for name, values in typed.items()
        if name not in (WAS, "back_to_check")
        for there in [standing.get(name, "")]
    )


@dataclass(slots=True)
class Opened:
    """One opening of a page with a form: what fills it in, and what is said of that."""

    request: HttpRequest
    place: Place
    at: datetime
    page: str
    received: Received | None = None
    draft: Draft | None = None
    """What was typed here before and not sent."""
    others: list[Draft] = field(default_factory=list)
    """Other such: from other tabs, or other days."""
    sent: Draft | None = None
    """What was sent from here within the last half hour."""
    was: str = ""

    @property
    def said(self) -> dict[str, Any]:
        """What was answered when it was sent and not taken; empty if it is not shown again.

        `errors` by field; `loose`: it was not sent, only shown again, and is not judged.
        """
        if self.draft is None or not self.is_asked_for:
            return {}
        return {name: value for name, value in self.draft.said.items() if name != drafts.STANDS}

    @property
    def is_asked_for(self) -> bool:
        """Whether the address asks for one draft."""
        return bool(self.request.method != "POST" and self.request.GET.get(ASKED))

    @property
    def posted(self) -> QueryDict | None:
        """What the form is bound to: what was sent, or was sent before and not taken."""
        if self.request.method == "POST":
            return self.request.POST
        if self.draft is None or not self.said or self.said.get("loose"):
            return None
        found = as_posted(self.draft.data)
        found.setdefault("key", secrets.token_urlsafe(16))
        return found

    @property
    def mark(self) -> Markup:
        """The field that carries the mark."""
        origin = None
        if self.draft is not None and self.draft.page != self.page:
            origin = (self.draft.pk, self.draft.updated.isoformat())
        signed = Mark(self.place, self.page, origin, self.was).sign()
        return Markup('<input type="hidden" name="{}" value="{}">').format(MARK, signed)

    @property
    def given(self) -> str:
        """When what fills the page in was typed, in words; empty if nothing was."""
        if self.draft is None or self.request.method == "POST" or self.said:
            return ""
        return moment(self.draft.updated)

    @property
    def overtakes(self) -> bool:
        """Whether what stands is no longer what it was when the page was opened.

        What was sent from this very opening before overtakes nothing: somebody went back to it.
        """
        if self.received is None or self.received.mark.was in ("", self.was):
            return False
        return not drafts.is_own(self.place, self.received.mark.page, self.was)

    @property
    def first_values(self) -> dict[str, Any]:
        """What was typed before, for a form that asks by its first values what to ask."""
        if self.draft is None:
            return {}
        flat = {
            name: values[0] if isinstance(values, list) and len(values) == 1 else values
            for name, values in self.draft.data.items()
            if name != WAS
        }
        return PlainForm.initial_from(flat)

    @property
    def other_rows(self) -> list[tuple[str, str]]:
        """The other drafts: when typed, and the address that shows each."""
        return [(moment(each.updated), self._address(each)) for each in self.others]

    @property
    def was_sent(self) -> str:
        """When it was sent lately, in words; empty if it was not."""
        return moment(self.sent.sent) if self.sent is not None and self.sent.sent else ""

    def fill(self, form: PlainForm) -> None:
        """Fill in a form that is not bound with what was typed before."""
        if self.draft is not None and not form.is_bound:
            form.fill(as_posted(self.draft.data), () if self.said else NEW_EACH_TIME)

    def repeat(self, form: PlainForm) -> None:
        """Say again what was answered when it was sent and not taken."""
        for name, says in self.said.get("errors", {}).items():
            known = name if name in form.fields else None
            for each in says:
                if each not in form.errors.get(known or "__all__", []):
                    form.add_error(known, each)

    def shown_again(self, said: dict[str, Any]) -> HttpResponseRedirect | None:
        """Where a browser is sent that gets the page back, so that Back never meets a form.

        None for what is not a browser on its way to a page, and where nothing could be kept.
        """
        if self.received is None or self.received.is_sent or not navigates(self.request):
            return None
        return shown_again(self.request, self.received.draft, said)

    def answered(self, typed: dict[str, Any]) -> None:
        """What was typed stands now: going back to this opening does not overtake it."""
        drafts.stands(self.place, self.page, typed)

    def served(self) -> None:
        """What was typed has served, as a search has: it may be sent again, and is not kept."""
        if self.received is not None:
            mark = self.received.mark
            drafts.drop(mark.place, mark.page, self.at, mark.origin)
            self.received = None

    def _address(self, draft: Draft) -> str:
        return address_of(self.request, draft)


class ShownAgain(HttpResponseRedirect):
    """The way to a page that shows again what was sent and not taken."""

    status_code = 303


def shown_again(request: HttpRequest, draft: Draft, said: dict[str, Any]) -> ShownAgain:
    """Keep what is said of a draft with it, and lead to the page that shows both."""
    drafts.say(draft, {"again": True, **said})
    return ShownAgain(address_of(request, draft))


def address_of(request: HttpRequest, draft: Draft) -> str:
    """The address that shows a draft on its page."""
    asked = request.GET.copy()
    asked[ASKED] = draft.token
    return f"{request.path}?{asked.urlencode()}"


def navigates(request: HttpRequest) -> bool:
    """Whether a browser asks, on its way to another page: only it has a Back button."""
    return request.headers.get("Sec-Fetch-Mode") == "navigate"


def opened(request: HttpRequest, place: Place, at: datetime, standing: Any = None) -> Opened:
    """One opening of a page. `standing`: what it would change, where another tab could too."""
    found = Opened(request, place, at, secrets.token_urlsafe(16))
    if standing is not None:
        found.was = drafts.print_of(standing)
    got = request.META.get(RECEIVED)
    if request.method == "POST":
        if not isinstance(got, Received) or got.mark.place != place:
            got = _without_mark(request, place, found.page, found.was)
        if got is not None:
            found.received, found.page = got, got.draft.page
        return found
    waiting = drafts.unsent(place, at)
    wanted = request.GET.get(ASKED, "")
    found.draft = next((each for each in waiting if each.token == wanted), None)
    if found.draft is None:
        fresh = [each for each in waiting if each.data.get(WAS, [""]) == [found.was]]
        found.draft = fresh[0] if fresh else None
    elif found.said:
        found.page = found.draft.page
    found.others = [
        each
        for each in waiting
        if each != found.draft and not (standing and same_words(each.data, standing))
    ]
    found.sent = drafts.lately(place, at)
    return found


def next_sign_in(login: str, path: str, draft: Draft | None) -> str:
    """Where to sign in, so that one comes back to the page with what was typed."""
    onward = f"{path}?{urlencode({ASKED: draft.token})}" if draft is not None else path
    return f"{login}?{urlencode({'next': onward})}"
