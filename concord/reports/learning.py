"""What was learned, across a partnership's cases: themes and lessons, without a child's data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from concord.cases.ledger import records_of
from concord.cases.models import Case
from concord.rules.words import Act


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson recorded in a case, when (aware), and whether it was sent out since."""

    reference: str
    at: datetime
    lesson: str
    sent_out: datetime | None


def lessons(cases: Iterable[Case]) -> list[Lesson]:
    """Every lesson recorded in these cases, newest first."""
    found = []
    for case in cases:
        records = records_of(case)
        sent = [record.at for record in records if record.act is Act.DISSEMINATE]
        for record in records:
            if record.act is Act.LEARN:
                after = next((at for at in sent if at >= record.at), None)
                text = record.text.get("lesson") or record.text.get("note", "")
                found.append(Lesson(case.reference, record.at, text, after))
    return sorted(found, key=lambda each: each.at, reverse=True)
