"""Histories as they were recorded: what each file line holds, and how it is read back.

One line is one case: the policy version it began under, its parties and facts, the canonical
text of each of its records, and what followed from them when it was recorded.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from concord.cases.codec import decode, read_facts
from concord.cases.summaries import standing
from concord.policies.calendars import calendar_for
from concord.policies.library import load_version
from concord.rules.clock import LONDON
from concord.rules.duties import label, owed
from concord.rules.record import Record
from concord.rules.state import CaseState, begin
from concord.rules.who import Parties

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class History:
    """One recorded case, and what followed from it at a moment (`at`, aware)."""

    name: str
    begun: CaseState
    records: tuple[Record, ...]
    at: datetime
    followed: dict[str, Any]


def what_follows(state: CaseState, at: datetime) -> dict[str, Any]:
    """How a case stands and every duty of it, met ones included, as plain JSON values."""
    stands = {
        name: value.astimezone(LONDON).isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(standing(state, at)).items()
    }
    duties = [
        [
            entry.rule,
            str(entry.clause),
            label(state, entry.owner),
            entry.due.isoformat() if entry.due else None,
            str(entry.state),
            entry.met_by,
        ]
        for entry in owed(state, at)
    ]
    found: dict[str, Any] = json.loads(json.dumps({"standing": stands, "owed": duties}))
    return found


def histories() -> Iterator[History]:
    """Every recorded history, in a settled order."""
    for file in sorted(FOLDER.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            yield _read(f"{file.stem}-{number}", json.loads(line))


def _read(name: str, data: dict[str, Any]) -> History:
    policy = load_version(data["policy"], data["version"]).policy
    parties = Parties(data["raising"], tuple(data["responding"]))
    records = tuple(
        decode(
            n,
            datetime.fromisoformat(each["at"]),
            datetime.fromisoformat(each["written"]),
            each["act"],
            each["key"],
            each["content"],
        )
        for n, each in enumerate(data["records"], start=1)
    )
    return History(
        name=name,
        begun=begin(policy, calendar_for(policy.calendar), parties, read_facts(data["facts"])),
        records=records,
        at=datetime.fromisoformat(data["at"]),
        followed=data["followed"],
    )
