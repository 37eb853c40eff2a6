"""The meetings of a case: times proposed, one chosen, who must be there, whether it was held. Pure.

A meeting is what `convene` records say. One with several times only proposes them: it is arranged
once somebody chooses one, by a record that names the proposal (`of`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from concord.rules.gates import Refusal, make_up_faults
from concord.rules.record import Record
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act

AT_ONCE = 3
"""How many times one proposal can hold."""

HELD = frozenset({Act.MEET, Act.HEAR})


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting: its number is that of the record that first named it.

    `times` (aware) are those proposed, in order; `at` is the one chosen, None until then. `held`
    is the record of what was said there.
    """

    number: int
    by: Who
    people: tuple[Who, ...]
    times: tuple[datetime, ...]
    at: datetime | None
    held: Record | None

    @property
    def invited(self) -> tuple[Who, ...]:
        """Everybody who should be there."""
        return tuple(dict.fromkeys((self.by, *self.people)))


def times_of(record: Record) -> tuple[datetime, ...]:
    """The times that a `convene` record names (aware), earliest first."""
    kept = (record.text.get(f"time.{number}", "") for number in range(1, AT_ONCE + 1))
    return tuple(sorted(datetime.fromisoformat(each) for each in kept if each))


def meetings(state: CaseState) -> tuple[Meeting, ...]:
    """Every meeting of the case that names a time, in the order in which they were called."""
    found: dict[int, Meeting] = {}
    for record in state.records:
        if record.act is Act.CONVENE and record.of in found:
            chosen = times_of(record)
            found[record.of] = replace(found[record.of], at=chosen[0] if chosen else None)
        elif record.act is Act.CONVENE and times_of(record):
            times = times_of(record)
            found[record.n] = Meeting(
                record.n, record.by, record.people, times, times[0] if len(times) == 1 else None,
                None,
            )  # fmt: skip
        elif record.act in HELD and record.of in found:
            found[record.of] = replace(found[record.of], held=record)
    return tuple(found.values())


def absent(state: CaseState, record: Record) -> Iterator[Refusal]:
    """Who must be at the meeting that a record calls and is not asked, by which clause (SH-13).

    The same rule refuses the meeting itself: it is asked before people set the time aside.
    """
    return make_up_faults(state, replace(record, act=Act.MEET))
