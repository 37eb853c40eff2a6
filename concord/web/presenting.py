"""The rules' answers in plain English: dates, seats, acts, duties. Pure; no query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from concord.policies.library import Loaded
from concord.rules.clock import LONDON, is_late
from concord.rules.dates import due_words, moment, plain_date
from concord.rules.duties import Owed
from concord.rules.naming import ROLES as ROLES
from concord.rules.naming import Names as Names
from concord.rules.naming import role_words as role_words
from concord.rules.overtaken import behind
from concord.rules.record_words import ACTS as ACTS
from concord.rules.record_words import STATUSES as STATUSES
from concord.rules.record_words import standing_words as standing_words
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import DutyState, Status


def sentence(text: str) -> str:
    """Words as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty as a page shows it."""

    what: str
    by: str
    due: str
    state: str
    tag: str
    clause: str
    late: bool
    mine: bool
    first: bool
    urgent: bool
    """Whether it keeps a child at risk safe: asked for whether the case has ended or not."""
    shortened: bool
    dated: bool
    stages: tuple[str, ...] = ()
    """The ids of the stages that ask for it: the same duty of two stages is one row."""
    key: str = ""
    """Its name within its case, by which a page leads to the act that meets it."""
    leads: str = ""
    """The case's own page on which it is done: its meetings, its actions."""
    role: str = ""
    """The role of whoever owes it, as the policy writes it; empty where either side may."""


TAGS = {
    DutyState.DUE: ("Due", "govuk-tag--yellow"),
    DutyState.LATE: ("Late", "govuk-tag--red"),
    DutyState.MET: ("Done", "govuk-tag--green"),
    DutyState.MET_LATE: ("Done late", "govuk-tag--grey"),
}


def duty_rows(
    entries: tuple[Owed, ...], names: Names, seats: tuple[Who, ...], at: datetime
) -> list[DutyRow]:
    """The duties of a case, for a viewer who sits in these seats; each once, in their order."""
    rows: dict[tuple[str, str, str, str, str], DutyRow] = {}
    for entry in entries:
        row = _duty_row(entry, names, seats, at)
        when = row.due if row.dated or entry.met else ""
        key = (row.what, row.by, when, row.state, row.clause)
        earlier = rows.get(key)
        rows[key] = replace(earlier, stages=(*earlier.stages, *row.stages)) if earlier else row
    return list(rows.values())


def _duty_row(entry: Owed, names: Names, seats: tuple[Who, ...], at: datetime) -> DutyRow:
    state, tag = TAGS[entry.state]
    return DutyRow(
        what=entry.what,
        by=names.owner(entry.owner) if entry.is_open else names.first_owner(entry.owner),
        due=_when(entry),
        state=state,
        tag=tag,
        clause=str(entry.clause),
        late=entry.is_open and entry.due is not None and is_late(entry.due, at),
        mine=is_mine(entry.owner, seats),
        first=entry.first,
        urgent=entry.urgent,
        shortened=entry.shortened,
        dated=entry.due is not None,
        stages=(entry.stage,) if entry.stage else (),
        key=key_of(entry),
        leads="actions" if entry.is_open and entry.action is not None else "",
        role=entry.owner.role if entry.owner else "",
    )


def entry_of(row: DutyRow | None, entries: Sequence[Owed], names: Names) -> Owed | None:
    """The open duty that a row shows; the first of several that are one row."""
    if row is None:
        return None
    shown = ((each, names.owner(each.owner)) for each in entries if each.is_open)
    return next((each for each, by in shown if (key_of(each), by) == (row.key, row.by)), None)


def key_of(entry: Owed) -> str:
    """A duty's name within its case: its rule, and of an agreed action its number."""
    return entry.rule if entry.action is None else f"{entry.rule}:{entry.action}"


def _when(entry: Owed) -> str:
    if entry.met:
        return f"done {moment(entry.met)}"
    if entry.due is None:
        return f"{due_words(None)}, owed since {plain_date(entry.since.astimezone(LONDON))}"
    return due_words(entry.due)


def most_pressing(rows: Sequence[DutyRow], state: CaseState) -> DutyRow | None:
    """What the page names first: immediate risk, then what the present stage waits for: by its
    date, or else whoever acts there before the rest.

    Once the case has ended: what came of it, by its date, before what a stage left undone.
    """
    is_open = state.status is Status.OPEN
    left = behind(state.policy, state.stage, is_open=is_open)
    rest = [row for row in rows if row.key.partition("#")[0] not in left]
    acts = state.policy.stage(state.stage).acts
    here = [row for row in rows if state.stage in row.stages] if is_open else rest
    here = sorted(here, key=lambda row: row.role != acts) if is_open else here
    dated = [row for row in rows if row.dated and row in here]
    urgent = [row for row in rows if row.urgent]
    first = [row for row in rows if row.first]
    return next(iter([*urgent, *first, *dated, *here, *rest, *rows]), None)


def unchecked(entries: Iterable[Owed]) -> set[int]:
    """The numbers of the actions that were reported done, and that a side has yet to check."""
    return {
        entry.action
        for entry in entries
        if entry.checks and entry.is_open and entry.action is not None
    }


def is_mine(owner: Who | None, seats: tuple[Who, ...]) -> bool:
    """Whether a duty falls to somebody who sits in these seats."""
    if owner is None:
        return any(seat.side is not None for seat in seats)
    return owner in seats


def titles_of(loaded: Loaded, tier: str) -> str:
    """The policy's own titles of a tier."""
    names = loaded.file.tiers.model_dump().get(tier, []) if loaded.file.tiers else []
    return ", ".join(names)
