"""What a policy answers about its own stages, gates and bodies, on a ladder made for the test."""

from typing import Any

import pytest

from concord.rules.policy import (
    Before,
    Condition,
    Doing,
    DutyRule,
    GateRule,
    MakeUpRule,
    Office,
    Policy,
    Stage,
    Warning,
)
from concord.rules.words import Act, Phase

TALK, MEET = Doing(frozenset({Act.DISCUSS})), Doing(frozenset({Act.MEET, Act.DISCUSS}))


def stage(name: str, ladder: str = "main") -> Stage:
    return Stage(name, name.title(), Phase.FORMAL, "manager", f"S-{name}", ladder=ladder)


LADDER = (stage("talk"), stage("urgent", "short"), stage("meet"), stage("panel"))
"""Three steps, and a ladder of one step beside them that stands between the first two."""


def gate(name: str, before: Before, at: str, *needs: Doing) -> GateRule:
    return GateRule(name, f"G-{name}", before, at, needs, "Not yet.", "Talk first.")


MEETING = gate("meeting", Before.BEGIN, "meet", TALK)
CONTACT = gate("contact", Before.CONTACT, "meet", TALK)
SENT = gate("sent", Before.BEGIN, "panel", TALK)
DECIDING = gate("deciding", Before.DECIDE, "panel", TALK)
SECOND = gate("second", Before.BEGIN, "meet", TALK)
BODY = MakeUpRule("M-1", ("panel",), frozenset({Act.DECIDE, Act.HEAR}), "panel")
ALONE = MakeUpRule("M-2", ("chair",), frozenset({Act.DECIDE}), "panel")
LETTERS = Warning("W-1", "Speak first.", frozenset({Act.SUBMIT, Act.DISCUSS}))


def policy() -> Policy:
    return Policy(
        "small", "Small", "Smallshire", "Small", "1", None, None, "england_and_wales",
        LADDER, (), (), gates=(MEETING, CONTACT, SENT, DECIDING, SECOND), make_ups=(BODY, ALONE),
        warnings=(LETTERS,), offices=(Office("chair", "Chair"), Office("scribe", "Scribe")),
    )  # fmt: skip


def test_a_stage_is_found_by_its_name_and_stands_where_the_policy_puts_it() -> None:
    small = policy()
    for place, each in enumerate(LADDER):
        assert small.stage(each.id) is each
        assert small.position(each.id) == small.positions[each.id] == place
    for ask in (small.stage, small.position, small.next_stage):
        with pytest.raises(KeyError):
            ask("attic")


@pytest.mark.parametrize(
    ("here", "above"),
    [("talk", LADDER[2]), ("meet", LADDER[3]), ("panel", None), ("urgent", None)],
)
def test_the_stage_above_is_the_next_of_the_same_ladder(here: str, above: Stage | None) -> None:
    assert policy().next_stage(here) == above


@pytest.mark.parametrize(
    ("start", "target", "stages"),
    [
        ("", "talk", "talk"),
        ("", "meet", "talk meet"),
        ("", "panel", "talk meet panel"),
        ("", "urgent", "urgent"),
        ("talk", "meet", "meet"),
        ("talk", "panel", "meet panel"),
        ("meet", "panel", "panel"),
        ("talk", "urgent", "urgent"),  # onto the other ladder, and back
        ("urgent", "panel", "meet panel"),
        ("panel", "panel", ""),
        ("panel", "meet", ""),
        ("panel", "talk", ""),
        ("meet", "urgent", ""),
        ("talk", "attic", ""),
        ("attic", "talk", ""),
    ],
)
def test_the_way_up_goes_by_the_stages_of_the_targets_ladder(
    start: str, target: str, stages: str
) -> None:
    assert policy().way(start, target) == tuple(stages.split())


def test_the_gates_before_a_way_are_those_before_beginning_one_of_its_stages() -> None:
    small = policy()
    assert small.gates_before(("meet",)) == (MEETING, SECOND)
    assert small.gates_before(("panel",)) == (SENT,)
    assert small.gates_before(("talk",)) == ()
    assert small.gates_before(("meet", "panel")) == (MEETING, SENT, SECOND)
    assert small.gates_before(("talk", "meet")) == (MEETING, SECOND)
    assert small.gates_before(()) == ()


def test_the_gates_within_a_stage_are_those_before_contact_and_deciding() -> None:
    small = policy()
    assert small.gates_within("meet") == (CONTACT,)
    assert small.gates_within("panel") == (DECIDING,)
    assert small.gates_within("talk") == small.gates_within("attic") == ()


def test_who_must_sit_and_what_is_advised_against_are_found_by_the_act() -> None:
    small = policy()
    assert small.make_ups_of(Act.DECIDE) == (BODY, ALONE)
    assert small.make_ups_of(Act.HEAR) == (BODY,)
    assert small.make_ups_of(Act.MEET) == ()
    assert small.warnings_of(Act.SUBMIT) == small.warnings_of(Act.DISCUSS) == (LETTERS,)
    assert small.warnings_of(Act.MEET) == ()


def test_the_offices_of_a_policy_are_known_by_their_names() -> None:
    assert policy().office_ids == {"chair", "scribe"}


def test_a_gate_is_opened_by_any_act_that_it_needs_in_the_order_of_the_vocabulary() -> None:
    assert gate("x", Before.BEGIN, "meet", TALK).acts == (Act.DISCUSS,)
    assert gate("x", Before.BEGIN, "meet", MEET).acts == (Act.DISCUSS, Act.MEET)
    both = gate("x", Before.BEGIN, "meet", Doing(frozenset({Act.REVIEW})), TALK)
    assert both.acts == (Act.DISCUSS, Act.REVIEW)
    assert gate("x", Before.BEGIN, "meet").acts == ()


def test_a_first_duty_that_rests_on_the_child_being_at_risk_is_urgent() -> None:
    def urgent(**more: Any) -> bool:
        return DutyRule("d", "D-1", "Ring the MASH.", None, (), **more).is_urgent

    at_risk = Condition((("immediate_risk", (True,)),))
    assert urgent(first=True, when=at_risk) is True
    assert urgent(first=True) is False
    assert urgent(when=at_risk) is False
    assert urgent() is False
