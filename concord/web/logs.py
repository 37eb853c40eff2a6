"""The logs as tables to be saved."""

from collections.abc import Iterable
from datetime import datetime

from concord.directory.models import Partnership
from concord.reports.spreadsheets import Cell, Sheet
from concord.reports.standing import Line
from concord.rules.dates import due_words
from concord.web.presenting import role_words, standing_words

HEAD = (
    "Case", "Raised by", "Challenged", "Stage", "Status", "Opened", "Working days open",
    "Things late", "Waiting for", "By when", "Flagged",
)  # fmt: skip


def partnership_sheet(found: Partnership, every: Iterable[Line], at: datetime) -> Sheet:
    """A partnership's log at a moment (aware): a row for each case, without its children."""
    return Sheet(f"Log of {found.name}", at, HEAD, tuple(_row(line) for line in every))


def _row(line: Line) -> tuple[Cell, ...]:
    first = line.first if line.is_live else None
    waits = f"{role_words(first.role)}, {first.agency}".removesuffix(", ") if first else ""
    return (
        line.reference, line.raising, "; ".join(line.responding), line.stage_title,
        standing_words(line.status, line.open_actions), line.opened.isoformat(), line.age,
        len(line.late), waits, due_words(first.due) if first else "", "yes" if line.flagged else "",
    )  # fmt: skip
