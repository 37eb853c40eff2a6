"""What the others say of what one side wrote down: that it is right, or what is wrong with it.

One side writes a talk down for both, or what was agreed. Those who took part for another side (or
whoever holds their post, or their manager), and each other side of what was agreed, may agree the
record or say what is wrong with it; both stay on record, and nothing in the record itself changes.
Until the others agree it, what one side wrote down as agreed stands as not agreed yet.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from concord.rules.gates import Refusal
from concord.rules.record import Record
from concord.rules.state import SPOKEN, CaseState
from concord.rules.who import Who
from concord.rules.words import TIER_RANK, Act, House, Outcome, Tier

SETTLING = frozenset({Outcome.RESOLVED, Outcome.PARTLY})


class Said(NamedTuple):
    """What one who took part says of a record."""

    record: Record
    agrees: bool

    @property
    def by(self) -> Who:
        """Who says it."""
        return self.record.by


@dataclass(frozen=True, slots=True)
class Agreement:
    """How what one side wrote down as agreed stands with each other side (agencies, by slug)."""

    agreed: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether every other side has agreed it."""
        return not self.disputed and not self.waiting


def writes_agreement(record: Record) -> bool:
    """Whether one side alone writes down what all are to do: actions, or one in place of another.

    What an office of the partnership writes down (a chair's minutes) is of no side.
    """
    if record.by.side is None:
        return False
    return record.act is Act.AGREE or (
        record.act is Act.COMPLETE and record.replaced_by is not None
    )


def took_part(earlier: Record, who: Who) -> bool:
    """Whether somebody is of another side that took part in what a record writes down.

    Of a talk the agencies that took part in it; of what was agreed every other side.
    """
    if _same(earlier.by, who):
        return False
    if writes_agreement(earlier):
        return who.side is not None
    return earlier.act in SPOKEN and any(_same(each, who) for each in earlier.people)


def may_say(state: CaseState, earlier: Record, who: Who) -> bool:
    """Whether somebody may say of a record, for another side than wrote it down, if it is right.

    Of a talk only who knows: those who were there, whoever holds their post, or their manager. What
    was agreed binds an agency: everybody of another side may say it.
    """
    if not took_part(earlier, who):
        return False
    if writes_agreement(earlier):
        return True
    return any(_answers_for(state, each, who) for each in earlier.people if _same(each, who))


def _answers_for(state: CaseState, there: Who, who: Who) -> bool:
    """Whether somebody of an agency has the post of one who was there, or manages them."""
    rank = TIER_RANK.get(there.role)
    if who.role == there.role or rank is None:
        return who.role == there.role
    managers = {tier for tier, each in TIER_RANK.items() if each == rank + 1}
    for tier in (there.role, *managers):
        managers |= state.policy.stands_for.get(tier, frozenset())
    if there.role == Tier.PRACTITIONER:
        managers |= {"safeguarding_lead"}  # who confirms and stands in for practitioners
    return who.role in managers


def agreement_of(state: CaseState, record: Record) -> Agreement | None:
    """How what a record writes down as agreed stands; None where it is no such record.

    A side has agreed by saying so, of the record or of the talk it was written down with, or by
    reporting on one of its actions. What it said last counts.
    """
    if writes_agreement(record):
        others = [agency for _, agency in state.parties.sides if agency != record.by.agency]
    elif record.act in SPOKEN and record.outcome in SETTLING and record.by.side is not None:
        there = [who.agency for who in record.people]
        others = [each for each in there if each is not None and each != record.by.agency]
    else:
        return None
    if not others:
        return None
    found: dict[str, list[str]] = {"agreed": [], "disputed": [], "waiting": []}
    for agency in dict.fromkeys(others):
        found[_stand_of(state, record, agency)].append(agency)
    return Agreement(*(tuple(found[each]) for each in ("agreed", "disputed", "waiting")))


def _stand_of(state: CaseState, record: Record, agency: str) -> str:
    talk = talk_of(state, record)
    said = [*said_of(state, record), *(said_of(state, talk) if talk else ())]
    own = sorted((each for each in said if each.by.agency == agency), key=lambda s: s.record.n)
    if own:
        return "agreed" if own[-1].agrees else "disputed"
    numbers = {action.number for action in state.actions if action.n == record.n}
    acted = any(
        each.action in numbers and each.by.agency == agency
        for each in state.records
        if each.act in (Act.COMPLETE, Act.CONFIRM)
    )
    return "agreed" if acted else "waiting"


def talk_of(state: CaseState, record: Record) -> Record | None:
    """The record of the talk with which what was agreed there was written down, if it was."""
    if record.act is not Act.AGREE:
        return None
    before = state.record(record.n - 1)
    if before is None or before.act not in SPOKEN:
        return None
    together = (before.by, before.at, before.written) == (record.by, record.at, record.written)
    return before if together else None


def _same(one: Who, other: Who) -> bool:
    """Of the same agency; of an office, the office itself."""
    return one == other if one.agency is None else one.agency == other.agency


def is_said_of(record: Record, earlier: Record) -> bool:
    """Whether a record says of an earlier one, for another side, that it is right or wrong."""
    if record.of != earlier.n or not took_part(earlier, record.by):
        return False
    return record.act in (Act.CONFIRM, Act.CORRECT)


def said_of(state: CaseState, earlier: Record) -> tuple[Said, ...]:
    """What the others say of a record, in the order in which they said it."""
    return tuple(
        Said(record, record.act is Act.CONFIRM)
        for record in state.records
        if is_said_of(record, earlier)
    )


def may_correct(earlier: Record, who: Who) -> bool:
    """Whether somebody may put a record right: those who made it, and the business manager."""
    if took_part(earlier, who):
        return False
    return (
        earlier.by == who
        or (earlier.by.agency is not None and earlier.by.agency == who.agency)
        or who.role == "business_manager"
    )


def corrections_of(state: CaseState, earlier: Record) -> tuple[Record, ...]:
    """The records by which those who made a record put it right, in their order."""
    return tuple(
        record
        for record in state.records
        if record.act is Act.CORRECT and record.of == earlier.n and not is_said_of(record, earlier)
    )


def to_agree(state: CaseState, seats: Iterable[Who]) -> tuple[Record, ...]:
    """The records of which these actors have yet to say whether they are right.

    One that was corrected since is asked about again.
    """
    own = tuple(seats)
    return tuple(
        earlier
        for earlier in state.records
        if any(_is_asked(state, earlier, who) for who in own)
        and not _has_spoken(state, earlier, own)
    )


def _is_asked(state: CaseState, earlier: Record, who: Who) -> bool:
    """Once about a talk and what was agreed in it; no more about what the side itself acted on."""
    if not may_say(state, earlier, who):
        return False
    if not writes_agreement(earlier):
        return True
    talk = talk_of(state, earlier)
    if talk is not None and took_part(talk, who):
        return False
    return who.agency is not None and _stand_of(state, earlier, who.agency) == "waiting"


def _has_spoken(state: CaseState, earlier: Record, own: tuple[Who, ...]) -> bool:
    corrected = max((record.n for record in corrections_of(state, earlier)), default=earlier.n)
    return any(
        each.record.n > corrected and any(_same(each.by, who) for who in own)
        for each in said_of(state, earlier)
    )


NOT_THERE = (
    "The record of a talk is agreed, or said to be wrong, by those who were there for another side "
    "than wrote it down, by whoever holds their post now, or by their manager.",
    "Ask one of them to look at it. If you know something of your own, record a discussion that "
    "says it.",
)
"""Why somebody else of that side may not say it, and what to do instead."""


def refusals(state: CaseState, record: Record) -> Iterator[Refusal]:
    """Why this actor may not say of the record that theirs is about whether it is right."""
    earlier = state.record(record.of) if record.of is not None else None
    if earlier is None:
        yield Refusal(
            House.CASE_STANDS_OTHERWISE,
            "There is no such record to agree.",
            "Give the number of a record of a talk, or of what was agreed.",
        )
    elif not took_part(earlier, record.by):
        yield Refusal(
            House.WHO_MAY_ACT,
            "A record is agreed by those who took part for another side than wrote it down.",
            "Add a record of your own that says what you know.",
        )
    elif not may_say(state, earlier, record.by):
        yield Refusal(House.WHO_MAY_ACT, *NOT_THERE)
