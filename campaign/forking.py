"""Work in processes forked from this one, which has loaded everything and holds no connection."""

import os
import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a forked process."""

    said: tuple[Any, ...]
    """What it said before it ended or was killed, in order."""
    is_killed: bool


Say = Callable[[Any], None]


def in_fork(work: Callable[[Say], None]) -> Came:
    """Do the work in a forked process, and wait for it. Raises RuntimeError where it failed.

    What it says is on its way before `say` returns: a kill right after loses none of it.
    """
    came, out = os.pipe()
    child = os.fork()
    if not child:
        os.close(came)
        _be_the_child(work, out)
    os.close(out)
    with os.fdopen(came, "rb") as pipe:
        said = tuple(_read(pipe))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return Came(said, is_killed=True)
    if status:
        raise RuntimeError(f"a forked process failed: {said[-1] if said else status}")
    return Came(said, is_killed=False)


def begin(work: Callable[[], None]) -> int:
    """Begin the work in a forked process; its number."""
    child = os.fork()
    if not child:
        _be_the_child(lambda say: work(), os.open(os.devnull, os.O_WRONLY))
    return child


def prepare() -> None:
    """Load what forked processes use, so that none of them has to; then hold no connection."""
    import icalendar  # noqa: F401

    import concord.cases.verifications
    import concord.demo.stories
    import concord.notifications.bounces
    import concord.notifications.letters
    import concord.notifications.loop
    import concord.notifications.smtp  # noqa: F401
    from concord.policies.calendars import calendar_for
    from concord.policies.library import load, policy_ids
    from concord.policies.reminders import reminders_for

    for policy in policy_ids():
        calendar_for(load(policy).policy.calendar)
        reminders_for(policy)
    let_go()


def let_go() -> None:
    """Hold no connection and no case: before a fork, or in a new process."""
    from django.db import connections

    from concord.cases import kept

    connections.close_all()
    kept.forget()


def _be_the_child(work: Callable[[Say], None], out: int) -> None:
    def say(what: Any) -> None:
        text = pickle.dumps(what)
        os.write(out, len(text).to_bytes(4, "big") + text)

    code = 1
    try:
        let_go()
        work(say)
        let_go()
        code = 0
    except BaseException as error:
        say(f"{type(error).__name__}: {error}")
    finally:
        os._exit(code)


def _read(pipe: Any) -> Any:
    while head := pipe.read(4):
        yield pickle.loads(pipe.read(int.from_bytes(head, "big")))
