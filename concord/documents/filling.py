"""A form filled from a case: each field with what it holds, where that stands, or what is missing.

One pure function serves every form of every policy: which fields there are is the policy's to
say, and what fills them is `known`'s.
"""

from dataclasses import dataclass

from concord.documents.known import know
from concord.documents.known.found import Filling, Found
from concord.documents.model import plain
from concord.rules.forms import FormField, Known
from concord.rules.words import Act

COMES_LATER = {
    Known.AGREED_OUTCOME: "Comes once an outcome is proposed.",
    Known.AGREED_ACTIONS: "Comes once actions are agreed.",
    Known.RESOLVED_AT: "Comes once the disagreement is resolved or decided.",
    Known.DECISION: "Comes once the decision is recorded.",
    Known.REASONS: "Comes once the decision is recorded.",
    Known.CONFIRMED_BY: "Comes once the outcome is confirmed.",
    Known.OUTSTANDING: "Comes with the outcome, if anything is outstanding.",
    Known.LESSONS: "Comes once learning is recorded.",
    Known.DISCUSSIONS: "Comes once a discussion or meeting is recorded.",
    Known.DISCUSSION_DATES: "Comes once a discussion or meeting is recorded.",
    Known.DISCUSSION_METHODS: "Comes once a discussion or meeting is recorded.",
    Known.BOARD_MEMBERS_ENGAGED: "Comes once a discussion with a board member is recorded.",
    Known.POSITIONS: "Comes once a side states its position or answers.",
    Known.MEETING: "Comes once a meeting is arranged or recorded.",
    Known.MEETING_TIMES: "Comes once a meeting is arranged.",
    Known.MEETING_CHAIR: "Comes once the chair is appointed.",
    Known.MEETING_PRESENT: "Comes once the meeting is recorded.",
    Known.MEETING_SAID: "Comes once the meeting is recorded.",
    Known.PANEL: "Comes once the panel is appointed.",
    Known.ADVICE: "Comes once advice is recorded.",
    Known.TIME_SET: "Comes once a time is set for this case.",
    Known.FORMAL_SINCE: "Comes once a formal stage is entered.",
    Known.FORM_RECEIVED: "Comes once the form is sent.",
    Known.SENT_TO: "Comes when it is sent: you choose to whom.",
    Known.COMPLETED_BY: "Comes when it is sent: your own name and post.",
}
"""Where each thing comes from that a case may not know yet; all else is given when sending."""
GIVE_NOW = "The case does not hold it: write it in the Word copy, and attach that when you send."
RECORDED_BY = {
    Known.AGREED_OUTCOME: Act.RESOLVE,
    Known.AGREED_ACTIONS: Act.AGREE,
    Known.RESOLVED_AT: Act.RESOLVE,
    Known.LESSONS: Act.LEARN,
    Known.DISCUSSIONS: Act.DISCUSS,
    Known.DISCUSSION_DATES: Act.DISCUSS,
    Known.DISCUSSION_METHODS: Act.DISCUSS,
    Known.BOARD_MEMBERS_ENGAGED: Act.DISCUSS,
    Known.POSITIONS: Act.STATE,
    Known.MEETING: Act.MEET,
    Known.MEETING_TIMES: Act.CONVENE,
    Known.MEETING_PRESENT: Act.MEET,
    Known.MEETING_SAID: Act.MEET,
    Known.MEETING_CHAIR: Act.APPOINT,
    Known.PANEL: Act.APPOINT,
    Known.ADVICE: Act.ADVISE,
    Known.TIME_SET: Act.SHORTEN,
    Known.DECISION: Act.DECIDE,
    Known.REASONS: Act.DECIDE,
    Known.CONFIRMED_BY: Act.CONFIRM,
}
"""The act that makes a thing known."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One field of a form, filled as far as the case goes."""

    field: FormField
    lines: tuple[str, ...]
    records: tuple[int, ...]
    """The numbers of the records that it rests on; empty where it comes from elsewhere."""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of it."""
        return not self.lines

    @property
    def provenance(self) -> str:
        """Where it comes from, in plain words."""
        if len(self.records) == 1:
            return f"record {self.records[0]}"
        if self.records:
            return f"records {', '.join(str(n) for n in self.records)}"
        return "" if self.is_empty else "the case, the policy or the directory"


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that the case cannot fill yet, and where what belongs there is given."""

    label: str
    where: str
    act: Act | None = None
    """The act that records it, where one does."""


def fill(filling: Filling) -> tuple[Filled, ...]:
    """Every field of a form, in its order, filled with all that the case knows of it.

    Raises NotText where a word of the case holds a NUL.
    """
    return tuple(_one(filling, field) for field in filling.form.fields)


def _one(filling: Filling, field: FormField) -> Filled:
    parts = [know(known, filling, field) for known in field.known]
    alone = parts[0] if len(parts) == 1 else None
    lines = tuple(plain(line) for part in parts for line in part.lines)
    records = tuple(sorted({n for part in parts for n in part.records}))
    rows = _rows(alone)
    return Filled(field, lines, records, head=alone.head if alone and rows else (), rows=rows)


def _rows(alone: Found | None) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(plain(cell) for cell in row) for row in alone.rows) if alone else ()


def missing(filled: tuple[Filled, ...], by: str = "") -> tuple[Missing, ...]:
    """What the case cannot fill of the part of the form that `by` completes, and where to give it.

    `by` is an office, or "" for whoever sends the form.
    """
    return tuple(
        _missing(each.field)
        for each in filled
        if each.is_empty and each.field.by == by and not each.field.optional
    )


def _missing(field: FormField) -> Missing:
    first = next(iter(field.known), None)
    later = COMES_LATER.get(first) if first else None
    return Missing(field.label, later or GIVE_NOW, RECORDED_BY.get(first) if first else None)
