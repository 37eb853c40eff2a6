"""The meetings of a case: times proposed, one chosen, moved or called off, held. Pure.

A meeting is what `convene` records say. One with several times only proposes them: it is arranged
once somebody who is asked chooses one, by a record that names the proposal (`of`). Another such
record moves the meeting, or calls it off, and says why.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from concord.rules.gates import Refusal, make_up_faults
from concord.rules.record import Record
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import TIER_RANK, Act, House

AT_ONCE = 3
"""How many times one proposal can hold."""

HELD = frozenset({Act.MEET, Act.HEAR})


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting: its number is that of the record that first named it.

    `times` (aware) are those proposed, in order; `at` is the one that stands, None until one is
    chosen. `held` is the record of what was said there, `off` the one that called it off.
    `changes` counts how often it was moved or called off after people were asked to it.
    """

    number: int
    by: Who
    people: tuple[Who, ...]
    times: tuple[datetime, ...]
    at: datetime | None
    held: Record | None = None
    off: Record | None = None
    changes: int = 0

    @property
    def invited(self) -> tuple[Who, ...]:
        """Everybody who should be there."""
        return tuple(dict.fromkeys((self.by, *self.people)))

    @property
    def is_to_come(self) -> bool:
        """Whether it is neither held nor called off."""
        return self.held is None and self.off is None


def times_of(record: Record) -> tuple[datetime, ...]:
    """The times that a `convene` record names (aware), earliest first."""
    kept = (record.text.get(f"time.{number}", "") for number in range(1, AT_ONCE + 1))
    return tuple(sorted(datetime.fromisoformat(each) for each in kept if each))


def meetings(state: CaseState) -> tuple[Meeting, ...]:
    """Every meeting of the case that names a time, in the order in which they were called."""
    return meetings_in(state.records)


def meetings_in(records: Iterable[Record]) -> tuple[Meeting, ...]:
    """The meetings that these records of one case speak of; records in their order."""
    found: dict[int, Meeting] = {}
    for record in records:
        if record.act is Act.CONVENE and record.of in found:
            found[record.of] = _changed(found[record.of], record)
        elif record.act is Act.CONVENE and times_of(record):
            times = times_of(record)
            found[record.n] = Meeting(
                record.n, record.by, record.people, times, times[0] if len(times) == 1 else None
            )
        elif record.act in HELD and record.of in found:
            found[record.of] = replace(found[record.of], held=record)
    return tuple(found.values())


def _changed(meeting: Meeting, record: Record) -> Meeting:
    changes = meeting.changes + (meeting.at is not None)
    if record.calls_off:
        return replace(meeting, off=record, changes=changes)
    times = times_of(record)
    return replace(meeting, at=times[0] if times else None, changes=changes)


def may_choose(meeting: Meeting, who: Who) -> bool:
    """Whether somebody may choose among the times proposed: who is asked, or who called it.

    In an agency whoever is above the one that is asked may do it for them.
    """
    return any(_is_or_stands_above(who, each) for each in meeting.invited)


def may_change(meeting: Meeting, who: Who) -> bool:
    """Whether somebody may move a meeting or call it off: who called it, or the business manager.

    Nobody else: a side that is asked to meet cannot put the meeting off by itself.
    """
    return who.role == "business_manager" or _is_or_stands_above(who, meeting.by)


def _is_or_stands_above(who: Who, other: Who) -> bool:
    if who == other:
        return True
    rank, wanted = TIER_RANK.get(who.role), TIER_RANK.get(other.role)
    is_of_it = who.side is not None and who.agency == other.agency
    return is_of_it and rank is not None and wanted is not None and rank >= wanted


def change_faults(state: CaseState, record: Record) -> Iterator[Refusal]:
    """What stands against a record that chooses a time, moves a meeting or calls it off."""
    meeting = next((each for each in meetings(state) if each.number == record.of), None)
    if meeting is None or not meeting.is_to_come:
        yield _stands(f"Record {record.of} calls no meeting to come.", "Arrange a meeting.")
    elif record.calls_off or meeting.at is not None:
        yield from _moving_faults(meeting, record)
    elif not may_choose(meeting, record.by):
        yield Refusal(
            House.WHO_MAY_ACT,
            "A time is chosen by those who are asked to the meeting, or by whoever called it.",
            "Ask one of them to choose. Who is asked stands on the page of the meetings.",
        )
    elif len(times_of(record)) != 1 or times_of(record)[0] not in meeting.times:
        yield _stands(
            "That time was not proposed for this meeting.",
            "Choose one of the times proposed, or arrange another meeting.",
        )


def _moving_faults(meeting: Meeting, record: Record) -> Iterator[Refusal]:
    if not may_change(meeting, record.by):
        yield Refusal(
            House.WHO_MAY_ACT,
            "A meeting is moved or called off by whoever called it, or by the business manager.",
            "Tell them why the time does not work. They can move it.",
        )
    if not record.reason:
        yield _stands(
            "A meeting that is moved or called off says why.",
            "Write the reason: everybody who is asked is told it.",
        )
    if not record.calls_off and (len(times_of(record)) != 1 or times_of(record)[0] <= record.at):
        yield _stands("A meeting is moved to one time to come.", "Give one day and time to come.")


def _stands(why: str, instead: str) -> Refusal:
    return Refusal(House.CASE_STANDS_OTHERWISE, why, instead)


def absent(state: CaseState, record: Record) -> Iterator[Refusal]:
    """Who must be at the meeting that a record calls and is not asked, by which clause (SH-13).

    The same rule refuses the meeting itself: it is asked before people set the time aside.
    """
    return make_up_faults(state, replace(record, act=Act.MEET))
