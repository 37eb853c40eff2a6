"""A clock that a test moves, notices whose mail waits, and a worker going round."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.test import Client

from concord.cases.models import Case
from concord.directory.models import User
from concord.notifications.delivery import Worker
from concord.notifications.models import Kind, MailState, Notice
from tests.apps.conftest import AT

Person = Callable[[str, str], User]
SignIn = Callable[[str, str], Client]
LEASE = timedelta(minutes=2)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at

    def on(self, **more: float) -> None:
        self.at += timedelta(**more)


def waiting(case: Case, *people: User) -> list[Notice]:
    """Notices whose mail waits, one to each of these people in turn."""
    return [
        Notice.objects.create(
            key=f"n{n}", kind=Kind.ACT, act="file", case=case, recipient=user, told=AT,
            state=MailState.WAITING, not_before=AT,
        )
        for n, user in enumerate(people)
    ]  # fmt: skip


def staff(count: int) -> list[User]:
    return [
        User.objects.create_user(f"p{n}@example.org", f"Person {n} Invented") for n in range(count)
    ]


def drain(
    worker: Worker, clock: Clock, until: timedelta = timedelta(hours=1),
    rest: timedelta = timedelta(seconds=30),
) -> None:  # fmt: skip
    """Go round, as the clock goes on, until nothing waits."""
    end = clock.at + until
    while clock.at < end and Notice.objects.filter(state=MailState.WAITING).exists():
        if not worker.go_round():
            clock.at += rest


def refused(worker: Worker, clock: Clock) -> None:
    """A day of trying, every few minutes."""
    end = clock.at + timedelta(days=1)
    while clock.at < end:
        assert worker.go_round() == 0
        clock.on(minutes=4)
