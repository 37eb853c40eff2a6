"""Adding working days, against a call that does nothing and against numpy."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from bench.harness import Row, side_by_side
from concord.policies.calendars import calendar_for


def rows(times: int = 20_000) -> Iterator[Row]:
    """One date and many working days; flat in their number."""
    calendar = calendar_for()
    day = date(2026, 12, 17)
    holidays = np.array(sorted(calendar.holidays), dtype="datetime64[D]")
    as_numpy = np.datetime64(day)
    counter = np.busdaycalendar(holidays=holidays)

    def nothing(day: date, count: int) -> date:
        return day

    add = calendar.add_working_days
    best = side_by_side(
        {
            "nothing": lambda: nothing(day, 8),
            "add": lambda: add(day, 8),
            "far": lambda: add(day, 2000),
            "numpy": lambda: np.busday_offset(as_numpy, 8, roll="backward", busdaycal=counter),
        },
        times,
    )
    empty = side_by_side({"empty": lambda: None}, times)["empty"]
    call = best["nothing"] - empty * 0.5
    yield Row("add 8 working days", "a call that does nothing", best["add"] / call, 4)
    yield Row("add 2000 working days", "adding 8: flat", best["far"] / best["add"], 1.3)
    yield Row("add 8 working days", "numpy.busday_offset, one date", best["add"] / best["numpy"], 1)
