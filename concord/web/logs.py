"""The logs as tables to be saved: a partnership's with the least data, an agency's of its cases."""

from collections.abc import Iterable
from datetime import datetime

from concord.cases.doorway import Viewer
from concord.directory.models import Agency, Partnership
from concord.documents.logs import agency_log
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


def agency_sheet(found: Agency, who: Viewer) -> Sheet:
    """An agency's log: a row for each case of its own that the viewer may see, with the child."""
    log = agency_log(found, who)
    return Sheet(f"{log.title}, {found.name}", who.at, log.head, log.rows)


def _row(line: Line) -> tuple[Cell, ...]:
    first = line.first if line.is_live else None
    waits = f"{role_words(first.role)}, {first.agency}".removesuffix(", ") if first else ""
    return (
        line.reference, line.raising, "; ".join(line.responding), line.stage_title,
        standing_words(line.status, line.open_actions), line.opened.isoformat(), line.age,
        len(line.late), waits, due_words(first.due) if first else "", "yes" if line.flagged else "",
    )  # fmt: skip
