"""Who has a case in hand, and for how long: it lies with the side that did not act last.

The raising side holds it when somebody of the other side, or of an office, has acted; the
responding side when the raising side has. Once a stage whose body decides is entered, that body
holds it. No clause asks for this: it shows where time went.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from concord.rules.clock import LONDON
from concord.rules.state import CaseState
from concord.rules.words import Power, Side, Status

PARTNERSHIP = "partnership"
HOLDERS: Mapping[str, str] = {
    Side.RAISING: "the raising side",
    Side.RESPONDING: "the responding side",
    PARTNERSHIP: "the partnership",
}
"""Who can have a case in hand, in words that need no name of an agency."""
COLUMNS = (*(f"Working days with {who}" for who in HOLDERS.values()), "Who has it now")
"""The headings of `columns`."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time (aware) in which one side, or the partnership, had the case in hand."""

    who: str
    since: datetime
    until: datetime


def stretches(state: CaseState, at: datetime) -> tuple[Stretch, ...]:
    """Who had the case in hand from when to when, in order, up to its end or to `at`."""
    found: list[Stretch] = []
    end = state.ended or at
    holder, since = "", end
    for record in state.in_time:
        if record.at < state.raised:
            continue  # nobody held a case that there was not yet
        if record.at > end:
            break
        now_with = _with(state, record.n, record.by.side)
        if now_with == holder:
            continue
        if holder:
            found.append(Stretch(holder, since, record.at))
        holder, since = now_with, record.at
    if holder and since < end:
        found.append(Stretch(holder, since, end))
    return tuple(found)


def _with(state: CaseState, n: int, side: Side | None) -> str:
    """With whom the case lies after record `n`."""
    entered = next((visit.stage for visit in reversed(state.visits) if visit.n <= n), "")
    if entered and any(rule.power is Power.DECIDE for rule in state.policy.stage(entered).powers):
        return PARTNERSHIP
    return Side.RESPONDING if side is Side.RAISING else Side.RAISING


def working_days(state: CaseState, at: datetime) -> dict[str, int]:
    """For each that has had it in hand, how many working days begun lie in that time."""
    total: dict[str, int] = {}
    for each in stretches(state, at):
        start, end = each.since.astimezone(LONDON).date(), each.until.astimezone(LONDON).date()
        days = state.calendar.working_days_between(start, end) if end > start else 0
        total[each.who] = total.get(each.who, 0) + days
    return total


def holder(state: CaseState, at: datetime) -> str:
    """Who has the case in hand now; empty once it has ended."""
    if state.status is not Status.OPEN:
        return ""
    found = stretches(state, at)
    return found[-1].who if found else ""


def columns(state: CaseState, at: datetime) -> tuple[int, int, int, str]:
    """How long each has had the case in hand and who has it now, as a log's own columns."""
    days = working_days(state, at)
    raising, responding, partnership = (days.get(who, 0) for who in HOLDERS)
    return raising, responding, partnership, HOLDERS.get(holder(state, at), "")


def in_words(state: CaseState, at: datetime) -> str:
    """The same as a list says it: "in hand: the raising side 2 working days, ... 4 (now)"."""
    now = holder(state, at)
    said = [
        f"{HOLDERS[who]} {count} working day{'' if count == 1 else 's'}{' (now)' * (who == now)}"
        for who, count in working_days(state, at).items()
    ]
    return f"In hand: {', '.join(said)}" if said else ""
