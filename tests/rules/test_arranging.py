"""A meeting is what the records say of it: proposed, chosen, moved, called off, held; from plain
values, each refusal in full.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from concord.rules.clock import LONDON
from concord.rules.gates import Refusal
from concord.rules.meetings import (
    Meeting,
    absent,
    change_faults,
    may_change,
    may_choose,
    meetings,
    meetings_in,
    times_of,
)
from concord.rules.policy import MakeUpRule, Policy, Stage
from concord.rules.record import Record
from concord.rules.state import CaseState, begin, evolve
from concord.rules.who import Parties, Who, parse_seat
from concord.rules.words import Act, Phase, Side
from tests.rules.test_small_calendar import NINE, calendar

SCHOOL, CARE = Who("manager", Side.RAISING, "school"), Who("manager", Side.RESPONDING, "care")
TEACHER = Who("practitioner", Side.RAISING, "school")
CHAIR, IRO, BUSINESS_MANAGER = Who("chair"), Who("iro"), Who("business_manager")
TEN, TWO, FOUR = (datetime(2026, 8, 24, hour, tzinfo=LONDON) for hour in (10, 14, 16))


def did(n: int, who: Who, act: Act, *times: datetime, **more: Any) -> Record:
    """What somebody did in the n-th hour after nine, and the times that they named."""
    text = {f"time.{number}": each.isoformat() for number, each in enumerate(times, 1)}
    at = NINE + timedelta(hours=n)
    return Record(n, at, at, who, act, text=text, **more)


def test_the_times_of_a_record_are_its_first_three_earliest_first() -> None:
    assert times_of(did(1, SCHOOL, Act.CONVENE)) == ()
    assert times_of(did(1, SCHOOL, Act.CONVENE, TWO)) == (TWO,)
    assert times_of(did(1, SCHOOL, Act.CONVENE, FOUR, TEN, TWO)) == (TEN, TWO, FOUR)
    fourth = did(1, SCHOOL, Act.CONVENE, FOUR, TEN, TWO, TWO + timedelta(days=1))
    assert times_of(fourth) == (TEN, TWO, FOUR)
    # one that was left empty is none
    gap = replace(fourth, text={"time.1": "", "time.3": TWO.isoformat()})
    assert times_of(gap) == (TWO,)


PROPOSED = did(2, SCHOOL, Act.CONVENE, TEN, TWO, people=(CARE, CHAIR))
FIXED = replace(PROPOSED, text={"time.1": TEN.isoformat()})


def test_a_meeting_with_one_time_stands_and_one_with_several_waits() -> None:
    assert meetings_in([FIXED]) == (Meeting(2, SCHOOL, (CARE, CHAIR), (TEN,), TEN),)
    assert meetings_in([PROPOSED]) == (Meeting(2, SCHOOL, (CARE, CHAIR), (TEN, TWO), None),)
    # what names no time, or is no meeting, is none
    for other in (did(3, SCHOOL, Act.CONVENE), did(3, SCHOOL, Act.DISCUSS, TEN)):
        assert meetings_in([other]) == ()


def one(*records: Record) -> Meeting:
    [meeting] = meetings_in(records)
    return meeting


def test_a_time_chosen_is_the_one_that_stands_and_changes_nothing_yet() -> None:
    chosen = one(PROPOSED, did(3, CARE, Act.CONVENE, TWO, of=2))
    assert chosen == Meeting(2, SCHOOL, (CARE, CHAIR), (TEN, TWO), TWO)
    assert chosen.is_to_come


def test_a_meeting_moved_is_counted_once_people_had_a_time() -> None:
    chose, moved = did(3, CARE, Act.CONVENE, TWO, of=2), did(4, SCHOOL, Act.CONVENE, FOUR, of=2)
    assert (one(PROPOSED, chose, moved).at, one(PROPOSED, chose, moved).changes) == (FOUR, 1)
    again = did(5, SCHOOL, Act.CONVENE, TEN, of=2)
    assert (one(FIXED, moved, again).at, one(FIXED, moved, again).changes) == (TEN, 2)
    # moved to no time it waits for one
    nowhere = did(4, SCHOOL, Act.CONVENE, of=2)
    assert (one(FIXED, nowhere).at, one(FIXED, nowhere).changes) == (None, 1)


def test_a_meeting_called_off_says_by_which_record_and_keeps_its_time() -> None:
    off = did(4, SCHOOL, Act.CONVENE, of=2, done=False)
    fixed, proposed = one(FIXED, off), one(PROPOSED, off)
    assert (fixed.off, fixed.at, fixed.changes, fixed.is_to_come) == (off, TEN, 1, False)
    # one that had no time yet is called off without putting anybody out
    assert (proposed.off, proposed.at, proposed.changes) == (off, None, 0)


@pytest.mark.parametrize("act", [Act.MEET, Act.HEAR])
def test_a_meeting_is_held_by_the_record_of_what_was_said_there(act: Act) -> None:
    held = did(4, SCHOOL, act, of=2)
    meeting = one(FIXED, held)
    assert (meeting.held, meeting.at, meeting.is_to_come) == (held, TEN, False)
    # a meeting of its own, or of what is no meeting, holds none
    for other in (did(4, SCHOOL, act), did(4, SCHOOL, act, of=1)):
        assert one(FIXED, other).held is None
    assert one(FIXED, did(4, SCHOOL, Act.DISCUSS, of=2)).is_to_come


def test_meetings_keep_the_order_in_which_they_were_called() -> None:
    later = did(3, CARE, Act.CONVENE, TWO)
    moved = did(4, SCHOOL, Act.CONVENE, FOUR, of=2)
    assert [(each.number, each.at) for each in meetings_in([FIXED, later, moved])] == [
        (2, FOUR), (3, TWO),
    ]  # fmt: skip


def test_whoever_called_it_is_invited_first_and_nobody_twice() -> None:
    meeting = Meeting(2, SCHOOL, (CARE, SCHOOL, CHAIR, CARE), (TEN,), TEN)
    assert meeting.invited == (SCHOOL, CARE, CHAIR)


def test_a_time_is_chosen_by_whoever_is_asked_or_stands_above_them() -> None:
    meeting = one(PROPOSED)
    lead = Who("service_lead", Side.RESPONDING, "care")
    for who in (SCHOOL, CARE, CHAIR, lead, Who("executive", Side.RAISING, "school")):
        assert may_choose(meeting, who)
    for who in (
        TEACHER, IRO, BUSINESS_MANAGER, Who("practitioner", Side.RESPONDING, "care"),
        Who("executive", Side.RESPONDING, "police"), Who("slo", Side.RESPONDING, "care"),
        Who("executive"),
    ):  # fmt: skip
        assert not may_choose(meeting, who)


def test_a_colleague_of_the_same_level_may_choose_and_nobody_above_an_office() -> None:
    slo = Who("slo", Side.RESPONDING, "care")
    meeting = Meeting(2, TEACHER, (slo,), (TEN, TWO), None)
    assert may_choose(meeting, slo)
    assert may_choose(meeting, SCHOOL)
    # no rank of an agency stands above an office of it, nor above an office of the partnership
    assert not may_choose(meeting, Who("executive", Side.RESPONDING, "care"))
    assert not may_choose(Meeting(2, CHAIR, (), (TEN,), TEN), Who("executive"))
    # the same agency on the other side of the disagreement is the same agency
    own = Meeting(2, Who("manager", Side.RAISING, "care"), (), (TEN,), TEN)
    assert may_choose(own, CARE)


def test_a_meeting_is_moved_by_whoever_called_it_or_the_business_manager() -> None:
    meeting = one(FIXED)
    for who in (SCHOOL, BUSINESS_MANAGER, Who("executive", Side.RAISING, "school")):
        assert may_change(meeting, who)
    for who in (CARE, CHAIR, TEACHER):
        assert not may_change(meeting, who)


def case(*records: Record, **policy: Any) -> CaseState:
    """A case that the school raised, with these records."""
    small = Policy(
        "small", "Small", "Smallshire", "Small", "1", None, None, "england_and_wales",
        (Stage("talk", "Talk", Phase.INFORMAL, "manager", "S-1"),), (), (), **policy,
    )  # fmt: skip
    state = begin(small, calendar(), Parties("school", ("care",)), {})
    for record in (did(1, SCHOOL, Act.RAISE), *records):
        state = evolve(state, record)
    return state


def said(state: CaseState, record: Record) -> list[Refusal]:
    return list(change_faults(state, record))


def test_a_cases_meetings_are_those_of_its_records() -> None:
    assert meetings(case()) == ()
    assert meetings(case(PROPOSED)) == meetings_in([PROPOSED])


@pytest.mark.parametrize(
    "then",
    [
        (),  # another meeting than the one that is there
        (did(2, SCHOOL, Act.CONVENE),),  # one that names no time
        (FIXED, did(3, SCHOOL, Act.MEET, of=2)),
        (FIXED, did(3, SCHOOL, Act.CONVENE, of=2, done=False)),
    ],
)
def test_what_was_held_or_called_off_or_never_was_is_not_changed(then: tuple[Record, ...]) -> None:
    moved = did(9, SCHOOL, Act.CONVENE, TWO, of=2, reason="The hall is shut.")
    assert said(case(*then), moved) == [
        Refusal("house-6", "Record 2 calls no meeting to come.", "Arrange a meeting.")
    ]


def test_of_several_meetings_the_one_that_is_named_is_changed() -> None:
    state = case(FIXED, replace(FIXED, n=3, by=CARE))
    moved = did(9, CARE, Act.CONVENE, TWO, of=3, reason="The hall is shut.")
    assert said(state, moved) == []
    assert len(said(state, replace(moved, of=2))) == 1


def test_one_of_the_times_proposed_is_chosen_and_by_somebody_asked() -> None:
    state = case(PROPOSED)
    chosen = did(3, CARE, Act.CONVENE, TWO, of=2)
    assert said(state, chosen) == []
    assert said(state, replace(chosen, by=IRO)) == [
        Refusal(
            "house-4",
            "A time is chosen by those who are asked to the meeting, or by whoever called it.",
            "Ask one of them to choose. Who is asked stands on the page of the meetings.",
        )
    ]
    for times in ((), (FOUR,), (TEN, TWO)):
        wrong = did(3, CARE, Act.CONVENE, *times, of=2)
        assert said(state, wrong) == [
            Refusal(
                "house-6",
                "That time was not proposed for this meeting.",
                "Choose one of the times proposed, or arrange another meeting.",
            )
        ]


NOT_THEIRS = Refusal(
    "house-4",
    "A meeting is moved or called off by whoever called it, or by the business manager.",
    "Tell them why the time does not work. They can move it.",
)
NO_REASON = Refusal(
    "house-6",
    "A meeting that is moved or called off says why.",
    "Write the reason: everybody who is asked is told it.",
)
NO_TIME = Refusal(
    "house-6", "A meeting is moved to one time to come.", "Give one day and time to come."
)


def test_a_meeting_is_moved_with_a_reason_to_one_time_to_come() -> None:
    state = case(FIXED)
    moved = did(3, SCHOOL, Act.CONVENE, TWO, of=2, reason="The hall is shut.")
    assert said(state, moved) == []
    assert said(state, replace(moved, by=BUSINESS_MANAGER)) == []
    assert said(state, replace(moved, by=CARE)) == [NOT_THEIRS]
    assert said(state, replace(moved, reason="")) == [NO_REASON]
    for times in ((), (TWO, FOUR), (moved.at,), (moved.at - timedelta(hours=1),)):
        wrong = did(3, SCHOOL, Act.CONVENE, *times, of=2, reason="The hall is shut.")
        assert said(state, wrong) == [NO_TIME]
    soon = did(3, SCHOOL, Act.CONVENE, moved.at + timedelta(minutes=1), of=2, reason="It is shut.")
    assert said(state, soon) == []
    assert said(state, did(3, CARE, Act.CONVENE, of=2)) == [NOT_THEIRS, NO_REASON, NO_TIME]


@pytest.mark.parametrize("called", [FIXED, PROPOSED])
def test_a_meeting_is_called_off_with_a_reason_and_no_time(called: Record) -> None:
    state = case(called)
    off = did(3, SCHOOL, Act.CONVENE, of=2, done=False, reason="It was settled.")
    assert said(state, off) == []
    assert said(state, replace(off, by=CARE)) == [NOT_THEIRS]
    assert said(state, replace(off, reason="")) == [NO_REASON]


def test_whom_a_meeting_needs_is_asked_when_it_is_called() -> None:
    rule = MakeUpRule(
        "X-4", (), frozenset({Act.MEET}), "", needs=(parse_seat("manager@each"),),
        when_any=("chair",), why="Each party.", instead="Ask them.",
    )  # fmt: skip
    call = did(3, SCHOOL, Act.CONVENE, TEN, people=(CHAIR,))
    state = case(make_ups=(rule,))
    assert list(absent(state, call)) == [Refusal("X-4", "Each party.", "Ask them.")]
    assert list(absent(state, replace(call, people=(CHAIR, CARE)))) == []
