"""A case's agreed actions as pages show them: who, by when, done, shown, checked. No query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from concord.rules.agreement import talk_of, to_agree
from concord.rules.clock import is_late
from concord.rules.dates import due_words, moment
from concord.rules.duties import owed
from concord.rules.parts import AgreedAction
from concord.rules.record import Record
from concord.rules.record_words import unsettled
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.web.presenting import Names, is_mine


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One agreed action, its standing, and what the viewer can do about it.

    `says` are the lines of what became of it, in order: label and words.
    """

    number: int
    what: str
    owner: str
    holder: str
    due: str
    state: str
    tag: str
    late: bool
    mine: bool
    is_open: bool
    says: tuple[tuple[str, str], ...]
    to_check: tuple[str, ...]
    """Who has yet to check it; empty where no clause makes anybody, or nothing is to be checked."""
    can_check: bool
    unsettled: str = ""
    """Whose word is awaited on an action that one side wrote down as agreed, or who disputes it."""
    asks: int = 0
    """The number of the record that the viewer is asked to agree, with this action in it."""


def action_rows(
    state: CaseState,
    names: Names,
    seats: tuple[Who, ...],
    at: datetime,
    holders: Mapping[Who, str],
) -> list[ActionRow]:
    """Every agreed action of a case, in order, for a viewer who sits in these seats.

    `holders` names the person to whom a seat's duties go, where one is known.
    """
    waiting: dict[int, list[str]] = {}
    owners: dict[int, Who | None] = {}
    for entry in owed(state, at):
        if entry.action is None or not entry.is_open:
            continue
        if entry.checks:
            waiting.setdefault(entry.action, []).append(names.seat(entry.owner))
        else:
            owners[entry.action] = entry.owner
    can = {each.number for seat in seats for each in state.to_check(seat)}
    return [
        _row(action, state, names, seats, at, holders,
             owners.get(action.number, action.plan.owner),
             tuple(waiting.get(action.number, ())), action.number in can)
        for action in state.actions
    ]  # fmt: skip


def _row(
    action: AgreedAction, state: CaseState, names: Names, seats: tuple[Who, ...], at: datetime,
    holders: Mapping[Who, str], owner: Who | None, to_check: tuple[str, ...], can_check: bool,
) -> ActionRow:  # fmt: skip
    late = action.is_open and action.plan.due is not None and is_late(action.plan.due, at)
    words, tag = _standing(action, late, bool(to_check))
    written = state.record(action.n)
    return ActionRow(
        number=action.number,
        what=action.plan.what,
        owner=names.seat(owner) if owner else "nobody named",
        holder=holders.get(owner, "") if owner else "",
        due=due_words(action.plan.due),
        state=words,
        tag=tag,
        late=late,
        mine=action.is_open and owner is not None and is_mine(owner, seats),
        is_open=action.is_open,
        says=tuple(_story(action, state, names)),
        to_check=to_check,
        can_check=can_check,
        unsettled=unsettled(written, names, state) if written else "",
        asks=_asked(written, state, seats) if written else 0,
    )


def _asked(written: Record, state: CaseState, seats: tuple[Who, ...]) -> int:
    """Which record the viewer is asked about: the talk's, where it was written down with one."""
    asked = {record.n for record in to_agree(state, seats)}
    talk = talk_of(state, written)
    numbers = (written.n, talk.n if talk else 0)
    return next((number for number in numbers if number in asked), 0)


def _standing(action: AgreedAction, late: bool, waits: bool) -> tuple[str, str]:
    if late:
        return "Late", "govuk-tag--red"
    if action.is_open:
        return "Open", "govuk-tag--yellow"
    if not action.done:
        return "Not done, replaced", "govuk-tag--grey"
    if waits:
        return "Reported done, to be checked", "govuk-tag--light-blue"
    return ("Done and checked" if action.checked else "Done"), "govuk-tag--green"


def _story(action: AgreedAction, state: CaseState, names: Names) -> list[tuple[str, str]]:
    agreed = state.record(action.n)
    is_settled = not (agreed and unsettled(agreed, names, state))
    found = [("Agreed" if is_settled else "Written down as agreed", moment(action.agreed))]
    if agreed and agreed.text.get("writes_up"):
        found.append(("Who writes it up and shares it", agreed.text["writes_up"]))
    if action.closed and action.reported_by:
        by = f"{names.seat(action.reported_by)}, {moment(action.closed)}"
        found.append(("Reported done" if action.done else "Reported not done", by))
    if action.evidence:
        found.append(("What shows it", action.evidence))
    if action.why and not action.done and not action.is_open:
        found.append(("Why not", action.why))
    if action.replaced_by:
        found.append(("In its place", f"action {action.replaced_by}"))
    for check in action.checks:
        record = state.record(check.n)
        finding = check.why or (record.text.get("note", "") if record else "")
        words = f"{names.seat(check.by)}, {moment(check.at)}{f': {finding}' if finding else ''}"
        found.append(("Checked: carried out" if check.done else "Checked: not carried out", words))
    return found
