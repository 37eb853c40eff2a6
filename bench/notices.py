"""Deadlines falling due, an idle look for them, and mail handed over by one worker."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from bench.harness import Row

COUNT = 2000
DUE_EACH_SECOND, HANDED_EACH_SECOND, IDLE_MILLISECONDS = 15_000, 1_500, 3


class Nowhere:
    """A carrier that takes every letter at once."""

    def send(self, letter: object) -> str:
        """Taken."""
        return ""

    def returned(self) -> Iterable[str]:
        """Nothing comes back."""
        return ()

    def close(self) -> None:
        """Nothing is held."""


def rows() -> Iterator[Row]:
    """As shares of what each is to reach: below 1 is met."""
    from django.utils import timezone

    from concord.notifications.delivery import Worker
    from concord.notifications.loop import go_round
    from concord.notifications.models import Notice

    now = timezone.now()
    while go_round(now, mails=False).cases:
        pass
    _deadlines(now + timedelta(hours=1))
    idle = min(_taken(lambda: go_round(now, mails=True)) for _ in range(20)) * 1000
    yield Row(
        "an idle look for deadlines, SQLite", f"{IDLE_MILLISECONDS} ms",
        idle / IDLE_MILLISECONDS, 1, f"{COUNT} are open",
    )  # fmt: skip
    later = now + timedelta(hours=2)
    each = COUNT / _taken(lambda: go_round(later, mails=True))
    yield Row(
        "deadlines falling due, SQLite", f"{DUE_EACH_SECOND} a second",
        DUE_EACH_SECOND / each, 1, f"{each:.0f} a second",
    )  # fmt: skip
    Notice.objects.filter(state="waiting").update(not_before=now)
    worker = Worker(timezone.now, Nowhere())
    begin, sent = time.perf_counter(), 0
    while sent < COUNT and (more := worker.go_round()):
        sent += more
    each = sent / (time.perf_counter() - begin)
    yield Row(
        "notices handed over by one worker, SQLite", f"{HANDED_EACH_SECOND} a second",
        HANDED_EACH_SECOND / each, 1, f"{each:.0f} a second",
    )  # fmt: skip


def _taken(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _deadlines(at: datetime) -> None:
    """So many cases, each with one rung that falls due at this moment."""
    from concord.cases.models import Case, CaseParty, Summary
    from concord.notifications.models import Reminder, Watch

    like = Case.objects.filter(summary__status="open").select_related("summary").first()
    assert like is not None
    parties = list(like.parties.all())
    made = Case.objects.bulk_create(
        Case(
            partnership_id=like.partnership_id, policy_id=like.policy_id, calendar_version="",
            policy_version=like.policy_version, opened=like.opened,
        )
        for _ in range(COUNT)
    )  # fmt: skip
    CaseParty.objects.bulk_create(
        CaseParty(case=case, side=party.side, agency_id=party.agency_id, place=party.place)
        for case in made
        for party in parties
    )
    Summary.objects.bulk_create(
        Summary(
            case=case, sequence=1, stage=like.summary.stage, status="open", followed_up=True
        )
        for case in made
    )  # fmt: skip
    Watch.objects.bulk_create(Watch(case=case) for case in made)
    Reminder.objects.bulk_create(
        Reminder(
            case=case, rule="bench", owner="manager@raising", rung="due", due="2030-01-01",
            stage=like.summary.stage, clause="X-1", what="Do it.", falls=at, known=at,
        )
        for case in made
    )  # fmt: skip
