"""A case told for somebody who decides: both sides' positions, and what was tried at each stage."""

from collections.abc import Iterator
from dataclasses import dataclass

from concord.rules.clock import LONDON
from concord.rules.dates import moment, plain_date
from concord.rules.record import Record
from concord.rules.record_words import RecordRow, record_row
from concord.rules.state import SPOKEN, CaseState
from concord.rules.words import Act, Side
from concord.web.presenting import Names

TRIED = SPOKEN | {Act.ANSWER, Act.AGREE, Act.RESOLVE, Act.REVIEW, Act.CONVENE, Act.ESCALATE}
"""What counts as trying to settle it; going up shows why."""
SAYING = frozenset({Act.RAISE, Act.STATE, Act.ANSWER})


@dataclass(frozen=True, slots=True)
class Position:
    """What one agency says: each statement with who made it and when, the latest first."""

    agency: str
    raised_it: bool
    said: tuple[RecordRow, ...]


@dataclass(frozen=True, slots=True)
class StageTried:
    """A stay at a stage: from when to when, and what was tried there."""

    title: str
    entered: str
    left: str
    tried: tuple[RecordRow, ...]
    passed_over: tuple[str, ...] = ()
    """The stages jumped over on the way here."""


def positions(state: CaseState, names: Names) -> list[Position]:
    """Both sides' positions, the raising side first; an agency that has said nothing is shown."""
    return [
        Position(
            agency=names.agencies.get(agency, agency),
            raised_it=side is Side.RAISING,
            said=tuple(
                record_row(record, names, state)
                for record in reversed(state.records)
                if record.act in SAYING and record.by.agency == agency
            ),
        )
        for side, agency in state.parties.sides
    ]


def tried(state: CaseState, names: Names) -> list[StageTried]:
    """Each stay at a stage in order, with what was tried there; a stage skipped is named."""
    found: list[StageTried] = []
    for index, visit in enumerate(state.visits):
        upto = state.visits[index + 1].n if index + 1 < len(state.visits) else None
        records = [r for r in state.records if r.n > visit.n and (upto is None or r.n <= upto)]
        skipped = tuple(
            state.policy.stage(stage).title
            for stage, at in state.skipped
            if at == visit.entered and stage != visit.stage
        )
        found.append(
            StageTried(
                title=state.policy.stage(visit.stage).title,
                entered=plain_date(visit.entered.astimezone(LONDON)),
                left=plain_date(visit.left.astimezone(LONDON)) if visit.left else "",
                tried=tuple(record_row(each, names, state) for each in _tries(records)),
                passed_over=skipped,
            )
        )
    return found


def _tries(records: list[Record]) -> Iterator[Record]:
    return (record for record in records if record.act in TRIED)


def carried_out(state: CaseState) -> list[tuple[str, str]]:
    """Of each agreed action, what it is and whether it was carried out, in words."""
    return [
        (
            action.plan.what,
            "open"
            if action.closed is None
            else f"done, {moment(action.closed)}"
            if action.done
            else f"not done, and replaced: {action.why}",
        )
        for action in state.actions
    ]
