"""The filled instance of the pages' walks, with more people at its doors."""

from tests.pages.conftest import filled

__all__ = ["filled"]
