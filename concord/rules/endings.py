"""What a case still takes once it has ended: each act, after each end, as one table.

Duties outlive the closure: actions are followed up and checked (SA-16, LI-02), what was agreed is
filed, shared and fed back (SA-33, SH-14, SH-18), learning goes on (SA-35, SH-15), a child is
referred whatever has ended. What would answer, move or end the case a second time is refused:
whoever still worries reopens it, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from concord.rules.record import Record
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Status


class End(StrEnum):
    """How a case ended."""

    RESOLVED = "resolved"  # both sides confirmed the outcome
    DECIDED = "decided"  # by one person whom the policy gives the power: the Chair, a member
    PANEL_DECIDED = "panel_decided"
    WITHDRAWN = "withdrawn"  # by the side that raised it
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class After:
    """One cell: taken; taken only of an earlier record or action; or refused, and what to do."""

    taken: bool = True
    only_of: bool = False
    """Whether it has to be about an earlier record or an agreed action."""
    why: str = ""
    instead: str = ""


HOW = {
    End.RESOLVED: "Both sides have agreed how this is resolved.",
    End.DECIDED: "This case has been decided.",
    End.PANEL_DECIDED: "The panel has decided this case.",
    End.WITHDRAWN: "The concern was withdrawn.",
    End.CLOSED: "This case is closed.",
}
"""What happened, as a refusal begins."""

TAKEN = frozenset({
    Act.DISCUSS, Act.ADVISE, Act.CONVENE, Act.MEET, Act.AGREE, Act.FILE, Act.SHARE, Act.SUBMIT,
    Act.NOTIFY, Act.REVIEW, Act.REFER, Act.COMPLETE, Act.EXPLAIN, Act.FEED_BACK, Act.LEARN,
    Act.DISSEMINATE, Act.DEBRIEF, Act.REOPEN, Act.CORRECT,
})  # fmt: skip
"""What is done after any end."""

REOPEN = "If the child still seems unsafe, reopen the case and say why."

REFUSED: Mapping[Act, tuple[str, str]] = {
    Act.RAISE: (
        "A concern is raised once.",
        f"{REOPEN} Raise another concern as another case.",
    ),
    Act.ACKNOWLEDGE: (
        "Nobody waits any longer to hear that it arrived.",
        "Report on the agreed actions, if there are any. The case shows what is still owed.",
    ),
    Act.ANSWER: (
        "It takes no answer any more.",
        f"Report on the agreed actions, if there are any. {REOPEN}",
    ),
    Act.PASS_ON: (
        "There is no answer to pass on any more.",
        "What your agency still owes goes to whoever holds the post. Name a deputy if they are "
        "away.",
    ),
    Act.SHORTEN: ("Its limits have stopped.", REOPEN),
    Act.APPOINT: ("Nobody is appointed to it any more.", REOPEN),
    Act.HEAR: (
        "Hearing those involved comes before the end.",
        f"Record a meeting, if you met since. {REOPEN}",
    ),
    Act.DECIDE: ("Nothing is left to decide.", REOPEN),
    Act.ESCALATE: ("It goes to no further stage.", REOPEN),
    Act.REFER_UP: ("It goes no further up the line.", REOPEN),
    Act.RESOLVE: (
        "No other outcome is proposed after it.",
        f"Correct the record if it is wrong. {REOPEN}",
    ),
    Act.WITHDRAW: (
        "There is nothing left to withdraw.",
        "Add what you know as a record of a discussion, or correct the record that is wrong.",
    ),
    Act.MOVE: ("It moves nowhere any more.", REOPEN),
}
"""What is refused after any end: why, and what to do instead."""

STATE_AFTER_WITHDRAWAL = (
    "No side has to state its position any more.",
    f"Record what was said as a discussion. {REOPEN}",
)
CONFIRM_SOMETHING = (
    "No outcome waits to be confirmed.",
    "Check an action that was reported done, or agree a record, from its own page.",
)


def _cell(act: Act, end: End) -> After:
    if act is Act.CONFIRM:
        why, instead = CONFIRM_SOMETHING
        return After(True, True, f"{HOW[end]} {why}", instead)
    refused = REFUSED.get(act)
    if act is Act.STATE and end is End.WITHDRAWN:
        refused = STATE_AFTER_WITHDRAWAL
    if refused is None:
        # SA-13, SH-14: positions, and how outstanding issues will be pursued, are put on record
        assert act in TAKEN or act is Act.STATE
        return After()
    why, instead = refused
    return After(False, False, f"{HOW[end]} {why}", instead)


AFTER: Mapping[Act, Mapping[End, After]] = {
    act: {end: _cell(act, end) for end in End} for act in Act
}
"""The table: what becomes of each act after each end."""


def end_of(state: CaseState) -> End | None:
    """How a case has ended; None while it is open."""
    match state.status:
        case Status.OPEN:
            return None
        case Status.RESOLVED:
            return End.RESOLVED
        case Status.WITHDRAWN:
            return End.WITHDRAWN
        case Status.DECIDED:
            last = next((r for r in reversed(state.records) if r.act is Act.DECIDE), None)
            is_panels = last is not None and last.by.role == "panel"
            return End.PANEL_DECIDED if is_panels else End.DECIDED
        case Status.CLOSED:
            return End.CLOSED


def waits_for(state: CaseState, who: Who) -> bool:
    """Whether the outcome proposed waits to be confirmed by this actor's side, which ends the case.

    Not by the side that proposed it, nor by one that has confirmed it.
    """
    if state.proposed is None or state.status is not Status.OPEN:
        return False
    if who.side is None or who.agency is None:
        return False
    return (who.side, who.agency) not in state.proposed


def to_carry_out(state: CaseState) -> tuple[str, ...]:
    """The agencies (slugs) that have yet to say how a decision is carried out.

    None once somebody has agreed, since the decision, who does what; nor one that has since said
    where it stands, as that nothing is left to do.
    """
    if state.status is not Status.DECIDED:
        return ()
    last = max(record.n for record in state.records if record.act is Act.DECIDE)
    since = [record for record in state.records if record.n > last]
    if any(record.act is Act.AGREE for record in since):
        return ()
    said = {record.by.agency for record in since if record.act is Act.STATE}
    return tuple(agency for agency in state.parties.agencies if agency not in said)


def refused_after(state: CaseState, record: Record) -> After | None:
    """The cell that refuses an act because its case has ended; None where it is taken, or open."""
    end = end_of(state)
    if end is None:
        return None
    cell = AFTER[record.act][end]
    if cell.only_of:
        return cell if record.of is None and record.action is None else None
    return None if cell.taken else cell
