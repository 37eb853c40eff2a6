"""Cumbria's clauses, each shown happening."""

from datetime import date, datetime, timedelta

from concord.rules.clock import LONDON
from tests.policies.scenes import CARE, POLICE, SCHOOL, Scene, scene
from tests.policies.shown import shows


def case(facts: dict[str, object] | None = None) -> Scene:
    return scene("cumbria").raised(facts)


def at(stage: str, facts: dict[str, object] | None = None) -> Scene:
    return case(facts).up_to(stage)


def reviewed(told: Scene) -> Scene:
    return told.done("reviewer review").done(
        "reviewer discuss executive@raising, executive@responding"
    )


@shows("CU-04")
def test_the_professionals_discuss_and_then_report_to_their_managers() -> None:
    told = case()
    assert told.said("CU-04") == [("practitioner@raising", None, "due")]
    told.done("practitioner@raising discuss practitioner@responding", outcome="unresolved")
    assert ("practitioner@responding", None, "due") in told.said("CU-04")
    told.done("practitioner@responding notify ->manager@responding")
    told.done("practitioner@raising escalate")
    assert told.standing("CU-04") == {"met"}


@shows("CU-05", "CU-06")
def test_line_managers_review_or_a_named_professional_in_their_place() -> None:
    told = at("level-2")
    assert told.said("CU-05") == [("manager@raising", None, "due")]
    told.done("named_professional@raising discuss designated_professional@responding")
    assert told.standing("CU-05") == {"met"}


@shows("CU-07")
def test_unresolved_it_goes_to_the_service_leads_without_delay() -> None:
    told = at("level-2")
    assert told.duties("CU-07") == []
    told.done("manager@raising discuss manager@responding", outcome="unresolved")
    assert told.said("CU-07") == [("manager@raising", "2026-12-17", "due")]
    told.done("manager@raising escalate", told.at + timedelta(days=1))
    assert told.said("CU-07") == [("manager@raising", "2026-12-17", "met_late")]


@shows("CU-08", "CU-09", "CU-10")
def test_service_leads_consider_feed_back_at_once_and_record() -> None:
    told = at("level-3")
    told.done("service_lead@raising discuss designated_professional@responding")
    assert told.standing("CU-08") == {"met"}
    assert told.duties("CU-09") == []
    told.done("service_lead@raising agree", actions=[("Visit", date(2026, 12, 18))])
    assert told.said("CU-09") == [("service_lead@raising", "2026-12-17", "due")]
    told.done("service_lead@responding feed_back ->manager@raising, manager@responding")
    assert told.standing("CU-09") == {"met"}
    told.done("service_lead@raising file")
    assert told.said("CU-10") == [
        ("service_lead@raising", None, "met"),
        ("service_lead@responding", None, "due"),
    ]


@shows("CU-11", "CU-12", "CU-21")
def test_executives_consider_explore_and_agree_a_way_forward() -> None:
    told = at("executive")
    assert told.said("CU-11") == [("executive@raising", None, "due")]
    told.done("executive@raising meet executive@responding")
    assert told.standing("CU-11") == {"met"}
    assert told.standing("CU-12") == {"met"}
    assert told.standing("CU-21") == {"due"}
    told.done("executive@raising agree", actions=[("Assess", date(2026, 12, 21))])
    assert told.standing("CU-21") == {"met"}


@shows("CU-13")
def test_the_executive_lead_sets_at_most_seven_working_days() -> None:
    told = at("formal")
    assert set(told.said("CU-13")) == {("executive@raising", "2026-12-30", "due")}
    assert told.refused("manager@raising shorten", due=date(2026, 12, 22)) == "CU-13"
    assert told.refused("executive@raising shorten", due=date(2026, 12, 31)) == "CU-13"
    told.done("executive@raising shorten", due=date(2026, 12, 22), reason="he is at home")
    assert ("executive@raising", "2026-12-22", "due") in told.said("CU-13")


@shows("CU-14")
def test_child_protection_is_determined_within_twenty_four_hours() -> None:
    assert at("formal").duties("CU-14") == []
    told = at("formal", {"child_protection": True})
    entered = told.state.visit.entered + timedelta(hours=24)
    assert set(told.said("CU-14")) == {("executive@raising", f"{entered:%Y-%m-%dT%H:%M}", "due")}
    assert told.standing("CU-13") == {"due"}
    late = told.said("CU-14", entered + timedelta(minutes=1))
    assert {row[2] for row in late} == {"late"}


@shows("CU-15")
def test_the_chair_is_told_with_a_copy_to_the_business_manager() -> None:
    told = at("formal").done("executive@raising notify ->chair")
    assert told.standing("CU-15") == {"due"}
    told.done("executive@raising notify ->business_manager")
    assert told.standing("CU-15") == {"met"}


@shows("CU-16")
def test_the_chair_names_a_member_from_neither_agency() -> None:
    told = at("formal")
    assert told.refused("business_manager appoint", office="reviewer", agency=POLICE) == "CU-16"
    assert told.refused("chair appoint", office="reviewer", agency=CARE) == "CU-16"
    assert told.refused("chair appoint", office="reviewer", agency=SCHOOL, override="x") == "CU-16"
    told.done("chair appoint", office="reviewer", agency=POLICE, who="A Member")
    assert told.standing("CU-16") == {"met"}


@shows("CU-17", "CU-18")
def test_the_member_reviews_and_hears_both_before_deciding() -> None:
    told = at("formal")
    assert told.refused("reviewer decide") == "CU-16"
    told.done("chair appoint", office="reviewer", agency=POLICE)
    assert told.refused("reviewer decide") == "CU-17"
    told.done("reviewer review").done("reviewer discuss executive@raising")
    assert told.refused("reviewer decide") == "CU-17"
    told.done("reviewer discuss executive@responding")
    assert told.standing("CU-17") == {"met"}
    told.done("reviewer decide", decision="Assess.", reasons="The risk.")
    assert told.state.status == "decided"
    assert told.standing("CU-18") == {"met"}


@shows("CU-17")
def test_what_the_executives_said_to_each_other_is_no_talk_with_the_member() -> None:
    told = at("executive").done("executive@raising meet executive@responding", outcome="unresolved")
    told.done("executive@raising escalate").done("chair appoint", office="reviewer", agency=POLICE)
    told.done("reviewer review").done("reviewer discuss executive@raising")
    assert told.refused("reviewer decide") == "CU-17"
    assert "due" in told.standing("CU-17")
    told.done("executive@responding discuss reviewer").done("reviewer decide")


@shows("CU-09")
def test_each_agreement_is_fed_back_to_both_managers() -> None:
    told = at("level-3").done("service_lead@raising agree", actions=(("A visit.", None),))
    told.done("service_lead@raising feed_back ->manager@raising")
    assert told.said("CU-09") == [("service_lead@raising", "2026-12-17", "due")]
    told.done("service_lead@responding feed_back ->manager@responding")
    assert told.standing("CU-09") == {"met"}
    # a second agreement, a day on, is not fed back by what was said of the first
    told.done("service_lead@raising agree", told.at + timedelta(days=1))
    assert told.said("CU-09")[-1] == ("service_lead@raising", "2026-12-18", "due")


@shows("CU-17")
def test_the_gate_is_passed_with_a_reason_and_stays_owed() -> None:
    told = at("formal").done("chair appoint", office="reviewer", agency=POLICE)
    told.done("reviewer decide", override="one lead cannot be reached")
    assert told.state.flags == (told.n,) or told.n in told.state.flags
    assert told.standing("CU-17") == {"due"}


@shows("CU-18")
def test_nobody_else_decides() -> None:
    assert at("formal").refused("chair decide") == "CU-18"
    assert at("level-2").refused("reviewer decide") == "CU-18"


@shows("CU-19")
def test_the_formal_use_is_reported_to_the_partnership() -> None:
    told = at("formal")
    assert told.said("CU-19") == [("business_manager", None, "due")]
    told.done("business_manager learn")
    assert told.standing("CU-19") == {"met"}


@shows("CU-03")
def test_conference_and_plan_go_elsewhere() -> None:
    for matter in ("initial_conference", "plan_implementation"):
        assert scene("cumbria").refused("practitioner@raising raise", matter=matter) == "CU-03"


@shows("CU-20")
def test_stages_may_be_passed_over_with_a_reason() -> None:
    told = case()
    assert told.refused("practitioner@raising escalate", stage="executive") == "CU-20"
    told.done("practitioner@raising escalate", stage="executive", reason="no time")
    assert told.duties("CU-05") == []
    raised = scene("cumbria").done("executive@raising raise", stage="formal", reason="tonight")
    assert raised.state.stage == "formal"


@shows("CU-20")
def test_a_level_without_a_time_may_be_given_one() -> None:
    told = case().done("manager@raising shorten", due=date(2026, 12, 18), reason="soon")
    assert ("practitioner@raising", "2026-12-18", "due") in told.said("CU-04")
    later = datetime(2026, 12, 19, 0, 0, tzinfo=LONDON)
    assert ("practitioner@raising", "2026-12-18", "late") in told.said("CU-04", later)


def test_without_a_clause_of_its_own_immediate_risk_is_the_houses() -> None:
    told = case({"immediate_risk": True})
    assert told.said("house-1") == [("practitioner@raising", "2026-12-17", "due")] * 2
    told.done("practitioner@raising refer")
    told.done("practitioner@raising notify ->safeguarding_lead@raising")
    assert told.standing("house-1") == {"met"}
