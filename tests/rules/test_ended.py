"""How a case has ended, what it still takes then, and whom it still waits for; from plain values."""

from datetime import timedelta
from typing import Any

import pytest

from concord.rules.endings import (
    AFTER,
    CONFIRM_SOMETHING,
    HOW,
    REFUSED,
    STATE_AFTER_WITHDRAWAL,
    TAKEN,
    After,
    End,
    end_of,
    refused_after,
    to_carry_out,
    waits_for,
)
from concord.rules.policy import Policy, Stage
from concord.rules.record import PlannedAction, Record
from concord.rules.state import CaseState, begin, evolve
from concord.rules.who import Parties, Who
from concord.rules.words import Act, Phase, Side, Status
from tests.rules.test_small_calendar import NINE, calendar

SCHOOL, CARE = Who("manager", Side.RAISING, "school"), Who("manager", Side.RESPONDING, "care")
POLICE = Who("manager", Side.RESPONDING, "police")
CHAIR, PANEL = Who("chair"), Who("panel")


def test_an_act_is_taken_after_any_end_refused_after_any_or_depends() -> None:
    assert not TAKEN & set(REFUSED)
    assert set(Act) - TAKEN - set(REFUSED) == {Act.STATE, Act.CONFIRM}
    assert set(AFTER) == set(Act)


@pytest.mark.parametrize("end", End)
def test_what_is_taken_after_an_end_is_taken_without_a_word(end: End) -> None:
    for act in TAKEN:
        assert AFTER[act][end] == After()
    assert (After().taken, After().only_of, After().why, After().instead) == (True, False, "", "")


@pytest.mark.parametrize("end", End)
def test_what_is_refused_after_an_end_says_how_it_ended_why_and_what_to_do(end: End) -> None:
    for act, (why, instead) in REFUSED.items():
        assert AFTER[act][end] == After(
            taken=False, only_of=False, why=f"{HOW[end]} {why}", instead=instead
        )


def test_the_words_are_as_people_read_them() -> None:
    assert AFTER[Act.ANSWER][End.WITHDRAWN] == After(
        False, False,
        "The concern was withdrawn. It takes no answer any more.",
        "Report on the agreed actions, if there are any. If the child still seems unsafe, reopen "
        "the case and say why.",
    )  # fmt: skip


def test_a_side_says_where_it_stands_unless_the_concern_was_withdrawn() -> None:
    why, instead = STATE_AFTER_WITHDRAWAL
    for end in End:
        assert AFTER[Act.STATE][end] == (
            After(False, False, f"{HOW[end]} {why}", instead) if end is End.WITHDRAWN else After()
        )


def test_a_confirmation_is_taken_of_an_action_or_a_record_alone() -> None:
    why, instead = CONFIRM_SOMETHING
    for end in End:
        assert AFTER[Act.CONFIRM][end] == After(
            taken=True, only_of=True, why=f"{HOW[end]} {why}", instead=instead
        )


def did(state: CaseState, who: Who, act: Act, **more: Any) -> CaseState:
    n = len(state.records) + 1
    at = NINE + timedelta(hours=n)
    return evolve(state, Record(n, at, at, who, act, **more))


def case(*responding: str) -> CaseState:
    """A case that the school raised, of which nothing else is known."""
    policy = Policy(
        "small", "Small", "Smallshire", "Small", "1", None, None, "england_and_wales",
        (Stage("talk", "Talk", Phase.FINAL, "manager", "S-1"),), (), (),
    )  # fmt: skip
    state = begin(policy, calendar(), Parties("school", responding or ("care",)), {})
    return did(state, SCHOOL, Act.RAISE)


def ended(end: End) -> CaseState:
    match end:
        case End.RESOLVED:
            return did(did(case(), SCHOOL, Act.RESOLVE), CARE, Act.CONFIRM)
        case End.DECIDED:
            return did(case(), CHAIR, Act.DECIDE)
        case End.PANEL_DECIDED:
            return did(case(), PANEL, Act.DECIDE)
        case End.WITHDRAWN:
            return did(case(), SCHOOL, Act.WITHDRAW)
        case End.CLOSED:
            return case()._replace(status=Status.CLOSED)


@pytest.mark.parametrize("end", End)
def test_each_ending_is_told_apart(end: End) -> None:
    assert end_of(ended(end)) is end
    assert end_of(case()) is None


def test_who_decided_last_says_which_ending_it_is_whatever_was_done_since() -> None:
    first = did(case(), PANEL, Act.DECIDE)
    again = did(did(first, SCHOOL, Act.REOPEN), CHAIR, Act.DECIDE)
    assert end_of(did(again, PANEL, Act.FILE)) is End.DECIDED
    other = did(did(did(case(), CHAIR, Act.DECIDE), SCHOOL, Act.REOPEN), PANEL, Act.DECIDE)
    assert end_of(did(other, CHAIR, Act.FILE)) is End.PANEL_DECIDED
    # where no record says who, somebody did
    assert end_of(case()._replace(status=Status.DECIDED)) is End.DECIDED


def asks(state: CaseState, act: Act, **more: Any) -> After | None:
    return refused_after(state, Record(9, NINE, NINE, CARE, act, **more))


@pytest.mark.parametrize("act", Act)
def test_an_open_case_refuses_nothing_for_its_end(act: Act) -> None:
    assert asks(case(), act) is None


@pytest.mark.parametrize("end", End)
def test_an_ended_case_refuses_by_the_table(end: End) -> None:
    for act in Act:
        cell = AFTER[act][end]
        assert asks(ended(end), act) == (cell if cell.only_of or not cell.taken else None)
        # naming an earlier record or an action opens a confirmation, and no refused act
        for more in ({"of": 1}, {"action": 1}):
            assert asks(ended(end), act, **more) == (None if cell.taken else cell)


def test_an_outcome_waits_for_each_side_that_has_not_agreed_to_it() -> None:
    proposed = did(case("care", "police"), SCHOOL, Act.RESOLVE)
    assert waits_for(proposed, CARE)
    assert waits_for(proposed, POLICE)
    assert waits_for(proposed, Who("practitioner", Side.RESPONDING, "care"))
    # not for the one that proposed it, nor for whoever is of no party
    assert not waits_for(proposed, SCHOOL)
    assert not waits_for(proposed, CHAIR)
    assert not waits_for(proposed, Who("manager", Side.RESPONDING))
    assert not waits_for(proposed, Who("iro", None, "care"))
    # nor for one that has confirmed it since
    confirmed = did(proposed, CARE, Act.CONFIRM)
    assert not waits_for(confirmed, CARE)
    assert waits_for(confirmed, POLICE)


def test_no_outcome_waits_before_it_is_proposed_nor_after_the_end() -> None:
    assert not waits_for(case(), CARE)
    proposed = did(case("care", "police"), SCHOOL, Act.RESOLVE)
    assert not waits_for(did(proposed, SCHOOL, Act.WITHDRAW), CARE)


def test_a_decision_is_to_be_carried_out_by_each_side_that_has_not_said_how() -> None:
    decided = did(did(case("care", "police"), POLICE, Act.STATE), CHAIR, Act.DECIDE)
    assert to_carry_out(decided) == ("school", "care", "police")
    # when one says where it stands, it is waited for no more; a talk says nothing of it
    said = did(did(decided, CARE, Act.STATE), POLICE, Act.DISCUSS)
    assert to_carry_out(said) == ("school", "police")
    # and none is once somebody has agreed who does what
    agreed = did(said, SCHOOL, Act.AGREE, actions=(PlannedAction("Visit"),))
    assert to_carry_out(agreed) == ()


def test_what_was_agreed_before_the_last_decision_does_not_carry_it_out() -> None:
    agreed = did(did(did(case(), CHAIR, Act.DECIDE), CARE, Act.AGREE), SCHOOL, Act.STATE)
    again = did(did(agreed, SCHOOL, Act.REOPEN), CHAIR, Act.DECIDE)
    assert to_carry_out(again) == ("school", "care")


def test_nothing_is_to_be_carried_out_where_nothing_was_decided() -> None:
    for end in (End.RESOLVED, End.WITHDRAWN, End.CLOSED):
        assert to_carry_out(ended(end)) == ()
    reopened = did(did(case(), CHAIR, Act.DECIDE), SCHOOL, Act.REOPEN)
    assert to_carry_out(reopened) == ()
