"""How an agency's or a partnership's cases stand: one line each, with the least data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from concord.cases.models import Case, Summary
from concord.policies.calendars import calendar_for
from concord.policies.library import load_version
from concord.rules.clock import LONDON, Due, is_late, latest_instant
from concord.rules.dates import read_due
from concord.rules.overtaken import words_overtaken
from concord.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a case waits for: who (role and agency by name), by which clause, until when."""

    role: str
    agency: str
    clause: str
    what: str
    due: Due | None
    late: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One case, without its child: where it stands, how old it is in working days, what waits."""

    reference: str
    raising: str
    responding: tuple[str, ...]
    stage: str
    stage_title: str
    status: str
    opened: date
    age: int
    urgent: bool
    flagged: bool
    open_actions: int
    waiting: tuple[Waiting, ...]

    @property
    def late(self) -> tuple[Waiting, ...]:
        """What is late."""
        return tuple(each for each in self.waiting if each.late)

    @property
    def first(self) -> Waiting | None:
        """What presses most."""
        return self.waiting[0] if self.waiting else None

    @property
    def is_live(self) -> bool:
        """Whether something of it is still followed: it is open, or an agreed action is."""
        return self.status == "open" or self.open_actions > 0


def lines(cases: Iterable[Case], at: datetime) -> list[Line]:
    """A line for each case as it stands at a moment (`at`, aware); most pressing first.

    The cases come with their summary, parties and agencies loaded.
    """
    return lines_in_order(_line(case, at) for case in cases)


def lines_in_order(found: Iterable[Line]) -> list[Line]:
    """Late ones first, then those about a child at risk, then the oldest."""
    return sorted(found, key=lambda line: (not line.late, not line.urgent, line.opened))


def _line(case: Case, at: datetime) -> Line:
    policy = load_version(case.policy_id, case.policy_version).policy
    rows = list(case.parties.all())
    names = {row.agency.slug: row.agency.name for row in rows}
    opened = case.opened.astimezone(LONDON).date()
    today = at.astimezone(LONDON).date()
    calendar = calendar_for(policy.calendar)
    return Line(
        reference=case.reference,
        raising=next(row.agency.name for row in rows if row.side == "raising"),
        responding=tuple(row.agency.name for row in rows if row.side == "responding"),
        stage=case.summary.stage,
        stage_title=policy.stage(case.summary.stage).title,
        status=case.summary.status,
        opened=opened,
        age=calendar.working_days_between(opened, today) if today > opened else 0,
        urgent=case.summary.urgent and case.summary.status == "open",
        flagged=case.summary.flagged,
        open_actions=case.summary.open_actions,
        waiting=tuple(
            _waiting(each, names, at) for each in _pressing(_followed(case.summary, policy))
        ),
    )


def _followed(summary: Summary, policy: Policy) -> list[dict[str, Any]]:
    """What a case waits for, but for what it has gone past; of one that has ended and has actions
    open, those.
    """
    is_open = summary.status == "open"
    gone = words_overtaken(policy, summary.stage, is_open=is_open)
    asked = [duty for duty in summary.duties if (duty["clause"], duty["what"]) not in gone]
    if is_open or not summary.open_actions:
        return asked
    return [duty for duty in asked if "action" in duty or "check" in duty]


def _pressing(duties: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(duties, key=lambda duty: (not duty["first"], duty["due"] or "9999"))


def _waiting(duty: dict[str, Any], names: dict[str, str], at: datetime) -> Waiting:
    due = read_due(duty["due"])
    return Waiting(
        role=duty["role"],
        agency=names.get(duty["agency"], ""),
        clause=duty["clause"],
        what=duty["what"],
        due=due,
        late=due is not None and is_late(due, at),
    )


@dataclass(frozen=True, slots=True)
class Silence:
    """Who keeps others waiting: so many things late, in which cases, the longest since when."""

    agency: str
    role: str
    late: int
    references: tuple[str, ...]
    """The cases, the one that waits longest first."""
    since: date
    """The day on which the first of what is late fell due."""

    @property
    def cases(self) -> int:
        """In how many cases."""
        return len(self.references)


def silence(found: Iterable[Line]) -> list[Silence]:
    """Which tiers and offices are late, the most first; of equals whoever is late the longest."""
    late: dict[tuple[str, str], list[tuple[Due, str]]] = {}
    for line in found:
        for each in line.late if line.is_live else ():
            if each.due is not None:
                late.setdefault((each.agency, each.role), []).append((each.due, line.reference))
    rows = []
    for (agency, role), things in late.items():
        things.sort(key=lambda thing: latest_instant(thing[0]))
        cases = tuple(dict.fromkeys(reference for _, reference in things))
        first = things[0][0]
        since = first.astimezone(LONDON).date() if isinstance(first, datetime) else first
        rows.append(Silence(agency, role, len(things), cases, since))
    return sorted(rows, key=lambda row: (-row.late, row.since))


def by_stage(found: Iterable[Line]) -> list[tuple[str, int, int]]:
    """For each stage, how many open cases stand there, and how many of them are late."""
    there: dict[str, list[Line]] = {}
    for line in found:
        if line.status == "open":
            there.setdefault(line.stage_title, []).append(line)
    return [
        (title, len(each), sum(bool(line.late) for line in each)) for title, each in there.items()
    ]
