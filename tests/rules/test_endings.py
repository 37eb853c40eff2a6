"""After an end a case takes no answer: every act by every end, by the one table."""

from dataclasses import replace

import pytest

from concord.rules.decide import Accepted, Refused, decide
from concord.rules.duties import asked_for
from concord.rules.endings import AFTER, End, end_of, refused_after
from concord.rules.may import acts_for, probe
from concord.rules.policy import Start
from concord.rules.record import PlannedAction
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Outcome, Status, Tier
from tests.policies.scenes import CARE, HOSPITAL, SCHOOL, Scene, scene

ANSWERING = (Act.ACKNOWLEDGE, Act.ANSWER, Act.PASS_ON)
MOVING = (Act.ESCALATE, Act.REFER_UP, Act.RESOLVE, Act.DECIDE, Act.WITHDRAW, Act.SHORTEN)


def resolved() -> Scene:
    told = scene("sandwell").raised().done("practitioner@raising escalate")
    told.done("manager@raising agree", actions=[("Visit the child", None)])
    told.done("manager@raising resolve")
    return told.done(f"manager@{CARE} confirm")


def decided() -> Scene:
    told = scene("sandwell").raised().up_to("stage-4")
    told.done("manager@raising agree", actions=[("Visit the child", None)])
    return told.done("chair decide", decision="Assess.", reasons="Bruises.")


def panel_decided() -> Scene:
    told = scene("bromley").raised().up_to("stage-4")
    told.done("manager@raising agree", actions=[("Visit the child", None)])
    for agency in (SCHOOL, CARE, HOSPITAL):
        told.done("chair appoint", office="panel_member", agency=agency, executive_member=True)
    told.done("board_rep@raising discuss board_rep@responding")
    told.done("panel hear manager@raising, manager@responding")
    return told.done("panel decide", decision="Assess.", reasons="Bruises.", override="urgent")


def withdrawn() -> Scene:
    told = scene("sandwell").raised()
    told.done("manager@raising agree", actions=[("Visit the child", None)])
    return told.done("practitioner@raising withdraw", reason="It was put right.")


def ended(end: End) -> Scene:
    """A case that ended so, with one agreed action open."""
    match end:
        case End.RESOLVED:
            return resolved()
        case End.DECIDED:
            return decided()
        case End.PANEL_DECIDED:
            return panel_decided()
        case End.WITHDRAWN:
            return withdrawn()
        case End.CLOSED:
            told = resolved()
            told.state = told.state._replace(status=Status.CLOSED)
            return told


def everybody(state: CaseState) -> list[Who]:
    seats = [Who(tier, side, agency) for tier in Tier for side, agency in state.parties.sides]
    offices = [Who(role) for role in ("chair", "panel", "business_manager", "iro")]
    return [*seats, *offices]


def tried(told: Scene, act: Act) -> list[Accepted | Refused]:
    """What becomes of the plainest record of an act, by everybody who might do it."""
    found: list[Accepted | Refused] = []
    for who in everybody(told.state):
        record = replace(
            probe(told.state, who, act, told.at, office="panel_member"),
            reason="The child is hurt again.", text={"note": "It is not over."},
        )  # fmt: skip
        if act is Act.AGREE:
            record = replace(record, actions=(PlannedAction("Visit again"),))
        if act is Act.REVIEW:
            record = replace(record, outcome=Outcome.JUSTIFIED)
        if act is Act.COMPLETE:
            record = replace(record, action=1, done=True)
        found.append(decide(told.state, record))
    return found


@pytest.mark.parametrize("end", End)
def test_each_ending_is_told_apart(end: End) -> None:
    assert end_of(ended(end).state) is end
    assert end_of(scene("sandwell").raised().state) is None


@pytest.mark.parametrize("end", End)
@pytest.mark.parametrize("act", [act for act in Act if act is not Act.CONFIRM])
def test_every_act_after_every_end_is_as_the_table_says(act: Act, end: End) -> None:
    # given a case that has ended, when everybody tries the act
    answers = tried(told := ended(end), act)
    cell = AFTER[act][end]
    refusals = [answer.first for answer in answers if isinstance(answer, Refused)]
    if cell.taken:
        # then it is taken from whoever may do it, and nobody is refused because of the end
        assert len(refusals) < len(answers), [each.why for each in refusals]
        assert not any(each.why.startswith(_how(end)) for each in refusals)
    else:
        # then nobody's is taken, and whoever might have done it is told why, and what to do
        assert len(refusals) == len(answers)
        assert {(each.why, each.instead) for each in refusals} == {(cell.why, cell.instead)}
        assert cell.why.startswith(_how(end))
        assert cell.instead
        # and no page offers it
        for who in everybody(told.state):
            assert act not in acts_for(told.state, who, told.at)


def _how(end: End) -> str:
    return AFTER[Act.ANSWER][end].why.partition(".")[0]


@pytest.mark.parametrize("end", End)
def test_only_an_action_or_a_record_is_confirmed_after_an_end(end: End) -> None:
    told = ended(end)
    # nothing is left of the outcome to confirm
    refused = told.then(f"manager@{CARE} confirm").last
    assert isinstance(refused, Refused)
    assert "No outcome waits" in refused.first.why
    # the action is reported done, and the other side checks it (SA-16)
    told.done(f"manager@{CARE} complete", action=1, done=True, text={"evidence": "The record"})
    told.done("manager@raising confirm", action=1, done=True)
    assert told.state.actions[0].checked


@pytest.mark.parametrize("end", [End.RESOLVED, End.DECIDED, End.PANEL_DECIDED, End.WITHDRAWN])
def test_what_is_owed_after_an_end_can_be_done(end: End) -> None:
    """No duty that a clause starts at the end is met only by acts that the end refuses."""
    told = ended(end)
    rules = {rule.id: rule for rule in told.state.policy.duties}
    for entry in asked_for(told.state, told.at):
        rule = rules.get(entry.rule.partition("#")[0])
        if not entry.is_open or rule is None or not rule.done:
            continue
        if rule.starts not in (Start.ENDED, Start.RESOLVED, Start.DECIDED, Start.AGREED):
            continue
        acts = {act for doing in rule.done for act in doing.acts}
        assert any(AFTER[act][end].taken for act in acts), entry


def test_an_open_case_takes_them_all() -> None:
    told = scene("sandwell").raised()
    for act in (*ANSWERING, *MOVING):
        assert refused_after(told.state, probe(told.state, Who("chair"), act, told.at)) is None


def test_reopened_it_takes_an_answer_again() -> None:
    told = resolved()
    assert told.refused(f"manager@{CARE} answer") == "house-6"
    told.done("practitioner@raising reopen", reason="He is hurt again.")
    told.done(f"manager@{CARE} answer", text={"position": "disagree"})


@pytest.mark.parametrize("end", End)
def test_no_end_takes_an_answer_and_every_end_takes_what_the_clauses_ask_for_after_it(
    end: End,
) -> None:
    """Written down by hand: a table that says otherwise is seen."""
    taken = {act for act in Act if AFTER[act][end].taken}
    assert not taken & {*ANSWERING, *MOVING, Act.HEAR, Act.APPOINT, Act.MOVE, Act.RAISE}
    asked_for_after = {
        Act.COMPLETE, Act.CONFIRM, Act.AGREE, Act.EXPLAIN,  # SA-16, LI-02
        Act.FILE, Act.SHARE, Act.SUBMIT, Act.NOTIFY,  # SA-33, SH-14, SH-17, SH-18
        Act.FEED_BACK, Act.LEARN, Act.DISSEMINATE, Act.DEBRIEF, Act.REVIEW,  # SA-35, SH-15, SH-16
        Act.MEET, Act.CONVENE, Act.DISCUSS, Act.ADVISE,  # the review of LI-02
        Act.REFER, Act.CORRECT, Act.REOPEN,  # what never bends
    }  # fmt: skip
    assert asked_for_after <= taken
