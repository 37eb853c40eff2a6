"""Why an act's page does not open: nobody fills in a form that could only be refused."""

from dataclasses import dataclass

from concord.cases.doorway import Look, Viewer
from concord.rules.decide import Refused
from concord.rules.words import Act, House, Status
from concord.web.presenting import Names


@dataclass(frozen=True, slots=True)
class Shut:
    """Why an act cannot be taken now, what to do instead, and the clause or house rule."""

    why: str
    instead: str
    clause: str


def shut(look: Look, who: Viewer, act: Act, names: Names) -> Shut | None:
    """Why none of the viewer's seats may take an act now; None where one may try.

    What stands against an act softly does not shut it: it is asked for with the form.
    """
    if act is Act.CONFIRM:
        return _of_confirming(look, who, names)
    if act is Act.APPOINT and not look.state.policy.appointments:
        return Shut(
            "This policy has nobody appointed to a case.",
            "Take the case to the next stage, or ask who decides at its last one.",
            House.CASE_STANDS_OTHERWISE,
        )
    found: Shut | None = None
    for seat in look.seats:
        if act in look.acts(seat, who.at):
            return None
        answer = look.judge(seat, act, who.at)
        if not isinstance(answer, Refused) or not answer.first.hard:
            return None
        first = answer.first
        found = found or Shut(first.why, first.instead, str(first.clause))
    return found


def _of_confirming(look: Look, who: Viewer, names: Names) -> Shut | None:
    state = look.state
    if any(state.to_check(seat) for seat in look.seats):
        return None
    if state.proposed is None or state.status is not Status.OPEN:
        return Shut(
            "No outcome waits to be confirmed here.",
            "Propose that it is resolved, if both sides agree that it is.",
            House.CASE_STANDS_OTHERWISE,
        )
    missing = [each for each in state.parties.sides if each not in state.proposed]
    mine = [seat for seat in look.seats if seat.side is not None]
    if mine and all((seat.side, seat.agency) in state.proposed for seat in mine):
        waits = ", ".join(names.agencies.get(agency, agency) for _, agency in missing)
        return Shut(
            f"Your agency has agreed to this outcome already. It waits for {waits}.",
            "You are told when they confirm it, or say why not. If it should not stand, "
            "state your side's position.",
            House.CASE_STANDS_OTHERWISE,
        )
    return None
