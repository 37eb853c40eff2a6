"""How much of a kind one person may do within a while: counted in the database, for all processes.

A person is counted, never an office: whoever shares a network address is not kept waiting for a
colleague. Where nobody is signed in the network address is all there is, so only what fails is
counted there.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import F
from django.utils.crypto import salted_hmac

from concord.directory.models import Tally

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a kind within a while."""

    kind: str
    most: int
    within: timedelta
    what: str
    """In plain words, after "You have": "searched 30 times in 10 minutes"."""


def count(limit: Limit, who: str, at: datetime) -> datetime | None:
    """Count one more by `who`; None if it may be done, or else when the next one may be.

    Time is cut into pieces as long as the limit is: whoever waits for the next piece begins anew.
    Of those who count at the same instant no more get through than may. `at` is aware.
    """
    begins, ends = _piece(limit, at)
    key = _key(limit, who)
    Tally.objects.get_or_create(key=key, begins=begins)
    row = Tally.objects.filter(key=key, begins=begins, count__lt=limit.most)
    return None if row.update(count=F("count") + 1) else ends


def ends(limit: Limit, who: str, at: datetime) -> datetime | None:
    """When the next one may be done, if none may now; counts nothing."""
    begins, ending = _piece(limit, at)
    full = Tally.objects.filter(key=_key(limit, who), begins=begins, count__gte=limit.most)
    return ending if full.exists() else None


def sweep(at: datetime) -> int:
    """Remove what is counted no more; how many rows."""
    return Tally.objects.filter(begins__lt=at - KEPT).delete()[0]


def _piece(limit: Limit, at: datetime) -> tuple[datetime, datetime]:
    seconds = int(limit.within.total_seconds())
    begins = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)
    return begins, begins + limit.within


def _key(limit: Limit, who: str) -> str:
    """Keyed by the instance's secret: no name and no network address is kept."""
    return salted_hmac("concord.limits", f"{limit.kind}:{who}", algorithm="sha256").hexdigest()
