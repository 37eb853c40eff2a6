"""Bromley's clauses, each shown happening."""

from datetime import date

from concord.policies.library import load
from tests.policies.scenes import CARE, HOSPITAL, POLICE, SCHOOL, Scene, scene
from tests.policies.shown import shows


def case(facts: dict[str, object] | None = None, responding: tuple[str, ...] = (CARE,)) -> Scene:
    return scene("bromley", responding).raised(facts)


def at_stage(number: int, responding: tuple[str, ...] = (CARE,)) -> Scene:
    return case(responding=responding).up_to(f"stage-{number}")


def member(told: Scene, agency: str, executive: bool | None = True) -> Scene:
    return told.done(
        "chair appoint", office="panel_member", agency=agency, executive_member=executive
    )


@shows("BR-04")
def test_the_working_week_runs_through_stages_one_to_three() -> None:
    told = case()
    assert told.said("BR-04") == [("practitioner@raising", "2026-12-24", "due")]
    told.up_to("stage-3")
    assert told.said("BR-04") == [("practitioner@raising", "2026-12-24", "due")]
    told.up_to("stage-4")
    assert told.said("BR-04") == [("practitioner@raising", "2026-12-24", "met")]


@shows("BR-04")
def test_or_in_the_time_that_protects_the_child_if_shorter() -> None:
    told = case()
    assert told.refused("manager@raising shorten", due=date(2026, 12, 25)) == "BR-04"
    told.done("manager@raising shorten", due=date(2026, 12, 18), reason="he is hurt")
    assert told.said("BR-04") == [("practitioner@raising", "2026-12-18", "due")]


@shows("BR-06")
def test_immediate_harm_a_referral_and_the_safeguarding_lead() -> None:
    told = case({"immediate_risk": True})
    assert told.said("BR-06") == [("practitioner@raising", "2026-12-17", "due")] * 2
    told.done("practitioner@raising refer")
    assert told.standing("BR-06") == {"met", "due"}
    told.done("practitioner@raising notify ->safeguarding_lead@raising")
    assert told.standing("BR-06") == {"met"}
    assert told.duties("house-1") == []


@shows("BR-07", "BR-09")
def test_the_people_talk_and_keep_a_formal_record() -> None:
    told = case()
    assert told.standing("BR-09") == {"due"}
    assert told.duties("BR-07") == []
    told.done("practitioner@raising discuss practitioner@responding", means="telephone")
    assert told.standing("BR-09") == {"met"}
    assert told.standing("BR-07") == {"due"}
    told.done("practitioner@raising file")
    assert told.standing("BR-07") == {"met"}


@shows("BR-10")
def test_line_manager_to_equivalent() -> None:
    told = at_stage(2).done("manager@raising advise safeguarding_lead@raising")
    assert told.standing("BR-10") == {"due"}
    told.done("manager@raising discuss manager@responding")
    assert told.standing("BR-10") == {"met"}


@shows("BR-11")
def test_the_conference_chair_or_reviewing_officer_is_told() -> None:
    told = case({"child_status": ("child_protection_plan",)}).up_to("stage-2")
    told.done("manager@raising notify ->iro")
    assert told.standing("BR-11") == {"due"}
    told.done("manager@responding notify ->cp_chair")
    assert told.standing("BR-11") == {"met"}
    care = case({"child_status": ("looked_after",)}).up_to("stage-2")
    care.done("manager@raising notify ->iro")
    assert care.standing("BR-11") == {"met"}


@shows("BR-12", "BR-13")
def test_the_managers_above_attempt_it_and_it_goes_on_through_the_tiers() -> None:
    told = at_stage(3).done("manager@raising notify ->service_lead@raising")
    assert ("manager@raising", None, "met") in told.said("BR-12")
    told.done("service_lead@raising discuss named_professional@responding", outcome="unresolved")
    assert ("service_lead@raising", None, "met") in told.said("BR-12")
    assert told.standing("BR-13") == {"due"}
    told.done("service_lead@raising refer_up")
    assert told.standing("BR-13") == {"met"}


@shows("BR-14", "BR-15")
def test_board_members_are_engaged_not_only_told_before_the_chair() -> None:
    told = at_stage(3)
    assert told.refused("service_lead@raising escalate") == "BR-14"
    told.done("service_lead@raising notify ->board_rep@raising, board_rep@responding")
    assert told.refused("service_lead@raising escalate") == "BR-14"
    told.done("service_lead@raising discuss board_rep@raising, board_rep@responding")
    assert told.standing("BR-14") == {"met"}
    assert told.done("service_lead@raising escalate").state.stage == "stage-4"


@shows("BR-14")
def test_it_is_a_should_passed_with_a_reason() -> None:
    told = at_stage(3)
    told.done("service_lead@raising escalate", override="the board member is away")
    assert told.n in told.state.flags
    assert told.standing("BR-14") == {"due"}


@shows("BR-15", "BR-18")
def test_the_chair_may_decide_directly() -> None:
    told = at_stage(4)
    assert told.standing("BR-15") == {"due"}
    told.done("chair discuss executive@raising, executive@responding").done("chair decide")
    assert told.standing("BR-15") == {"met"}
    assert told.state.status == "decided"


@shows("BR-16")
def test_the_details_go_to_the_chair() -> None:
    told = at_stage(4).done("service_lead@raising notify ->chair")
    assert told.standing("BR-16") == {"met"}


@shows("BR-17", "BR-18")
def test_the_panel_is_three_executive_agencies_the_disputing_ones_among_them() -> None:
    told = at_stage(4)
    assert told.refused("panel hear executive@raising") == "BR-17"
    member(member(told, SCHOOL), CARE)
    assert told.refused("panel hear executive@raising, executive@responding") == "BR-17"
    member(told, POLICE)
    told.done("panel hear executive@raising, executive@responding")
    assert told.standing("BR-18") == {"met"}
    told.done("panel decide", decision="Assess.", reasons="Collectively.")
    assert told.state.status == "decided"


@shows("BR-17")
def test_a_panel_made_up_wrongly_is_refused_and_no_reason_passes_it() -> None:
    told = at_stage(4)
    member(member(member(told, SCHOOL), CARE), POLICE, executive=False)
    assert told.refused("panel decide", override="in haste") == "BR-17"
    other = at_stage(4)
    member(member(member(other, SCHOOL), HOSPITAL), POLICE)
    assert other.refused("panel hear") == "BR-17"


@shows("BR-17")
def test_with_more_than_three_agencies_in_dispute_the_chair_resolves_it() -> None:
    told = at_stage(4, (CARE, POLICE, HOSPITAL))
    for agency in (SCHOOL, CARE, POLICE, HOSPITAL):
        member(told, agency)
    assert told.refused("panel hear") == "BR-17"
    told.done("chair decide")


@shows("BR-20")
def test_decisions_are_on_the_file_and_shared_with_who_raised_it() -> None:
    told = case().done("manager@raising agree", actions=[("Visit", None)])
    told.done("practitioner@raising file").done("practitioner@responding file")
    told.done("manager@responding share ->practitioner@raising")
    assert told.standing("BR-20") == {"met"}


@shows("BR-08")
def test_matters_inside_one_agency_go_by_its_own_policies() -> None:
    for matter in ("single_agency", "whistleblowing"):
        assert scene("bromley").refused("practitioner@raising raise", matter=matter) == "BR-08"


@shows("BR-19", "BR-21")
def test_who_the_representative_is_can_be_asked_and_the_revision_is_overdue() -> None:
    file = load("bromley").file
    assert "Administrator" in {office.id: office.lookup for office in file.offices}["board_rep"]
    assert file.review_due == date(2021, 12, 31)
    assert [version.number for version in file.versions][-1] == "1.5"


@shows("BR-05", "BR-13")
def test_it_is_resolved_at_the_lowest_stage_that_works() -> None:
    told = case().done("practitioner@raising resolve").done("practitioner@responding confirm")
    assert told.state.status == "resolved"
    assert told.state.stage == "stage-1"
