"""What is so of a case, since when and until when; from plain values."""

from dataclasses import replace
from typing import Any

import pytest

from concord.rules.policy import Condition
from concord.rules.record import Record
from concord.rules.state import held, holds, taking_facts
from concord.rules.words import Act
from tests.rules.test_doing import did
from tests.rules.test_small_calendar import NINE
from tests.rules.test_state import PARTIES, SCHOOL, hour, told, unraised

# --- facts --------------------------------------------------------------------------------


def when(party: str = "", **facts: Any) -> Condition:
    return Condition(tuple(facts.items()), party)


@pytest.mark.parametrize(
    ("condition", "so"),
    [
        (None, True),
        (when(), True),
        (when(plan=(True,)), True),
        (when(plan=(False,)), False),
        (when(other=(False,)), True),  # what is not said is not so
        (when(other=(True,)), False),
        (when(status=("need", "care")), True),  # of a list any is enough
        (when(status=("care",)), False),
        (when(plan=(True,), other=(True,)), False),
        (when(status=("need",), other=(True,)), False),
        (when(party="police"), True),
        (when(party="school", plan=(True,)), True),
        (when(party="clinic"), False),
        (when(party="clinic", plan=(True,)), False),
        (when(party="police", plan=(False,)), False),
    ],
)
def test_a_condition_holds_where_all_of_it_is_so(condition: Condition | None, so: bool) -> None:
    assert holds(condition, {"plan": True, "status": ("need", "help")}, PARTIES) is so


def found(n: int, **facts: Any) -> Record:
    return did(SCHOOL, Act.DISCUSS, n, facts=facts)


AT_RISK = when(risk=(True,))


def test_a_condition_holds_since_it_came_about_until_it_ended() -> None:
    assert held(None, told()) == (NINE, None)
    assert held(AT_RISK, told(found(1, plan=True))) is None
    risk, safe, other = found(2, risk=True), found(4, risk=False), found(6, plan=True)
    assert held(AT_RISK, told(risk)) == (hour(2), None)
    assert held(AT_RISK, told(risk, found(3, plan=True))) == (hour(2), None)
    assert held(AT_RISK, told(risk, safe, other)) == (hour(2), hour(4))
    # when it comes about again, that is the last time
    assert held(AT_RISK, told(risk, safe, other, found(8, risk=True))) == (hour(8), None)
    assert held(AT_RISK, told(facts={"risk": True})) == (NINE, None)
    assert held(replace(AT_RISK, party="police"), told(risk)) == (hour(2), None)
    assert held(replace(AT_RISK, party="clinic"), told(risk)) is None


def test_facts_stand_as_they_were_last_in_time_and_not_in_writing() -> None:
    state = told(found(4, risk=False), found(2, risk=True), facts={"plan": True})
    assert state.facts == {"plan": True, "risk": False}
    assert state.fact_log == (
        (NINE, {"plan": True}), (hour(2), {"risk": True}), (hour(4), {"risk": False}),
    )  # fmt: skip
    # of one moment, as written; before the raising, as from the raising
    both = told(found(2, risk=True), found(2, risk=False), found(-3, plan=True))
    assert both.facts == {"risk": False, "plan": True}
    assert both.fact_log[1] == (NINE, {"plan": True})
    assert both.fact_log[0] == (NINE, {})


def test_an_act_is_judged_on_the_facts_that_it_brings() -> None:
    state = told(facts={"plan": True})
    assert taking_facts(state, did(SCHOOL, Act.DISCUSS)) is state
    taken = taking_facts(state, found(2, risk=True))
    assert taken == state._replace(
        facts={"plan": True, "risk": True},
        fact_log=((NINE, {"plan": True}), (hour(2), {"risk": True})),
    )
    # before the concern is raised, too
    first = taking_facts(unraised({"plan": True}), found(0, risk=True))
    assert first == unraised({"plan": True, "risk": True})
