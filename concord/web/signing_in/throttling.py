"""How often one may try: counted by whom it is for and where it comes from, never by person alone.

Whoever guesses at a colleague's address from elsewhere, or from the next desk, locks out neither
the colleague nor their browser: a browser in which somebody has signed in before is counted by
itself. What is not known counts the same for addresses that exist and for those that do not.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from concord.directory.codes import CameTo
from concord.directory.models import Attempt
from concord.web.signing_in.source import Source

WINDOW = timedelta(minutes=15)
SPAN = timedelta(hours=1)
MOST_FROM_ONE_PLACE = 300
"""Wrong passwords, or wrong first codes, in an hour from one network address, for all people: an
agency shares one."""
MOST_CODES_FROM_ANYWHERE = 20
"""Wrong codes in an hour for one person, from browsers that are not known, all together: whoever
has got the password must not try codes from a thousand places. A known browser goes on."""


class Door(StrEnum):
    """What is tried."""

    PASSWORD = "password"
    CODE = "second"
    FIRST = "first"
    """A code to choose a password by. It has 12 digits: too many to guess from anywhere in its
    day, so wrong ones from elsewhere never count."""
    PASSKEY = "passkey"
    AGENCY = "agency"

    @property
    def most(self) -> int:
        """How many wrong ones in a quarter of an hour, for one person from one source."""
        return 10 if self is Door.PASSWORD else 5


def begin(door: Door, about: str, source: Source, at: datetime) -> Attempt | None:
    """Count an attempt before it is looked at; None if there were too many, and it is not.

    Counted as wrong until `was_right`: guesses made at once do not share a try.
    """
    is_too_many = _is_too_many(door, about, source, at)
    came_to = CameTo.THROTTLED if is_too_many else CameTo.WRONG
    row = Attempt.objects.create(
        door=door, about=about, address=source.name, at=at, came_to=came_to
    )
    return None if is_too_many else row


def keep(door: Door, about: str, source: Source, at: datetime, is_right: bool) -> None:
    """Keep an attempt that needs no limit: nobody guesses a key, or what another has signed."""
    came_to = CameTo.RIGHT if is_right else CameTo.WRONG
    Attempt.objects.create(door=door, about=about, address=source.name, at=at, came_to=came_to)


def was_right(attempt: Attempt) -> None:
    """The attempt was right."""
    Attempt.objects.filter(pk=attempt.pk).update(came_to=CameTo.RIGHT)


def _is_too_many(door: Door, about: str, source: Source, at: datetime) -> bool:
    wrong = Attempt.objects.filter(door=door, came_to=CameTo.WRONG)
    here = wrong.filter(address=source.name)
    if here.filter(about=about, at__gt=at - WINDOW).count() >= door.most:
        return True
    if source.is_known:
        return False
    if door in (Door.PASSWORD, Door.FIRST):
        return here.filter(at__gt=at - SPAN).count() >= MOST_FROM_ONE_PLACE
    strange = wrong.filter(about=about, at__gt=at - SPAN).exclude(address__startswith="browser:")
    return strange.count() >= MOST_CODES_FROM_ANYWHERE
