"""What going to the next stage will mean: to whom it goes, and which dates will hold, and why."""

from dataclasses import dataclass, replace

from concord.cases.doorway import Look, Viewer
from concord.rules.decide import Accepted, Refused, decide, perform
from concord.rules.duties import asked_for
from concord.rules.may import probe
from concord.rules.record import Record
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act
from concord.web.presenting import DutyRow, Names, duty_rows
from concord.web.sides import Answering, answering


@dataclass(frozen=True, slots=True)
class Passed:
    """What a clause asks for first, and the reason for passing over stages stands in for.

    `stage` is the title of the lowest stage to which one passes it.
    """

    stage: str
    why: str
    clause: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next stage as it would be if the case went there now."""

    title: str
    says: str
    sides: list[Answering]
    dates: list[DutyRow]
    passed: tuple[Passed, ...] = ()
    """What the reason for passing over stages stands in for, where that is what was chosen."""
    further: tuple[Passed, ...] = ()
    """What it would stand in for at the stages above, where the next one was chosen."""


def ahead(
    look: Look, who: Viewer, seats: tuple[Who, ...], names: Names, chosen: str = ""
) -> Ahead | None:
    """The next stage, or a higher one that was chosen; None at the last one, and for who may not
    go there.
    """
    state = look.state
    above = state.policy.next_stage(state.stage)
    if above is None or not seats:
        return None
    plain = probe(state, seats[0], Act.ESCALATE, who.at)
    record = replace(plain, override="to look ahead")
    passed: tuple[Passed, ...] = ()
    further = passed_by_a_reason(state, plain)
    if chosen in state.policy.positions and chosen != above.id:
        above = state.policy.stage(chosen)
        record = replace(record, stage=chosen, reason="to look ahead")
        passed, further = passed_by_a_reason(state, plain, chosen), ()
    there, answer = perform(state, record)
    if isinstance(answer, Refused):
        return None
    rows = duty_rows(asked_for(there, who.at), names, look.seats, who.at)
    return Ahead(
        title=above.title,
        says=above.says,
        sides=answering(look, who, names, above.id),
        dates=[row for row in rows if row.state == "Due" and row.dated and above.id in row.stages],
        passed=passed,
        further=further,
    )


def passed_by_a_reason(state: CaseState, plain: Record, only: str = "") -> tuple[Passed, ...]:
    """What stands before the stages above the next, and is passed by the reason for going there.

    Each is named once, with the lowest such stage. `plain` is the plainest escalation; `only` is
    the one stage asked about.
    """
    found: dict[tuple[str, str], Passed] = {}
    stage = state.policy.next_stage(state.stage)
    while stage and (stage := state.policy.next_stage(stage.id)):
        if only in ("", stage.id):
            record = replace(plain, stage=stage.id, reason="to look ahead")
            answer = decide(state, record)
            for gate in answer.passed if isinstance(answer, Accepted) else ():
                found.setdefault((gate.stage, gate.id), Passed(stage.title, gate.why, gate.clause))
    return tuple(found.values())
