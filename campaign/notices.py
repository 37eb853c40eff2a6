"""Two mail workers, one of them killed again and again at random moments.

The promise: each recipient gets each notice; a repeat is only possible between the server's
acceptance and the mark, with the same Message-ID; in Concord nothing is doubled or lost.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from campaign.peer import Taking, start

LEASE = 3.0
PATIENCE = 60.0


def run(seed: int, kills: int, count: int) -> dict[str, Any]:
    """Kill workers `kills` times while `count` notices are under way; what came of it."""
    chance = random.Random(seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="concord-campaign-") as folder:
        # slow enough for the notices to be under way while the workers are killed
        peer = Taking(pause=kills / max(count, 1))
        controller, port = start(peer)
        environment = _surroundings(Path(folder), port)
        try:
            expected = _prepare(environment, count)
            done = _kill(chance, kills, environment)
            peer.pause = 0
            _finish(environment)
        finally:
            controller.stop()
        states = dict(Counter(state for _, _, state in _kept()))
        in_concord = [(number, address) for number, address, _ in _kept()]
    repeats = {pair: times for pair, times in Counter(peer.taken).items() if times > 1}
    lost = set(expected) - set(peer.taken)
    kept = (
        not lost
        and set(peer.taken) == set(expected)
        and in_concord == expected
        and states == {"sent": count}
        and sum(repeats.values()) - len(repeats) <= done
    )
    return {
        "campaign": "notices", "seed": seed, "notices": count, "kills": done,
        "accepted": len(peer.taken), "lost": len(lost),
        "repeats_with_the_same_number": sum(repeats.values()) - len(repeats),
        "states": states, "seconds": round(time.monotonic() - began, 1), "kept": kept,
    }  # fmt: skip


def _surroundings(folder: Path, port: int) -> dict[str, str]:
    """The environment of the workers, and of this process: a database of their own."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "CONCORD_DATA": str(folder / "data"),
        "CONCORD_MAIL": "smtp",
        "CONCORD_SMTP": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "concord.config.settings",
    }
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(environment)
    return environment


def _prepare(environment: dict[str, str], count: int) -> list[tuple[str, str]]:
    """A database with notices to send; returns their numbers and recipients, in order."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from concord.cases.models import Case
    from concord.demo.cast import build_cast
    from concord.directory.models import User
    from concord.notifications.models import Kind, MailState, Notice

    call_command("migrate", verbosity=0)
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


def _worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "concord", "worker", "--every", "0.1", "--lease", str(LEASE)]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def _kill(chance: random.Random, kills: int, environment: dict[str, str]) -> int:
    """Kill one of two workers at a random moment, start another in its place, and so on."""
    workers = [_worker(environment), _worker(environment)]
    done = 0
    try:
        while done < kills and _waiting():
            time.sleep(chance.uniform(0.8, 2.2))
            victim = chance.randrange(2)
            workers[victim].send_signal(signal.SIGKILL)
            workers[victim].wait()
            workers[victim] = _worker(environment)
            done += 1
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()
    return done


def _waiting() -> int:
    from concord.notifications.models import Notice

    return Notice.objects.filter(state="waiting").count()


def _finish(environment: dict[str, str]) -> None:
    """Let one worker send what is left."""
    worker = _worker(environment)
    end = time.monotonic() + PATIENCE
    try:
        while _waiting() and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait()
