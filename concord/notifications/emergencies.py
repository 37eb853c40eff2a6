"""Tells both sides and the business unit, at once, that a case was opened in an emergency."""

from collections.abc import Iterable

from concord.cases.models import Registered
from concord.notifications.models import Kind
from concord.notifications.once import tell_once
from concord.notifications.recipients import Directory, Told, people
from concord.rules.state import CaseState
from concord.rules.who import Who


def tell_of_emergency(line: Registered, state: CaseState) -> None:
    """One urgent notice to each safeguarding lead of the parties, and to the business manager.

    `line` is the opening, with its case, of which `state` is the state. In the caller's
    transaction: where nobody could be told, nothing is opened. Where a side has no such lead, it
    goes to whoever stands in for them.
    """
    for seat in _seats(state):
        label = state.parties.label(seat)
        for told in _people(line, state, seat):
            key = f"emergency:{line.pk}:{told.user.pk if told.user else label}"
            tell_once(
                key, Kind.EMERGENCY, told.user, line.at, case=line.case, post=label,
                instead=told.instead, urgent=True,
            )  # fmt: skip


def _seats(state: CaseState) -> Iterable[Who]:
    for side, agency in state.parties.sides:
        yield Who("safeguarding_lead", side, agency)
    yield Who("business_manager")


def _people(line: Registered, state: CaseState, seat: Who) -> Iterable[Told]:
    return people(Directory(line.at), line.case, state.policy, seat, ())
