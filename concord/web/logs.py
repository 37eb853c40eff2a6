"""The logs as tables to be saved: a partnership's with the least data, an agency's of its cases."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from concord.cases.doorway import Viewer
from concord.directory.models import Agency, Partnership
from concord.documents.logs import agency_log
from concord.reports.spreadsheets import Cell, Sheet
from concord.reports.standing import Line
from concord.rules import holding
from concord.rules.dates import due_words, moment
from concord.rules.state import CaseState
from concord.web.presenting import role_words, standing_words

HEAD = (
    "Case", "Raised by", "Challenged", "Stage", "Status", "Opened", "Working days open",
    "Things late", "Waiting for", "By when", "Flagged", *holding.COLUMNS,
)  # fmt: skip


def partnership_sheet(
    found: Partnership, every: Iterable[Line], states: Mapping[str, CaseState], who: Viewer
) -> Sheet:
    """A partnership's log as the viewer saves it: a row for each case, without its children.

    `states` are the cases' own, by reference, but for those that cannot be read.
    """
    rows = ((*_row(line), *_held(states.get(line.reference), who.at)) for line in every)
    return Sheet(f"Log of {found.name}", who.at, HEAD, tuple(rows), _saved_by(who))


def _held(state: CaseState | None, at: datetime) -> tuple[Cell, ...]:
    if state is None:
        return ("",) * len(holding.COLUMNS)
    return holding.columns(state, at)


def agency_sheet(found: Agency, who: Viewer) -> Sheet:
    """An agency's log: a row for each case of its own that the viewer may see, with the child."""
    log = agency_log(found, who)
    return Sheet(f"{log.title}, {found.name}", who.at, log.head, log.rows, _saved_by(who))


def _saved_by(who: Viewer) -> str:
    return f"Saved by {who.user.name}, {moment(who.at)}"


def _row(line: Line) -> tuple[Cell, ...]:
    first = line.first if line.is_live else None
    waits = f"{role_words(first.role)}, {first.agency}".removesuffix(", ") if first else ""
    return (
        line.reference, line.raising, "; ".join(line.responding), line.stage_title,
        standing_words(line.status, line.open_actions), line.opened.isoformat(), line.age,
        len(line.late), waits, due_words(first.due) if first else "", "yes" if line.flagged else "",
    )  # fmt: skip
