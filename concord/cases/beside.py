"""What of a case's records an office sees that was told of it beside the parties."""

from dataclasses import replace

from concord.cases.doorway import Look
from concord.rules.naming import Names
from concord.rules.record import Record
from concord.rules.record_words import RecordRow, record_row
from concord.rules.state import CaseState
from concord.rules.words import Act, Status

ENDING = {
    Status.RESOLVED: Act.RESOLVE, Status.DECIDED: Act.DECIDE, Status.WITHDRAWN: Act.WITHDRAW,
}  # fmt: skip
"""The act whose record says how a case ended."""


def names_office(look: Look, record: Record) -> bool:
    """Whether a record went to the viewer's office, or says that it took part."""
    return record.by not in look.seats and bool({*record.to, *record.people} & set(look.seats))


def ending(state: CaseState, names: Names) -> RecordRow | None:
    """What ended the case, in the words in which it was recorded; None while it is open."""
    if state.status is Status.RESOLVED:
        return _confirmed(state, names)
    act = ENDING.get(state.status)
    last = next((record for record in reversed(state.records) if record.act is act), None)
    return record_row(last, names, state) if last else None


def _confirmed(state: CaseState, names: Names) -> RecordRow | None:
    """What resolved a case: the last side's confirmation, with who had proposed what."""
    records = reversed(state.records)
    confirms = next((r for r in records if r.act is Act.CONFIRM and not (r.of or r.action)), None)
    before = [r for r in state.records if r.act is Act.RESOLVE]
    if not before:
        return record_row(confirms, names, state) if confirms else None
    proposal = record_row(before[-1], names, state)
    if confirms is None or confirms.n < proposal.n:
        return proposal
    by = ("Proposed by", f"{proposal.by}, {proposal.at}")
    return replace(record_row(confirms, names, state), details=(by, *proposal.details))
