"""Which clauses are shown happening, by which test: `@shows("SA-25")` beside the test."""

from collections.abc import Callable
from typing import TypeVar

SHOWN: dict[str, list[str]] = {}
Test = TypeVar("Test", bound=Callable[..., None])


def shows(*clauses: str) -> Callable[[Test], Test]:
    """Say which clauses a test shows happening."""

    def note(test: Test) -> Test:
        for clause in clauses:
            SHOWN.setdefault(clause, []).append(f"{test.__module__}.{test.__name__}")
        return test

    return note
