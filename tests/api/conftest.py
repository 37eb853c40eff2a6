"""The cast of the pages."""

from tests.apps.conftest import as_person, cast, opened, person, rows_of_the_cast

__all__ = ["as_person", "cast", "opened", "person", "rows_of_the_cast"]
