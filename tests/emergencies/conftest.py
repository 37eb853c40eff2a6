"""The cast of the pages, and their clock."""

from datetime import datetime

from concord.rules.clock import LONDON
from tests.apps.clock import standing_at
from tests.apps.conftest import (
    as_person,
    cast,
    opened,
    person,
    rows_of_the_cast,
)

__all__ = ["as_person", "cast", "opened", "person", "rows_of_the_cast"]

AT = datetime(2026, 11, 27, 16, 0, tzinfo=LONDON)
clock = standing_at(AT)
