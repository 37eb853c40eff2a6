"""What a case asks of a viewer though no clause sets a duty: to confirm an outcome."""

from dataclasses import dataclass

from concord.cases.doorway import Look, Viewer
from concord.rules.may import acts_for
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Status


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, the act that does it, and the other way to do it."""

    seat: Who
    what: str
    act: Act
    words: str
    instead: Act
    instead_words: str


def asked(look: Look, who: Viewer) -> Asked | None:
    """What the viewer is asked to do now, for an agency not on Concord too; None if nothing is."""
    state = look.state
    if state.status is not Status.OPEN:
        return None
    absent = (seat for agency in look.writes_for for seat in look.seats_of(agency))
    for seat in (*look.seats, *absent):
        if _is_to_confirm(state, seat) and Act.CONFIRM in acts_for(state, seat, who.at):
            return Asked(
                seat, "An outcome is proposed: confirm it, or say why not.",
                Act.CONFIRM, "Confirm the outcome, or say why not", Act.STATE, "Say why not",
            )  # fmt: skip
    return None


def _is_to_confirm(state: CaseState, seat: Who) -> bool:
    """Whether the seat's side has yet to say what it thinks of the outcome proposed."""
    if state.proposed is None or seat.side is None or seat.agency is None:
        return False
    if (seat.side, seat.agency) in state.proposed:
        return False
    since = state.proposal or 0
    return not any(
        record.n > since and record.act is Act.STATE and record.by.agency == seat.agency
        for record in state.records
    )
