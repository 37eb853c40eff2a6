"""Four deadline loops, one of them killed again and again, while deadlines fall due.

The promise: exactly one notice for each deadline and rung.
"""

import random
import tempfile
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from campaign.processes import (
    begin,
    kill_again_and_again,
    surroundings,
    until_nothing_is_left,
    vendor,
)

LOOPS = 4
RUNGS = ("half_time", "one_day_left", "due", "late")


def run(seed: int, kills: int, count: int) -> dict[str, Any]:
    """Kill loops `kills` times while the rungs of `count` deadlines fall due."""
    chance = random.Random(seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="concord-campaign-") as folder:
        environment = surroundings(Path(folder))
        _prepare(chance, count, kills * 1.5)
        start = partial(begin, environment, ("loop", "--every", "0.2"))
        done = kill_again_and_again(chance, kills, LOOPS, start, _left)
        until_nothing_is_left(start, _left)
        told, notices, twice = _outcome()
    kept = told == count * len(RUNGS) == notices and not twice
    return {
        "campaign": "loops", "on": vendor(), "seed": seed, "deadlines": count, "kills": done,
        "rungs_told": told, "notices": notices, "told_twice": twice,
        "seconds": round(time.monotonic() - began, 1), "kept": kept,
    }  # fmt: skip


def _prepare(chance: random.Random, count: int, seconds: float) -> None:
    """So many deadlines, each of its own case, whose rungs fall due at random in this time.

    Each rung is of a duty of its own, so that none supersedes another.
    """
    from django.utils import timezone

    from concord.cases.models import Case, CaseParty, Summary
    from concord.demo.cast import build_cast
    from concord.directory.models import Agency
    from concord.notifications.models import Reminder
    from concord.policies.library import load

    partnership = build_cast()[0]
    policy = load(partnership.policy_id).policy
    agencies = list(Agency.objects.filter(partnerships=partnership)[:2])
    now = timezone.now()
    cases = Case.objects.bulk_create(
        Case(
            partnership=partnership, policy_id=policy.id, policy_version=policy.version,
            calendar_version="", opened=now,
        )
        for _ in range(count)
    )  # fmt: skip
    for case in cases:
        for side, agency in zip(("raising", "responding"), agencies, strict=True):
            CaseParty.objects.create(case=case, side=side, agency=agency)
        Summary.objects.create(
            case=case, sequence=1, stage=policy.stages[0].id, status="open", followed_up=True
        )
        Reminder.objects.bulk_create(
            Reminder(
                case=case, rule=f"rule-{rung}", owner="manager@raising", rung=rung, clause="X-1",
                what="Do it.", due="", stage=policy.stages[0].id, known=now,
                falls=now + timedelta(seconds=chance.uniform(0, seconds)),
            )
            for rung in RUNGS
        )  # fmt: skip
    _calm(now)


def _calm(now: Any) -> None:
    """The loops find nothing changed since the last round, so that they watch what is there."""
    from concord.cases.models import Summary
    from concord.notifications.loop import begin as first_round

    first_round(now)
    Summary.objects.update(followed_up=True)


def _left() -> bool:
    from concord.notifications.models import Reminder, Standing

    return Reminder.objects.filter(standing=Standing.WAITING).exists()


def _outcome() -> tuple[int, int, int]:
    from concord.notifications.models import Notice, Reminder, Standing

    told = Reminder.objects.filter(standing=Standing.TOLD)
    through = Reminder.notices.through.objects.values_list("reminder_id", flat=True)
    per_rung = Counter(through)
    rungs_of_notices = sum(len(rows) for rows in Notice.objects.values_list("owes", flat=True))
    return told.count(), rungs_of_notices, sum(times > 1 for times in per_rung.values())
