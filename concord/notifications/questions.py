"""What pages ask of the notices: how many are unread, which there are, whether the loop runs."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from concord.directory.models import User
from concord.notifications.loop import NAME
from concord.notifications.models import Heartbeat, Kind, Notice

SILENCE = timedelta(minutes=10)
"""How long the loop may be silent before health is red."""


def unread(user: User) -> int:
    """How many notices somebody has not marked as read."""
    return _of(user).filter(read=None).count()


def notices_of(user: User, only_unread: bool = False) -> QuerySet[Notice]:
    """Somebody's notices, the latest first, with their cases."""
    found = _of(user).select_related("case").order_by("-told", "-id")
    return found.filter(read=None) if only_unread else found


def mark_read(user: User, numbers: Iterable[int] | None, at: datetime) -> int:
    """Mark somebody's own notices as read: these, or (None) all. Returns how many."""
    found = _of(user).filter(read=None)
    if numbers is not None:
        found = found.filter(pk__in=list(numbers))
    return found.update(read=at)


def _of(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=user).exclude(kind=Kind.DIGEST)


def trouble(at: datetime) -> str:
    """Why deadlines may not be told at `at` (aware), in plain words; empty when all is well."""
    last = Heartbeat.objects.filter(name=NAME).first()
    if last is None:
        return "The deadline loop has not run yet."
    if abs(at - last.at) > SILENCE:
        minutes = int(abs(at - last.at).total_seconds() // 60)
        return f"The deadline loop has not run for {minutes} minutes."
    if last.stuck:
        return f"The deadline loop could not work on {last.stuck} cases."
    return ""
