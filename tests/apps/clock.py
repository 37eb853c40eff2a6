"""The pages' clock, which stands until a test puts it on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from concord.web import asking, doors


@dataclass
class Clock:
    """What the pages take for now."""

    at: datetime


def standing_at(at: datetime) -> Callable[[pytest.MonkeyPatch], Clock]:
    """A fixture for every test of a folder: the pages' clock stands at this moment (aware)."""

    @pytest.fixture(autouse=True)
    def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
        here = Clock(at)
        for module in (asking, doors):
            monkeypatch.setattr(module, "now", lambda: here.at)
        return here

    return clock
