"""Evolving is pure: an old state stays as it was. What a policy looks up is what its rules say."""

import pytest
from hypothesis import given, settings

from concord.policies.calendars import calendar_for
from concord.policies.library import load, policy_ids
from concord.rules.decide import perform
from concord.rules.policy import Before
from concord.rules.record import Record
from concord.rules.state import CaseState, begin
from concord.rules.words import Act
from tests.rules.test_any_history import MANY, PARTIES, histories


def _written_out(state: CaseState) -> str:
    """Every field but the policy and the calendar, spelt out so that no part is shared."""
    return repr([sorted(part) if isinstance(part, frozenset) else part for part in state[2:]])


@settings(max_examples=MANY, deadline=None)
@given(histories())
def test_an_old_state_is_never_changed(history: tuple[str, list[Record]]) -> None:
    policy_id, records = history
    # given the states of a case as it went, each spelt out when it was made
    state = begin(load(policy_id).policy, calendar_for(), PARTIES, {})
    states = [(state, _written_out(state))]
    # when more is recorded
    for record in records:
        state, _ = perform(state, record)
        states.append((state, _written_out(state)))
    # then each still says what it said
    for old, was in states:
        assert _written_out(old) == was


@pytest.mark.parametrize("policy_id", policy_ids())
def test_what_is_looked_up_is_what_the_rules_say(policy_id: str) -> None:
    policy = load(policy_id).policy
    for act in Act:
        assert policy.make_ups_of(act) == tuple(r for r in policy.make_ups if act in r.acts)
        assert policy.warnings_of(act) == tuple(r for r in policy.warnings if act in r.acts)
    begins = [gate for gate in policy.gates if gate.before is Before.BEGIN]
    for stage in policy.stages:
        within = tuple(g for g in policy.gates if g not in begins and g.stage == stage.id)
        assert policy.gates_within(stage.id) == within
        for start in ("", *(other.id for other in policy.stages)):
            way = policy.way(start, stage.id)
            assert policy.gates_before(way) == tuple(g for g in begins if g.stage in way)


@pytest.mark.parametrize("policy_id", policy_ids())
def test_the_way_up_from_the_start_ends_at_its_stage(policy_id: str) -> None:
    policy = load(policy_id).policy
    for stage in policy.stages:
        ladder = [each.id for each in policy.stages if each.ladder == stage.ladder]
        assert list(policy.way("", stage.id)) == ladder[: ladder.index(stage.id) + 1]
    assert policy.way("", "nowhere") == ()
