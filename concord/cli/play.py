"""`concord play`: replay a scenario without a database, and answer its questions."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from concord.cli.scenario import Scenario
from concord.policies.calendars import calendar_for
from concord.policies.library import find
from concord.rules.clock import LONDON
from concord.rules.decide import Accepted, Refused, perform
from concord.rules.duties import Owed, label, owed
from concord.rules.may import may
from concord.rules.record import Record
from concord.rules.state import CaseState, begin, replay


def play(scenario: Scenario) -> dict[str, Any]:
    """The answer to a scenario: what became of each record, and how each ask stands.

    Raises UnknownPolicy and PolicyMistakes.
    """
    policy = find(scenario.policy).policy
    start = begin(policy, calendar_for(policy.calendar), scenario.parties, scenario.facts)
    state, answers, kept = start, [], []
    for record in scenario.records:
        state, answer = perform(state, record)
        answers.append(_answer(record, answer))
        if isinstance(answer, Accepted) and answer.repeats is None:
            kept.append(answer.record)
    return {
        "records": answers,
        "asks": [_ask(start, kept, at) for at in scenario.asks],
    }


def _answer(record: Record, answer: Accepted | Refused) -> dict[str, Any]:
    if isinstance(answer, Refused):
        first = answer.first
        return {
            "n": record.n,
            "accepted": False,
            "clause": first.clause,
            "why": first.why,
            "instead": first.instead,
        }
    found: dict[str, Any] = {"n": record.n, "accepted": True}
    if answer.repeats is not None:
        found["same_as"] = answer.repeats
    if answer.warnings:
        found["warnings"] = [{"clause": w.clause, "why": w.why} for w in answer.warnings]
    if answer.flagged:
        found["flagged"] = True
    return found


def _ask(start: CaseState, kept: list[Record], at: datetime) -> dict[str, Any]:
    state = replay(start, _written_by(kept, at))
    if not state.is_raised:
        return {"at": moment(at), "stage": None, "status": None, "owed": [], "may": {}}
    return {
        "at": moment(at),
        "stage": state.stage,
        "status": str(state.status),
        "owed": [_owed(state, entry) for entry in owed(state, at)],
        "may": {name: [str(act) for act in acts] for name, acts in may(state, at).items()},
    }


def _written_by(kept: list[Record], at: datetime) -> Iterator[Record]:
    """What had been written by a moment: a scenario's records stand in the order written.

    So a record is never written before one that stands above it, whatever its date says.
    """
    for record in kept:
        if record.written > at:
            return
        yield record


def _owed(state: CaseState, entry: Owed) -> dict[str, Any]:
    return {
        "clause": str(entry.clause),
        "by": label(state, entry.owner),
        "what": entry.what,
        "since": moment(entry.since),
        "due": None if entry.due is None else when(entry.due),
        "state": str(entry.state),
    }


def moment(at: datetime) -> str:
    """A moment as London local time, to the minute."""
    return at.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M")


def when(due: date | datetime) -> str:
    """A date, or an instant as London local time."""
    return moment(due) if isinstance(due, datetime) else due.isoformat()


def report(answer: dict[str, Any]) -> str:
    """The answer for a person to read at a terminal."""
    lines = []
    for record in answer["records"]:
        if record["accepted"]:
            extra = " (flagged for the business manager)" if record.get("flagged") else ""
            advice = "".join(
                f" Note, {w['clause']}: {w['why']}" for w in record.get("warnings", ())
            )
            lines.append(f"{record['n']}: accepted{extra}.{advice}")
        else:
            lines.append(
                f"{record['n']}: refused, {record['clause']}: {record['why']} {record['instead']}"
            )
    for ask in answer["asks"]:
        lines += ["", f"At {ask['at']}: {ask['stage'] or 'not raised'}, {ask['status'] or '-'}"]
        lines += [
            f"  {each['state']:8} {each['due'] or 'no date':16} {each['clause']:7} "
            f"{each['by']}: {each['what']}"
            for each in ask["owed"]
        ]
        lines += [f"  may: {who}: {', '.join(acts)}" for who, acts in ask["may"].items()]
    return "\n".join(lines)
