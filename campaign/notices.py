"""Two mail workers, one of them killed again and again at random moments.

The promise: each recipient gets each notice; a repeat is only possible between the server's
acceptance and the mark, with the same Message-ID; in Concord nothing is doubled or lost.
"""

import random
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from campaign.peer import Taking, start
from campaign.processes import (
    begin,
    kill_again_and_again,
    surroundings,
    until_nothing_is_left,
    vendor,
)

WORKERS = 2
WORKER = ("worker", "--every", "0.1", "--lease", "3")


def run(seed: int, kills: int, count: int) -> dict[str, Any]:
    """Kill workers `kills` times while `count` notices are under way; what came of it."""
    chance = random.Random(seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="concord-campaign-") as folder:
        # Slow enough for the notices to be under way until the last kill, however idle the
        # machine: a kill comes each 2.2 seconds at most, and two workers share the pauses.
        peer = Taking(pause=2.5 * kills / max(count, 1))
        controller, port = start(peer)
        try:
            environment = surroundings(
                Path(folder), CONCORD_MAIL="smtp", CONCORD_SMTP=f"smtp://127.0.0.1:{port}"
            )
            expected = _prepare(count)
            work = partial(begin, environment, WORKER)
            done = kill_again_and_again(chance, kills, WORKERS, work, _left)
            peer.pause = 0
            until_nothing_is_left(work, _left)
        finally:
            controller.stop()
        states = dict(Counter(state for _, _, state in _kept()))
        in_concord = [(number, address) for number, address, _ in _kept()]
    repeats = sum(times - 1 for times in Counter(peer.taken).values())
    kept = (
        set(peer.taken) == set(expected)
        and in_concord == expected
        and states == {"sent": count}
        and repeats <= done == kills
    )
    return {
        "campaign": "notices", "on": vendor(), "seed": seed, "notices": count, "kills": done,
        "accepted": len(peer.taken), "lost": len(set(expected) - set(peer.taken)),
        "repeats_with_the_same_number": repeats, "states": states,
        "seconds": round(time.monotonic() - began, 1), "kept": kept,
    }  # fmt: skip


def _prepare(count: int) -> list[tuple[str, str]]:
    """Notices to send; returns their numbers and recipients, in order."""
    from django.utils import timezone

    from concord.cases.models import Case
    from concord.demo.cast import build_cast
    from concord.directory.models import User
    from concord.notifications.models import Kind, MailState, Notice

    partnership = build_cast()[0]
    now = timezone.now()
    case = Case.objects.create(
        partnership=partnership, policy_id=partnership.policy_id, policy_version="",
        calendar_version="", opened=now,
    )  # fmt: skip
    people = list(User.objects.order_by("pk")[:100])
    Notice.objects.bulk_create(
        Notice(
            key=f"campaign:{n}", kind=Kind.ACT, act="file", case=case, told=now, not_before=now,
            recipient=people[n % len(people)], state=MailState.WAITING,
        )
        for n in range(count)
    )  # fmt: skip
    return [(number, address) for number, address, _ in _kept()]


def _kept() -> list[tuple[str, str, str]]:
    from concord.notifications.models import Notice

    rows = Notice.objects.order_by("pk")
    return list(rows.values_list("message_id", "recipient__email", "state"))


def _left() -> bool:
    from concord.notifications.models import MailState, Notice

    return Notice.objects.filter(state=MailState.WAITING).exists()
