"""Drafts: what somebody has typed and not sent. Nothing typed is lost.

A draft belongs to one opening of one page, so two tabs keep two. When it is sent, what was typed
is removed from here at once; that it was sent, and where that led, is kept for a day.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from concord.cases.models import Draft, Entry, Invitation
from concord.directory.models import User
from concord.vault import months

Typed = dict[str, list[str]]
"""What was typed, name by name, as it was typed: a name may have several values."""

NOBODYS = timedelta(days=7)
"""How long a draft is kept whose writer has not proved their address."""
KEPT = timedelta(days=30)
"""How long what was typed and not sent is kept after the last change."""
REMEMBERED = timedelta(days=1)
"""How long it is remembered that a page was sent."""
LATELY = timedelta(minutes=30)
"""How long somebody who opens a page again is told that they have just sent it."""
OUTSIDER = "invited/"
"""Begins the kind of a place where an outsider answers; the number of their invitation follows."""
STANDS = "stands"
"""In what is said of a draft that was sent: the print of what stood there by that."""
_AGAIN = "~"
"""Ends the name of an opening whose text was changed after it had been sent."""
_LONGEST = 64
"""The longest name that the column of an opening takes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody types: who (their number), in which case (its number), on which page.

    Without a person, the page's address names the draft or invitation that it belongs to.
    """

    user: int | None
    case: int | None
    kind: str

    @property
    def is_question(self) -> bool:
        """Whether it is one question of a concern, which can be answered anew by going back."""
        return self.kind.startswith("raise/")

    @property
    def drafts(self) -> QuerySet[Draft]:
        """What was typed there."""
        return Draft.objects.filter(user=self.user, case=self.case, kind=self.kind)


def keep(place: Place, page: str, typed: Typed, at: datetime) -> Draft:
    """Keep what is typed in one opening of a page; the latest typing there replaces an earlier.

    Answers with the draft that was sent already, if it was sent with these words. Words that
    were changed after sending are kept as a draft of their own, but for an answer to a question,
    which is answered anew.
    """
    try:
        with transaction.atomic():
            return _keep(place, page, typed, at)
    except IntegrityError:
        with transaction.atomic():
            return _keep(place, page, typed, at)


def _keep(place: Place, page: str, typed: Typed, at: datetime) -> Draft:
    draft = place.drafts.select_for_update().filter(page=page).first()
    if draft is None:
        return Draft.objects.create(
            user_id=place.user, case_id=place.case, kind=place.kind, page=page, data=typed,
            updated=at,
        )  # fmt: skip
    if draft.sent is not None:
        if draft.data.get("sent") == print_of(typed):
            return draft
        if place.is_question:
            draft.data, draft.sent, draft.updated = typed, None, at
            draft.save(update_fields=["data", "sent", "updated"])
            return draft
        anew = {name: values for name, values in typed.items() if name != "key"}
        return _keep(place, _next(page), anew, at)
    if draft.data != typed:
        draft.data, draft.updated = typed, at
        draft.save(update_fields=["data", "updated"])
    return draft


def _next(page: str) -> str:
    """The name under which words go on that were changed after sending: no longer than is kept."""
    name = page + _AGAIN
    return name if len(name) <= _LONGEST else hashlib.sha256(name.encode()).hexdigest()


def say(draft: Draft, said: dict[str, Any]) -> None:
    """Keep with a draft what was answered when it was sent and not taken."""
    draft.said = {**{name: draft.said[name] for name in (STANDS,) if name in draft.said}, **said}
    draft.save(update_fields=["said"])


def stands(place: Place, page: str, typed: dict[str, Any]) -> None:
    """What one opening of a page sent is what stands there from now on."""
    for draft in place.drafts.filter(page=page):
        say(draft, {STANDS: print_of(typed)})


def is_own(place: Place, page: str, stands: str) -> bool:
    """Whether what stands, by its print, was sent from this very opening, lately or just now."""
    return any(draft.said.get(STANDS) == stands for draft in place.drafts.filter(page=page))


def settle(
    place: Place, page: str, then: str, at: datetime, origin: tuple[int, str] | None = None
) -> None:
    """It was sent and taken: what was typed is removed, and where it led is remembered.

    `origin` is the draft (number, and when it was changed) that filled the page in when it was
    opened: it goes too, unless more was typed into it since.
    """
    with transaction.atomic():
        draft = place.drafts.select_for_update().filter(page=page).first()
        if draft is None:
            return
        if draft.sent is None:
            draft.data = {"sent": print_of(draft.data)}
            draft.said = {STANDS: draft.said[STANDS]} if STANDS in draft.said else {}
            draft.sent, draft.updated = at, at
        draft.then = then[:200]
        draft.save(update_fields=["data", "said", "sent", "then", "updated"])
        if origin is not None:
            number, changed = origin
            same = place.drafts.filter(pk=number, sent=None).exclude(pk=draft.pk).first()
            if same is not None and same.updated.isoformat() == changed:
                same.delete()


def drop(place: Place, page: str, at: datetime, origin: tuple[int, str] | None = None) -> None:
    """What was typed has served, and may be sent again: nothing of it is kept or remembered."""
    with transaction.atomic():
        settle(place, page, "", at, origin)
        place.drafts.filter(page=page).delete()


def is_recorded(place: Place, page: str) -> bool:
    """Whether the act of a page is in the ledger, though its draft does not know: cut off."""
    draft = place.drafts.filter(page=page, sent=None).first()
    return draft is not None and bool(_recorded(place, [draft]))


def print_of(typed: Typed) -> str:
    """By which the same words are known again; nothing can be read from it."""
    return hashlib.sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()


def unsent(place: Place, at: datetime) -> list[Draft]:
    """What was typed at a place and not sent, the latest first; not longer ago than it is kept."""
    found = list(place.drafts.filter(sent=None, updated__gte=at - KEPT))
    recorded = _recorded(place, found)
    return [draft for draft in found if draft.pk not in recorded]


def _recorded(place: Place, found: list[Draft]) -> set[int]:
    """Those whose act is in the ledger all the same: the answer to it was cut off."""
    keys = {draft.pk: (draft.data.get("key") or [""])[0] for draft in found}
    wanted = [key for key in keys.values() if key]
    if place.case is None or not wanted:
        return set()
    there = set(Entry.objects.filter(case=place.case, key__in=wanted).values_list("key", flat=True))
    return {pk for pk, key in keys.items() if key in there}


def is_typed_elsewhere(draft: Draft, at: datetime) -> bool:
    """Whether another tab was typed in at the same place within the last minute."""
    place = Place(draft.user_id, draft.case_id, draft.kind)
    others = place.drafts.filter(sent=None, updated__gte=at - timedelta(minutes=1))
    return others.exclude(pk=draft.pk).exists()


def lately(place: Place, at: datetime) -> Draft | None:
    """What was sent from a place within the last half hour, if anything was."""
    return place.drafts.filter(sent__gte=at - LATELY).order_by("-sent").first()


def mine(user: User, at: datetime) -> list[Draft]:
    """What somebody can go on with: concerns begun, and pages of cases typed on, latest first."""
    found = Draft.objects.filter(user=user, sent=None, updated__gte=at - KEPT)
    return [
        draft
        for draft in found.select_related("case")
        if draft.kind == "raise" or draft.case is not None
    ]


def throw_away(user: int | None, token: str) -> Draft | None:
    """Remove one draft of somebody's own; the draft that was, or None.

    What belongs to no person is thrown away by its token, which only its own page shows.
    """
    of_theirs = Q(user=user) | Q(user=None)
    draft = Draft.objects.filter(of_theirs, token=token, sent=None).exclude(kind="raise").first()
    if draft is not None:
        Draft.objects.filter(pk=draft.pk).delete()
    return draft


def of_concern(draft: Draft) -> QuerySet[Draft]:
    """What was typed on the pages of a concern's questions, and whether it was gone on with."""
    return Draft.objects.filter(user=draft.user, kind__startswith=f"raise/{draft.token}/")


def is_over(place: Place) -> bool:
    """Whether a place belongs to a concern that was sent, or to an invitation that has ended.

    Nothing is kept there any more.
    """
    if place.kind.startswith(OUTSIDER):
        number = int(place.kind.removeprefix(OUTSIDER))
        return not Invitation.objects.filter(pk=number, ended=None).exists()
    if not place.is_question:
        return False
    token = place.kind.split("/")[1]
    return not Draft.objects.filter(user=place.user, kind="raise", token=token).exists()


def sweep(at: datetime) -> int:
    """Remove what has been kept for as long as is said; how many drafts that were.

    The key of a month in which none of what is left was typed goes too: no backup opens it again.
    """
    gone = 0
    for old in (
        Draft.objects.filter(sent=None, updated__lt=at - KEPT),
        Draft.objects.filter(user=None, updated__lt=at - NOBODYS),
        Draft.objects.filter(sent__lt=at - REMEMBERED),
    ):
        gone += old.delete()[0]
    months.destroy_before(at - KEPT)
    return gone


def begin_raising(user: User | None, at: datetime, begun: dict[str, Any] | None = None) -> Draft:
    """A new draft of a concern; `begun` is what is known of it. Without a user: a first time.

    Drafts of nobody that lie untouched are removed: what they hold is about a child.
    """
    if user is None:
        Draft.objects.filter(user=None, updated__lt=at - NOBODYS).delete()
    draft = Draft.objects.create(user=user, kind="raise", updated=at)
    draft.data = {**(begun or {}), "token": draft.token}
    draft.save(update_fields=["data"])
    return draft


def raising(user: User | None, token: str) -> Draft | None:
    """Somebody's own draft of a concern, by its token; nobody's, where the user is None."""
    return Draft.objects.filter(user=user, kind="raise", token=token).first()


def answer(draft: Draft, step: str, typed: dict[str, Any], at: datetime) -> None:
    """Keep the answer to one question of a concern; what other tabs answered meanwhile stays."""
    with transaction.atomic():
        now = Draft.objects.select_for_update().get(pk=draft.pk)
        draft.data = {**now.data, step: typed}
        draft.updated = at
        draft.save(update_fields=["data", "updated"])


def give(draft: Draft, user: User) -> None:
    """A draft that was nobody's is this person's from now on, with what was typed on its pages."""
    draft.user = user
    draft.save(update_fields=["user"])
    pages = Draft.objects.filter(user=None, kind__startswith=f"raise/{draft.token}/")
    pages.update(user=user)
