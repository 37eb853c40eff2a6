"""Limits in words: "5 working days", "24 hours", "one month", "same day"."""

import re

from concord.rules.clock import Limit, Unit
from concord.rules.rungs import Mark, Moment

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_UNITS = {
    "working day": Unit.WORKING_DAYS,
    "calendar day": Unit.CALENDAR_DAYS,
    "hour": Unit.ELAPSED_HOURS,
    "elapsed hour": Unit.ELAPSED_HOURS,
    "working hour": Unit.WORKING_HOURS,
    "month": Unit.MONTHS,
    "year": Unit.YEARS,
}
LONGEST = 999
"""Of any unit: no policy gives anybody longer, so a longer one is a slip of the keyboard."""

_PATTERN = re.compile(r"^(\d+|[a-z]+) ([a-z ]+?)s?$")


def parse_limit(text: str) -> Limit:
    """Read a limit in words. Raises ValueError with a plain sentence.

    "one working week" is 5 working days; "same day" is the calendar day on which it starts.
    """
    words = " ".join(text.lower().split())
    if words == "same day":
        return Limit(0, Unit.SAME_DAY)
    match = _PATTERN.match(words)
    if match:
        amount = _amount(match[1])
        if amount and match[2] == "working week":
            return Limit(5 * amount, Unit.WORKING_DAYS)
        unit = _UNITS.get(match[2])
        if amount and unit is not None:
            return Limit(amount, unit)
    raise ValueError(
        f"'{text}' is no limit: write, for example, '5 working days', '24 hours', 'one month', "
        "'one working week' or 'same day'."
    )


def _amount(word: str) -> int:
    if not word.isdecimal():
        return _NUMBERS.get(word, 0)
    if len(word) > len(str(LONGEST)) or int(word) > LONGEST:
        raise ValueError(f"'{word[:20]}' is too long for a limit: {LONGEST} at most.")
    return int(word)


_BEFORE = re.compile(r"^(\d+) (working day|hour)s? before$")


def parse_moment(text: str) -> Moment:
    """Read where a rung of reminders stands. Raises ValueError with a plain sentence."""
    words = " ".join(text.lower().split())
    plain = {
        "half the time": Moment(Mark.HALF),
        "the day itself": Moment(Mark.BEFORE, 0),
        "once it is late": Moment(Mark.LATE),
    }
    if words in plain:
        return plain[words]
    match = _BEFORE.match(words)
    if match:
        unit = Unit.ELAPSED_HOURS if match[2] == "hour" else Unit.WORKING_DAYS
        return Moment(Mark.BEFORE, int(match[1]), unit)
    raise ValueError(
        f"'{text}' is no moment of a reminder: write 'half the time', '1 working day before', "
        "'1 hour before', 'the day itself' or 'once it is late'."
    )
