"""A lesson leaves its case: it is read by people who may not know about which child it was."""

import re
from collections.abc import Iterator
from datetime import date

from concord.rules.gates import Refusal
from concord.rules.record import Record
from concord.rules.state import CaseState
from concord.rules.words import Act, House

TOLD_OUTSIDE = frozenset({Act.LEARN, Act.DISSEMINATE})
"""Acts whose words are read outside the case."""
KEYS = ("lesson", "theme", "group", "note")
EVERYDAY = frozenset({
    "amber", "april", "august", "autumn", "brown", "chance", "dawn", "drew", "faith", "field",
    "grace", "grant", "green", "hill", "hope", "ivy", "jack", "jade", "joy", "june", "king",
    "lily", "mark", "may", "pearl", "rich", "river", "rose", "ruby", "small", "summer", "white",
    "will", "wood", "young",
})  # fmt: skip
"""Names that are words as well: written small, they name nobody."""
ABBREVIATIONS = frozenset({
    "CP", "DV", "ED", "GP", "HV", "IT", "LA", "MH", "NHS", "PE", "RE", "SEN", "SW",
})  # fmt: skip
"""Letters that stand for a service or a matter, whoever else has them as initials."""


def refusals(state: CaseState, record: Record, _way: tuple[str, ...] = ()) -> Iterator[Refusal]:
    """Why a lesson, or what is told of one, cannot go out: it names the child."""
    earlier = state.record(record.of) if record.of is not None else None
    act = earlier.act if record.act is Act.CORRECT and earlier else record.act
    if act not in TOLD_OUTSIDE:
        return
    changed = record.change.get("text", {}) if record.act is Act.CORRECT else record.text
    words = " ".join(changed.get(key, "") for key in KEYS) if isinstance(changed, dict) else ""
    found = child_in(state, words)
    if found:
        yield Refusal(
            House.CASE_STANDS_OTHERWISE,
            f'This is read by people outside the case, and it says "{found}", which points to the '
            "child.",
            "Say what is to be learned without a name, initials or a date of birth.",
        )


def child_in(state: CaseState, words: str) -> str:
    """By what some words point to a child of the case: as it is written there; else ""."""
    for record in state.records:
        for number in range(1, 10):
            name = record.text.get(f"child.{number}.name", "")
            born = record.text.get(f"child.{number}.born", "")
            for pattern in (*_of_name(name), *_of_day(born)):
                found = re.search(rf"(?<!\w){pattern}(?!\w)", words)
                if found:
                    return found[0]
    return ""


def _of_name(name: str) -> Iterator[str]:
    parts = [part for part in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", name) if len(part) > 1]
    for part in parts:
        as_written = re.escape(part)
        yield as_written if part.lower() in EVERYDAY else f"(?i:{as_written})"
    if len(parts) > 1:
        letters = [part[0].upper() for part in (parts[0], parts[-1])]
        yield r"\.\s?".join(letters) + r"\.?"
        if "".join(letters) not in ABBREVIATIONS:
            yield "".join(letters)


def _of_day(born: str) -> Iterator[str]:
    try:
        day = date.fromisoformat(born)
    except ValueError:
        return
    yield re.escape(born)
    yield rf"0?{day.day}(?:st|nd|rd|th)?\s+(?i:{day:%B}|{day:%b})\s+{day.year}"
    yield rf"0?{day.day}[./-]0?{day.month}[./-](?:{day.year}|{day:%y})"
