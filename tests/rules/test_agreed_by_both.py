"""What one side writes down as agreed is not agreed until the other side agrees it."""

import pytest

from concord.rules.agreement import agreement_of, to_agree
from concord.rules.naming import Names
from concord.rules.record import PlannedAction
from concord.rules.record_words import record_row, unsettled
from concord.rules.who import Who
from concord.rules.words import Side
from tests.policies.scenes import CARE, POLICE, SCHOOL, Scene, scene

TEACHER = Who("practitioner", Side.RAISING, SCHOOL)
LEAD = Who("manager", Side.RESPONDING, CARE)


def names(told: Scene) -> Names:
    return Names(told.state.policy, {SCHOOL: "the school", CARE: "Town Care"}, {})


def agreed(responding: tuple[str, ...] = (CARE,)) -> Scene:
    """The school wrote down an action as agreed; it is record 2."""
    told = scene("sandwell", responding).raised()
    return told.done("manager@raising agree", actions=[("Visit the child", None)])


def words(told: Scene, n: int) -> str:
    record = told.state.record(n)
    assert record is not None
    return unsettled(record, names(told), told.state)


def test_it_waits_for_the_other_side() -> None:
    told = agreed()
    assert words(told, 2) == "Not agreed yet, waiting for Town Care"
    row = record_row(told.state.records[1], names(told), told.state)
    assert row.unsettled == "Not agreed yet, waiting for Town Care"
    # the other side is asked, its writer is not
    assert [each.n for each in to_agree(told.state, [LEAD])] == [2]
    assert to_agree(told.state, [TEACHER]) == ()


def test_whoever_wrote_it_down_cannot_agree_it_for_the_others() -> None:
    told = agreed()
    assert told.refused("executive@raising confirm", of=2) == "house-4"
    assert words(told, 2).startswith("Not agreed yet")


def test_it_is_agreed_once_the_other_side_says_so() -> None:
    told = agreed().done(f"practitioner@{CARE} confirm", of=2)
    assert words(told, 2) == ""
    assert to_agree(told.state, [LEAD]) == ()


def test_it_is_disputed_until_they_agree() -> None:
    told = agreed().done(f"manager@{CARE} correct", of=2, text={"disputed": "We said Friday."})
    assert words(told, 2) == "Disputed by Town Care"
    told.done(f"manager@{CARE} confirm", of=2)
    assert words(told, 2) == ""


def test_whoever_reports_on_the_action_has_agreed_it() -> None:
    told = agreed().done(f"manager@{CARE} complete", action=1, done=True, text={"evidence": "Note"})
    assert words(told, 2) == ""
    # a report of the side that wrote it down is no agreement of the other
    own = agreed().done("manager@raising complete", action=1, done=True, text={"evidence": "Note"})
    assert words(own, 2) == "Not agreed yet, waiting for Town Care"


def test_each_other_side_is_waited_for() -> None:
    told = agreed((CARE, POLICE))
    told.done(f"manager@{CARE} confirm", of=2)
    agreement = agreement_of(told.state, told.state.records[1])
    assert agreement is not None
    assert (agreement.agreed, agreement.waiting) == ((CARE,), (POLICE,))


def test_what_takes_an_actions_place_waits_too() -> None:
    told = agreed().done(f"manager@{CARE} confirm", of=2)
    told.done(
        "manager@raising complete", action=1, done=False, why="Nobody was in.",
        replaced_by=PlannedAction("Visit on Monday"),
    )  # fmt: skip
    assert words(told, 4) == "Not agreed yet, waiting for Town Care"


@pytest.mark.parametrize("outcome", ["resolved", "partly"])
def test_a_talk_that_one_side_says_settled_it_waits(outcome: str) -> None:
    told = scene("sandwell").raised()
    told.done("practitioner@raising discuss practitioner@responding", outcome=outcome)
    assert words(told, 2) == "Not agreed yet, waiting for Town Care"
    told.done(f"practitioner@{CARE} confirm", of=2)
    assert words(told, 2) == ""


def test_an_unresolved_talk_and_what_an_office_writes_down_wait_for_nobody() -> None:
    told = scene("sandwell").raised()
    told.done("practitioner@raising discuss practitioner@responding", outcome="unresolved")
    told.done("chair agree", actions=[("Visit the child", None)])
    assert (words(told, 2), words(told, 3)) == ("", "")
    assert [each.n for each in to_agree(told.state, [LEAD])] == [2]


def test_agreeing_the_talk_agrees_what_was_agreed_in_it() -> None:
    told = scene("sandwell").raised()
    told.done("manager@raising meet manager@responding", outcome="resolved")
    told.done("manager@raising agree", told.at, actions=[("Visit the child", None)])
    assert words(told, 3) == "Not agreed yet, waiting for Town Care"
    # they are asked once, about the meeting
    assert [each.n for each in to_agree(told.state, [LEAD])] == [2]
    told.done(f"manager@{CARE} confirm", of=2)
    assert (words(told, 2), words(told, 3)) == ("", "")
    assert to_agree(told.state, [LEAD]) == ()


def test_a_side_that_was_not_at_the_talk_is_asked_about_what_was_agreed() -> None:
    told = scene("sandwell", (CARE, POLICE)).raised()
    told.done(f"manager@raising meet manager@{CARE}", outcome="resolved")
    told.done("manager@raising agree", told.at, actions=[("Visit the child", None)])
    sergeant = Who("manager", Side.RESPONDING, POLICE)
    assert [each.n for each in to_agree(told.state, [sergeant])] == [3]


def test_the_raiser_goes_by_the_post_that_they_hold() -> None:
    told = scene("sandwell").raised()
    plain = Names(told.state.policy, {SCHOOL: "the school"}, {SCHOOL: {"practitioner": "Teacher"}})
    own = Names(
        told.state.policy, {SCHOOL: "the school"}, {SCHOOL: {"practitioner": "Teacher"}},
        raisers_post="Designated safeguarding lead",
    )  # fmt: skip
    assert plain.seat(TEACHER) == "Teacher, the school"
    assert own.seat(TEACHER) == "Designated safeguarding lead, the school"
    assert own.seat(LEAD) == plain.seat(LEAD)
