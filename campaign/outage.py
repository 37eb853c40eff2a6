"""A mail server that refuses for a day, in every way there is, while notices go on coming.

Three workers share the outbox; their clock is moved, a minute for each few milliseconds. The
promise: afterwards everything goes, each person's mail in its order; nothing is lost, nothing is
sent twice, nothing is doubled in Concord, and no letter is blamed for what the server did.
"""

import random
import tempfile
import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from campaign.peer import Taking, start
from campaign.processes import surroundings, vendor

WORKERS = 3
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
REFUSALS = (
    "closed",
    "421 4.3.2 closing",
    "450 4.7.1 greylisted",
    "451 4.3.0 not now",
    "452 4.3.1 no space",
    "550 5.7.1 relaying denied",
    "554 5.3.2 no mail is taken",
)
PEOPLE = 40


def run(seed: int, count: int) -> dict[str, Any]:
    """Half of `count` notices wait when the server begins to refuse; the rest come in the day."""
    chance = random.Random(seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="concord-campaign-") as folder:
        peer = Taking(pause=0)
        controller, port = start(peer)
        controller.stop()
        surroundings(Path(folder), CONCORD_MAIL="smtp", CONCORD_SMTP=f"smtp://127.0.0.1:{port}")
        office = _Office()
        office.tell(chance, count // 2)
        day = office.clock() + DAY
        with office.working():
            ways = _refuse(chance, peer, port, office, day, count - count // 2)
            waiting, taken_in_outage = office.waiting(), len(peer.taken)
            blamed = office.not_waiting()
            peer.refusal = ""
            controller, _ = start(peer, port)
            drained_in = office.drain()
            controller.stop()
        return {
            "campaign": "outage", "on": vendor(), "seed": seed, **_outcome(office, peer, count),
            "refused": ways, "workers": WORKERS, "waiting_at_the_end_of_the_day": waiting,
            "taken_in_the_outage": taken_in_outage, "blamed_in_the_outage": blamed,
            "minutes_to_drain": drained_in, "faults": office.faults,
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip


def _refuse(
    chance: random.Random, peer: Taking, port: int, office: "_Office", until: datetime, more: int
) -> list[str]:
    """Refuse until then, each few hours in another way; meanwhile so many more are told."""
    left, used = more, list[str]()
    ways = list(REFUSALS)
    chance.shuffle(ways)
    while office.clock() < until:
        how = ways[len(used) % len(ways)]
        used.append(how)
        peer.refusal = "" if how == "closed" else how
        change = min(until, office.clock() + DAY / len(ways))
        with ExitStack() as open_door:
            if how != "closed":
                open_door.callback(start(peer, port)[0].stop)
            while office.clock() < change:
                office.on(MINUTE)
                if left and chance.random() < more / (DAY / MINUTE):
                    some = min(left, chance.randint(1, 3))
                    office.tell(chance, some)
                    left -= some
    office.tell(chance, left)
    return used


class _Office:
    """The workers, the clock that they all read, and the notices told to them."""

    def __init__(self) -> None:
        from django.utils import timezone

        from concord.cases.models import Case
        from concord.demo.cast import build_cast
        from concord.directory.models import User

        partnership = build_cast()[0]
        self._at = timezone.now().replace(microsecond=0)
        self._case = Case.objects.create(
            partnership=partnership, policy_id=partnership.policy_id, policy_version="",
            calendar_version="", opened=self._at,
        )  # fmt: skip
        self._people = list(User.objects.order_by("pk")[:PEOPLE])
        self._told = 0
        self._stop = threading.Event()
        self.faults: list[str] = []

    def clock(self) -> datetime:
        """What every worker takes for now."""
        return self._at

    def on(self, more: timedelta) -> None:
        """The clock goes on, slowly enough for each worker to have looked."""
        self._at += more
        time.sleep(0.01)

    def tell(self, chance: random.Random, count: int) -> None:
        """So many notices to people at random, one in ten of them urgent."""
        from concord.notifications.models import Kind, MailState, Notice

        Notice.objects.bulk_create(
            Notice(
                key=f"campaign:{self._told + n}", kind=Kind.ACT, act="file", case=self._case,
                told=self._at, not_before=self._at, recipient=chance.choice(self._people),
                state=MailState.WAITING, urgent=chance.random() < 0.1,
            )
            for n in range(count)
        )  # fmt: skip
        self._told += count

    def working(self) -> ExitStack:
        """The workers at work, until the end of the block."""
        threads = [threading.Thread(target=self._work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        stack = ExitStack()
        for thread in threads:
            stack.callback(thread.join)
        stack.callback(self._stop.set)
        return stack

    def _work(self) -> None:
        from django.db import connection

        from concord.notifications.delivery import Worker
        from concord.notifications.smtp import Smtp

        worker = Worker(self.clock, Smtp(), stopping=self._stop.is_set)
        try:
            while not self._stop.is_set():
                if not worker.go_round():
                    self._stop.wait(0.005)
        except Exception as error:
            self.faults.append(repr(error))
        finally:
            worker.carrier.close()
            connection.close()

    def waiting(self) -> int:
        """How many mails wait."""
        return _states().get("waiting", 0)

    def not_waiting(self) -> int:
        """How many were given up, or otherwise left the queue, though nothing was taken."""
        return sum(_states().values()) - self.waiting()

    def _is_held(self) -> bool:
        """Whether a worker has claimed something, and may be sending it."""
        from concord.notifications.models import MailState, Notice

        return Notice.objects.filter(state=MailState.WAITING).exclude(lease="").exists()

    def drain(self) -> int:
        """Until nothing waits; an hour at most. Returns after how many minutes."""
        from concord.notifications.channel import is_paused

        begin = self._at
        while self.waiting() and self._at < begin + timedelta(hours=1):
            # at work the clock goes slowly: a claim is not to run out because this machine is busy
            rests = is_paused(self._at) and not self._is_held()
            self._at += timedelta(seconds=10 if rests else 0.2)
            time.sleep(0.02)
        return int((self._at - begin) / MINUTE)


def _states() -> dict[str, int]:
    from concord.notifications.models import Notice

    return dict(Counter(Notice.objects.order_by().values_list("state", flat=True)))


def _outcome(office: _Office, peer: Taking, count: int) -> dict[str, Any]:
    from concord.notifications.models import Channel, Notice

    rows = list(Notice.objects.order_by("pk").select_related("recipient"))
    letters = [(row.message_id, row.recipient.email) for row in rows if row.recipient]
    place = {row.message_id: (not row.urgent, row.pk) for row in rows}
    states = _states()
    result = {
        "notices": count, "in_concord": len(rows), "accepted": len(peer.taken),
        "lost": len(set(letters) - set(peer.taken)),
        "sent_twice": sum(times - 1 for times in Counter(peer.taken).values()),
        "out_of_order": _out_of_order(peer.taken, place), "states": states,
    }  # fmt: skip
    is_open = not Channel.objects.exclude(streak=0).exists()
    result["kept"] = (
        result["in_concord"] == result["accepted"] == count
        and result["lost"] == result["sent_twice"] == result["out_of_order"] == 0
        and states == {"sent": count}
        and is_open
        and not office.faults
    )
    return result


def _out_of_order(taken: list[tuple[str, str]], place: dict[str, tuple[bool, int]]) -> int:
    """Mails that somebody got before one that was told to them earlier, of the same urgency."""
    last: dict[tuple[str, bool], int] = defaultdict(int)
    wrong = 0
    for number, address in taken:
        routine, told = place[number]
        wrong += told < last[address, routine]
        last[address, routine] = max(told, last[address, routine])
    return wrong
