"""What was learned, across a partnership's cases: themes and lessons, without a child's data."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from concord.cases.ledger import state_of
from concord.cases.models import Case
from concord.rules.clock import Due, is_late
from concord.rules.duties import asked_for
from concord.rules.state import CaseState
from concord.rules.words import Act
from concord.vault.closed import Closed


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson recorded in a case, when (aware); whether it was sent out since, and how."""

    reference: str
    at: datetime
    lesson: str
    theme: str
    group: str
    sent_out: datetime | None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """What the policy still asks to be sent out of a case: until when (None: no time is given)."""

    reference: str
    what: str
    clause: str
    due: Due | None
    late: bool


@dataclass(frozen=True, slots=True)
class Learned:
    """Lessons newest first; what is still to be told, late ones first; how often each theme."""

    lessons: tuple[Lesson, ...]
    to_tell: tuple[Telling, ...]
    themes: tuple[tuple[str, int], ...]
    unread: tuple[str, ...] = ()
    """The references of cases that cannot be read: their keys are missing."""


def learned(cases: Iterable[Case], at: datetime) -> Learned:
    """What these cases teach, and what was done with it, as it stands at a moment (aware)."""
    lessons: list[Lesson] = []
    to_tell: list[Telling] = []
    unread: list[str] = []
    for case in cases:
        try:
            state = state_of(case)
        except Closed:
            unread.append(case.reference)
            continue
        lessons += _lessons(case.reference, state)
        to_tell += _to_tell(case.reference, state, at)
    themes = Counter(each.theme.strip().capitalize() for each in lessons if each.theme.strip())
    return Learned(
        lessons=tuple(sorted(lessons, key=lambda each: each.at, reverse=True)),
        to_tell=tuple(sorted(to_tell, key=lambda each: not each.late)),
        themes=tuple(themes.most_common()),
        unread=tuple(unread),
    )


def _lessons(reference: str, state: CaseState) -> list[Lesson]:
    sent = [record for record in state.records if record.act is Act.DISSEMINATE]
    found = []
    for record in state.records:
        if record.act is not Act.LEARN:
            continue
        after = next((each for each in sent if each.at >= record.at), None)
        words = record.text
        found.append(
            Lesson(
                reference=reference,
                at=record.at,
                lesson=words.get("lesson") or words.get("note", ""),
                theme=words.get("theme", ""),
                group=words.get("group", ""),
                sent_out=after.at if after else None,
                how=after.text.get("note", "") if after else "",
            )
        )
    return found


def _to_tell(reference: str, state: CaseState, at: datetime) -> list[Telling]:
    rules = {
        rule.id
        for rule in state.policy.duties
        if any(Act.DISSEMINATE in doing.acts for doing in rule.done)
    }
    return [
        Telling(
            reference=reference,
            what=entry.what,
            clause=entry.clause,
            due=entry.due,
            late=entry.due is not None and is_late(entry.due, at),
        )
        for entry in asked_for(state, at)
        if entry.is_open and entry.rule in rules
    ]
