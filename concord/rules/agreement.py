"""What the others say of a record of a talk: that it is right, or what is wrong with it.

One side writes a talk down for both. Whoever took part for another side may agree the record, or
say what is wrong with it; both stay on record, and nothing in the record itself changes.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from concord.rules.gates import Refusal
from concord.rules.record import Record
from concord.rules.state import SPOKEN, CaseState
from concord.rules.who import Who
from concord.rules.words import Act, House


class Said(NamedTuple):
    """What one who took part says of a record."""

    record: Record
    agrees: bool

    @property
    def by(self) -> Who:
        """Who says it."""
        return self.record.by


def took_part(earlier: Record, who: Who) -> bool:
    """Whether somebody took part in a recorded talk for another side than wrote it down."""
    if earlier.act not in SPOKEN or _same(earlier.by, who):
        return False
    return any(_same(each, who) for each in earlier.people)


def _same(one: Who, other: Who) -> bool:
    """Of the same agency; of an office, the office itself."""
    if one.agency is None or other.agency is None:
        return one == other
    return one.agency == other.agency


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
        if record.of is not None and is_said_of(record, earlier)
    )


def to_agree(state: CaseState, seats: Iterable[Who]) -> tuple[Record, ...]:
    """The records of talks of which these actors have yet to say whether they are right.

    One that was corrected since is asked about again.
    """
    own = tuple(seats)
    return tuple(
        earlier
        for earlier in state.records
        if any(took_part(earlier, who) for who in own) and not _has_spoken(state, earlier, own)
    )


def _has_spoken(state: CaseState, earlier: Record, own: tuple[Who, ...]) -> bool:
    corrected = max(
        (
            record.n
            for record in state.records
            if record.act is Act.CORRECT
            and record.of == earlier.n
            and not is_said_of(record, earlier)
        ),
        default=0,
    )
    return any(
        each.record.n > corrected and any(_same(each.by, who) for who in own)
        for each in said_of(state, earlier)
    )


def refusals(earlier: Record | None, record: Record) -> Iterator[Refusal]:
    """Why this actor may not say of this record whether it is right."""
    if earlier is None:
        yield Refusal(
            House.CASE_STANDS_OTHERWISE,
            "There is no such record to agree.",
            "Give the number of a record of a talk.",
        )
    elif not took_part(earlier, record.by):
        yield Refusal(
            House.WHO_MAY_ACT,
            "A record of a talk is agreed by those who took part for another side.",
            "Add a record of your own that says what you know.",
        )
