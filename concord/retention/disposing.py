"""Disposing of a case: what is written, what is removed, and the key that is destroyed.

First the register says so and all tables that hold something readable are emptied, in one
transaction. Then the key goes, and the files. Whoever is stopped in between is caught up with by
`finish`: a case is never unreadable without its tombstone.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from concord.cases import kept as replayed
from concord.cases.doorway import Viewer
from concord.cases.models import Case, Draft, Enclosure, Invitation, Outbox, Registered, Summary
from concord.cases.register import write
from concord.cases.retaining import Kept, NotDone, by_name, must_be_due
from concord.cases.retaining import one as kept_one
from concord.cases.sealing import Places
from concord.cases.verifications import verify_with_checkpoints
from concord.directory.models import User
from concord.files import store
from concord.notifications.models import Notice, Reminder, Watch
from concord.retention.tombstones import (
    Tombstone,
    as_text,
    from_text,
    tombstone,
    tombstone_of,
)
from concord.subject_access.gathering import cases_about
from concord.subject_access.models import Request
from concord.subject_access.requests import standing_of
from concord.vault import keys

DISPOSED = "disposed"
"""How the summary says that a case stands."""


def approve(who: Viewer, found: Kept) -> Tombstone:
    """Dispose of a case that somebody else has proposed. Raises NotDone: nothing was changed.

    Not within a transaction of the caller's: the key goes when it is committed.
    """
    must_be_free(who, found)
    _must_be_verified(found.case)
    with transaction.atomic(durable=True):
        _overwrite_what_is_removed()
        case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=found.case.pk)
        if case.disposed is not None:
            raise NotDone("The case was disposed of meanwhile.")
        now = kept_one(found.case.partnership, case.reference, who.at)
        must_be_free(who, now)
        stone = tombstone(now, by_name(who, found.case.partnership), who.at)
        write(
            Registered.Kind.DISPOSED, found.case, who.user, who.at, stone.plain(),
            once=f"disposed:{case.pk}",
        )  # fmt: skip
        _remove(case, who.at)
    _destroy(case, stone)
    return stone


def must_be_free(who: Viewer, found: Kept) -> None:
    """Raises NotDone where this person may not approve it, or it is not to be disposed of now."""
    proposal = found.proposal
    if proposal is None:
        raise NotDone("Nobody has proposed it. One person proposes it, and another approves.")
    if proposal.person == who.person:
        raise NotDone("You proposed it. Somebody else approves it: two people decide on this.")
    must_be_due(found)
    for request in _requests_under_way(found.case):
        raise NotDone(
            f"Request {request.reference} for what is held about the child is not answered yet. "
            "What somebody has asked for is not destroyed: answer it first."
        )


def _requests_under_way(case: Case) -> Iterator[Request]:
    for request in Request.objects.filter(partnership=case.partnership).select_related(
        "partnership"
    ):
        if keys.is_destroyed(request.reference) or standing_of(request).is_over:
            continue
        about = cases_about(request.partnership, request.child, request.born)
        if case in about or request.pieces.filter(case=case).exists():
            yield request


def _must_be_verified(case: Case) -> None:
    found, _ = verify_with_checkpoints(Places(settings.CONCORD_SEAL), only=[case.reference])
    if found.findings:
        raise NotDone(
            "The record of this case does not verify, so nothing of it is destroyed: it may be "
            "needed to find out what was done. See the integrity of the record."
        )


def _overwrite_what_is_removed() -> None:
    """SQLite writes zeros over removed rows then, and not only lets their pages be used again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _remove(case: Case, at: datetime) -> None:
    """Remove what is readable of a case without its key, or of use to nobody any more.

    Records, documents that were sent and who looked stay where they stand in their chains: what
    they say of the child is closed with the key.
    """
    Notice.objects.filter(case=case).delete()
    Reminder.objects.filter(case=case).delete()
    Watch.objects.filter(case=case).delete()
    Outbox.objects.filter(case=case).delete()
    Invitation.objects.filter(case=case).delete()
    Enclosure.objects.filter(case=case).delete()
    Draft.objects.filter(case=case).delete()
    case.children.all().delete()
    Summary.objects.filter(case=case).update(
        status=DISPOSED, stage="", next_due=None, urgent=False, flagged=False, proposed=False,
        duties=[], open_actions=0, open_checks=0, followed_up=True,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(disposed=at, facts={}, salt="")


def _destroy(case: Case, stone: Tombstone) -> None:
    """Destroy the key of a case and those of the copies that were given of it, and its files."""
    for reference in _requests_that_hold(case):
        keys.destroy(reference, json.dumps({"with": case.reference}))
    keys.destroy(case.reference, as_text(stone))
    store.delete_all(case.pk)
    replayed.forget()
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _requests_that_hold(case: Case) -> list[str]:
    """The requests (references) for which pieces of a case were gathered: their copies hold it."""
    of = Request.objects.filter(pieces__case=case).distinct()
    return list(of.values_list("reference", flat=True))


def finish(at: datetime) -> list[str]:
    """Destroy again what was disposed of and is here again: after a restore, or a stop in between.

    What the register says was disposed of, and has its key, loses it. What stands in the database
    as if it had not been, and whose key was destroyed, is marked and emptied. `at` is aware. The
    references concerned.
    """
    found = []
    for case in Case.objects.exclude(disposed=None):
        there = [each for each in (case.reference, *_requests_that_hold(case))
                 if keys.is_there(each)]  # fmt: skip
        stone = tombstone_of(case.reference)
        if there and stone is not None:
            _destroy(case, stone)
            found.append(case.reference)
    for name, says in list(keys.destroyed()):
        case_again = Case.objects.select_related("partnership").filter(reference=name).first()
        left = from_text(says)
        if case_again is not None and case_again.disposed is None and left is not None:
            _again(case_again, left, at)
            found.append(name)
    return found


def _again(case: Case, stone: Tombstone, at: datetime) -> None:
    """A database from before the disposal was put back: what is left is written down again."""
    by = User.objects.filter(posts__partnership=case.partnership, posts__role="business_manager")
    with transaction.atomic():
        _overwrite_what_is_removed()
        who = by.order_by("pk").first() or User.objects.order_by("pk")[0]
        write(
            Registered.Kind.DISPOSED, case, who, at, stone.plain(), once=f"disposed:{case.pk}"
        )  # fmt: skip
        _remove(case, datetime.fromisoformat(stone.disposed))
    _destroy(case, stone)
