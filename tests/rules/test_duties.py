"""Who owes what by when, and since when; on the ladder and the calendar of three weeks.

Every case here is raised on Friday 21 August 2026 at nine; `hour(1)` is ten that day.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from concord.rules.clock import LONDON, Due, Limit, Unit
from concord.rules.duties import Owed, asked_for, label, owed, owners, state_of
from concord.rules.policy import Condition, Doing, DutyRule, Each, Start
from concord.rules.record import Record
from concord.rules.state import CaseState, evolve
from concord.rules.who import Seat, parse_seat
from concord.rules.words import Act, DutyState, Outcome
from tests.rules.test_doing import did
from tests.rules.test_facts import found
from tests.rules.test_small_calendar import NINE, august
from tests.rules.test_state import (
    CARE,
    CHAIR,
    POLICE,
    SCHOOL,
    UP,
    UP_TO_PANEL,
    hour,
    told,
    unraised,
)

FILED = (Doing(frozenset({Act.FILE})),)
TWO_DAYS, SIX_HOURS = Limit(2, Unit.WORKING_DAYS), Limit(6, Unit.ELAPSED_HOURS)
AT_RISK = Condition((("risk", (True,)),))
LATER = hour(9)


def duty(name: str = "log", by: str = "manager@raising", **more: Any) -> DutyRule:
    """Something that is done by filing a record, owed from the beginning unless it says so."""
    rule = {"done": FILED, "starts": Start.RAISED, **more}
    return DutyRule(name, f"C-{name}", f"Do {name}.", parse_seat(by), **rule)


def case(*records: Record, **rules: Any) -> CaseState:
    return told(*records, **rules)


def since(rule: DutyRule, *records: Record) -> list[datetime]:
    """Since when one duty is owed, each time that it is."""
    return [entry.since for entry in owed(case(*records, duties=(rule,)), LATER)]


def met(rule: DutyRule, *records: Record) -> list[int | None]:
    """By which records one duty is met."""
    return [entry.met_by for entry in owed(case(*records, duties=(rule,)), LATER)]


# --- what is owed, and in which order -----------------------------------------------------


def test_a_duty_says_who_owes_what_since_when_and_by_when() -> None:
    rule = duty("ring", stage="talk", starts=Start.STAGE, within=TWO_DAYS, first=True, when=AT_RISK)
    state = case(facts={"risk": True}, duties=(rule,))
    open_ = Owed(
        "ring", "C-ring", SCHOOL, "Do ring.", NINE, august(25), DutyState.DUE, None, None,
        first=True, stage="talk", clock=NINE, urgent=True,
    )  # fmt: skip
    assert owed(state, LATER) == (open_,)
    assert open_.is_open
    done = evolve(state, replace(did(SCHOOL, Act.FILE, 2), n=2))
    then = replace(open_, state=DutyState.MET, met=hour(2), met_by=2)
    assert owed(done, LATER) == (then,)
    assert not then.is_open


def test_nothing_is_owed_before_the_concern_is_raised() -> None:
    assert owed(unraised(duties=(duty(),)), LATER) == ()


def test_what_presses_most_comes_first() -> None:
    done = (Doing(frozenset({Act.DISCUSS})),)
    rules = (
        duty("done", done=done), duty("some-time", within=None), duty("in-days", within=TWO_DAYS),
        duty("done-first", done=done, first=True), duty("at-a-time", within=SIX_HOURS),
        duty("first", first=True, within=Limit(9, Unit.WORKING_DAYS)),
        duty("later", starts=Start.STAGE, stage="meet"),
        duty("earlier", starts=Start.STAGE, stage="talk"),
    )  # fmt: skip
    state = case(did(SCHOOL, Act.DISCUSS, 1), UP, duties=rules)
    assert [entry.rule for entry in owed(state, LATER)] == [
        "first", "at-a-time", "in-days", "some-time", "earlier", "later", "done-first", "done",
    ]  # fmt: skip


def test_of_a_concern_withdrawn_nobody_is_asked_more_than_keeps_a_child_safe() -> None:
    rules = (
        duty("log"), duty("met", done=(Doing(frozenset({Act.DISCUSS})),)),
        duty("mash", first=True, when=AT_RISK),
    )  # fmt: skip
    state = case(did(SCHOOL, Act.DISCUSS, 1), facts={"risk": True}, duties=rules)
    assert asked_for(state, LATER) == owed(state, LATER)
    over = evolve(state, replace(did(SCHOOL, Act.WITHDRAW, 3), n=3))
    assert [entry.rule for entry in owed(over, LATER)] == ["mash", "log", "met"]
    assert [entry.rule for entry in asked_for(over, LATER)] == ["mash", "met"]


@pytest.mark.parametrize(
    ("due", "met", "at", "stands"),
    [
        (None, None, hour(9), DutyState.DUE),
        (hour(2), None, hour(2), DutyState.DUE),
        (hour(2), None, hour(3), DutyState.LATE),
        (hour(2), hour(2), hour(3), DutyState.MET),
        (hour(2), hour(3), hour(1), DutyState.MET_LATE),
        (None, hour(3), hour(4), DutyState.MET),
        (august(21), hour(30), hour(40), DutyState.MET_LATE),
    ],
)
def test_a_duty_is_late_or_not_by_when_it_was_done(
    due: Due | None, met: datetime | None, at: datetime, stands: DutyState
) -> None:
    assert state_of(due, met, at) is stands


def test_what_is_late_is_late_at_the_moment_asked_about() -> None:
    state = case(duties=(duty(within=SIX_HOURS),))
    assert [owed(state, at)[0].state for at in (hour(6), hour(7))] == [
        DutyState.DUE, DutyState.LATE,
    ]  # fmt: skip
    assert [asked_for(state, at)[0].state for at in (hour(6), hour(7))] == [
        DutyState.DUE, DutyState.LATE,
    ]  # fmt: skip
    late = evolve(state, replace(did(SCHOOL, Act.FILE, 8), n=2))
    assert owed(late, hour(9))[0].state is DutyState.MET_LATE


def test_each_party_that_a_seat_covers_owes_it_and_either_side_where_it_names_nobody() -> None:
    state = case(duties=(duty(by="manager@each"), replace(duty("any"), by=None)))
    found = {(entry.rule, label(state, entry.owner)) for entry in owed(state, LATER)}
    assert found == {
        ("log", "manager@raising"), ("log", "manager@care"), ("log", "manager@police"),
        ("any", "either_side"),
    }  # fmt: skip
    assert owners(state, None) == (None,)
    assert owners(state, Seat(("chair",))) == (CHAIR,)
    # what one of them does, the others still owe
    one = evolve(state, replace(did(CARE, Act.FILE, 1), n=2))
    still = [label(one, entry.owner) for entry in owed(one, LATER) if entry.is_open]
    assert still == ["manager@raising", "manager@police"]


# --- since when ---------------------------------------------------------------------------

AGREED, AGREED_AGAIN = did(SCHOOL, Act.AGREE, 3), did(SCHOOL, Act.AGREE, 5)


def test_what_starts_with_the_case_is_owed_from_the_raising() -> None:
    assert since(duty()) == since(duty(stage="meet"), UP) == [NINE]


def test_what_starts_with_a_stage_is_owed_from_its_first_beginning() -> None:
    rule = duty(starts=Start.STAGE, stage="meet")
    assert since(rule) == []
    assert since(rule, UP) == [hour(2)]
    again = did(SCHOOL, Act.WITHDRAW, 3), did(SCHOOL, Act.REOPEN, 4)
    assert since(rule, UP, *again) == [hour(2)]
    # a stage that was passed over asks for it only where the rule says so
    assert since(rule, UP_TO_PANEL) == []
    assert since(replace(rule, if_skipped=True), UP_TO_PANEL) == [hour(2)]
    assert since(replace(rule, if_skipped=True)) == []
    assert since(replace(rule, if_skipped=True, stage="short"), UP_TO_PANEL) == []


def test_what_starts_when_none_agrees_is_owed_from_the_first_such_word_in_its_stage() -> None:
    rule = duty(starts=Start.UNRESOLVED, stage="talk")

    def talk(n: int, outcome: Outcome | None, act: Act = Act.DISCUSS) -> Record:
        return did(SCHOOL, act, n, outcome=outcome)

    assert since(rule, talk(1, Outcome.RESOLVED), talk(1, None)) == []
    assert since(rule, talk(1, Outcome.RESOLVED), talk(2, Outcome.PARTLY)) == [hour(2)]
    assert since(rule, talk(1, Outcome.UNRESOLVED, Act.ANSWER)) == []
    assert since(rule, talk(1, Outcome.UNRESOLVED, Act.MEET), talk(2, Outcome.PARTLY)) == [hour(1)]
    assert since(rule, UP) == [hour(2)]
    assert since(rule, UP, talk(1, Outcome.UNRESOLVED)) == [hour(1)]
    # not by what was said in another stage
    meet = replace(rule, stage="meet")
    assert since(meet, talk(1, Outcome.UNRESOLVED), UP) == []
    assert since(meet, UP, talk(3, Outcome.UNRESOLVED)) == [hour(3)]
    assert since(meet, UP_TO_PANEL) == []
    assert since(replace(meet, if_skipped=True), UP_TO_PANEL) == [hour(2)]


@pytest.mark.parametrize(
    ("each", "hours"),
    [(Each.CASE, [3]), (Each.STAGE, [3, 6]), (Each.TIME, [3, 5, 6, 7])],
)
def test_what_starts_on_an_agreement_is_owed_once_or_in_each_stage_or_each_time(
    each: Each, hours: list[int]
) -> None:
    # given a duty that is met at once, each time
    rule = duty(starts=Start.AGREED, each=each, done=(Doing(frozenset({Act.AGREE})),))
    records = (
        AGREED, AGREED_AGAIN, did(SCHOOL, Act.ESCALATE, 5), did(SCHOOL, Act.AGREE, 6),
        did(SCHOOL, Act.AGREE, 7),
    )  # fmt: skip
    assert since(rule, *records) == [hour(n) for n in hours]
    entries = owed(case(*records, duties=(rule,)), LATER)
    numbers = {3: "log", 5: "log#3", 6: "log#5", 7: "log#6"}
    assert [entry.rule for entry in entries] == [numbers[n] for n in hours]
    # in one stage alone
    there = [hour(6), hour(7)] if each is Each.TIME else [hour(6)]
    assert since(replace(rule, stage="meet"), *records) == there


def test_one_act_that_does_for_several_times_is_owed_once() -> None:
    rule = duty(starts=Start.AGREED, each=Each.TIME)
    assert since(rule, AGREED, AGREED_AGAIN) == [hour(3)]
    assert met(rule, AGREED, AGREED_AGAIN, did(SCHOOL, Act.FILE, 6)) == [4]
    two = AGREED, did(SCHOOL, Act.FILE, 4), AGREED_AGAIN
    assert sorted(map(str, met(rule, *two))) == ["3", "None"]
    assert sorted(map(str, met(rule, *two, did(SCHOOL, Act.FILE, 6)))) == ["3", "5"]
    # each who owes it by themselves
    both = replace(rule, by=parse_seat("manager@each"))
    police = AGREED, did(POLICE, Act.FILE, 4), AGREED_AGAIN
    entries = owed(case(*police, duties=(both,)), LATER)
    assert sorted((entry.rule, str(entry.met_by)) for entry in entries) == [
        ("log", "3"), ("log", "None"), ("log", "None"), ("log#4", "None"),
    ]  # fmt: skip


def test_what_starts_on_an_act_is_owed_from_what_fits_it() -> None:
    doing = Doing(frozenset({Act.DISCUSS}), present=(parse_seat("chair"),))
    rule = duty(starts=Start.DONE, starts_on=doing)
    alone, together = did(SCHOOL, Act.DISCUSS, 1), did(CARE, Act.DISCUSS, 2, people=(CHAIR,))
    assert since(rule, alone) == []
    assert since(rule, alone, together) == [hour(2)]
    assert since(replace(rule, starts_on=None), alone, together) == []
    # the raising may start one, and meet it; what starts another does not
    raised = frozenset({Act.RAISE})
    rule = duty(starts=Start.DONE, starts_on=Doing(raised | {Act.ANSWER}), each=Each.TIME,
                done=(Doing(raised),))  # fmt: skip
    assert met(rule, did(CARE, Act.ANSWER, 2)) == [None, 1]


@pytest.mark.parametrize(
    ("starts", "resolved", "decided", "withdrawn"),
    [
        (Start.ENDED, True, True, False),
        (Start.RESOLVED, True, False, False),
        (Start.DECIDED, False, True, False),
    ],
)
def test_what_starts_on_an_end_is_owed_after_that_end(
    starts: Start, resolved: bool, decided: bool, withdrawn: bool
) -> None:
    rule = duty(starts=starts)
    agreed = did(CHAIR, Act.RESOLVE, 1), *(
        did(who, Act.CONFIRM, 3) for who in (SCHOOL, CARE, POLICE)
    )  # fmt: skip
    assert since(rule) == []
    assert since(rule, *agreed) == ([hour(3)] if resolved else [])
    assert since(rule, did(CHAIR, Act.DECIDE, 3)) == ([hour(3)] if decided else [])
    assert since(rule, did(SCHOOL, Act.WITHDRAW, 3)) == ([hour(3)] if withdrawn else [])


def test_what_rests_on_a_fact_is_owed_while_it_is_so() -> None:
    rule = duty(when=AT_RISK, starts=Start.STAGE, stage="meet")
    risk, safe = found(1, risk=True), found(4, risk=False)
    assert since(rule, UP) == []
    assert since(rule, risk, UP) == [hour(2)]
    assert since(rule, UP, found(3, risk=True)) == [hour(3)]
    # it lapses where the fact ended first, but for what was done until then
    assert since(rule, risk, UP, safe) == []
    assert met(rule, risk, UP, did(SCHOOL, Act.FILE, 4), safe) == [4]
    assert met(rule, risk, UP, safe, did(SCHOOL, Act.FILE, 5)) == []
    # and is not owed from what came as it ended, or after
    up = did(SCHOOL, Act.ESCALATE, 4)
    assert met(rule, risk, safe, up, did(SCHOOL, Act.FILE, 4)) == []
    # one that lapsed keeps nobody from owing the next
    entries = owed(case(risk, UP, safe, duties=(rule, duty("other"))), LATER)
    assert [entry.rule for entry in entries] == ["other"]


def test_of_two_who_owe_what_lapsed_the_one_who_did_it_is_on_record() -> None:
    rule = duty(by="manager@each", when=AT_RISK)
    records = found(1, risk=True), did(POLICE, Act.FILE, 2), found(4, risk=False)
    entries = owed(case(*records, duties=(rule,)), LATER)
    assert [(label(case(), entry.owner), entry.met_by) for entry in entries] == [
        ("manager@police", 3)
    ]


# --- when it is met -----------------------------------------------------------------------


def test_what_was_done_before_counts_only_where_the_rule_says_so() -> None:
    rule = duty(starts=Start.STAGE, stage="meet")
    early = did(SCHOOL, Act.FILE, 1)
    assert met(rule, early, UP) == [None]
    assert met(replace(rule, earlier_counts=True), early, UP) == [2]
    assert met(replace(rule, earlier_counts=True), did(CARE, Act.FILE, 1), UP) == [None]
    assert met(rule, UP, did(SCHOOL, Act.FILE, 2)) == [3]
    assert met(rule, UP, did(CARE, Act.FILE, 3)) == [None]


def test_what_begins_a_stage_does_not_meet_a_duty_of_that_stage() -> None:
    up = (Doing(frozenset({Act.ESCALATE})),)
    assert met(duty(starts=Start.STAGE, stage="meet", done=up), UP) == [None]
    assert met(duty(starts=Start.STAGE, stage="talk", done=up), UP) == [2]
    raised = (Doing(frozenset({Act.RAISE})),)
    assert met(duty(stage="talk", done=raised)) == [1]
    assert met(duty(starts=Start.STAGE, stage="talk", done=raised)) == [None]


BEFORE = duty(before_raising=True, starts=Start.STAGE, stage="talk")


@pytest.mark.parametrize(
    ("at", "by"),
    [
        (datetime(2026, 8, 20, 0, tzinfo=LONDON), 2),
        (datetime(2026, 8, 19, 23, 59, tzinfo=LONDON), None),
        (hour(1), 2),
    ],
)
def test_whoever_acts_first_and_raises_the_concern_then_has_done_it(
    at: datetime, by: int | None
) -> None:
    assert met(BEFORE, replace(did(SCHOOL, Act.FILE), at=at, written=at)) == [by]


def test_what_came_about_later_is_not_done_before_the_raising() -> None:
    early = did(SCHOOL, Act.FILE, -1)
    assert met(replace(BEFORE, before_raising=False), early) == [None]
    assert met(replace(BEFORE, when=AT_RISK), early, found(1, risk=True)) == [None]


@pytest.mark.usefixtures("far_west")
def test_the_day_before_the_raising_is_londons_on_a_machine_anywhere() -> None:
    # given a concern raised on Friday at five in the morning: in Los Angeles it is Thursday
    raised = replace(did(SCHOOL, Act.RAISE, -4), n=1)
    for at, by in ((datetime(2026, 8, 20, 0, tzinfo=LONDON), 2),
                   (datetime(2026, 8, 19, 23, 59, tzinfo=LONDON), None)):  # fmt: skip
        state = evolve(unraised(duties=(BEFORE,)), raised)
        done = replace(did(SCHOOL, Act.FILE), n=2, at=at, written=at)
        assert [each.met_by for each in owed(evolve(state, done), LATER)] == [by]


# --- by when ------------------------------------------------------------------------------


def dates(rule: DutyRule, *records: Record) -> list[tuple[Due | None, datetime | None, bool]]:
    """By when one duty is to be met, since when that is counted, and whether it was shortened."""
    entries = owed(case(*records, duties=(rule,)), LATER)
    return [(entry.due, entry.clock, entry.shortened) for entry in entries]


def test_a_limit_is_counted_from_the_duty_or_from_the_beginning_of_a_stage() -> None:
    rule = duty(starts=Start.AGREED, within=SIX_HOURS)
    assert dates(rule, AGREED) == [(hour(9), hour(3), False)]
    from_meet = replace(rule, clock_from="meet")
    assert dates(from_meet, UP, AGREED) == [(hour(8), hour(2), False)]
    # at its reopening, if it was reopened; from the raising where it never was begun
    again = did(SCHOOL, Act.WITHDRAW, 3), did(SCHOOL, Act.REOPEN, 4)
    assert dates(from_meet, UP, AGREED, *again) == [(hour(10), hour(4), False)]
    assert dates(from_meet, AGREED) == [(hour(6), NINE, False)]
    assert dates(duty(), UP) == [(None, NINE, False)]


def test_a_limit_made_shorter_ends_at_the_earliest_of_its_times() -> None:
    rule = duty(within=TWO_DAYS)

    def shorter(due: date, clause: str = "C-log", n: int = 1) -> Record:
        return did(CHAIR, Act.SHORTEN, n, due=due, clause=clause)

    assert dates(rule, shorter(august(24))) == [(august(24), NINE, True)]
    assert dates(rule, shorter(august(24)), shorter(august(22))) == [(august(22), NINE, True)]
    assert dates(rule, shorter(august(22)), shorter(august(24))) == [(august(22), NINE, True)]
    assert dates(rule, shorter(august(24), "C-other")) == [(august(25), NINE, False)]
    other = duty("other", within=TWO_DAYS)
    state = case(shorter(august(24), "C-other"), shorter(august(22)), duties=(rule, other))
    found = {entry.rule: entry.due for entry in owed(state, LATER)}
    assert found == {"log": august(22), "other": august(24)}
    # what was shortened once stays so when the case is reopened
    again = did(SCHOOL, Act.WITHDRAW, 3), did(SCHOOL, Act.REOPEN, 4)
    assert dates(rule, shorter(august(24)), *again) == [(august(24), NINE, True)]
    # nobody's is shortened before anybody's was
    assert not any(entry.shortened for entry in owed(case(duties=(rule,)), LATER))
