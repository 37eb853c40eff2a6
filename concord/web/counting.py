"""How a date was counted, as a strip: each day counted or skipped, and why. Pure.

The same facts stand beside it in text, for whoever cannot see the strip.
"""

from dataclasses import dataclass
from datetime import date, datetime
from xml.sax.saxutils import escape

from concord.rules.clock import LONDON, Calendar, Due
from concord.rules.duties import Owed

CELL, HEIGHT, ROW = 46, 62, 14
LONGEST = 70
"""Days that a strip shows; a limit of months is told in words."""


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a count: its number if it counts, else why it is skipped."""

    day: date
    number: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Count:
    """How the date of one duty came about."""

    clause: str
    what: str
    by: str
    started: datetime
    due: Due
    reading: str
    cells: tuple[DayCell, ...]
    provisional: bool
    shortened: bool


def count_of(entry: Owed, by: str, calendar: Calendar, reading: str) -> Count | None:
    """How the date of a duty was counted; None where it has none."""
    if entry.due is None:
        return None
    started = (entry.clock or entry.since).astimezone(LONDON)
    last = entry.due.astimezone(LONDON).date() if isinstance(entry.due, datetime) else entry.due
    return Count(
        clause=str(entry.clause),
        what=entry.what,
        by=by,
        started=started,
        due=entry.due,
        reading=reading,
        cells=() if isinstance(entry.due, datetime) else _cells(started.date(), last, calendar),
        provisional=calendar.is_provisional(last),
        shortened=entry.shortened,
    )


def _cells(start: date, last: date, calendar: Calendar) -> tuple[DayCell, ...]:
    if not 0 < (last - start).days <= LONGEST:
        return ()
    days = calendar.working_days_between(start, last)
    if days < 1 or calendar.add_working_days(start, days) != last:
        return ()
    found, number = [DayCell(start, None, "the day it starts")], 0
    for each in calendar.counted(start, days):
        number += each.counts
        found.append(DayCell(each.day, number if each.counts else None, each.why))
    return tuple(found)


def strip(count: Count, name: str) -> str:
    """The strip as SVG; `name` makes its ids unique on a page."""
    rows = [count.cells[i : i + ROW] for i in range(0, len(count.cells), ROW)]
    width = CELL * min(ROW, len(count.cells)) + 2
    height = HEIGHT * len(rows) + 2
    parts = [
        _cell(cell, CELL * place + 1, HEIGHT * line + 1)
        for line, row in enumerate(rows)
        for place, cell in enumerate(row)
    ]
    described = "; ".join(words(cell) for cell in count.cells)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-labelledby="{name}-title {name}-desc" '
        'font-family="Arial, Helvetica, sans-serif">'
        f'<title id="{name}-title">How the date of {escape(count.clause)} was counted</title>'
        f'<desc id="{name}-desc">{escape(described)}</desc>' + "".join(parts) + "</svg>"
    )


def words(cell: DayCell) -> str:
    """A day of the strip in words."""
    said = f"{cell.day:%a} {cell.day.day} {cell.day:%B}"
    return f"{said}: day {cell.number}" if cell.number else f"{said}: not counted, {cell.why}"


def _cell(cell: DayCell, x: int, y: int) -> str:
    fill = "#ffffff" if cell.number else "#e5e6e7"
    mark = str(cell.number) if cell.number else "\N{EN DASH}"
    dashed = "" if cell.number else ' stroke-dasharray="4 3"'
    middle = x + (CELL - 4) // 2
    return (
        f'<rect x="{x}" y="{y}" width="{CELL - 4}" height="{HEIGHT - 6}" fill="{fill}" '
        f'stroke="#0b0c0c"{dashed}/>'
        f'<text x="{middle}" y="{y + 15}" font-size="12" text-anchor="middle">{cell.day:%a}</text>'
        f'<text x="{middle}" y="{y + 29}" font-size="12" text-anchor="middle">'
        f"{cell.day.day} {cell.day:%b}</text>"
        f'<text x="{middle}" y="{y + 50}" font-size="18" font-weight="700" '
        f'text-anchor="middle">{mark}</text>'
    )


# --- how long each side has had it --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """How long one party has had the case in hand, in whole working days."""

    who: str
    days: int
    now: bool


def bar(held: tuple[Held, ...]) -> str:
    """The time held by each as a bar of SVG, one below the other, told apart by their words."""
    longest = max((each.days for each in held), default=0) or 1
    parts = []
    for line, each in enumerate(held):
        y = 34 * line
        width = max(2, round(420 * each.days / longest))
        now = ", now" if each.now else ""
        said = f"{each.who}: {each.days} working day{'' if each.days == 1 else 's'}{now}"
        parts.append(
            f'<text x="0" y="{y + 13}" font-size="14">{escape(said)}</text>'
            f'<rect x="0" y="{y + 18}" width="{width}" height="10" '
            f'fill="{"#1d3557" if each.now else "#8ba3b8"}" stroke="#0b0c0c"/>'
        )
    said = "; ".join(f"{each.who}: {each.days} working days" for each in held)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {34 * len(held) + 4}" '
        'role="img" aria-labelledby="held-title held-desc" '
        'font-family="Arial, Helvetica, sans-serif">'
        '<title id="held-title">How long each has had the case in hand</title>'
        f'<desc id="held-desc">{escape(said)}</desc>' + "".join(parts) + "</svg>"
    )
