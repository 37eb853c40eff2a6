"""Agreed actions, followed to done: reported, checked by the other side, open again, replaced."""

from datetime import date, datetime

from concord.rules.clock import LONDON
from concord.rules.duties import owed
from concord.rules.record import PlannedAction
from concord.rules.words import Act
from tests.policies.scenes import CARE, Scene, scene

VISIT = date(2026, 12, 21)


def agreed(policy: str = "sandwell", responding: tuple[str, ...] = (CARE,)) -> Scene:
    told = scene(policy, responding).raised()
    told.done("practitioner@raising escalate")
    return told.done("manager@raising agree", actions=[("Visit the child", VISIT)])


def reported(responding: tuple[str, ...] = (CARE,)) -> Scene:
    return agreed(responding=responding).done(
        f"manager@{CARE} complete", action=1, done=True, text={"evidence": "The visit's record"}
    )


def checks(told: Scene, at: datetime | None = None) -> list[tuple[str, str | None, str]]:
    rows = [entry for entry in owed(told.state, at or told.at) if entry.checks]
    return [
        (
            told.state.parties.label(entry.owner) if entry.owner else "",
            entry.due.isoformat() if entry.due else None,
            str(entry.state),
        )
        for entry in rows
    ]


def test_what_is_reported_with_evidence_is_checked_by_the_other_side_by_its_own_date() -> None:
    # given an action agreed, and the responding side's report with what shows it
    told = reported()
    # then the other side owes a check, by the action's date, and whoever reported it does not
    assert checks(told) == [("manager@raising", "2026-12-21", "due")]
    assert checks(told, datetime(2026, 12, 22, 0, 0, tzinfo=LONDON))[0][2] == "late"
    # when it checks
    told.done("practitioner@raising confirm", action=1, done=True)
    # then the check is met, and by no other act
    assert checks(told) == [("manager@raising", "2026-12-21", "met")]
    assert told.state.actions[0].checked[0].by.role == "practitioner"


def test_whoever_reported_an_action_does_not_check_it_too() -> None:
    told = reported()
    assert told.refused(f"executive@{CARE} confirm", action=1, done=True) == "house-4"
    assert checks(told)[0][2] == "due"


def test_the_side_that_was_to_do_an_action_is_not_asked_to_check_it() -> None:
    # given an action of the responding side's, which a practitioner of the other side saw done
    told = scene("sandwell").raised().done("practitioner@raising escalate")
    owner = told.state.parties.resolve(f"manager@{CARE}")[0]
    plan = PlannedAction("Visit the child", owner, VISIT)
    told.done("manager@raising agree", actions=(plan,))
    told.done(
        "practitioner@raising complete", action=1, done=True, text={"evidence": "They were there"}
    )
    # then its owner's side is not asked, nor may it; the other side is, though it reported it
    assert checks(told) == [("manager@raising", "2026-12-21", "due")]
    assert told.refused(f"manager@{CARE} confirm", action=1, done=True) == "house-4"
    assert Act.CONFIRM not in told.may(f"manager@{CARE}")
    # but not the very post that reported it
    assert told.refused("practitioner@raising confirm", action=1, done=True) == "house-4"
    told.done("manager@raising confirm", action=1, done=True)
    assert checks(told)[0][2] == "met"


def test_where_the_manager_reported_it_somebody_else_of_that_side_is_asked() -> None:
    told = scene("sandwell").raised().done("practitioner@raising escalate")
    owner = told.state.parties.resolve(f"manager@{CARE}")[0]
    told.done("manager@raising agree", actions=(PlannedAction("Visit the child", owner, VISIT),))
    told.done("manager@raising complete", action=1, done=True, text={"evidence": "A call"})
    assert checks(told) == [("service_lead@raising", "2026-12-21", "due")]


def test_each_other_party_checks_for_itself() -> None:
    told = reported((CARE, "town-police"))
    told.done("manager@raising confirm", action=1, done=True)
    assert sorted(each[2] for each in checks(told)) == ["due", "met"]
    told.done("manager@town-police confirm", action=1, done=True)
    assert {each[2] for each in checks(told)} == {"met"}


def test_a_check_that_finds_it_not_carried_out_opens_the_action_again() -> None:
    told = reported()
    assert told.refused("manager@raising confirm", action=1, done=False) == "house-6"
    told.done("manager@raising confirm", action=1, done=False, why="Nobody came.")
    assert [action.number for action in told.state.open_actions] == [1]
    assert told.standing("SA-16") == {"due"}
    assert checks(told) == []
    # and a new report is checked anew
    told.done(f"manager@{CARE} complete", action=1, done=True, text={"evidence": "Today's visit"})
    assert checks(told)[0][2] == "due"


def test_a_report_on_its_last_day_leaves_a_check_without_an_invented_limit() -> None:
    told = agreed()
    told.done(
        f"manager@{CARE} complete", datetime(2026, 12, 21, 16, tzinfo=LONDON),
        action=1, done=True, text={"evidence": "The visit's record"},
    )  # fmt: skip
    assert checks(told) == [("manager@raising", None, "due")]


def test_a_bare_report_as_scenarios_write_it_leaves_nothing_to_check() -> None:
    told = agreed().done(f"manager@{CARE} complete", action=1, done=True)
    assert told.standing("SA-16") == {"met"}
    assert checks(told) == []


def test_nothing_is_checked_that_was_not_reported() -> None:
    assert agreed().refused("manager@raising confirm", action=1, done=True) == "house-6"
    assert agreed().refused("manager@raising confirm", action=7, done=True) == "house-6"


def test_a_confirmation_without_an_action_is_still_of_the_outcome() -> None:
    told = reported().done("manager@raising resolve")
    told.done(f"manager@{CARE} confirm")
    assert told.state.status == "resolved"
    assert checks(told)[0][2] == "due"


def test_not_done_says_why_and_what_takes_its_place() -> None:
    told = agreed()
    instead = PlannedAction("Visit with the school nurse", None, date(2026, 12, 30))
    told.done(f"manager@{CARE} complete", action=1, done=False, why="Ill", replaced_by=instead)
    first, second = told.state.actions
    assert (first.is_open, first.replaced_by, second.number) == (False, 2, 2)
    assert [action.number for action in told.state.open_actions] == [2]


def test_where_a_policy_says_nothing_of_actions_concord_itself_owes_them_until_done() -> None:
    told = agreed("cumbria")
    [entry] = [entry for entry in owed(told.state, told.at) if entry.action]
    assert (str(entry.clause), entry.due) == ("house-7", VISIT)
    told.done(f"manager@{CARE} complete", action=1, done=True)
    assert [entry for entry in owed(told.state, told.at) if entry.action] == []


def test_who_may_check_is_told_so() -> None:
    told = reported()
    assert Act.CONFIRM in told.may("manager@raising")
    assert Act.CONFIRM not in told.may("manager@responding")
    assert Act.CONFIRM not in agreed().may("manager@raising")
