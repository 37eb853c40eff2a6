"""Dates as people read them, the same on pages, in messages and on forms."""

from datetime import date, datetime

from concord.rules.clock import LONDON, Due


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


def read_due(text: str | None) -> Due | None:
    """A limit kept as text, read back: a date, or an aware instant."""
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
