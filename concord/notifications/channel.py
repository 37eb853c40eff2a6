"""The way out for mail: paused while the server refuses everything, and for how long."""

from datetime import datetime, timedelta

from django.db.models import F

from concord.notifications.models import Channel

NAME = "mail"
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)


def is_paused(at: datetime) -> bool:
    """Whether nothing is to be tried at `at` (aware). A clock set back does not lengthen it."""
    until = Channel.objects.filter(name=NAME).values_list("paused_until", flat=True).first()
    return until is not None and at < until <= at + LONGEST_PAUSE


def take_turn() -> None:
    """Wait until no other worker is choosing what to send. In the caller's transaction."""
    Channel.objects.get_or_create(name=NAME)
    Channel.objects.select_for_update().get(name=NAME)


def streak() -> int:
    """How many attempts in a row were refused."""
    return Channel.objects.filter(name=NAME).values_list("streak", flat=True).first() or 0


def pause(at: datetime, why: str) -> None:
    """The server refused: rest, longer each time, five minutes at most."""
    kept, _ = Channel.objects.get_or_create(name=NAME)
    rest = min(FIRST_PAUSE * 2 ** min(kept.streak, 10), LONGEST_PAUSE)
    Channel.objects.filter(name=NAME).update(
        streak=F("streak") + 1, since=kept.since or at, paused_until=at + rest, error=why[:300]
    )


def resume() -> None:
    """The server takes letters again."""
    Channel.objects.filter(name=NAME).exclude(streak=0, since=None).update(
        streak=0, since=None, paused_until=None, error=""
    )
