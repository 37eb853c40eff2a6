"""Dates as people read them, the same on pages, in messages and on forms."""

from datetime import date, datetime, timedelta

from concord.rules.clock import LONDON, Calendar, Due, is_late


def day(when: date) -> str:
    """A date in full: "Thursday 26 November 2026"."""
    return f"{when:%A} {when.day} {when:%B %Y}"


def plain_date(when: date) -> str:
    """A date without its weekday, as a birthday is given: "26 November 2019"."""
    return f"{when.day} {when:%B %Y}"


def moment(at: datetime) -> str:
    """A moment in London: "Thursday 26 November 2026, 14:05"."""
    local = at.astimezone(LONDON)
    return f"{day(local.date())}, {local:%H:%M}"


def due_words(due: Due | None) -> str:
    """When something is due, in words."""
    if due is None:
        return "as soon as possible"
    return moment(due) if isinstance(due, datetime) else f"by the end of {day(due)}"


def left_words(due: Due | None, at: datetime, calendar: Calendar) -> str:
    """How long is left at `at` (aware) before something is due, or how late it is, in words.

    Days are working days of the calendar: "2 working days left", "late by 1 working day". A time
    within two days is told in hours. Empty where nothing says by when.
    """
    if due is None:
        return ""
    late = is_late(due, at)
    if isinstance(due, datetime) and abs(due - at) < timedelta(days=2):
        minutes = int(abs(due - at).total_seconds() // 60)
        many = _many(minutes // 60, "hour") if minutes >= 60 else _many(minutes, "minute")
        return f"late by {many}" if late else f"{many} left"
    last = due.astimezone(LONDON).date() if isinstance(due, datetime) else due
    today = at.astimezone(LONDON).date()
    if late:
        days = calendar.working_days_between(last, today)
        since = f"by {_many(days, 'working day')}" if days else "with no working day since"
        return f"late {since}"
    if last == today:
        return "today is the last day"
    days = calendar.working_days_between(today, last)
    return f"{_many(days, 'working day')} left" if days else "no working day left before it"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def read_due(text: str | None) -> Due | None:
    """A limit kept as text, read back: a date, or an aware instant."""
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
