"""The clock of a request: one calendar month, three when it is extended. Pure.

As the Information Commissioner's guidance counts it: from the day the request is received, or the
day who asks is proved where that had to be asked for, to the corresponding date of the next month.
A month without that date ends on its last day. An end on a weekend or a bank holiday goes to the
next working day. It may be extended by two more months where the request is complex, if whoever
asked is told so, and why, within the first month.
"""

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

from concord.rules.clock import Calendar
from concord.rules.dates import day

MONTHS, EXTENDED = 1, 3


@dataclass(frozen=True, slots=True)
class Due:
    """By when an answer has to be given, and how that date was found."""

    starts: date
    due: date
    first: date
    """The end of the first month: by then an extension has to be told."""
    why: tuple[str, ...]
    """How it was counted, in sentences."""
    provisional: bool = False
    """Whether the bank holidays of that year are not published yet."""

    def days_left(self, today: date) -> int:
        """How many days are left; below 0 it is late."""
        return (self.due - today).days


def corresponding(start: date, count: int) -> date:
    """The same date so many months later; where that month has none, its last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))


def next_working_day(when: date, calendar: Calendar) -> date:
    """The day itself where it is a working day, else the next one that is."""
    while not calendar.is_working_day(when):
        when += timedelta(days=1)
    return when


def counted(received: date, proved: date | None, extended: bool, calendar: Calendar) -> Due:
    """By when a request has to be answered.

    `proved`: the day when it was proved who asks, where that came after the request; None where
    it was proved with it, or is not proved yet: then it counts as if the request's own day held.
    """
    starts = max(received, proved) if proved is not None else received
    count = EXTENDED if extended else MONTHS
    plain = corresponding(starts, count)
    due = next_working_day(plain, calendar)
    why = [f"The request was received on {day(received)}."]
    if starts != received:
        why.append(f"It was proved who asks on {day(starts)}: the time runs from that day.")
    if extended:
        why.append(
            "It was extended by two more months, because it is complex: three months in all."
        )
    if plain.day != starts.day:
        why.append(f"That month has no day {starts.day}: its last day counts, {day(plain)}.")
    else:
        why.append(f"The corresponding date is {day(plain)}.")
    if due != plain:
        closed = calendar.why_not(plain)
        why.append(f"That is no working day ({closed}): the next one counts, {day(due)}.")
    first = next_working_day(corresponding(starts, MONTHS), calendar)
    return Due(starts, due, first, tuple(why), calendar.is_provisional(due))
