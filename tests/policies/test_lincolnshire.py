"""Lincolnshire's clauses, each shown happening."""

from datetime import date, timedelta

from concord.rules.decide import Accepted
from tests.policies.scenes import CARE, POLICE, Scene, scene
from tests.policies.shown import shows


def case(facts: dict[str, object] | None = None) -> Scene:
    return scene("lincolnshire").raised(facts)


def at_step(number: int, facts: dict[str, object] | None = None) -> Scene:
    return case(facts).up_to(f"step-{number}")


@shows("LI-06")
def test_step_one_is_acknowledged_and_planned_in_two_working_days() -> None:
    told = case()
    assert told.said("LI-06") == [
        ("practitioner@raising", "2026-12-21", "due"),
        ("practitioner@responding", "2026-12-21", "due"),
    ]
    told.done("practitioner@responding acknowledge").done("practitioner@raising escalate")
    assert told.standing("LI-06") == {"met"}


@shows("LI-07", "LI-20")
def test_each_professional_takes_it_to_their_manager_step_by_step() -> None:
    told = at_step(2)
    told.done("practitioner@responding discuss manager@responding")
    assert ("practitioner@responding", None, "met") in told.said("LI-07")
    assert told.refused("manager@raising escalate", stage="step-4") == "LI-20"


@shows("LI-08")
def test_the_manager_finds_it_justified_before_contacting_the_other_side() -> None:
    told = at_step(2)
    assert told.refused("manager@raising discuss manager@responding") == "LI-08"
    told.done("manager@raising review", outcome="not_justified")
    assert told.refused("manager@raising discuss manager@responding") == "LI-08"
    told.done("manager@raising discuss practitioner@raising")
    told.done("manager@raising review", outcome="justified")
    told.done("manager@raising discuss manager@responding")
    assert told.standing("LI-08") == {"met"}


@shows("LI-08")
def test_it_is_a_should_passed_with_a_reason_and_never_hard() -> None:
    told = at_step(2)
    told.done("manager@raising discuss manager@responding", override="she is away tomorrow")
    assert told.n in told.state.flags
    assert told.standing("LI-08") == {"due"}
    assert told.done("manager@raising escalate").state.stage == "step-3"


@shows("LI-09")
def test_managers_discuss_within_five_working_days_of_the_beginning_of_step_one() -> None:
    told = case()
    told.done("practitioner@raising escalate", told.at + timedelta(days=1))
    assert set(told.said("LI-09")) == {("manager@raising", "2026-12-24", "due")}
    told.done("manager@raising review", outcome="justified")
    told.done("manager@raising discuss manager@responding")
    assert {row[2] for row in told.said("LI-09")} == {"met", "due"}
    told.done("manager@raising escalate")
    assert told.standing("LI-09") == {"met"}


@shows("LI-10", "LI-19")
def test_liaison_officers_are_contacted_at_once_and_plan_in_two_working_days() -> None:
    told = at_step(3)
    assert told.said("LI-19") == [("manager@raising", "2026-12-17", "due")]
    assert told.said("LI-10") == [("slo@raising", "2026-12-21", "due")]
    told.done("manager@raising notify ->slo@raising")
    assert told.standing("LI-19") == {"due"}
    told.done("manager@responding notify ->slo@responding")
    assert told.standing("LI-19") == {"met"}
    told.done("slo@raising escalate")
    assert told.standing("LI-10") == {"met"}


@shows("LI-06", "LI-09", "LI-10")
def test_an_agreed_plan_keeps_the_limit_while_the_step_goes_on() -> None:
    told = at_step(3).done("slo@raising agree", actions=(("A visit.", None),))
    assert told.said("LI-10", told.at + timedelta(days=30)) == [
        ("slo@raising", "2026-12-21", "met")
    ]
    late = at_step(3)
    late.done("slo@raising agree", late.at + timedelta(days=30))
    assert late.standing("LI-10") == {"met_late"}


@shows("LI-08")
def test_only_the_line_manager_finds_it_justified() -> None:
    told = at_step(2).done("practitioner@raising review", outcome="justified")
    assert told.refused("manager@raising discuss manager@responding") == "LI-08"
    told.done("manager@raising review", outcome="not_justified")
    assert told.refused("manager@raising discuss manager@responding") == "LI-08"
    told.done("manager@raising discuss manager@responding", override="he may be hurt tonight")
    assert told.standing("LI-08") == {"due"}
    told.done("manager@raising review", outcome="justified")
    assert told.standing("LI-08") == {"met"}


@shows("LI-13", "LI-15")
def test_a_referral_to_the_mash_is_no_learning_and_learning_is_no_referral() -> None:
    told = at_step(4).done("slo@raising refer ->sub_group", facts={"immediate_risk": True})
    assert told.standing("LI-15") == {"due"}
    assert told.standing("LI-13") == {"met"}
    told.done("manager@responding refer")
    assert told.standing("LI-15") == {"met"}


@shows("LI-11")
def test_a_resolution_meetings_learning_is_recorded() -> None:
    told = at_step(3)
    assert told.duties("LI-11") == []
    told.done("slo@raising meet slo@responding")
    assert told.standing("LI-11") == {"due"}
    told.done("slo@responding learn")
    assert told.standing("LI-11") == {"met"}


@shows("LI-12")
def test_the_chaired_meetings_date_is_set_within_twenty_four_hours() -> None:
    told = at_step(4)
    due = told.at + timedelta(hours=24)
    assert ("either_side", f"{due:%Y-%m-%dT%H:%M}", "due") in told.said("LI-12")
    told.done("slo@raising convene slo@responding")
    assert ("either_side", f"{due:%Y-%m-%dT%H:%M}", "met") in told.said("LI-12")


@shows("LI-12")
def test_the_chair_is_independent_of_the_disputing_agencies() -> None:
    told = at_step(4)
    office = "independent_chair"
    assert told.refused("slo@raising appoint", agency=CARE, office=office) == "LI-12"
    assert told.refused("manager@raising appoint", agency=POLICE, office=office) == "LI-12"
    told.done("slo@responding appoint", agency=POLICE, office=office)
    told.done("business_manager appoint", agency=POLICE, office=office)
    told.done("independent_chair meet slo@raising, slo@responding")
    told.done("business_manager submit", form="minutes")
    told.done("slo@raising convene slo@responding")
    assert told.standing("LI-12") == {"met"}
    assert told.refused("independent_chair decide") == "LI-12"


@shows("LI-13")
def test_a_case_that_is_not_urgent_may_give_learning_to_the_sub_group() -> None:
    assert at_step(4, {"urgent": True}).duties("LI-13") == []
    told = at_step(4)
    assert told.standing("LI-13") == {"due"}
    told.done("slo@raising learn ->sub_group")
    assert told.standing("LI-13") == {"met"}


@shows("LI-02")
def test_an_action_not_done_is_explained_and_replaced() -> None:
    told = case().done("practitioner@raising agree", actions=[("Visit", date(2026, 12, 18))])
    told.done("practitioner@responding complete", action=1, done=False)
    assert told.standing("LI-02") == {"due"}
    from concord.rules.record import PlannedAction

    told.done(
        "practitioner@responding complete", action=1, done=False, why="she was ill",
        replaced_by=PlannedAction("Visit on Monday", None, date(2026, 12, 21)),
    )  # fmt: skip
    assert sorted(told.said("LI-02")) == [
        ("manager@raising", "2026-12-18", "met"),
        ("manager@raising", "2026-12-21", "due"),
    ]


@shows("LI-03", "LI-05")
def test_every_discussion_is_recorded_and_filed() -> None:
    told = case().done("practitioner@raising discuss practitioner@responding")
    assert told.standing("LI-03") == {"due"}
    told.done("practitioner@raising file").done("practitioner@responding file")
    assert told.standing("LI-03") == {"met"}
    assert [record.n for record in told.state.records] == [1, 2, 3, 4]


@shows("LI-04")
def test_email_alone_draws_a_warning() -> None:
    told = case().done("practitioner@raising discuss practitioner@responding", means="email")
    assert isinstance(told.last, Accepted)
    assert [str(each.clause) for each in told.last.warnings] == ["LI-04"]
    told.done("practitioner@raising discuss practitioner@responding", means="telephone")
    assert isinstance(told.last, Accepted)
    assert told.last.warnings == ()


@shows("LI-15")
def test_an_immediate_issue_is_escalated_urgently() -> None:
    told = case({"immediate_risk": True})
    assert told.said("LI-15") == [("practitioner@raising", "2026-12-17", "due")]
    assert told.duties("house-1") == []
    told.done("practitioner@raising refer")
    assert told.standing("LI-15") == {"met"}


@shows("LI-16")
def test_a_complaint_about_conduct_goes_to_the_supervisor() -> None:
    for matter in ("complaint", "allegation"):
        assert scene("lincolnshire").refused("practitioner@raising raise", matter=matter) == "LI-16"
    assert scene("lincolnshire").raised(matter="initial_conference").state.is_raised


@shows("LI-01", "LI-20")
def test_the_process_is_used_until_a_satisfactory_conclusion() -> None:
    told = at_step(4).done("slo@raising resolve")
    assert told.refused("manager@raising escalate") == "house-6"
    told.done("slo@responding confirm")
    assert told.state.status == "resolved"


@shows("LI-17")
def test_the_directory_of_liaison_officers_has_thirty_agencies() -> None:
    from concord.policies.library import liaison_officers

    rows = liaison_officers("lincolnshire")
    assert len(rows) == 30
    assert sum(1 for row in rows if row.alternative) == 2
    assert sum(1 for row in rows if row.deputy) == 1
    assert rows[-1].agency == "North Kesteven District Council"
    assert rows[-2].agency == "West Lindsey District Council"


@shows("LI-18")
def test_an_adopted_policy_is_reviewed_every_year() -> None:
    from concord.policies.library import load

    policy = load("lincolnshire").policy
    assert policy.review_due == date(2026, 2, 1)
