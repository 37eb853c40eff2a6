"""What the tests of hardening stand on: an instance full of canaries, and what it logs."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from concord.config.logs import Formatter
from tests.hardening.canary import full_of_canaries
from tests.pages.standing import standing
from tests.pages.world import World


@pytest.fixture(scope="module")
def canaries(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """For a module, and taken back after it."""
    with django_db_blocker.unblock(), standing("canaries", full_of_canaries) as world:
        yield world


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.setFormatter(Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """The lines that a real instance would write, as they come."""
    handler = _Lines()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)
