"""The cast of the pages, and a case whose notices are told."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import User
from concord.notifications.loop import Round, go_round
from concord.notifications.models import Notice
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from tests.apps.conftest import AT, as_person, cast, opened, person, rows_of_the_cast

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
