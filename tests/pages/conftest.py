"""What a walk through all pages stands on: a filled instance, or an empty one, and an eye."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser

from tests.pages.looking import Eye
from tests.pages.world import World, peopled


@contextmanager
def taken_back(blocker: Any) -> Iterator[None]:
    """What a module puts into the database is gone after it."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def filled(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The demonstration and more, made once for a module and taken back after it."""
    kept: Path = settings.CONCORD_FILES
    settings.CONCORD_FILES = tmp_path_factory.mktemp("files")
    with taken_back(django_db_blocker):
        yield peopled(filled=True)
    settings.CONCORD_FILES = kept


@pytest.fixture(scope="module")
def eye(chromium: Browser) -> Iterator[Eye]:
    """A browser's pages, kept open from one look to the next."""
    opened = Eye(chromium)
    yield opened
    opened.close()
