"""What follows from each record of a case, on a ladder made for the test; from plain values."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from concord.rules.clock import Limit, Unit
from concord.rules.parts import Appointment, Shortening, Visit
from concord.rules.policy import Condition, DutyRule, LimitRule, Policy, PowerRule, Stage
from concord.rules.record import Facts, PlannedAction, Record
from concord.rules.state import (
    CaseState,
    begin,
    evolve,
    is_stuck,
    replay,
    shortening_targets,
)
from concord.rules.who import Parties, Seat, Who
from concord.rules.words import Act, Form, Means, Outcome, Phase, Power, Side, Status
from tests.rules.test_doing import did
from tests.rules.test_small_calendar import NINE, august, calendar

SCHOOL, CARE = Who("manager", Side.RAISING, "school"), Who("manager", Side.RESPONDING, "care")
POLICE, CHAIR = Who("manager", Side.RESPONDING, "police"), Who("chair")
OURS, THEIRS = (Side.RAISING, "school"), (Side.RESPONDING, "care")
PARTIES = Parties("school", ("care", "police"))


def stage(name: str, phase: Phase, ladder: str = "main", *powers: Power) -> Stage:
    rules = tuple(PowerRule("P-1", ("chair",), power) for power in powers)
    return Stage(name, name.title(), phase, "manager", f"S-{name}", ladder=ladder, powers=rules)


TALK, MEET = stage("talk", Phase.INFORMAL), stage("meet", Phase.FORMAL)
PANEL = stage("panel", Phase.FINAL, "main", Power.MEDIATE, Power.DECIDE)
SHORT = stage("short", Phase.INFORMAL, "beside", Power.MEDIATE)


def unraised(facts: Facts | None = None, **more: Any) -> CaseState:
    policy = Policy(
        "small", "Small", "Smallshire", "Small", "1", None, None, "england_and_wales",
        (TALK, MEET, PANEL, SHORT), **{"duties": (), "limits": (), **more},
    )  # fmt: skip
    return begin(policy, calendar(), PARTIES, facts or {})


def told(*records: Record, **more: Any) -> CaseState:
    """A case raised at nine, and what was recorded since; numbered as it was written."""
    state = unraised(**more)
    for n, record in enumerate((did(SCHOOL, Act.RAISE, 0), *records), 1):
        state = evolve(state, replace(record, n=n))
    return state


def hour(n: int) -> datetime:
    return NINE + timedelta(hours=n)


UP, UP_TO_PANEL = did(SCHOOL, Act.ESCALATE, 2), did(SCHOOL, Act.ESCALATE, 2, stage="panel")


# --- raising and moving -------------------------------------------------------------------


def test_a_case_of_which_nothing_is_recorded_stands_nowhere() -> None:
    facts = {"plan": True}
    empty = unraised(facts)
    facts["plan"] = False
    assert (empty.is_raised, empty.stage, empty.status) == (False, "", Status.OPEN)
    assert empty.facts == {"plan": True}
    assert empty.parties is PARTIES
    assert empty.calendar == calendar()
    for ask in ("raised", "visit"):
        with pytest.raises(IndexError):
            getattr(empty, ask)


def test_a_concern_is_raised_at_the_first_stage_or_above_it() -> None:
    raised = told(facts={"plan": True})
    assert raised.is_raised
    assert raised.raised == NINE
    assert raised.visits == (Visit("talk", NINE, 1, None, False, None),)
    assert (raised.stage, raised.skipped, raised.formal_since) == ("talk", (), None)
    assert (raised.policy, raised.calendar, raised.parties) == unraised(facts={"plan": True})[:3]
    assert raised.fact_log == ((NINE, {"plan": True}),)
    above = evolve(unraised(), replace(did(SCHOOL, Act.RAISE, 0, stage="panel"), n=1))
    assert above.visits == (Visit("panel", NINE, 1, None, False, NINE),)
    assert above.skipped == (("talk", NINE), ("meet", NINE))


def test_a_case_goes_up_and_leaves_the_stage_that_it_was_in() -> None:
    up = told(UP)
    assert up.stage == "meet"
    assert up.visits == (
        Visit("talk", NINE, 1, hour(2), False, None),
        Visit("meet", hour(2), 2, None, False, hour(2)),
    )
    assert up.visit == up.visits[1]
    assert up.raised == NINE
    assert up.skipped == ()
    jumped = told(UP_TO_PANEL)
    assert jumped.stage == "panel"
    assert jumped.skipped == (("meet", hour(2)),)
    # once formal, it is so since then
    top = told(UP, did(SCHOOL, Act.ESCALATE, 3))
    assert top.visits == (
        Visit("talk", NINE, 1, hour(2), False, None),
        Visit("meet", hour(2), 2, hour(3), False, hour(2)),
        Visit("panel", hour(3), 3, None, False, hour(2)),
    )
    # what is only asked about, in the moment of a move, happens after it
    assert top.stage_of(replace(did(SCHOOL, Act.DISCUSS, 3), n=0)) == "panel"
    # at the top there is no further stage
    assert evolve(jumped, replace(did(SCHOOL, Act.ESCALATE, 3), n=3)).stage == "panel"


def test_a_case_moves_to_another_ladder_only_where_it_says_which() -> None:
    assert told(did(SCHOOL, Act.MOVE, 2, stage="short")).stage == "short"
    stays = told(did(SCHOOL, Act.MOVE, 2))
    assert (stays.stage, len(stays.visits)) == ("talk", 1)


def test_an_end_leaves_the_stage_and_says_how_and_when() -> None:
    for record, status in (
        (did(CHAIR, Act.DECIDE, 3), Status.DECIDED), (did(SCHOOL, Act.WITHDRAW, 3), Status.WITHDRAWN),
    ):  # fmt: skip
        over = told(UP, record)
        assert (over.status, over.ended, over.stage) == (status, hour(3), "meet")
        assert [visit.left for visit in over.visits] == [hour(2), hour(3)]
        # however many stages it went through, and whatever is recorded afterwards
        late = told(UP, did(SCHOOL, Act.ESCALATE, 2), record, did(SCHOOL, Act.FILE, 4))
        assert [visit.left for visit in late.visits] == [hour(2), hour(2), hour(3)]
        assert (late.status, late.ended) == (status, hour(3))


def test_what_is_reopened_begins_anew_where_it_stood_or_as_it_says() -> None:
    over = (UP, did(SCHOOL, Act.WITHDRAW, 3))
    again = told(*over, did(SCHOOL, Act.REOPEN, 5))
    assert (again.status, again.ended, again.stage) == (Status.OPEN, None, "meet")
    assert again.visits[1:] == (
        Visit("meet", hour(2), 2, hour(3), False, hour(2)),
        Visit("meet", hour(5), 4, None, True, hour(5)),
    )
    # higher up, nothing is passed over; at an informal stage it is no more formal
    higher = told(did(SCHOOL, Act.WITHDRAW, 1), did(SCHOOL, Act.REOPEN, 5, stage="panel"))
    assert (higher.stage, higher.skipped) == ("panel", ())
    lower = told(*over, did(SCHOOL, Act.REOPEN, 5, stage="talk"))
    assert (lower.stage, lower.formal_since, lower.visit.formal_since) == ("talk", None, None)


def test_records_are_kept_as_written_and_in_the_order_of_time() -> None:
    first, second = did(SCHOOL, Act.DISCUSS, 3), did(CARE, Act.ANSWER, 3)
    state = told(first, second)
    assert [record.n for record in state.records] == [1, 2, 3]
    assert state.in_time is state.records
    # when an earlier talk is written down late, and then a later one
    late, after = did(CARE, Act.DISCUSS, 1), did(CARE, Act.DISCUSS, 4)
    state = told(first, second, late, after)
    assert [record.n for record in state.records] == [1, 2, 3, 4, 5]
    assert [record.n for record in state.in_time] == [1, 4, 2, 3, 5]
    assert state.record(4) == replace(late, n=4)
    assert state.record(6) is None


def test_folding_records_is_folding_one_after_another() -> None:
    records = [replace(did(SCHOOL, Act.RAISE, 0), n=1), replace(UP, n=2)]
    assert replay(unraised(), records) == told(UP)
    assert replay(unraised(), []) == unraised()


def test_from_most_acts_nothing_follows_but_that_they_are_on_record() -> None:
    before, record = told(), replace(did(CARE, Act.ANSWER, 1, key="a"), n=2)
    after = evolve(before, record)
    assert after.keys == {"a"}
    assert after == before._replace(
        records=(*before.records, record), in_time=(*before.in_time, record), keys=frozenset({"a"})
    )
    assert evolve(after, replace(did(CARE, Act.ANSWER, 2), n=3)).keys == {"a"}
    assert evolve(after, replace(did(CARE, Act.ANSWER, 2, key="b"), n=3)).keys == {"a", "b"}


def test_what_passed_a_gate_and_what_has_no_way_on_is_flagged() -> None:
    passed = did(SCHOOL, Act.REFER_UP, 1, passed=("G-1",))
    stuck = did(SCHOOL, Act.DISCUSS, 3, outcome=Outcome.PARTLY)
    move = did(SCHOOL, Act.MOVE, 2, stage="short")
    assert told(passed, move, stuck).flags == (2, 4)
    assert told(did(SCHOOL, Act.REFER_UP, 1)).flags == ()


@pytest.mark.parametrize(
    ("before", "act", "outcome", "stuck"),
    [
        ("short", Act.DISCUSS, Outcome.UNRESOLVED, True),
        ("short", Act.HEAR, Outcome.PARTLY, True),
        ("short", Act.MEET, Outcome.RESOLVED, False),
        ("short", Act.MEET, None, False),
        ("short", Act.ANSWER, Outcome.UNRESOLVED, False),
        ("panel", Act.MEET, Outcome.UNRESOLVED, False),  # where somebody decides
        ("meet", Act.MEET, Outcome.UNRESOLVED, False),  # where it can go up
    ],
)
def test_a_case_is_stuck_where_it_can_go_no_higher_and_nobody_decides(
    before: str, act: Act, outcome: Outcome | None, stuck: bool
) -> None:
    here = told(did(SCHOOL, Act.MOVE, 1, stage=before))
    record = did(SCHOOL, act, 2, outcome=outcome)
    assert is_stuck(here, record) is stuck
    assert is_stuck(unraised(), record) is False


# --- in which stage something happened ----------------------------------------------------


@pytest.mark.parametrize(
    ("n", "at", "where"),
    [
        (1, 0, ""),  # the raising itself
        (2, 2, "talk"),  # what moves the case happened in the stage that it left
        (3, 2, "meet"),  # written after it, in the same moment
        (3, 1, "talk"),  # written late
        (3, -1, "talk"),  # before the concern was raised
        (3, 5, "meet"),
        (0, 5, "meet"),  # what is only asked about
        (0, 2, "meet"),
        (0, -1, "talk"),
    ],
)
def test_a_record_happened_in_the_stage_of_its_time(n: int, at: int, where: str) -> None:
    assert told(UP).stage_of(replace(did(SCHOOL, Act.DISCUSS, at), n=n)) == where
    assert unraised().stage_of(replace(did(SCHOOL, Act.DISCUSS, at), n=n)) == ""


# --- an outcome that is proposed ----------------------------------------------------------

PROPOSED = did(SCHOOL, Act.RESOLVE, 2)


def test_an_outcome_stands_once_every_side_has_agreed_it() -> None:
    state = told(PROPOSED)
    assert (state.proposed, state.proposal) == (frozenset({OURS}), 2)
    one = told(PROPOSED, did(CARE, Act.CONFIRM, 3))
    assert (one.proposed, one.proposal, one.status) == (frozenset({OURS, THEIRS}), 2, Status.OPEN)
    every = told(PROPOSED, did(CARE, Act.CONFIRM, 3), did(POLICE, Act.CONFIRM, 4))
    assert (every.status, every.ended) == (Status.RESOLVED, hour(4))
    assert every.visit.left == hour(4)
    # one of another side stands for no side, nor does an office
    assert told(PROPOSED, did(SCHOOL, Act.CONFIRM, 3)).proposed == frozenset({OURS})
    for who in (CHAIR, Who("manager", Side.RESPONDING), Who("manager", None, "care")):
        assert told(PROPOSED, did(who, Act.CONFIRM, 3)).proposed == frozenset({OURS})


def test_what_an_office_proposes_every_side_has_to_agree() -> None:
    state = told(did(CHAIR, Act.RESOLVE, 2))
    assert (state.proposed, state.proposal) == (frozenset(), 2)
    sides = (did(who, Act.CONFIRM, n) for n, who in enumerate((SCHOOL, CARE, POLICE), 3))
    assert told(did(CHAIR, Act.RESOLVE, 2), *sides).status is Status.RESOLVED


def test_an_outcome_that_no_other_side_has_to_agree_stands_at_once() -> None:
    over = evolve(told()._replace(parties=Parties("school", ())), replace(PROPOSED, n=2))
    assert (over.status, over.ended, over.visit.left) == (Status.RESOLVED, hour(2), hour(2))


def test_a_confirmation_of_nothing_or_of_one_record_or_after_the_end_resolves_nothing() -> None:
    assert told(did(CARE, Act.CONFIRM, 2)).proposed is None
    assert told(PROPOSED, did(CARE, Act.CONFIRM, 3, of=1)).proposed == frozenset({OURS})
    over = told(PROPOSED, did(CARE, Act.CONFIRM, 3), did(SCHOOL, Act.WITHDRAW, 4),
                did(POLICE, Act.CONFIRM, 5))  # fmt: skip
    assert over.status is Status.WITHDRAWN


def test_what_was_proposed_at_a_stage_is_left_there() -> None:
    up = told(PROPOSED, did(CARE, Act.ESCALATE, 3))
    assert (up.proposed, up.proposal) == (None, None)
    # and a new proposal takes the place of an older one
    assert told(PROPOSED, did(CARE, Act.RESOLVE, 3)).proposed == frozenset({THEIRS})


# --- actions, appointments, shorter limits ------------------------------------------------


def test_actions_are_agreed_reported_and_checked() -> None:
    plans = PlannedAction("Visit", CARE), PlannedAction("Ring", POLICE)
    agreed = did(SCHOOL, Act.AGREE, 1, actions=plans)
    done = did(CARE, Act.COMPLETE, 2, action=1, done=True, text={"evidence": "Note"})
    state = told(agreed)
    assert [each.plan for each in state.open_actions] == list(plans)
    assert state.action(2) == state.actions[1]
    assert state.action(3) is None
    assert state.action(None) is None
    state = told(agreed, done)
    assert [each.number for each in state.open_actions] == [2]
    # the other sides look, but neither the side that was to do it nor an office twice
    assert [each.number for each in state.to_check(SCHOOL)] == [1]
    assert [each.number for each in state.to_check(POLICE)] == [1]
    assert state.to_check(CARE) == ()
    seen = told(agreed, done, did(SCHOOL, Act.CONFIRM, 3, action=1))
    assert seen.to_check(SCHOOL) == ()
    assert [each.number for each in seen.to_check(POLICE)] == [1]
    assert told(agreed).to_check(SCHOOL) == ()
    # a check that finds it not carried out opens it again, and is no word on an outcome
    again = told(
        agreed, done, PROPOSED, did(POLICE, Act.CONFIRM, 3, action=1, done=False, why="No.")
    )
    assert [each.number for each in again.open_actions] == [1, 2]
    assert again.proposed == frozenset({OURS})


def test_whoever_is_appointed_is_known_and_takes_the_place_of_another() -> None:
    first = replace(did(CHAIR, Act.APPOINT, 1, office="reviewer", agency="clinic"), who="Amy Adams")
    assert told(first).appointments == (Appointment("reviewer", "clinic", "Amy Adams", None, 2),)
    second = replace(did(CHAIR, Act.APPOINT, 2, office="reviewer", of=2), who="Bo Brown")
    assert told(first, second).appointments == (Appointment("reviewer", "", "Bo Brown", None, 3),)


DAYS = Limit(5, Unit.WORKING_DAYS)
BY = Seat(("manager",), "raising")
AT_RISK = Condition((("risk", (True,)),))
SOME = LimitRule("some", "L-1", "Meet.", BY, DAYS, ("talk",), when=AT_RISK)
HERE = LimitRule("here", "L-2", "Meet.", BY, DAYS, ("talk", "meet"))
MORE = LimitRule("more", "L-2", "Meet.", BY, DAYS, ("talk",))
RING = DutyRule("ring", "L-2", "Ring.", BY, (), within=DAYS)
LOG = DutyRule("log", "L-2", "Log.", BY, ())
OTHER = DutyRule("other", "L-3", "Ring.", BY, (), within=DAYS)
LIMITS = {"limits": (SOME, HERE, MORE), "duties": (LOG, RING, OTHER)}


@pytest.mark.parametrize(
    ("clause", "rules"),
    [("L-1", "some"), ("L-2", "here more ring"), ("L-3", "other"), ("L-4", ""), ("", "here")],
)
def test_a_shorter_time_is_given_to_the_limits_of_a_clause_or_of_the_stage(
    clause: str, rules: str
) -> None:
    assert shortening_targets(told(**LIMITS), clause) == tuple(rules.split())


def test_a_stage_without_a_limit_of_its_own_is_given_one() -> None:
    assert shortening_targets(told(limits=(SOME,)), "") == ("stage:talk",)
    assert shortening_targets(told(UP_TO_PANEL, **LIMITS), "") == ("stage:panel",)
    assert shortening_targets(told(UP, **LIMITS), "") == ("here",)


def test_a_shorter_time_is_kept_with_the_record_that_set_it() -> None:
    first = did(CHAIR, Act.SHORTEN, 1, due=august(24), clause="L-2")
    second = did(CHAIR, Act.SHORTEN, 2, due=august(25))
    assert told(first, second, **LIMITS).shortenings == (
        Shortening("here", august(24), 2), Shortening("more", august(24), 2),
        Shortening("ring", august(24), 2), Shortening("here", august(25), 3),
    )  # fmt: skip
    assert told(did(CHAIR, Act.SHORTEN, 1, clause="L-2"), **LIMITS).shortenings == ()


# --- corrections --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"people": (CARE,)}, {"to": (CARE,)}, {"means": Means.EMAIL}, {"form": Form.AGENCY_LOG},
        {"outcome": Outcome.PARTLY}, {"text": {"note": "So."}}, {"reason": "So."},
        {"at": hour(4)}, {"people": (CARE,), "reason": "So."},
    ],
)  # fmt: skip
def test_a_record_reads_as_it_was_corrected(change: dict[str, Any]) -> None:
    talk, other = did(SCHOOL, Act.DISCUSS, 1), did(CARE, Act.DISCUSS, 2)
    state = told(talk, other, did(SCHOOL, Act.CORRECT, 5, of=2, change=change))
    assert state.record(2) == replace(talk, n=2, **change)
    assert state.record(3) == replace(other, n=3)
    assert len(state.records) == 4
    assert sorted(state.in_time, key=lambda each: each.n) == list(state.records)


def test_what_no_correction_may_touch_stays() -> None:
    talk = did(SCHOOL, Act.DISCUSS, 1)
    change = {"by": CARE, "act": Act.DECIDE, "n": 9, "stage": "panel", "written": hour(9)}
    state = told(talk, did(SCHOOL, Act.CORRECT, 5, of=2, change=change))
    assert state.record(2) == replace(talk, n=2)
    # nor does a correction without a record to correct touch any
    none = told(talk, did(SCHOOL, Act.CORRECT, 5, change={"reason": "So."}))
    assert none.record(2) == replace(talk, n=2)


def test_a_correction_of_the_time_never_moves_the_case() -> None:
    up = told(UP, did(SCHOOL, Act.CORRECT, 5, of=2, change={"at": hour(1), "reason": "So."}))
    assert up.record(2) == replace(UP, n=2, reason="So.")
    assert up.visit.entered == hour(2)


def test_the_order_of_time_follows_a_correction() -> None:
    talk, other = did(SCHOOL, Act.DISCUSS, 1), did(CARE, Act.DISCUSS, 2)
    later = told(talk, other, did(SCHOOL, Act.CORRECT, 5, of=2, change={"at": hour(3)}))
    assert [record.n for record in later.in_time] == [1, 3, 2, 4]
    back = evolve(later, replace(did(SCHOOL, Act.CORRECT, 6, of=2, change={"at": hour(1)}), n=5))
    assert [record.n for record in back.in_time] == [1, 2, 3, 4, 5]
    assert back.in_time is back.records
