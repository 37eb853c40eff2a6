"""Recorded histories give today what they gave when they were recorded: nothing drifts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from concord.cases.codec import encode
from concord.policies.library import load, policy_ids
from concord.rules.decide import Accepted, perform
from concord.rules.duties import owed
from concord.rules.state import replay
from concord.rules.words import Status
from tests.histories.recorded import FOLDER, History, histories, what_follows

HISTORIES = list(histories())
each_history = pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name)


@each_history
def test_the_same_follows_today_as_when_it_was_recorded(history: History) -> None:
    state = replay(history.begun, history.records)
    assert what_follows(state, history.at) == history.followed


@each_history
def test_every_act_of_it_is_still_accepted_and_written_the_same(history: History) -> None:
    state = history.begun
    for record in history.records:
        asked = replace(record, passed=())
        state, answer = perform(state, asked)
        assert isinstance(answer, Accepted), (record.n, record.act, answer)
        assert encode(answer.record) == encode(record)


def test_the_recorded_histories_cover_every_policy_stage_and_ending() -> None:
    stages: dict[str, set[str]] = {}
    endings = set()
    for history in HISTORIES:
        state = replay(history.begun, history.records)
        stages.setdefault(state.policy.id, set()).update(visit.stage for visit in state.visits)
        endings.add(state.status)
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == set(policy_ids())
    for policy in policy_ids():
        on_the_ladder = {stage.id for stage in load(policy).policy.stages}
        assert len(on_the_ladder - stages[policy]) <= 1, (policy, on_the_ladder - stages[policy])
    assert endings == {Status.OPEN, Status.RESOLVED, Status.DECIDED, Status.WITHDRAWN}


def test_a_record_moved_by_a_day_would_be_noticed() -> None:
    history = HISTORIES[0]
    first = history.records[0]
    moved = replace(first, at=first.at - timedelta(days=1))
    state = replay(history.begun, (moved, *history.records[1:]))
    assert owed(state, history.at)
    assert what_follows(state, history.at) != history.followed
