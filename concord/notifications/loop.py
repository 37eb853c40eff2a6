"""The deadline loop: takes up what acts have changed, and tells each rung that has fallen due.

Runs in any number of processes. A case is worked on by one at a time, and a rung is told in the
transaction that marks it. So whoever is killed, whenever, nothing is told twice and nothing is
left out.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction

from concord.cases.kept import parties_by_case
from concord.cases.models import Case, Summary
from concord.notifications.digests import gather
from concord.notifications.following import follow, lock
from concord.notifications.handing_over import changed, hand_over, note
from concord.notifications.inviting import remind
from concord.notifications.models import Heartbeat, Reminder, Standing
from concord.notifications.recipients import Directory
from concord.notifications.telling import Subject, tell
from concord.policies.calendars import calendar_for
from concord.policies.library import load_version, policy_ids
from concord.policies.reminders import reminders_for
from concord.rules.who import Parties

NAME = "loop"
BATCH = 200
ROUND = 2000
"""After how many cases a round ends, though there may be more."""
BEAT = timedelta(seconds=30)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: how many cases it worked on, and how many it could not."""

    cases: int
    stuck: int


def go_round(at: datetime, mails: bool) -> Round:
    """One round at `at` (aware). `mails`: whether notices are mailed too, or stay in Concord.

    With more to do than a round takes, it does a part: the clock is read again before the next.
    """
    beat(NAME, at)
    gather(at)  # before what is told now could overtake what a digest was to say
    directory = Directory(at)
    one = _each(_to_follow, lambda cases: follow(cases[0], directory, mails), size=1)
    page = _each(
        lambda after: _fallen_due(at, after), lambda cases: tell_due(cases, directory, mails), BATCH
    )
    _hand_over(directory, mails)
    remind(at, mails)
    whole = Round(one.cases + page.cases, one.stuck + page.stuck)
    beat(NAME, at, whole.stuck)
    return whole


def _hand_over(directory: Directory, mails: bool) -> None:
    """Tell what the posts that changed hands since the last round leave to others.

    Where another loop is at one of the cases, or one cannot be worked on, the next asks again.
    """
    seen, cases = changed(directory.at)
    done = 0
    for start in range(0, len(cases), BATCH):
        part = cases[start : start + BATCH]
        try:
            done += hand_over(part, directory, mails)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            done += sum(_alone(case, lambda one: hand_over(one, directory, mails)) for case in part)
    if done == len(cases):
        note(seen)


def tell_due(cases: Sequence[int], directory: Directory, mails: bool) -> int:
    """Tell the rungs of some cases that have fallen due, but for those that another loop is at.

    Returns how many cases it worked on.
    """
    with transaction.atomic():
        free = lock(cases)
        found = Case.objects.filter(pk__in=free).select_related("partnership", "summary")
        parties = parties_by_case(free)
        tell([_subject(case, parties[case.pk]) for case in found], directory, mails)
    return len(free)


def _subject(case: Case, parties: Parties) -> Subject:
    return Subject(case, load_version(case.policy_id, case.policy_version).policy, parties)


def _each(
    pages: Callable[[int], list[int]], work: Callable[[Sequence[int]], int], size: int
) -> Round:
    """Work on the cases, so many at a time. One that cannot be worked on holds up no other."""
    done = stuck = after = 0
    while done < ROUND and (page := pages(after)):
        after = page[-1]
        for start in range(0, len(page), size):
            part = page[start : start + size]
            try:
                done += work(part)
            except (OperationalError, InterfaceError):
                raise  # the database is away: nothing is wrong with a case
            except Exception:
                for case in part:
                    fine = _alone(case, work)
                    done, stuck = done + fine, stuck + (not fine)
    return Round(done, stuck)


def _alone(case: int, work: Callable[[Sequence[int]], int]) -> bool:
    try:
        work([case])
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # the error's own words may hold what the case says: they are not logged
        logger.error("case %s: its notices cannot be made: %s", case, type(error).__name__)
        return False
    return True


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
            Summary.objects.filter(case__disposed=None).update(followed_up=False)
            Heartbeat.objects.filter(name=NAME).update(basis=basis)


def _basis() -> str:
    found = []
    for policy_id in policy_ids():
        policy = load_version(policy_id).policy
        calendar = calendar_for(policy.calendar).version
        found.append((policy_id, policy.version, calendar, reminders_for(policy_id)))
    return hashlib.sha256(repr(found).encode()).hexdigest()
