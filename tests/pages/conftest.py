"""What a walk through all pages stands on: a filled instance, or an empty one, and an eye."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.pages.looking import Eye
from tests.pages.standing import standing
from tests.pages.world import World, peopled


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The demonstration and more, for a module, and taken back after it."""
    with django_db_blocker.unblock(), standing("filled", partial(peopled, filled=True)) as world:
        yield world


@pytest.fixture(scope="module")
def eye(chromium: Browser) -> Iterator[Eye]:
    """A browser's pages, kept open from one look to the next."""
    opened = Eye(chromium)
    yield opened
    opened.close()
