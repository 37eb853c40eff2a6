"""Which duties a case has gone past: nobody is asked for them any more, and they stay on record."""

from datetime import timedelta
from typing import Any

import pytest

from concord.rules.clock import Limit, Unit
from concord.rules.overtaken import (
    OF_THE_RECORD,
    SETTLING,
    behind,
    is_behind,
    is_overtaken,
    left_undone,
    overtaken,
    to_do,
    words_overtaken,
)
from concord.rules.policy import Doing, DutyRule, Each, Policy, Stage, Start
from concord.rules.record import Record
from concord.rules.state import CaseState, begin, evolve
from concord.rules.who import Parties, Who, parse_seat
from concord.rules.words import Act, DutyState, Phase, Side
from tests.rules.test_small_calendar import NINE, calendar

SCHOOL, CARE = Who("manager", Side.RAISING, "school"), Who("manager", Side.RESPONDING, "care")
LATER = NINE + timedelta(hours=9)
OF_A_STAGE = (Start.STAGE, Start.UNRESOLVED)


def duty(name: str, *acts: Act, stage: str = "first", **more: Any) -> DutyRule:
    """A duty of the raising manager to do any of these."""
    given: dict[str, Any] = {"clause": f"C-{name}", "what": f"Do {name}.", **more}
    done = tuple(Doing(frozenset({act})) for act in acts)
    return DutyRule(name, by=parse_seat("manager@raising"), done=done, stage=stage, **given)


TALK, MEETING = duty("talk", Act.DISCUSS), duty("meeting", Act.MEET, stage="second")
LOG = duty("log", Act.FILE)


def test_every_act_either_settles_or_keeps_the_record_or_belongs_to_no_stage() -> None:
    assert not SETTLING & OF_THE_RECORD
    assert set(Act) - SETTLING - OF_THE_RECORD == {
        Act.RAISE, Act.AGREE, Act.CONFIRM, Act.NOTIFY, Act.EXPLAIN, Act.WITHDRAW, Act.REOPEN,
        Act.MOVE, Act.CORRECT,
    }  # fmt: skip


@pytest.mark.parametrize("starts", Start)
def test_a_duty_that_starts_with_its_stage_is_behind_once_the_stage_was_left(starts: Start) -> None:
    rule = duty("talk", Act.DISCUSS, starts=starts)
    assert not is_behind(rule, "first", is_open=True)
    # or once the case has ended, wherever it stood
    for stage, is_open in (("second", True), ("first", False), ("second", False)):
        assert is_behind(rule, stage, is_open=is_open) is (starts in OF_A_STAGE)


@pytest.mark.parametrize("starts", Start)
def test_nobody_is_asked_for_what_belongs_to_a_stage_that_was_left(starts: Start) -> None:
    rule = duty("talk", Act.DISCUSS, starts=starts)
    assert not is_overtaken(rule, "first", is_open=True)
    # or to one in which the case ended; what starts on an act belongs to the stage as well
    for stage, is_open in (("second", True), ("first", False), ("second", False)):
        gone = starts in (*OF_A_STAGE, Start.DONE)
        assert is_overtaken(rule, stage, is_open=is_open) is gone


def test_what_belongs_to_no_stage_is_never_overtaken() -> None:
    rule = duty("talk", Act.DISCUSS, stage="")
    assert not is_overtaken(rule, "second", is_open=True)
    assert not is_overtaken(rule, "second", is_open=False)


def test_what_is_asked_for_though_its_stage_is_passed_over_is_owed_until_the_end() -> None:
    rule = duty("talk", Act.DISCUSS, if_skipped=True)
    assert not is_overtaken(rule, "second", is_open=True)
    assert is_overtaken(rule, "second", is_open=False)


@pytest.mark.parametrize("act", Act)
def test_only_what_looks_into_a_disagreement_or_settles_it_is_overtaken(act: Act) -> None:
    assert is_overtaken(duty("one", act), "second", is_open=True) is (act in SETTLING)
    # beside another way to do it that keeps the record, it stays owed as well
    for kept in OF_THE_RECORD:
        assert not is_overtaken(duty("one", act, kept), "second", is_open=True)
    # beside one that is neither, it goes as it would alone
    two = duty("one", Act.NOTIFY, act)
    assert is_overtaken(two, "second", is_open=True) is (act in SETTLING)


def test_of_acts_of_one_kind_any_is_enough() -> None:
    doing = Doing(frozenset({Act.MEET, Act.FILE}))
    both = DutyRule("both", "C-1", "Do it.", None, (doing,), stage="first")
    assert not is_overtaken(both, "second", is_open=True)


def case(*duties: DutyRule) -> CaseState:
    """A case of two steps with these duties, that the school has raised."""
    stages = tuple(
        Stage(each, each.title(), Phase.INFORMAL, "manager", "S-1") for each in ("first", "second")
    )
    policy = Policy(
        "small", "Small", "Smallshire", "Small", "1", None, None, "england_and_wales", stages,
        duties, (),
    )  # fmt: skip
    return did(begin(policy, calendar(), Parties("school", ("care",)), {}), Act.RAISE)


def did(state: CaseState, act: Act, who: Who = SCHOOL) -> CaseState:
    n = len(state.records) + 1
    at = NINE + timedelta(hours=n)
    return evolve(state, Record(n, at, at, who, act))


def asked(state: CaseState) -> list[tuple[str, bool]]:
    """What people are asked for, and what was done: by the rules' ids."""
    return [(each.rule, each.is_open) for each in to_do(state, LATER)]


def undone(state: CaseState) -> list[str]:
    assert all(each.is_open for each in left_undone(state, LATER))
    return [each.rule for each in left_undone(state, LATER)]


def test_a_policys_duties_that_a_case_has_gone_past_are_named() -> None:
    policy = case(TALK, LOG, MEETING, duty("all", Act.DISCUSS, stage="")).policy
    assert overtaken(policy, "first", is_open=True) == {"meeting"}
    assert overtaken(policy, "second", is_open=True) == {"talk"}
    assert overtaken(policy, "second", is_open=False) == {"talk", "meeting"}
    assert behind(policy, "second", is_open=True) == {"talk", "log", "all"}
    assert behind(policy, "first", is_open=True) == {"meeting", "all"}
    assert behind(policy, "first", is_open=False) == {"talk", "log", "meeting", "all"}


def test_going_up_takes_the_place_of_a_talk_and_not_of_the_record() -> None:
    # given a talk and a record that are owed
    here = case(TALK, LOG, MEETING)
    assert asked(here) == [("talk", True), ("log", True)]
    assert undone(here) == []
    # when the case goes up without either, nobody is asked for the talk any more
    above = did(here, Act.ESCALATE)
    assert asked(above) == [("log", True), ("meeting", True)]
    assert undone(above) == ["talk"]
    # and once it is resolved, nor for the meeting
    ended = did(did(above, Act.RESOLVE), Act.CONFIRM, CARE)
    assert asked(ended) == [("log", True)]
    assert undone(ended) == ["talk", "meeting"]


def test_what_is_late_by_then_is_late_in_either_list() -> None:
    timed = duty("timed", Act.DISCUSS, within=Limit(3, Unit.ELAPSED_HOURS))
    here, above = case(timed), did(case(timed), Act.ESCALATE)
    for hours, state in ((1, DutyState.DUE), (4, DutyState.LATE)):
        at = here.raised + timedelta(hours=hours)
        assert [each.state for each in to_do(here, at)] == [state]
        assert [each.state for each in left_undone(above, at)] == [state]


def test_what_was_done_stays_in_the_list_though_its_stage_was_left() -> None:
    talked = did(did(case(TALK, MEETING), Act.DISCUSS), Act.ESCALATE)
    assert asked(talked) == [("meeting", True), ("talk", False)]
    assert undone(talked) == []


def test_each_of_a_duty_that_arises_each_time_goes_with_its_stage() -> None:
    again = duty(
        "again", Act.MEET, starts=Start.DONE, starts_on=Doing(frozenset({Act.DISCUSS})),
        each=Each.TIME,
    )  # fmt: skip
    talked = did(did(did(case(again), Act.DISCUSS), Act.MEET), Act.DISCUSS)
    assert asked(talked) == [("again#4", True), ("again", False)]
    above = did(talked, Act.ESCALATE)
    assert asked(above) == [("again", False)]
    assert undone(above) == ["again#4"]


def test_a_list_keeps_a_duty_by_clause_and_words() -> None:
    policy = case(TALK, LOG, MEETING).policy
    gone = words_overtaken(policy, "second", is_open=False)
    assert gone == {("C-talk", "Do talk."), ("C-meeting", "Do meeting.")}
    assert words_overtaken(policy, "first", is_open=True) == {("C-meeting", "Do meeting.")}


def test_words_that_are_asked_for_elsewhere_too_are_not_gone() -> None:
    same = duty("talk-again", Act.DISCUSS, stage="second", clause="C-talk", what="Do talk.")
    other = duty("other", Act.DISCUSS, stage="second", clause="C-other", what="Do talk.")
    third = duty("third", Act.DISCUSS, stage="second", clause="C-talk", what="Do a talk.")
    assert words_overtaken(case(TALK, same).policy, "second", is_open=True) == frozenset()
    for also in (other, third):
        gone = words_overtaken(case(TALK, also).policy, "second", is_open=True)
        assert gone == {("C-talk", "Do talk.")}
    assert words_overtaken(case(TALK, same).policy, "second", is_open=False) == {
        ("C-talk", "Do talk.")
    }
