"""How a date was counted, and how long each side has had the case: as a picture and in words. Pure.

A picture says nothing that does not stand beside it in words for everybody. It is as wide as the
smallest telephone, and told apart by words and lines, in grey print too.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from textwrap import wrap
from xml.sax.saxutils import escape

from markupsafe import Markup

from concord.policies.wording import limit_words
from concord.rules.citing import cited
from concord.rules.clock import LONDON, Calendar, Counted, Due, Limit, counted
from concord.rules.clock import due as due_of
from concord.rules.duties import Owed
from concord.rules.policy import DutyRule, LimitRule, Policy

CELL, TALL, HEAD = 42, 50, 18
WIDTH = 7 * CELL + 2
LONGEST = 70
"""Days that a strip shows; a limit of months is told in words."""
INK, PAPER, SKIPPED = "#0b0c0c", "#ffffff", "#e5e6e7"
WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a count: its number if it counts, else why it is skipped.

    Of a limit in hours, `time` is how much of it ran on that day.
    """

    day: date
    number: int | None
    why: str
    time: timedelta
    is_last: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How one date came about: from when, by which limit, day by day."""

    limit: str
    """The limit in words, as "5 working days"; empty where the date follows from none."""
    started: datetime
    due: Due
    cells: tuple[DayCell, ...]
    provisional: bool
    shortened: bool


def count(limit: Limit, start: datetime, calendar: Calendar) -> Count:
    """How the end of a limit is counted from a moment (aware)."""
    return _count(limit, start, due_of(limit, start, calendar), calendar, shortened=False)


def count_of(entry: Owed, policy: Policy, calendar: Calendar) -> Count | None:
    """How the date of a duty was counted; None where it has none."""
    if entry.due is None:
        return None
    start, limit = entry.clock or entry.since, _limit_of(policy, entry.rule)
    return _count(limit, start, entry.due, calendar, shortened=entry.shortened)


def _limit_of(policy: Policy, rule: str) -> Limit | None:
    wanted = rule.partition("#")[0]
    rules: tuple[DutyRule | LimitRule, ...] = (*policy.duties, *policy.limits)
    return next((each.within for each in rules if each.id == wanted), None)


def _count(
    limit: Limit | None, start: datetime, due: Due, calendar: Calendar, *, shortened: bool
) -> Count:
    last = due.astimezone(LONDON).date() if isinstance(due, datetime) else due
    days = counted(limit, start, calendar) if limit else ()
    if len(days) > LONGEST:
        days = ()
    return Count(
        limit=limit_words(limit) if limit else "",
        started=start.astimezone(LONDON),
        due=due,
        cells=_cells(days, last),
        provisional=calendar.is_provisional(last),
        shortened=shortened,
    )


def _cells(days: tuple[Counted, ...], last: date) -> tuple[DayCell, ...]:
    """Days with their numbers, up to the day that holds: a shorter time ends the count earlier."""
    found, number = [], 0
    for each in days:
        number += each.counts
        if each.day <= last:
            found.append(
                DayCell(each.day, number if each.counts else None, each.why, each.time,
                        each.day == last)
            )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Shown:
    """A count as a page shows it: the strip, and the same in sentences."""

    count: Count
    clause: str
    picture: Markup
    told: tuple[str, ...]


def shown(count: Count, clause: str, name: str) -> Shown:
    """A count of a clause's limit for a page, on which `name` is its own."""
    return Shown(count, clause, Markup(strip(count, clause, name)), told(count))


# --- in words -----------------------------------------------------------------------------


def told(count: Count) -> tuple[str, ...]:
    """The count in sentences: what counted, and each day that did not, with why."""
    if not count.cells:
        return ()
    counts = [cell for cell in count.cells if cell.number]
    found = []
    if counts and len(count.cells) == 1 and not counts[0].time:
        found.append(f"It ends on the day it starts, {_days(counts)}.")
    elif any(cell.time for cell in counts):
        timed = "; ".join(f"{_days([cell])}, {_hours(cell.time)}" for cell in counts)
        found.append(f"Counted: {timed}.")
    elif counts:
        numbered = "; ".join(f"{_numbers(run)}, {_days(run)}" for run in _runs(counts))
        found.append(f"Counted: {numbered}.")
    skipped = [cell for cell in count.cells if not cell.number]
    if skipped:
        each = "; ".join(f"{_days(run)} ({_why(run[0].why)})" for run in _runs(skipped))
        found.append(f"Not counted: {each}.")
    elif counts and counts[0].time:
        found.append("Hours run through nights, weekends and bank holidays.")
    return tuple(found)


def _runs(cells: list[DayCell]) -> list[list[DayCell]]:
    """Days that follow each other for the same reason, together."""
    found: list[list[DayCell]] = []
    for cell in cells:
        before = found[-1][-1] if found else None
        follows = before is not None and cell.day - before.day == timedelta(days=1)
        if before is not None and follows and _why(before.why) == _why(cell.why):
            found[-1].append(cell)
        else:
            found.append([cell])
    return found


def _numbers(run: list[DayCell]) -> str:
    first, last = run[0].number, run[-1].number
    return f"day {first}" if first == last else f"days {first} to {last}"


def _days(run: list[DayCell]) -> str:
    first, last = run[0].day, run[-1].day
    whole = f"{WEEK[last.weekday()]} {last.day} {last:%B}"
    if first == last:
        return whole
    month = "" if first.month == last.month else f" {first:%B}"
    return f"{WEEK[first.weekday()]} {first.day}{month} to {whole}"


def _why(why: str) -> str:
    if why in ("Saturday", "Sunday"):
        return "weekend"
    return why.replace("(observed)", "(substitute day)")  # as GOV.UK calls it


def _hours(time: timedelta) -> str:
    hours, minutes = divmod(round(time.total_seconds() / 60), 60)
    said = f"{hours} hour{'' if hours == 1 else 's'}" if hours or not minutes else ""
    return " ".join(filter(None, (said, f"{minutes} minutes" if minutes else "")))


# --- as a picture -------------------------------------------------------------------------


def strip(count: Count, clause: str, name: str) -> str:
    """The strip as SVG, a row for each week; empty where there is nothing to show.

    `name` makes its ids unique on a page.
    """
    if not count.cells:
        return ""
    first = count.cells[0].day
    monday = first - timedelta(days=first.weekday())
    weeks = (count.cells[-1].day - monday).days // 7 + 1
    height = HEAD + TALL * weeks + 2
    heads = [
        _text(CELL * place + CELL / 2, 13, day, 12, bold=True) for place, day in enumerate(WEEK)
    ]
    cells = [_cell(cell, (cell.day - monday).days) for cell in count.cells]
    title = f"How the {count.limit} of {cited(clause)} were counted, day by day"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" '
        'font-family="Arial, Helvetica, sans-serif">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(" ".join(told(count)))}</desc>'
        + "".join((*heads, *cells)) + "</svg>"
    )  # fmt: skip


def _cell(cell: DayCell, place: int) -> str:
    week, day = divmod(place, 7)
    x, y = CELL * day + 1, HEAD + TALL * week + 1
    if cell.number:
        mark = _clock(cell.time) if cell.time else str(cell.number)
        said = _text(x + CELL / 2 - 1, y + 31, mark, 13 if cell.time else 17, bold=True)
        line = f'stroke-width="{3 if cell.is_last else 1}"'
    else:
        said = _text(x + CELL / 2 - 1, y + 29, _short(cell.why), 10, fit=CELL - 8)
        line = 'stroke-width="1" stroke-dasharray="3 2"'
    if cell.is_last:
        said += _text(x + CELL / 2 - 1, y + 43, "due", 11, bold=True)
    return (
        f'<rect x="{x + 1}" y="{y + 1}" width="{CELL - 4}" height="{TALL - 4}" '
        f'fill="{PAPER if cell.number else SKIPPED}" stroke="{INK}" {line}/>'
        + _text(x + CELL / 2 - 1, y + 13, f"{cell.day.day} {cell.day:%b}", 11, fit=CELL - 8)
        + said
    )


def _short(why: str) -> str:
    """Why a day is skipped, as it fits into its cell; in full it stands in words."""
    if why in ("Saturday", "Sunday"):
        return "weekend"
    return {"the day it starts": "start", "outside working hours": "closed"}.get(why, "holiday")


def _clock(time: timedelta) -> str:
    hours, minutes = divmod(round(time.total_seconds() / 60), 60)
    return f"{hours}h{minutes:02}" if minutes else f"{hours}h"


def _text(
    x: float,
    y: float,
    text: str,
    size: int,
    *,
    bold: bool = False,
    at: str = "middle",
    fit: int = 0,
) -> str:
    """Words at a place; `fit` is how wide they are, whatever font there is."""
    weight = ' font-weight="700"' if bold else ""
    if fit and len(text) > 5:
        weight += f' textLength="{fit}" lengthAdjust="spacingAndGlyphs"'
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{INK}" text-anchor="{at}"{weight}>'
        f"{escape(text)}</text>"
    )


# --- how long each side has had it --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """How long one party has had the case in hand, in whole working days."""

    who: str
    days: int
    now: bool

    @property
    def words(self) -> str:
        """It in words, without who: "3 working days; it has it now"."""
        days = f"{self.days} working day{'' if self.days == 1 else 's'}"
        return f"{days}; it has it now" if self.now else days


def bar(held: tuple[Held, ...], name: str) -> str:
    """The time held by each as bars of SVG, one below the other; who has it now is striped."""
    longest = max((each.days for each in held), default=0) or 1
    y, parts = 0, []
    for each in held:
        for line in wrap(each.who, 40) or [""]:
            parts.append(_text(0, y + 13, line, 12, at="start"))
            y += 15
        width = max(2, round(200 * each.days / longest))
        fill = f"url(#{name}-now)" if each.now else INK
        parts.append(
            f'<rect x="1" y="{y + 4}" width="{width}" height="14" fill="{fill}" stroke="{INK}"/>'
        )
        said = f"{each.days} day{'' if each.days == 1 else 's'}{', now' if each.now else ''}"
        parts.append(_text(width + 7, y + 15, said, 12, bold=True, at="start"))
        y += 30
    described = "; ".join(f"{each.who}: {each.words}" for each in held)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" '
        'font-family="Arial, Helvetica, sans-serif">'
        f'<title id="{name}-title">How long each has had the case in hand</title>'
        f'<desc id="{name}-desc">{escape(described)}</desc>'
        f'<defs><pattern id="{name}-now" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{PAPER}"/>'
        f'<rect width="3" height="6" fill="{INK}"/></pattern></defs>'
        + "".join(parts) + "</svg>"
    )  # fmt: skip
