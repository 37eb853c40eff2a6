"""Processes of Concord that are killed again and again, and a database of their own for them."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests import tables


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    """The environment of the processes, and of this one: an empty database, with its tables.

    The database is that of DATABASE_URL, or else in the folder.
    """
    os.environ.update(
        {
            "CONCORD_DATA": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "concord.config.settings",
            **more,
        }
    )
    if not os.environ.get("DATABASE_URL") and not (folder / "data" / tables.NAME).exists():
        tables.put_into(folder / "data")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return dict(os.environ)


def vendor() -> str:
    """On which database a campaign runs: "sqlite" or "postgresql"."""
    from django.db import connection

    return str(connection.vendor)


def begin(environment: dict[str, str], arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    """One process: `concord` with these arguments."""
    command = [sys.executable, "-m", "concord", *arguments]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def kill_again_and_again(
    chance: random.Random, kills: int, count: int, start: Callable[[], Any],
    goes_on: Callable[[], bool], rest: tuple[float, float] = (0.8, 2.2),
) -> int:  # fmt: skip
    """Run `count` processes; kill one at a random moment, start another in its place, and so on.

    Ends after `kills`, or when there is nothing more to do. The rest are told to stop.
    """
    running = [start() for _ in range(count)]
    done = 0
    try:
        while done < kills and goes_on():
            time.sleep(chance.uniform(*rest))
            victim = chance.randrange(count)
            running[victim].send_signal(signal.SIGKILL)
            running[victim].wait()
            running[victim] = start()
            done += 1
    finally:
        for process in running:
            process.terminate()
            process.wait()
    return done


PATIENCE = 600
"""Seconds: what then still waits is taken for lost, however busy the machine."""


def until_nothing_is_left(start: Callable[[], Any], left: Callable[[], bool]) -> None:
    """Let one process, which nobody kills, finish what is left."""
    process = start()
    end = time.monotonic() + PATIENCE
    try:
        while left() and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        process.terminate()
        process.wait()
