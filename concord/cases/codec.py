"""A record as one canonical text, and back. What is sealed later is exactly this text."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from concord.rules.clock import LONDON
from concord.rules.record import Enclosed, Fact, PlannedAction, Record
from concord.rules.who import Who
from concord.rules.words import Act, Form, Matter, Means, Outcome, Side

FORMAT = 1
_WORDS = (
    "written_by", "stage", "reason", "clause", "office", "agency", "who", "decision", "reasons",
    "why", "ground", "override",
)  # fmt: skip
_PLAIN = ("executive_member", "action", "done", "of")


def encode(record: Record) -> str:
    """The content of a record as canonical JSON: same record, same text."""
    data: dict[str, Any] = {"format": FORMAT, "by": _who(record.by)}
    for name in (*_WORDS, *_PLAIN):
        value = getattr(record, name)
        if value not in ("", None):
            data[name] = value
    for name in ("means", "outcome", "form", "matter"):
        value = getattr(record, name)
        if value is not None:
            data[name] = str(value)
    for name, whos in (("people", record.people), ("to", record.to)):
        if whos:
            data[name] = [_who(who) for who in whos]
    if record.actions:
        data["actions"] = [_plan(plan) for plan in record.actions]
    if record.replaced_by:
        data["replaced_by"] = _plan(record.replaced_by)
    if record.due is not None:
        data["due"] = _moment(record.due)
    if record.facts:
        data["facts"] = _facts(record.facts)
    if record.change:
        data["change"] = {name: _changed(value) for name, value in record.change.items()}
    if record.text:
        data["text"] = dict(record.text)
    if record.enclosed:
        data["enclosed"] = [asdict(each) for each in record.enclosed]
    if record.passed:
        data["passed"] = list(record.passed)
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def decode(n: int, at: datetime, written: datetime, act: str, key: str, content: str) -> Record:
    """The record of which this is the content. Raises ValueError for another format."""
    data = json.loads(content)
    if data.get("format") != FORMAT:
        raise ValueError(f"Record {n} is in format {data.get('format')}, not {FORMAT}.")
    particulars = {name: data[name] for name in (*_WORDS, *_PLAIN) if name in data}
    return Record(
        n=n,
        at=at.astimezone(LONDON),
        written=written.astimezone(LONDON),
        by=_read_who(data["by"]),
        act=Act(act),
        key=key,
        people=tuple(_read_who(each) for each in data.get("people", ())),
        to=tuple(_read_who(each) for each in data.get("to", ())),
        means=Means(data["means"]) if "means" in data else None,
        outcome=Outcome(data["outcome"]) if "outcome" in data else None,
        form=Form(data["form"]) if "form" in data else None,
        matter=Matter(data["matter"]) if "matter" in data else None,
        actions=tuple(_read_plan(each) for each in data.get("actions", ())),
        replaced_by=_read_plan(data["replaced_by"]) if "replaced_by" in data else None,
        due=_read_moment(data["due"]) if "due" in data else None,
        facts=read_facts(data.get("facts", {})),
        change={name: _read_changed(name, v) for name, v in data.get("change", {}).items()},
        text=data.get("text", {}),
        enclosed=tuple(Enclosed(**each) for each in data.get("enclosed", ())),
        passed=tuple(data.get("passed", ())),
        **particulars,
    )


def read_facts(facts: dict[str, Any]) -> dict[str, Fact]:
    """Facts from JSON: lists become tuples."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in facts.items()}


def _facts(facts: Any) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in facts.items()}


def _who(who: Who) -> list[str | None]:
    return [who.role, who.side.value if who.side else None, who.agency]


def _read_who(data: list[str | None]) -> Who:
    role, side, agency = data
    return Who(role or "", Side(side) if side else None, agency)


def _plan(plan: PlannedAction) -> dict[str, Any]:
    return {
        "what": plan.what,
        "owner": _who(plan.owner) if plan.owner else None,
        "due": plan.due.isoformat() if plan.due else None,
    }


def _read_plan(data: dict[str, Any]) -> PlannedAction:
    owner = _read_who(data["owner"]) if data["owner"] else None
    return PlannedAction(
        data["what"], owner, date.fromisoformat(data["due"]) if data["due"] else None
    )


def _moment(due: date | datetime) -> str:
    return due.isoformat()


def _read_moment(text: str) -> date | datetime:
    if "T" in text:
        return datetime.fromisoformat(text).astimezone(LONDON)
    return date.fromisoformat(text)


def _changed(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_who(each) if isinstance(each, Who) else each for each in value]
    return value


def _read_changed(name: str, value: Any) -> object:
    match name:
        case "at":
            return datetime.fromisoformat(value).astimezone(LONDON)
        case "people" | "to":
            return tuple(_read_who(each) for each in value)
        case "means":
            return Means(value)
        case "outcome":
            return Outcome(value)
        case "form":
            return Form(value)
        case _:
            return value
