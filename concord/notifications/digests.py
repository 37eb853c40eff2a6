"""The digest: for who asks for it, what can wait comes together, once a working day.

What is urgent never waits for one.
"""

from datetime import datetime

from django.db import transaction

from concord.directory.models import User
from concord.notifications.models import Kind, MailState, Notice, Wish


def set_digest(user: User, wanted: bool) -> None:
    """Whether somebody gets what can wait as a digest, from now on."""
    Wish.objects.update_or_create(user=user, defaults={"digest": wanted})


def has_digest(user: User) -> bool:
    """Whether somebody asked for a digest."""
    return Wish.objects.filter(user=user, digest=True).exists()


def gather(at: datetime) -> int:
    """Make one digest for each person whose time has come. Returns how many."""
    ready = Notice.objects.filter(state=MailState.WAITING, in_digest=True, not_before__lte=at)
    people = ready.order_by().values_list("recipient_id", flat=True).distinct()
    return sum(_for(person, at) for person in list(people) if person is not None)


def _for(person: int, at: datetime) -> bool:
    with transaction.atomic():
        Wish.objects.select_for_update().filter(user_id=person).first()
        ready = Notice.objects.filter(
            recipient_id=person, state=MailState.WAITING, in_digest=True, not_before__lte=at
        )
        numbers = list(ready.order_by("id").values_list("pk", flat=True))
        if not numbers:
            return False
        digest = Notice.objects.create(
            key=f"digest:{numbers[0]}:{person}", kind=Kind.DIGEST, recipient_id=person, told=at,
            state=MailState.WAITING, not_before=at,
        )  # fmt: skip
        Notice.objects.filter(pk__in=numbers).update(state=MailState.DIGESTED, digest=digest)
    return True
