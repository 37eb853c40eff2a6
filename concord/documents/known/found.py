"""What a form is filled from, and what is found for one thing. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from concord.documents.directory import CaseNames
from concord.rules.dates import moment
from concord.rules.forms import FormField, FormRule
from concord.rules.record import Record
from concord.rules.record_words import RecordRow, marks, record_row, seat_of
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act

SPOKEN = (Act.DISCUSS, Act.MEET, Act.HEAR)
OWED_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Filling:
    """What a form is filled from: the case, the names of its people, and who fills it in now."""

    state: CaseState
    names: CaseNames
    at: datetime
    form: FormRule
    by: str = ""
    """Who completes it: name, role and agency."""
    to: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one thing: in lines, or as a table; and in which records it stands."""

    lines: tuple[str, ...]
    records: tuple[int, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


Finder = Callable[[Filling, FormField], Found]
NOTHING = Found(())


def numbers(records: Sequence[Record]) -> tuple[int, ...]:
    """The numbers of records."""
    return tuple(record.n for record in records)


def sentence(text: str) -> str:
    """Words as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def among_others(field: FormField, label: str) -> str:
    """What to say before a thing that shares its field with others; alone, the field says it."""
    return label if len(field.known) > 1 else ""


def means(record: Record) -> str:
    """How people spoke, in words."""
    return record.means.replace("_", " ") if record.means else ""


def told(it: Filling, record: Record, names: Sequence[tuple[str, str]]) -> str:
    """One record as one paragraph: who and when, then what its texts say."""
    said = [
        f"{label}: {record.text[name]}" if label else record.text[name]
        for name, label in names
        if record.text.get(name)
    ]
    who = seat_of(record, it.names.seats)
    name = record.text.get("by_name", "")
    head = f"{name}, {who}" if name else sentence(who)
    return f"{head}, {moment(record.at)}:\n" + "\n".join((*said, *marked(it, record)))


def marked(it: Filling, record: Record) -> tuple[str, ...]:
    """What later records say against a record: that it is corrected, or disputed."""
    return marks(_row(it, record))


def marked_briefly(it: Filling, record: Record) -> str:
    """The same by the records' numbers alone: " Corrected by record 7. Disputed by record 8."."""
    row = _row(it, record)
    says = [f" Corrected by record {each.n}." for each in row.corrected]
    says += [f" Disputed by record {each.n}." for each in row.said if not each.agrees]
    return "".join(says)


def _row(it: Filling, record: Record) -> RecordRow:
    return record_row(record, it.names.seats, it.state)
