"""`concord loop` and `concord worker`: processes that go on until they are told to stop."""

import logging
import os
import select
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from concord.cli import instance

logger = logging.getLogger(__name__)


@instance.on_an_instance("")
def loop(arguments: Namespace) -> int:
    """Tell each limit's reminders as they fall due, until stopped."""
    instance.must_be_ready()
    from django.conf import settings

    from concord.notifications.loop import begin, go_round

    mails = settings.CONCORD_MAIL != "none"
    begin(_now())
    return _until_stopped(arguments, lambda: bool(go_round(_now(), mails).cases))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _until_stopped(arguments: Namespace, go: Callable[[], bool]) -> int:
    """Go round until stopped; at once again while there is work, else after a rest.

    A fault of the database, as when it is away, is logged by its kind and tried again.
    """
    from django.db import Error, connection

    stop = _stopping(arguments.with_parent)
    while not stop.is_set():
        is_busy = False
        try:
            is_busy = go()
        except Error as error:
            logger.error("the database cannot be used: %s", type(error).__name__)
            connection.close()
        if arguments.once:
            return 0
        if not is_busy:
            stop.wait(arguments.every)
    return 0


def _stopping(with_parent: bool) -> threading.Event:
    """Set when the process is told to stop, or, if so asked, when its parent has ended."""
    stop = threading.Event()

    def told(*_: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    if with_parent:
        threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    return stop


def _watch_parent(stop: threading.Event) -> None:
    """The parent holds the other end of standard input: it closes when the parent ends."""
    while not stop.is_set():
        ready, _, _ = select.select([sys.stdin], [], [], 5)
        if ready and not os.read(sys.stdin.fileno(), 1024):
            stop.set()
