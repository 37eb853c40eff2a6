"""What a case asks of a viewer though no clause sets a duty: to confirm, to answer, to choose a
time, or to have a decision carried out.
"""

from dataclasses import dataclass

from concord.cases.doorway import Look, Viewer
from concord.notifications.recipients import Directory, named_in, people
from concord.rules.endings import to_carry_out, waits_for
from concord.rules.meetings import Meeting, meetings
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Side, Status, Tier
from concord.web.sides import has_done_nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, the act that does it, and the other way to do it."""

    seat: Who
    what: str
    act: Act
    words: str
    instead: Act
    instead_words: str
    meeting: int | None = None
    """The meeting of which a time is to be chosen, on a page of its own."""


def asked(look: Look, who: Viewer, *, owes: bool) -> Asked | None:
    """What the viewer is asked to do now, for an agency not on Concord too; None if nothing is.

    `owes`: whether the viewer has a duty here, which asks for the answer by a clause and a date.
    """
    state = look.state
    absent = tuple(seat for agency in look.writes_for for seat in look.seats_of(agency))
    if state.status is not Status.OPEN:
        return _asked_to_carry_out(state, (*look.seats, *absent))
    for seat in (*look.seats, *absent):
        if _is_to_confirm(state, seat) and Act.CONFIRM in look.acts(seat, who.at):
            return Asked(
                seat, "An outcome is proposed: confirm it, or say why not.",
                Act.CONFIRM, "Confirm the outcome, or say why not", Act.STATE, "Say why not",
            )  # fmt: skip
    for meeting in meetings(state):
        chooser = _seat_to_choose(meeting, look)
        if chooser is not None:
            return Asked(
                chooser, "Times for a meeting are proposed: choose one.", Act.CONVENE,
                "Choose a time", Act.CONVENE, "No time works: what to do", meeting=meeting.number,
            )  # fmt: skip
    for seat in () if owes else look.seats:
        if _is_new_to(state, seat) and _is_told(look, who, seat):
            return Asked(
                seat, "A new concern: answer it, or pass it on.",
                Act.ANSWER, "Answer the concern", Act.PASS_ON, "Pass it to the right person",
            )  # fmt: skip
    return None


def _asked_to_carry_out(state: CaseState, seats: tuple[Who, ...]) -> Asked | None:
    """What a decision asks of the managers of each side, on whom its actions fall by default."""
    agencies = to_carry_out(state)
    for seat in seats:
        if seat.role == Tier.MANAGER and seat.agency in agencies:
            return Asked(
                seat,
                "It was decided, and no action is agreed yet. Agree who does what, by when, so "
                "that the decision is carried out.",
                Act.AGREE, "Agree who does what", Act.STATE, "Say that nothing is left to do",
            )  # fmt: skip
    return None


def _is_to_confirm(state: CaseState, seat: Who) -> bool:
    """Whether the seat's side has yet to say what it thinks of the outcome proposed."""
    if not waits_for(state, seat):
        return False
    since = state.proposal or 0
    return not any(
        record.n > since and record.act is Act.STATE and record.by.agency == seat.agency
        for record in state.records
    )


def _seat_to_choose(meeting: Meeting, look: Look) -> Who | None:
    """In which seat the viewer is asked to a meeting of which no time is chosen yet."""
    if not meeting.is_to_come or meeting.at is not None:
        return None
    return next((seat for seat in look.seats if seat in meeting.people), None)


def _is_new_to(state: CaseState, seat: Who) -> bool:
    """Whether the seat's agency is challenged, and did nothing yet but pass it on."""
    return seat.side is Side.RESPONDING and has_done_nothing(state, seat.agency or "")


def _is_told(look: Look, who: Viewer, seat: Who) -> bool:
    """Whether the viewer is told of it for the agency: the counterpart, or who stands in."""
    to = Who(Tier.PRACTITIONER, seat.side, seat.agency)
    told = people(Directory(who.at), look.case, look.state.policy, to, named_in(look.state, to))
    return any(each.user is not None and each.user.pk == who.person for each in told)
