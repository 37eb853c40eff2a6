"""What is taken and what is refused, each refusal in full, on a ladder made for the test."""

from dataclasses import replace
from typing import Any

import pytest

from concord.rules.decide import Accepted, Advice, Refused, decide, perform, reasons
from concord.rules.gates import Refusal
from concord.rules.policy import (
    Before,
    Condition,
    Doing,
    Exclusion,
    GateRule,
    Ground,
    MakeUpRule,
    Policy,
    PowerRule,
    Stage,
    Warning,
)
from concord.rules.record import Record
from concord.rules.state import CaseState, begin, evolve
from concord.rules.who import Parties, Seat, Who
from concord.rules.words import Act, Matter, Means, Outcome, Phase, Power, Side
from tests.rules.test_doing import did
from tests.rules.test_small_calendar import calendar

SCHOOL, CARE = Who("manager", Side.RAISING, "school"), Who("manager", Side.RESPONDING, "care")
LEAD = Who("service_lead", Side.RESPONDING, "care")
CHAIR, BOARD = Who("chair"), Who("business_manager")
DECIDES = PowerRule("P-1", ("chair",), Power.DECIDE)


def stage(name: str, ladder: str = "main", *powers: PowerRule) -> Stage:
    title = f"The {name}"
    return Stage(name, title, Phase.FORMAL, "manager", f"S-{name}", ladder=ladder, powers=powers)


TALK, MEET, PANEL = stage("talk"), stage("meet"), stage("panel", "main", DECIDES)
SHORT = stage("short", "beside")


def gate(name: str, before: Before, at: str, **more: Any) -> GateRule:
    needs = (Doing(frozenset({Act.REVIEW})),)
    return GateRule(name, f"G-{name}", before, at, needs, f"{name}: not yet.", "Review.", **more)


def shut(name: str) -> Refusal:
    return Refusal(f"G-{name}", f"{name}: not yet.", "Review.", False, (Act.REVIEW,))


def policy(*stages: Stage, **more: Any) -> Policy:
    stages = stages or (TALK, MEET, PANEL, SHORT)
    rules = {"duties": (), "limits": (), **more}
    return Policy(
        "small", "Small", "Smallshire", "Small", "1", None, None, "england_and_wales", stages,
        **rules,
    )  # fmt: skip


def unopened(*stages: Stage, **more: Any) -> CaseState:
    parties = Parties("school", ("care", "police"))
    return begin(policy(*stages, **more), calendar(), parties, {})


def case(*records: Record, **more: Any) -> CaseState:
    """A case that the school raised on Friday at nine, and what was recorded since."""
    state = unopened(*more.pop("stages", ()), **more)
    for record in (did(SCHOOL, Act.RAISE, 0), *records):
        state = evolve(state, replace(record, n=len(state.records) + 1))
    return state


def judged(state: CaseState, who: Who, act: Act, hour: int = 9, **more: Any) -> Accepted | Refused:
    """What comes of an act in the n-th hour after nine."""
    return decide(state, replace(did(who, act, hour, **more), n=len(state.records) + 1))


def taken(state: CaseState, who: Who, act: Act, hour: int = 9, **more: Any) -> Accepted:
    answer = judged(state, who, act, hour, **more)
    assert isinstance(answer, Accepted), answer
    return answer


def refused(state: CaseState, who: Who, act: Act, hour: int = 9, **more: Any) -> list[Refusal]:
    answer = judged(state, who, act, hour, **more)
    assert isinstance(answer, Refused), answer
    assert answer.first == answer.reasons[0]
    return list(answer.reasons)


def stands(why: str, instead: str) -> list[Refusal]:
    return [Refusal("house-6", why, instead)]


def who_may(why: str, instead: str) -> list[Refusal]:
    return [Refusal("house-4", why, instead)]


# --- taken, or not ------------------------------------------------------------------------


def test_what_nothing_stands_against_is_taken_as_it_is() -> None:
    record = did(CARE, Act.ANSWER, 2)
    assert decide(case(), record) == Accepted(record)
    assert not Accepted(record).flagged


def test_a_record_that_is_there_already_is_not_a_second_one() -> None:
    first, second = did(SCHOOL, Act.DISCUSS, key="a"), did(CARE, Act.ANSWER, 2, key="b")
    state = case(first, second)
    again = did(CARE, Act.ANSWER, 5, key="b")
    assert decide(state, again) == Accepted(again, repeats=3)
    # it stays one, and what has another key or none is another one
    assert perform(state, again) == (state, Accepted(again, repeats=3))
    assert taken(state, CARE, Act.ANSWER, key="c").repeats is None
    assert taken(state, CARE, Act.ANSWER).repeats is None


def test_what_is_taken_goes_on_record_and_what_is_refused_does_not() -> None:
    state, record = case(), did(CARE, Act.ANSWER, 2)
    assert perform(state, record) == (evolve(state, record), Accepted(record))
    after, answer = perform(state, did(CARE, Act.WITHDRAW, 2))
    assert after is state
    assert isinstance(answer, Refused)


def test_nothing_is_done_in_a_case_that_nobody_has_raised() -> None:
    nothing = stands("No case has been opened.", "Raise the concern first.")
    assert refused(unopened(), SCHOOL, Act.DISCUSS) == nothing
    assert taken(unopened(), SCHOOL, Act.RAISE)


# --- gates --------------------------------------------------------------------------------

MEETING, SITTING = gate("meeting", Before.BEGIN, "meet"), gate("sitting", Before.BEGIN, "panel")
DECIDING = gate("deciding", Before.DECIDE, "panel")
GATES = (MEETING, SITTING, DECIDING)


def test_a_gate_refuses_and_says_which_act_opens_it() -> None:
    state = case(gates=GATES)
    assert refused(state, SCHOOL, Act.ESCALATE) == [shut("meeting")]
    # a reason is no reason to pass it where nothing is skipped
    assert refused(state, SCHOOL, Act.ESCALATE, reason="Now.") == [shut("meeting")]
    opened = case(did(SCHOOL, Act.REVIEW), gates=GATES)
    assert taken(opened, SCHOOL, Act.ESCALATE).passed == ()


def test_a_gate_is_passed_with_a_reason_and_flagged() -> None:
    answer = taken(case(gates=GATES), SCHOOL, Act.ESCALATE, override="She is away.")
    assert answer.passed == (MEETING,)
    assert answer.record.passed == ("G-meeting",)
    assert answer.flagged


def test_the_reason_of_a_jump_passes_every_gate_on_its_way() -> None:
    up = taken(case(gates=GATES), SCHOOL, Act.ESCALATE, stage="panel", reason="Now.")
    assert up.record.passed == ("G-meeting", "G-sitting")
    # and so does the reason of beginning above the first stage
    begun = taken(unopened(gates=GATES), SCHOOL, Act.RAISE, stage="meet", reason="Now.")
    assert begun.record.passed == ("G-meeting",)


def test_the_reason_of_a_decision_passes_no_gate() -> None:
    state = case(did(SCHOOL, Act.ESCALATE, stage="panel"), gates=GATES)
    assert refused(state, CHAIR, Act.DECIDE, reason="Now.") == [shut("deciding")]
    assert taken(state, CHAIR, Act.DECIDE, override="Now.").passed == (DECIDING,)


def test_what_no_reason_passes_comes_first() -> None:
    state = case(did(SCHOOL, Act.ESCALATE, stage="panel"), gates=GATES)
    [hard, soft] = refused(state, SCHOOL, Act.DECIDE)
    assert (hard.clause, hard.hard) == ("P-1", True)
    assert soft == shut("deciding")
    # and an override passes the other alone
    assert refused(state, SCHOOL, Act.DECIDE, override="Now.") == [hard]


# --- advice -------------------------------------------------------------------------------

SPEAK = Warning("W-1", "Speak first.", frozenset({Act.DISCUSS}), frozenset({"email", "letter"}))
TELL = Warning("W-2", "Tell the family.", frozenset({Act.DISCUSS}))


@pytest.mark.parametrize(
    ("means", "shown"),
    [(Means.EMAIL, ["W-1", "W-2"]), (Means.TELEPHONE, ["W-2"]), (None, ["W-2"])],
)
def test_what_a_clause_advises_against_is_shown_and_taken(
    means: Means | None, shown: list[str]
) -> None:
    record = did(SCHOOL, Act.DISCUSS, 2, means=means)
    answer = decide(case(warnings=(SPEAK, TELL)), record)
    assert isinstance(answer, Accepted)
    assert answer.record == record
    assert [each.clause for each in answer.warnings] == shown
    assert answer.warnings[-1] == Advice("W-2", "Tell the family.")
    assert not answer.flagged


def test_where_none_agrees_and_nobody_may_decide_it_is_flagged_and_stays_open() -> None:
    for more in ({}, {"warnings": (TELL,)}):
        state = case(stages=(TALK,), **more)
        answer = taken(state, SCHOOL, Act.DISCUSS, outcome=Outcome.UNRESOLVED)
        assert answer.stuck
        assert answer.flagged
        assert not taken(state, SCHOOL, Act.DISCUSS, outcome=Outcome.RESOLVED).stuck


# --- raising ------------------------------------------------------------------------------


def test_a_concern_is_raised_once() -> None:
    assert refused(case(), SCHOOL, Act.RAISE) == stands(
        "This case is open already.", "Add to it, or raise another concern as another case."
    )
    [over] = refused(case(did(SCHOOL, Act.WITHDRAW)), SCHOOL, Act.RAISE)
    assert over.why == "The concern was withdrawn. A concern is raised once."
    assert over.clause == "house-6"


def test_a_concern_is_raised_by_the_agency_that_has_it() -> None:
    [only] = refused(unopened(), CARE, Act.RAISE)
    assert only.why == "A concern is raised by the agency that has it."
    unknown, _ = refused(unopened(), Who("wizard"), Act.RAISE)
    assert unknown.why == "This policy has no office 'wizard'."


def test_what_is_for_another_door_is_refused_with_that_door() -> None:
    doors = (
        Exclusion(Matter.ALLEGATION, "X-1", "An allegation is not for here.", "Ring the LADO."),
        Exclusion(Matter.COMPLAINT, "X-2", "A complaint is not for here.", "Complain."),
    )
    state = unopened(exclusions=doors)
    assert refused(state, SCHOOL, Act.RAISE, matter=Matter.COMPLAINT) == [
        Refusal("X-2", "A complaint is not for here.", "Complain.")
    ]
    assert taken(state, SCHOOL, Act.RAISE, matter=Matter.WHISTLEBLOWING)
    assert taken(state, SCHOOL, Act.RAISE)


def test_a_ground_that_does_not_hold_is_refused() -> None:
    plan = Condition((("plan", (True,)),))
    grounds = (
        Ground("conference", "Y-1", "Only where there is a plan.", plan, "Ask for one."),
        Ground("custody", "Y-2", "Only with the police.", Condition(party="police"), "Ask them."),
        Ground("probation", "Y-3", "Only with probation.", Condition(party="probation"), "Ask."),
        Ground("threshold", "Y-4", "Any."),
    )
    state = unopened(grounds=grounds)
    assert refused(state, SCHOOL, Act.RAISE, ground="conference") == [
        Refusal("Y-1", "Only where there is a plan.", "Ask for one.")
    ]
    assert taken(state, SCHOOL, Act.RAISE, ground="conference", facts={"plan": True})
    assert taken(state, SCHOOL, Act.RAISE, ground="custody")
    assert taken(state, SCHOOL, Act.RAISE, ground="threshold")
    [only] = refused(state, SCHOOL, Act.RAISE, ground="probation")
    assert only.clause == "Y-3"


NO_STAGE = stands("This policy has no stage 'attic'.", "Name one of: talk, meet, panel, short.")
GIVE_A_REASON = "Give the reason for skipping stages, or leave the stage out to go one stage up."


def no_reason(clause: str, says: str) -> list[Refusal]:
    return [Refusal(clause, says, GIVE_A_REASON)]


HOUSE_2 = no_reason("house-2", "Any stage can be skipped, begun at or hurried, with a reason.")
OWN = no_reason("S-9", "Skip with a reason.")


def test_beginning_above_the_first_stage_needs_a_reason() -> None:
    assert refused(unopened(), SCHOOL, Act.RAISE, stage="meet") == HOUSE_2
    own = unopened(skip_clause="S-9", skip_says="Skip with a reason.")
    assert refused(own, SCHOOL, Act.RAISE, stage="meet") == OWN
    assert taken(unopened(), SCHOOL, Act.RAISE, stage="meet", reason="Now.")
    assert taken(unopened(), SCHOOL, Act.RAISE, stage="talk")
    assert refused(unopened(), SCHOOL, Act.RAISE, stage="attic") == NO_STAGE


# --- moving -------------------------------------------------------------------------------


def test_a_case_goes_up_a_stage_or_several_with_a_reason() -> None:
    state = case()
    assert taken(state, SCHOOL, Act.ESCALATE)
    assert taken(state, SCHOOL, Act.ESCALATE, stage="meet")
    assert taken(state, SCHOOL, Act.ESCALATE, stage="panel", reason="Now.")
    assert refused(state, SCHOOL, Act.ESCALATE, stage="panel") == HOUSE_2
    assert refused(state, SCHOOL, Act.ESCALATE, stage="attic") == NO_STAGE


def test_a_case_goes_neither_down_nor_past_the_top() -> None:
    up = case(did(SCHOOL, Act.ESCALATE))
    for stage in ("talk", "meet"):
        assert refused(up, SCHOOL, Act.ESCALATE, stage=stage) == stands(
            "Escalation goes up, and the case stands at or above that stage.",
            "Leave the stage out to go one stage up.",
        )
    top = case(did(SCHOOL, Act.ESCALATE, stage="panel"))
    assert refused(top, SCHOOL, Act.ESCALATE) == stands(
        "The panel is the last stage.",
        "Take it to a decision or an agreement here, and record how outstanding issues will be "
        "pursued.",
    )


def test_a_move_goes_to_another_ladder() -> None:
    assert taken(case(), SCHOOL, Act.MOVE, stage="short")
    why, another = "A move goes to another ladder of the policy.", "Name a stage of another ladder."
    for stage in ("meet", "attic", ""):
        assert refused(case(), SCHOOL, Act.MOVE, stage=stage) == stands(why, another)
    only = case(stages=(TALK, MEET))
    assert refused(only, SCHOOL, Act.MOVE, stage="meet") == stands(why, "Escalate instead.")


def test_only_what_has_ended_is_reopened() -> None:
    assert refused(case(), SCHOOL, Act.REOPEN) == stands(
        "The case is open.", "Go on with it; nothing needs reopening."
    )
    over = case(did(SCHOOL, Act.WITHDRAW))
    assert taken(over, SCHOOL, Act.REOPEN)
    assert taken(over, SCHOOL, Act.REOPEN, stage="meet")
    assert refused(over, SCHOOL, Act.REOPEN, stage="attic") == NO_STAGE


def test_what_a_case_that_has_ended_does_not_take_is_refused_with_that_alone() -> None:
    over = case(did(SCHOOL, Act.WITHDRAW))
    assert refused(over, CHAIR, Act.ESCALATE) == stands(
        "The concern was withdrawn. It goes to no further stage.",
        "If the child still seems unsafe, reopen the case and say why.",
    )
    assert taken(over, CARE, Act.LEARN)


# --- who acts, and who sits ---------------------------------------------------------------


def test_who_may_not_act_at_all_is_told_so() -> None:
    assert refused(case(), CARE, Act.WITHDRAW) == who_may(
        "A concern is withdrawn by the side that raised it.", "Answer it, or meet."
    )


def test_a_body_that_is_not_made_up_as_it_must_be_does_not_act() -> None:
    rule = MakeUpRule(
        "M-1", (), frozenset({Act.MEET}), "talk", needs=(Seat(("iro",)),), when_any=("chair",),
        why="With the reviewing officer.", instead="Ask them.",
    )  # fmt: skip
    state = case(make_ups=(rule,))
    assert refused(state, SCHOOL, Act.MEET, people=(CHAIR,)) == [
        Refusal("M-1", "With the reviewing officer.", "Ask them.")
    ]
    assert taken(state, SCHOOL, Act.MEET, people=(CHAIR, Who("iro")))


def test_reasons_are_plain_sentences() -> None:
    two = (Refusal("G-1", "Not yet.", "Review."), Refusal("G-2", "Nor this.", "Wait."))
    assert reasons(two) == "Not yet. Review. (G-1) Nor this. Wait. (G-2)"
    assert reasons(()) == ""
