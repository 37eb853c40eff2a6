"""How much time is left, or how late something is, in words."""

from datetime import date, datetime

import pytest

from concord.policies.calendars import calendar_for
from concord.rules.clock import LONDON, Due
from concord.rules.dates import left_words, moment

CALENDAR = calendar_for()
NOON = datetime(2026, 12, 17, 12, tzinfo=LONDON)
"""A Thursday, a week before the Christmas holidays."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(("due", "words"), [
    (None, ""),
    (date(2026, 12, 17), "today is the last day"),
    (date(2026, 12, 18), "1 working day left"),
    (date(2026, 12, 29), "6 working days left"),
    (date(2026, 12, 16), "late by 1 working day"),
    (date(2026, 12, 14), "late by 3 working days"),
    (at(17, 12, 45), "45 minutes left"),
    (at(17, 13), "1 hour left"),
    (at(18, 11), "23 hours left"),
    (at(17, 9), "late by 3 hours"),
    (at(22, 12), "3 working days left"),
    (at(11, 12), "late by 4 working days"),
])  # fmt: skip
def test_a_limit_says_what_is_left_of_it(due: Due | None, words: str) -> None:
    assert left_words(due, NOON, CALENDAR) == words


def test_a_weekend_is_no_working_day() -> None:
    saturday = at(19, 12)
    assert left_words(date(2026, 12, 18), saturday, CALENDAR) == "late with no working day since"
    assert left_words(date(2026, 12, 20), saturday, CALENDAR) == "no working day left before it"


@pytest.mark.usefixtures("far_west")
def test_days_and_times_are_londons_on_a_machine_anywhere() -> None:
    # given a limit and a moment in the small hours: in Los Angeles it is still the day before
    assert left_words(at(21, 5), at(17, 5), CALENDAR) == "2 working days left"
    assert moment(at(17, 5)) == "Thursday 17 December 2026, 05:00"
