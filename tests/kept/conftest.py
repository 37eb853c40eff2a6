"""The world that the walk through all pages stands on; and the fixed cast."""

import pytest

from tests.apps.conftest import as_person, cast, opened, person, rows_of_the_cast
from tests.kept.everybody import Everybody
from tests.kept.places import walk
from tests.pages.conftest import filled
from tests.pages.world import World

__all__ = ["as_person", "cast", "filled", "opened", "person", "rows_of_the_cast"]


@pytest.fixture(scope="module")
def everybody(filled: World) -> Everybody:
    """Everybody who types, and where: found once for a module."""
    return Everybody(filled, walk(filled, 1))
