"""What the tests of rules share: a machine whose own clock is not London's."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def far_west(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process runs in Los Angeles: what forgets to ask for London's time is eight hours off."""
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
