"""Limits on stages, and what agreed actions ask for: who owes them, since when and by when."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from concord.rules.clock import LONDON, Due
from concord.rules.duties import Owed, owed, plain_what, stays
from concord.rules.policy import LimitRule, Start
from concord.rules.record import PlannedAction, Record
from concord.rules.who import Who, parse_seat
from concord.rules.words import Act, DutyState, Side
from tests.rules.test_doing import did
from tests.rules.test_duties import AT_RISK, FILED, LATER, SIX_HOURS, TWO_DAYS, case, duty
from tests.rules.test_facts import found
from tests.rules.test_small_calendar import NINE, august
from tests.rules.test_state import CARE, CHAIR, POLICE, SCHOOL, UP, hour

OUT, BACK = did(SCHOOL, Act.WITHDRAW, 4), did(SCHOOL, Act.REOPEN, 6)


def limit(*stages: str, **more: Any) -> LimitRule:
    rule = {"within": SIX_HOURS, "by": parse_seat("manager@raising"), **more}
    return LimitRule("time", "L-1", "Go on.", stages=stages, **rule)


def limits(rule: LimitRule, *records: Record) -> list[tuple[Due | None, datetime | None]]:
    """By when each stay has to end, and when it did."""
    entries = owed(case(*records, limits=(rule,)), LATER)
    return sorted(((e.due, e.met) for e in entries), key=str)


# --- limits on stages ---------------------------------------------------------------------


def test_a_limit_says_who_owes_what_since_when_and_by_when() -> None:
    rule = limit("talk")
    open_ = Owed(
        "time", "L-1", SCHOOL, "Go on.", NINE, hour(6), DutyState.LATE, None, None, stage="talk",
        limit=True, clock=NINE,
    )  # fmt: skip
    assert owed(case(limits=(rule,)), LATER) == (open_,)
    left = replace(open_, state=DutyState.MET, met=hour(2))
    assert owed(case(UP, limits=(rule,)), LATER) == (left,)
    late = did(SCHOOL, Act.ESCALATE, 7)
    assert [each.state for each in owed(case(late, limits=(rule,)), LATER)] == [DutyState.MET_LATE]
    assert owed(case(limits=(limit("meet"),)), LATER) == ()


def test_a_run_of_stages_is_one_stay_and_each_reopening_begins_another() -> None:
    def runs(*records: Record) -> list[tuple[str, datetime, datetime | None]]:
        found = stays(case(*records), ("talk", "meet"))
        return [(visit.stage, visit.entered, left) for visit, left in found]

    assert runs() == [("talk", NINE, None)]
    assert runs(UP) == [("talk", NINE, None)]
    assert runs(UP, did(SCHOOL, Act.ESCALATE, 3)) == [("talk", NINE, hour(3))]
    assert runs(UP, OUT) == [("talk", NINE, hour(4))]
    assert runs(UP, OUT, BACK) == [("talk", NINE, hour(4)), ("meet", hour(6), None)]
    away = did(SCHOOL, Act.MOVE, 3, stage="short"), did(SCHOOL, Act.MOVE, 5, stage="meet")
    assert runs(*away) == [("talk", NINE, hour(3)), ("meet", hour(5), None)]
    elsewhere = did(SCHOOL, Act.MOVE, 1, stage="short"), did(SCHOOL, Act.MOVE, 2, stage="panel")
    assert next(iter(stays(case(*elsewhere), ("panel",))))[0].entered == hour(2)


def test_a_limit_runs_anew_from_each_reopening() -> None:
    assert limits(limit("talk", "meet"), UP, OUT, BACK) == [
        (hour(6), hour(4)), (hour(12), None),
    ]  # fmt: skip


def test_a_cumulative_limit_counts_from_the_first_formal_stage() -> None:
    top = UP, did(SCHOOL, Act.ESCALATE, 3)
    assert limits(limit("panel"), *top) == [(hour(9), None)]
    assert limits(limit("panel", cumulative=True), *top) == [(hour(8), None)]
    # before that, from the stage itself, or from the one that it names
    assert limits(limit("talk", cumulative=True)) == [(hour(6), None)]
    assert limits(limit("panel", clock_from="talk"), *top) == [(hour(6), None)]
    assert limits(limit("panel", clock_from="meet"), *top) == [(hour(8), None)]
    assert limits(limit("panel", clock_from="talk", cumulative=True), *top) == [(hour(8), None)]
    moved = did(SCHOOL, Act.MOVE, 2, stage="short")
    assert limits(limit("short", clock_from="talk", cumulative=True), moved) == [(hour(6), None)]


def test_a_limit_on_some_cases_runs_while_the_fact_is_so() -> None:
    rule = limit("talk", when=AT_RISK)
    up = did(SCHOOL, Act.ESCALATE, 4)
    assert limits(rule) == []
    assert limits(rule, found(1, risk=True)) == [(hour(7), None)]
    assert limits(rule, found(1, risk=True), up) == [(hour(7), hour(4))]
    # not where the stage was left before it came about; in the same moment it counts
    assert limits(rule, up, found(5, risk=True)) == []
    assert limits(rule, up, found(4, risk=True)) == [(hour(10), hour(4))]
    # it lapses where the fact ended before the stage was left
    safe = found(3, risk=False)
    assert limits(rule, found(1, risk=True), safe) == []
    assert limits(rule, found(1, risk=True), safe, up) == []
    at_once = did(SCHOOL, Act.ESCALATE, 3)
    assert limits(rule, found(1, risk=True), safe, at_once) == [(hour(7), hour(3))]
    # and a later stay is looked at by itself
    again = UP, found(3, risk=True), OUT, did(SCHOOL, Act.REOPEN, 6, stage="talk")
    assert limits(rule, *again) == [(hour(12), None)]


def test_a_limit_that_lapsed_for_one_stay_may_have_been_kept_in_another() -> None:
    rule = limit("talk", when=AT_RISK)
    back = did(SCHOOL, Act.REOPEN, 4, stage="talk")
    records = found(1, risk=True), UP, did(SCHOOL, Act.WITHDRAW, 3), back, found(5, risk=False)
    assert limits(rule, *records) == [(hour(7), hour(2))]
    # whichever came first
    sooner = (
        found(1, risk=True), did(SCHOOL, Act.ESCALATE, 2), found(2, risk=False),
        did(SCHOOL, Act.WITHDRAW, 3), back, did(SCHOOL, Act.ESCALATE, 5),
    )  # fmt: skip
    assert limits(rule, *sooner) == [(hour(7), hour(2))]


def test_each_party_owes_a_limit_of_each() -> None:
    entries = owed(case(limits=(limit("talk", by=parse_seat("manager@each")),)), LATER)
    assert [entry.owner for entry in entries] == [SCHOOL, CARE, POLICE]


def test_what_is_asked_for_within_a_limit_keeps_it_before_the_stage_is_left() -> None:
    rule = limit("talk", done=FILED)

    def kept(*records: Record) -> list[tuple[datetime | None, int | None]]:
        return [(e.met, e.met_by) for e in owed(case(*records, limits=(rule,)), LATER)]

    filed = did(SCHOOL, Act.FILE, 1)
    assert kept(filed) == kept(filed, UP) == [(hour(1), 2)]
    assert kept(UP, did(SCHOOL, Act.FILE, 3)) == [(hour(2), None)]
    assert kept(UP, did(SCHOOL, Act.FILE, 2)) == [(hour(2), None)]
    assert kept(did(CARE, Act.FILE, 1)) == [(None, None)]
    assert kept(did(SCHOOL, Act.FILE, -1)) == [(None, None)]


# --- shorter limits -----------------------------------------------------------------------


def shorter(n: int, due: date, clause: str = "L-1") -> Record:
    return did(CHAIR, Act.SHORTEN, n, due=due, clause=clause)


def test_a_shorter_limit_holds_for_the_run_of_the_case_in_which_it_was_set() -> None:
    rule = limit("talk", within=TWO_DAYS)
    back, out_again = did(SCHOOL, Act.REOPEN, 6, stage="talk"), did(SCHOOL, Act.WITHDRAW, 7)
    back_again = did(SCHOOL, Act.REOPEN, 8, stage="talk")

    def dues(*records: Record) -> list[tuple[Due | None, bool]]:
        entries = owed(case(*records, limits=(rule,)), LATER)
        return [(e.due, e.shortened) for e in sorted(entries, key=lambda e: e.since)]

    two, one, none = (august(25), False), (august(24), True), (august(22), True)
    first, second = shorter(1, august(24)), shorter(6, august(22))
    assert dues() == [two]
    assert dues(first) == [one]
    assert dues(first, OUT, back) == [one, two]
    assert dues(OUT, back, second) == [two, none]
    assert dues(first, OUT, back, second) == [one, none]
    # over several reopenings
    assert dues(first, OUT, back, out_again, back_again) == [one, two, two]
    assert dues(OUT, back, second, out_again, back_again) == [two, none, two]
    last = shorter(8, august(22))
    assert dues(first, OUT, back, out_again, back_again, last) == [one, two, none]


def test_a_stage_without_a_limit_has_one_where_it_was_given_one() -> None:
    given = shorter(1, august(24), "")
    only = Owed(
        "stage:talk", "S-talk", SCHOOL, "Finish Talk in the time set for this case.", NINE,
        august(24), DutyState.DUE, None, None, stage="talk", limit=True, clock=NINE,
        shortened=True,
    )  # fmt: skip
    assert owed(case(given), LATER) == (only,)
    left = replace(only, state=DutyState.MET, met=hour(2))
    assert owed(case(given, UP), LATER) == (left,)
    assert owed(case(UP), LATER) == ()
    # of the stage that it was given to
    meet = owed(case(UP, shorter(3, august(24), "")), LATER)
    assert [(e.rule, e.since) for e in meet] == [("stage:meet", hour(2))]
    late = owed(case(shorter(1, august(21), ""), did(SCHOOL, Act.ESCALATE, 24)), hour(30))
    assert [e.state for e in late] == [DutyState.MET_LATE]
    # and of the run of the case in which it was
    back = did(SCHOOL, Act.REOPEN, 6, stage="talk")
    assert [e.since for e in owed(case(given, OUT, back), LATER)] == [NINE]


# --- agreed actions -----------------------------------------------------------------------

VISIT = PlannedAction("Visit.", CARE, august(25))
AGREED = did(SCHOOL, Act.AGREE, 1, actions=(VISIT, PlannedAction("Ring.")))
DONE = did(CARE, Act.COMPLETE, 2, action=1, done=True, text={"evidence": "Note"})
RULE = duty("do", starts=Start.ACTION, stage="meet")
CHECK = duty("see", "manager@each", starts=Start.REPORTED, stage="meet")


def test_each_agreed_action_is_owed_by_whom_it_names_by_its_date() -> None:
    first = Owed(
        "do", "C-do", CARE, "Do do. Visit.", hour(1), august(25), DutyState.DUE, None, None,
        stage="meet", action=1, clock=hour(1),
    )  # fmt: skip
    second = replace(first, owner=SCHOOL, what="Do do. Ring.", due=None, action=2)
    assert owed(case(AGREED, duties=(RULE,)), LATER) == (first, second)
    done = replace(first, state=DutyState.MET, met=hour(2), met_by=3)
    assert owed(case(AGREED, DONE, duties=(RULE,)), LATER) == (second, done)
    assert owed(case(duties=(RULE,)), LATER) == ()
    late = datetime(2026, 8, 26, 0, tzinfo=LONDON)
    assert owed(case(AGREED, duties=(RULE,)), late)[0].state is DutyState.LATE


def test_where_a_policy_says_nothing_of_actions_the_house_does_while_one_is_open() -> None:
    found = owed(case(AGREED, DONE), LATER)
    assert [(e.rule, e.clause, e.owner, e.action) for e in found] == [
        ("house.agreed-action", "house-7", SCHOOL, 2)
    ]
    assert found[0].what == (
        "Do this by its date and report it, or say why not and what takes its place: Ring."
    )
    day_after = datetime(2026, 8, 26, 0, tzinfo=LONDON)
    assert [e.state for e in owed(case(AGREED), day_after)] == [DutyState.LATE, DutyState.DUE]
    # beside what else is owed
    beside = owed(case(AGREED, DONE, duties=(duty("log"),)), LATER)
    assert sorted(e.rule for e in beside) == ["house.agreed-action", "log"]
    # what the policy says takes its place
    assert {e.rule for e in owed(case(AGREED, duties=(duty("log"), RULE)), LATER)} == {"log", "do"}


def test_what_is_owed_is_named_in_the_policys_words_alone() -> None:
    state = case(AGREED, duties=(duty("log"), replace(RULE, what="See to box X:")))
    words = {e.rule: plain_what(state, e) for e in owed(state, LATER)}
    assert words == {"log": "Do log.", "do": "See to box X"}
    [entry] = owed(case(AGREED, DONE), LATER)
    assert plain_what(case(AGREED, DONE), entry) == (
        "Do this by its date and report it, or say why not and what takes its place"
    )


def checks(*records: Record, by: str = "manager@each") -> list[Owed]:
    rule = replace(CHECK, by=parse_seat(by))
    return list(owed(case(*records, duties=(rule, RULE)), LATER))


def checking(*records: Record, by: str = "manager@each") -> list[tuple[Who | None, Due | None]]:
    return [(e.owner, e.due) for e in checks(*records, by=by) if e.checks]


def test_what_was_reported_done_is_looked_at_by_each_other_side() -> None:
    first = Owed(
        "see", "C-see", SCHOOL, "Do see. Visit.", hour(2), august(25), DutyState.DUE, None, None,
        stage="meet", action=1, clock=hour(2), checks=True,
    )  # fmt: skip
    assert [e for e in checks(AGREED, DONE) if e.checks] == [first, replace(first, owner=POLICE)]
    seen = did(POLICE, Act.CONFIRM, 4, action=1)
    met = replace(first, owner=POLICE, state=DutyState.MET, met=hour(4), met_by=4)
    assert [e for e in checks(AGREED, DONE, seen) if e.checks] == [first, met]
    # late once its date is past
    late = case(AGREED, DONE, duties=(CHECK, RULE))
    stood = [e.state for e in owed(late, datetime(2026, 8, 26, 0, tzinfo=LONDON)) if e.checks]
    assert stood == [DutyState.LATE, DutyState.LATE]


def test_what_was_not_done_or_shown_by_nothing_is_looked_at_by_nobody() -> None:
    assert checking(AGREED) == []
    assert checking(AGREED, replace(DONE, text={})) == []
    instead = replace(DONE, done=False, why="No.", replaced_by=PlannedAction("Ring."), text={})
    assert checking(AGREED, instead) == []


def test_a_report_on_the_last_day_or_later_is_looked_at_as_soon_as_possible() -> None:
    def reported(day: int) -> list[tuple[Who | None, Due | None]]:
        at = datetime(2026, 8, day, 5, tzinfo=LONDON)
        return checking(AGREED, replace(DONE, at=at, written=at), by="manager@raising")

    assert reported(24) == [(SCHOOL, august(25))]
    assert reported(25) == reported(26) == [(SCHOOL, None)]
    ring = replace(DONE, action=2, by=POLICE)
    assert checking(AGREED, ring, by="manager@raising") == [(SCHOOL, None)]


@pytest.mark.usefixtures("far_west")
def test_the_last_day_is_londons_on_a_machine_anywhere() -> None:
    test_a_report_on_the_last_day_or_later_is_looked_at_as_soon_as_possible()


def test_neither_the_side_that_was_to_do_it_nor_whoever_reported_it_looks() -> None:
    # given an action of the school, which asks nothing of the school
    ours = did(SCHOOL, Act.AGREE, 1, actions=(replace(VISIT, owner=SCHOOL),))
    done = replace(DONE, by=SCHOOL)
    assert [owner for owner, _ in checking(ours, done)] == [CARE, POLICE]
    # and one that somebody of another side reported: a colleague of theirs looks
    told = replace(DONE, by=POLICE)
    lead = Who("service_lead", Side.RESPONDING, "police")
    assert [owner for owner, _ in checking(AGREED, told)] == [SCHOOL, lead]
    # where the rule names nobody, nobody is asked
    rules = (replace(CHECK, by=None), RULE)
    assert [e for e in owed(case(AGREED, DONE, duties=rules), LATER) if e.checks] == []
