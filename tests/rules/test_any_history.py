"""No history makes the rules raise; replay gives the same state; no limit grows.

Random acts by random actors under each policy, each judged as it comes.
"""

import os
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.policies.calendars import calendar_for
from concord.policies.library import load, policy_ids
from concord.rules.clock import LONDON, latest_instant
from concord.rules.decide import Accepted, decide, perform
from concord.rules.duties import owed
from concord.rules.may import actors_now, acts_for, may, probe
from concord.rules.record import Facts, PlannedAction, Record
from concord.rules.state import begin, evolve, replay
from concord.rules.who import Parties, Who
from concord.rules.words import Act, Form, Means, Outcome, Tier

MANY = int(os.environ.get("CONCORD_EXAMPLES", "50"))
"""How many histories are made up; docs/how-to/develop.md says when there should be more."""
START = datetime(2026, 12, 17, 9, tzinfo=LONDON)
PARTIES = Parties("school", ("sandwell-childrens-trust", "police"))
SEATS = [
    *(Who(tier, side, agency) for tier in Tier for side, agency in PARTIES.sides),
    *(Who(office) for office in ("chair", "business_manager", "iro", "panel", "reviewer",
                                 "independent_chair", "key_partner", "wizard")),
    *(Who("board_rep", side, agency) for side, agency in PARTIES.sides),
]  # fmt: skip
SEAT = st.sampled_from(SEATS)
CHANGES: list[Facts] = [
    {}, {}, {}, {"child_protection": True}, {"child_status": ("looked_after",)},
    {"child_status": ("child_protection_plan",)}, {"child_status": ()}, {"immediate_risk": True},
    {"immediate_risk": False}, {"urgent": True},
]  # fmt: skip
FACTS = st.sampled_from(CHANGES)


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[Record]]:
    policy = draw(st.sampled_from(policy_ids()))
    stages = ["", "", "", "", *(stage.id for stage in load(policy).policy.stages), "nowhere"]
    at, records = START, [Record(1, START, START, SEATS[0], Act.RAISE)]
    for n in range(2, draw(st.integers(2, 25))):
        at += timedelta(hours=draw(st.integers(0, 60)))
        act = draw(st.sampled_from([*Act, Act.ESCALATE, Act.ESCALATE, Act.DISCUSS, Act.NOTIFY]))
        records.append(
            Record(
                n=n, at=at - timedelta(hours=draw(st.sampled_from([0, 0, 0, 30]))), written=at,
                by=draw(SEAT), act=act, key=draw(st.sampled_from(["", "", "", "same"])),
                people=tuple(draw(st.lists(SEAT, max_size=3))),
                to=tuple(draw(st.lists(SEAT, max_size=2))),
                means=draw(st.sampled_from([None, *Means])),
                outcome=draw(st.sampled_from([None, *Outcome])),
                form=draw(st.sampled_from([None, *Form])), stage=draw(st.sampled_from(stages)),
                reason=draw(st.sampled_from(["", "risk"])),
                override=draw(st.sampled_from(["", "", "risk"])), facts=draw(FACTS),
                due=draw(st.sampled_from([None, at, at.date(), at.date() + timedelta(days=30)])),
                clause=draw(st.sampled_from(["", "", "SA-12", "CU-14", "XX-1"])),
                office=draw(st.sampled_from(["", "reviewer", "panel_member", "independent_chair"])),
                agency=draw(st.sampled_from(["", "school", "police", "hospital"])),
                executive_member=draw(st.sampled_from([None, True, False])),
                action=draw(st.sampled_from([None, 1, 2])),
                done=draw(st.sampled_from([None, True, False])), why="x",
                replaced_by=draw(st.sampled_from([None, PlannedAction("again")])),
                actions=draw(st.sampled_from([(), (PlannedAction("visit", None, at.date()),)])),
                of=draw(st.sampled_from([None, 1, 2, 99])),
                change=draw(st.sampled_from([{}, {"outcome": Outcome.RESOLVED}, {"at": at}])),
            )
        )  # fmt: skip
    return policy, records


@settings(max_examples=MANY, deadline=None)
@given(histories())
def test_any_history_is_judged_and_replays_to_the_same_state(
    history: tuple[str, list[Record]],
) -> None:
    policy_id, records = history
    policy = load(policy_id).policy
    start = begin(policy, calendar_for(), PARTIES, {})
    state, kept = start, []
    dues: dict[tuple[object, ...], datetime] = {}
    met: set[tuple[object, ...]] = set()
    for record in records:
        before = state
        state, answer = perform(state, record)
        if not isinstance(answer, Accepted):
            # a refused record changes nothing, says why, and what to do instead
            assert state is before
            assert answer.first.clause
            assert answer.first.why
            assert answer.first.instead
            continue
        if answer.repeats is None:
            kept.append(answer.record)
        if record.act in (Act.REOPEN, Act.CORRECT) or record.facts:
            dues, met = {}, set()
        seen: set[tuple[object, ...]] = set()
        for entry in owed(state, record.at):
            name = (entry.rule, entry.owner, entry.since, entry.action)
            assert name not in seen, "a duty is owed twice"
            seen.add(name)
            if entry.due is not None:
                when = latest_instant(entry.due)
                assert when <= dues.get(name, when), "a limit has grown"
                dues[name] = when
            if not entry.is_open:
                met.add(name)
            else:
                assert name not in met, "a duty that was met is demanded again"
        may(state, record.at)
    assert replay(start, kept) == state


@settings(max_examples=MANY // 2, deadline=None)
@given(histories())
def test_what_may_be_done_is_what_is_not_refused(history: tuple[str, list[Record]]) -> None:
    policy_id, records = history
    state = begin(load(policy_id).policy, calendar_for(), PARTIES, {})
    for record in records:
        state, _ = perform(state, record)
    at = records[-1].at
    for who in actors_now(state):
        for act in acts_for(state, who, at):
            if act is not Act.APPOINT:
                answer = decide(state, probe(state, who, act, at))
                assert isinstance(answer, Accepted) or not answer.first.hard


@pytest.mark.parametrize("policy_id", policy_ids())
def test_evolve_reads_only_its_arguments(policy_id: str) -> None:
    start = begin(load(policy_id).policy, calendar_for(), PARTIES, {})
    raised = Record(1, START, START, SEATS[0], Act.RAISE)
    assert evolve(start, raised) == evolve(start, raised)
    assert start.records == ()
