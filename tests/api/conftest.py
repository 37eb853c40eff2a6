"""The cast of the pages, and a case in which something is owed by a date."""

from datetime import timedelta
from typing import Any

import pytest

from concord.cases.ledger import Done, act
from concord.cases.models import Case
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Means, Outcome, Side
from tests.apps.conftest import AT, as_person, cast, opened, person, rows_of_the_cast

__all__ = ["as_person", "cast", "opened", "person", "rows_of_the_cast"]


@pytest.fixture
def escalated(opened: Case) -> Case:
    """The same case at the first formal stage: the managers of both sides owe something."""
    raiser = Who("practitioner", Side.RAISING, "sandwell-school")
    counterpart = Who("practitioner", Side.RESPONDING, "sandwell-childrens-trust")
    talk: dict[str, Any] = {
        "people": (counterpart,), "means": Means.TELEPHONE, "outcome": Outcome.UNRESOLVED,
        "text": {"said": "We spoke, and differ."},
    }  # fmt: skip
    for number, (what, more) in enumerate(((Act.DISCUSS, talk), (Act.ESCALATE, {})), 2):
        at = AT + timedelta(hours=number)
        record = Record(n=number, at=at, written=at, by=raiser, act=what, key=what, **more)
        done = act(opened.reference, record, None)
        assert isinstance(done, Done), done
    opened.refresh_from_db()
    return opened
