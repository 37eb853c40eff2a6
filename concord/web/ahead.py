"""What going to the next stage will mean: to whom it goes, and which dates will hold, and why."""

from dataclasses import dataclass, replace

from concord.cases.doorway import Look, Viewer
from concord.rules.decide import Refused, perform
from concord.rules.duties import asked_for
from concord.rules.may import probe
from concord.rules.who import Who
from concord.rules.words import Act
from concord.web.presenting import DutyRow, Names, duty_rows
from concord.web.sides import Answering, answering


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next stage as it would be if the case went there now."""

    title: str
    says: str
    sides: list[Answering]
    dates: list[DutyRow]


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
    record = replace(probe(state, seats[0], Act.ESCALATE, who.at), override="to look ahead")
    if chosen in state.policy.positions and chosen != above.id:
        above = state.policy.stage(chosen)
        record = replace(record, stage=chosen, reason="to look ahead")
    there, answer = perform(state, record)
    if isinstance(answer, Refused):
        return None
    rows = duty_rows(asked_for(there, who.at), names, look.seats, who.at)
    return Ahead(
        title=above.title,
        says=above.says,
        sides=answering(look, who, names, above.id),
        dates=[row for row in rows if row.state == "Due" and row.dated and above.id in row.stages],
    )
