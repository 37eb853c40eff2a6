"""The deadline loop: takes up what acts have changed, and tells each rung that has fallen due.

Runs in any number of processes. A case is worked on by one at a time, in a transaction of its
own; a rung is told in the transaction that marks it. So whoever is killed, whenever, nothing is
told twice and nothing is left out.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from concord.cases.ledger import parties_of
from concord.cases.models import Case, Summary
from concord.notifications.digests import gather
from concord.notifications.following import follow, lock
from concord.notifications.models import Heartbeat, Reminder, Standing
from concord.notifications.recipients import Directory
from concord.notifications.telling import tell
from concord.policies.calendars import calendar_for
from concord.policies.library import load_version, policy_ids
from concord.policies.reminders import reminders_for

NAME = "loop"
BATCH = 200
BEAT = timedelta(seconds=30)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: how many cases it worked on, and how many it could not."""

    cases: int
    stuck: int


def go_round(at: datetime, mails: bool) -> Round:
    """One round at `at` (aware). `mails`: whether notices are mailed too, or stay in Concord."""
    gather(at)  # before what is told now could overtake what a digest was to say
    directory = Directory(at)
    followed, stuck = _each(_to_follow, lambda case: follow(case, directory, mails), at)
    fell, more = _each(
        lambda after: _fallen_due(at, after), lambda case: tell_due(case, directory, mails), at
    )
    beat(NAME, at, stuck + more)
    return Round(followed + fell, stuck + more)


def tell_due(case_number: int, directory: Directory, mails: bool) -> bool:
    """Tell the rungs of a case that have fallen due; False if another loop is at it."""
    with transaction.atomic():
        if not lock(case_number):
            return False
        case = Case.objects.select_related("partnership", "summary").get(pk=case_number)
        policy = load_version(case.policy_id, case.policy_version).policy
        tell(case, policy, parties_of(case), directory, mails)
    return True


def _each(
    pages: Callable[[int], list[int]], work: Callable[[int], bool], at: datetime
) -> tuple[int, int]:
    """Work on each case in turn. One that cannot be worked on holds up no other."""
    done = stuck = 0
    for case in _all(pages):
        try:
            done += work(case)
        except DatabaseError:
            raise
        except Exception as error:
            # the error's own words may hold what the case says: they are not logged
            logger.error("case %s: its notices cannot be made: %s", case, type(error).__name__)
            stuck += 1
        beat(NAME, at)
    return done, stuck


def _all(pages: Callable[[int], list[int]]) -> Iterator[int]:
    after = 0
    while page := pages(after):
        yield from page
        after = page[-1]


def _to_follow(after: int) -> list[int]:
    rows = Summary.objects.filter(followed_up=False, case_id__gt=after)
    return list(rows.order_by("case_id").values_list("case_id", flat=True)[:BATCH])


def _fallen_due(at: datetime, after: int) -> list[int]:
    rows = Reminder.objects.filter(standing=Standing.WAITING, falls__lte=at, case_id__gt=after)
    return list(rows.order_by("case_id").values_list("case_id", flat=True).distinct()[:BATCH])


def beat(name: str, at: datetime, stuck: int | None = None) -> None:
    """Say that a process is alive; written when it has news, or every half minute."""
    last = Heartbeat.objects.filter(name=name).values("at", "stuck").first()
    if last is None:
        Heartbeat.objects.get_or_create(name=name, defaults={"at": at, "stuck": stuck or 0})
    elif abs(at - last["at"]) >= BEAT or stuck not in (None, last["stuck"]):
        news = {} if stuck is None else {"stuck": stuck}
        Heartbeat.objects.filter(name=name).update(at=at, **news)


def begin(at: datetime) -> None:
    """Before a process's first round: a newly announced bank holiday, or other rungs, move what
    has not been told yet.
    """
    basis = _basis()
    if Heartbeat.objects.filter(name=NAME, basis=basis).exists():
        return
    with transaction.atomic():
        Heartbeat.objects.get_or_create(name=NAME, defaults={"at": at})
        kept = Heartbeat.objects.select_for_update().get(name=NAME)
        if kept.basis != basis:
            Summary.objects.update(followed_up=False)
            Heartbeat.objects.filter(name=NAME).update(basis=basis)


def _basis() -> str:
    found = []
    for policy_id in policy_ids():
        policy = load_version(policy_id).policy
        calendar = calendar_for(policy.calendar).version
        found.append((policy_id, policy.version, calendar, reminders_for(policy_id)))
    return hashlib.sha256(repr(found).encode()).hexdigest()
