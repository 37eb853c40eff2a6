"""The cast of the pages, and their clock."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from concord.rules.clock import LONDON
from concord.web import asking, doors
from tests.apps.conftest import (
    as_person,
    cast,
    opened,
    person,
    rows_of_the_cast,
)

__all__ = ["as_person", "cast", "opened", "person", "rows_of_the_cast"]
AT = datetime(2026, 11, 27, 16, 0, tzinfo=LONDON)


class Clock:
    """The pages' clock, which stands until it is put on."""

    at = AT


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    here = Clock()
    for module in (asking, doors):
        monkeypatch.setattr(module, "now", lambda: here.at)
    yield here
