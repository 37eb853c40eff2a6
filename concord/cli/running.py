"""`concord loop` and `concord worker`: processes that go on until they are told to stop."""

import logging
import os
import select
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from concord.cli import instance

REMINDS = timedelta(minutes=15)
"""How often it is asked which requests for access are to be answered soon."""
logger = logging.getLogger(__name__)
_stop = threading.Event()


@instance.on_an_instance("")
def loop(arguments: Namespace) -> int:
    """Tell each limit's reminders as they fall due, until stopped."""
    instance.must_be_ready()
    from django.conf import settings

    from concord.notifications.loop import begin, go_round

    mails = settings.CONCORD_MAIL != "none"
    begin(_now())
    tidy, remind = _NowAndThen(timedelta(hours=6), _tidy), _NowAndThen(REMINDS, _remind)

    def go() -> bool:
        tidy.at(_now())
        remind.at(_now())
        return bool(go_round(_now(), mails).cases)

    return until_stopped(arguments, go)


class _NowAndThen:
    """Something that is done beside the rounds, and not in each. Deadlines never wait for it."""

    def __init__(self, every: timedelta, does: Callable[[datetime], None]) -> None:
        self._every, self._does = every, does
        self._next: datetime | None = None

    def at(self, at: datetime) -> None:
        """Do it if it is time (`at`, aware); a fault of the disk is logged and tried again."""
        if self._next is not None and at < self._next:
            return
        self._next = at + self._every
        try:
            self._does(at)
        except OSError as error:
            logger.error("files cannot be used: %s", type(error).__name__)


def _tidy(at: datetime) -> None:
    """Remove files that a crash left behind, drafts kept for as long as is said, sessions and
    tokens that are over; and what was disposed of, where it is here again.
    """
    from concord.cases import drafts
    from concord.cases.enclosures import sweep
    from concord.cli.retaining import dispose_again
    from concord.directory import limits, sessions, tokens

    limits.sweep(at)
    sessions.sweep(at)
    tokens.sweep(at)
    drafts.sweep(at)
    sweep(at)
    dispose_again(at)


def _remind(at: datetime) -> None:
    """Tell whoever answers requests for access of those whose time is nearly over, or over."""
    from concord.subject_access.reminding import remind

    remind(at)


@instance.on_an_instance("")
def worker(arguments: Namespace) -> int:
    """Send the mail of notices, until stopped. Where mail is off, only say so and wait."""
    instance.must_be_ready()
    from concord.notifications.carriers import carrier
    from concord.notifications.delivery import Worker
    from concord.notifications.loop import beat

    carries = carrier()
    if carries is None:
        print("Mail is off (CONCORD_MAIL is 'none'): notices stay in Concord.", file=sys.stderr)
    lease = timedelta(seconds=arguments.lease)
    sender = Worker(_now, carries, lease, stopping=_stop.is_set) if carries else None

    def go() -> bool:
        sent = sender.go_round() if sender else 0
        beat("worker", _now())
        return bool(sent)

    try:
        return until_stopped(arguments, go)
    finally:
        if carries:
            carries.close()


@instance.on_an_instance("")
def bounce(arguments: Namespace) -> int:
    """Take in a report that a mail did not arrive, from standard input. Exit 1 if it is none."""
    instance.must_be_ready()
    from concord.notifications.bounces import NoBounce, take_bounce

    try:
        notice = take_bounce(sys.stdin.buffer.read(), _now())
    except NoBounce as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Taken in: the mail {notice.message_id} came back.")
    return 0


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def until_stopped(arguments: Namespace, go: Callable[[], bool]) -> int:
    """Go round until stopped; at once again while there is work, else after a rest.

    A fault of the database, as when it is away, is logged by its kind and tried again. Any other
    ends the process with exit code 1; what is logged of it has no text, which may name somebody.
    """
    from django.db import Error, connection

    _listen(arguments.with_parent)
    while not _stop.is_set():
        is_busy = False
        try:
            is_busy = go()
        except Error as error:
            logger.error("the database cannot be used: %s", type(error).__name__)
            connection.close()
        except Exception:
            logger.exception("ended by a fault")
            return 1
        if arguments.once:
            return 0
        if not is_busy:
            _stop.wait(arguments.every)
    return 0


def _listen(with_parent: bool) -> None:
    """Stop when the process is told to, or, if so asked, when its parent has ended."""

    def told(*_: Any) -> None:
        _stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    if with_parent:
        threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    """The parent holds the other end of standard input: it closes when the parent ends."""
    while not _stop.is_set():
        ready, _, _ = select.select([sys.stdin], [], [], 5)
        if ready and not os.read(sys.stdin.fileno(), 1024):
            _stop.set()
