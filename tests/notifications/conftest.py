"""The cast of the pages, and a case whose notices are told."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import User
from concord.notifications.delivery import Worker
from concord.notifications.loop import Round, go_round
from concord.notifications.models import Notice
from concord.notifications.smtp import Smtp
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from tests.apps.conftest import AT, as_person, cast, opened, person, rows_of_the_cast
from tests.notifications.peer import Peer, free_port, listening
from tests.notifications.sending import LEASE, Clock

__all__ = ["AT", "as_person", "cast", "opened", "person", "rows_of_the_cast"]

RAISER = Who("practitioner", Side.RAISING, "sandwell-school")
SCHOOL = Who("manager", Side.RAISING, "sandwell-school")
TRUST = Who("manager", Side.RESPONDING, "sandwell-childrens-trust")

Acting = Callable[..., None]
Rounds = Callable[[datetime], Round]


@pytest.fixture
def act(opened: Case) -> Acting:
    """Performs an act on the opened case: act("escalate", RAISER, AT)."""
    count = iter(range(1000))

    def perform(
        name: str, by: Who, at: datetime = AT, user: User | None = None, **more: object
    ) -> None:
        record = Record(n=0, at=at, written=at, by=by, act=Act(name), key=f"k{next(count)}", **more)  # type: ignore[arg-type]
        answer = ledger.act(opened.reference, record, user)
        assert isinstance(answer, ledger.Done), answer

    return perform


@pytest.fixture
def rounds() -> Rounds:
    """One round of the loop at a moment; with mail on."""

    def go(at: datetime) -> Round:
        return go_round(at, mails=True)

    return go


def told_to(user: User) -> list[Notice]:
    """What somebody was told, in order."""
    return list(Notice.objects.filter(recipient=user).order_by("id"))


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def port(settings: Settings) -> int:
    settings.EMAIL_PORT = free_port()
    return int(settings.EMAIL_PORT)


@pytest.fixture
def peer(port: int) -> Iterator[Peer]:
    peer = Peer()
    with listening(peer, port):
        yield peer


@pytest.fixture
def worker(clock: Clock) -> Iterator[Worker]:
    worker = Worker(clock, Smtp(), LEASE)
    yield worker
    worker.carrier.close()
