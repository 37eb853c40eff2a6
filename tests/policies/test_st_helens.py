"""St Helens' clauses, each shown happening."""

from datetime import date

from tests.policies.scenes import CARE, Scene, scene
from tests.policies.shown import shows


def case(facts: dict[str, object] | None = None) -> Scene:
    return scene("st_helens").raised(facts)


def at_stage(number: int) -> Scene:
    return case().up_to(f"stage-{number}")


def resolved(told: Scene) -> Scene:
    return told.done("manager@raising resolve").done("manager@responding confirm")


@shows("SH-06")
def test_stage_one_is_one_day_between_the_people_who_disagree() -> None:
    told = case()
    assert set(told.said("SH-06")) == {("practitioner@raising", "2026-12-18", "due")}
    told.done("practitioner@raising discuss practitioner@responding")
    told.done("practitioner@raising escalate")
    assert told.standing("SH-06") == {"met"}


@shows("SH-07", "SH-20")
def test_stage_two_is_two_days_with_contact_in_one() -> None:
    told = at_stage(2)
    assert told.said("SH-07") == [
        ("manager@raising", "2026-12-18", "due"),
        ("manager@raising", "2026-12-21", "due"),
    ]
    assert told.said("SH-20") == [("practitioner@raising", "2026-12-18", "due")]
    told.done("practitioner@raising discuss manager@raising")
    assert told.standing("SH-20") == {"met"}
    told.done("safeguarding_lead@raising discuss manager@responding")
    assert ("manager@raising", "2026-12-18", "met") in told.said("SH-07")


@shows("SH-07", "SH-09")
def test_line_management_is_climbed_again_and_again_inside_the_stage() -> None:
    told = at_stage(2).done("manager@raising discuss manager@responding", outcome="unresolved")
    assert told.standing("SH-09") == {"due"}
    told.done("manager@raising refer_up").done("manager@raising refer_up")
    assert told.said("SH-09") == [
        ("manager@raising", None, "met"), ("manager@responding", None, "due"),
    ]  # fmt: skip
    told.done("manager@responding refer_up")
    assert told.standing("SH-09") == {"met"}
    assert told.state.stage == "stage-2"
    assert ("manager@raising", "2026-12-21", "due") in told.said("SH-07")


@shows("SH-08")
def test_the_managers_may_agree_a_meeting_with_the_practitioners() -> None:
    told = at_stage(2)
    told.done(
        "manager@raising meet manager@responding, practitioner@raising, practitioner@responding"
    )
    assert told.standing("SH-08") == {"met"}


@shows("SH-10")
def test_without_line_management_the_practitioner_goes_through_the_others() -> None:
    assert at_stage(2).duties("SH-10") == []
    told = case({"no_line_management": True}).up_to("stage-2")
    assert told.said("SH-10") == [("practitioner@raising", None, "due")]
    told.done("practitioner@raising discuss manager@responding")
    assert told.standing("SH-10") == {"met"}


@shows("SH-11", "SH-24")
def test_the_escalation_notice_goes_out_within_five_working_days() -> None:
    told = at_stage(3)
    assert ("manager@raising", "2026-12-24", "due") in told.said("SH-11")
    told.done("manager@raising submit ->service_lead@responding", form="escalation_notice")
    assert ("manager@raising", "2026-12-24", "due") in told.said("SH-11")
    told.done("manager@raising submit ->business_manager", form="escalation_notice")
    assert ("manager@raising", "2026-12-24", "met") in told.said("SH-11")
    from concord.policies.library import load

    offices = {office.id: office for office in load("st_helens").file.offices}
    assert offices["business_manager"].mailbox.startswith("SCPescalations@")


@shows("SH-12", "SH-19")
def test_the_director_is_told_in_two_days_and_resolves_in_five() -> None:
    told = at_stage(3)
    assert told.said("SH-19") == [("service_lead@raising", "2026-12-21", "due")]
    assert told.said("SH-12") == [("executive@raising", "2026-12-24", "due")]
    told.done("service_lead@raising discuss executive@raising")
    assert told.standing("SH-19") == {"met"}
    told.done("executive@raising escalate")
    assert told.standing("SH-12") == {"met"}


@shows("SH-13")
def test_mediation_is_offered_and_its_meeting_has_who_it_needs() -> None:
    told = at_stage(4)
    assert ("chair", "2026-12-22", "due") in told.said("SH-13")
    missing = "chair meet executive@raising, executive@responding, business_manager"
    assert told.refused(missing) == "SH-13"
    assert told.refused(missing, override="no time") == "SH-13"
    told.done("key_partner meet executive@raising, executive@responding, business_manager")
    assert ("chair", "2026-12-22", "met") in told.said("SH-13")
    assert told.refused("chair decide") == "SH-13"


@shows("SH-14")
def test_the_outcome_is_confirmed_in_writing_and_records_kept() -> None:
    # at the last stage nobody decides: how it will be pursued is put in writing, by both
    told = at_stage(4).done("executive@raising discuss executive@responding", outcome="unresolved")
    assert told.state.flags == (told.n,)
    told.done("service_lead@raising share ->service_lead@responding")
    assert ("service_lead@raising", None, "met") in told.said("SH-14")
    assert ("service_lead@responding", None, "due") in told.said("SH-14")
    assert ("practitioner@raising", None, "due") in told.said("SH-14")
    # a record is kept at all stages: one at stage one is none of stage two
    early = case().done("practitioner@raising discuss practitioner@responding")
    early.done("practitioner@raising file").done("practitioner@responding file")
    assert early.standing("SH-14") == {"met"}
    early.done("practitioner@raising escalate").done("manager@raising discuss manager@responding")
    assert early.standing("SH-14") == {"met", "due"}
    early.done("manager@raising file").done("manager@responding file")
    assert early.standing("SH-14") == {"met"}
    # what is agreed is confirmed between the parties
    agreed = resolved(case())
    assert ("practitioner@responding", None, "met") in agreed.said("SH-14")


@shows("SH-15", "SH-16", "SH-17", "SH-18", "SH-23")
def test_once_resolved_it_is_filed_fed_back_learned_from_and_debriefed() -> None:
    told = case()
    for clause in ("SH-15", "SH-16", "SH-17", "SH-18", "SH-23"):
        assert told.duties(clause) == []
    resolved(told)
    for clause in ("SH-15", "SH-16", "SH-17", "SH-18", "SH-23"):
        assert told.standing(clause) == {"due"}
    told.done("manager@raising submit ->business_manager", form="resolution_form")
    assert told.standing("SH-17") == {"met"}
    told.done("manager@raising file").done("manager@responding file")
    told.done("manager@raising feed_back ->practitioner@raising, business_manager")
    assert ("business_manager", None, "due") in told.said("SH-18")
    told.done("business_manager file")
    assert told.standing("SH-18") == {"met"}
    told.done("manager@raising learn")
    assert told.standing("SH-15") == {"met"}
    assert told.standing("SH-23") == {"met"}
    told.done("manager@raising debrief").done("manager@responding debrief")
    assert told.standing("SH-16") == {"met"}


@shows("SH-05")
def test_looked_after_issues_go_to_the_reviewing_officer_beside_the_stages() -> None:
    told = case({"child_status": ("looked_after",)})
    assert told.said("SH-05") == [("practitioner@raising", None, "due")]
    told.done("practitioner@raising escalate")
    assert told.standing("SH-05") == {"due"}
    told.done("practitioner@raising discuss iro")
    assert told.standing("SH-05") == {"met"}
    plan = case({"child_status": ("child_protection_plan",)})
    plan.done("practitioner@raising notify ->cp_chair")
    assert plan.standing("SH-05") == {"met"}


@shows("SH-04")
def test_discretion_over_the_stage_begun_at_with_a_reason() -> None:
    told = scene("st_helens")
    assert told.refused("practitioner@raising raise", stage="stage-3") == "SH-04"
    told.done("practitioner@raising raise", stage="stage-3", reason="he is not safe tonight")
    assert told.state.stage == "stage-3"


@shows("SH-03")
def test_a_shorter_time_may_be_set_and_none_lengthened() -> None:
    told = at_stage(3)
    assert told.refused("service_lead@raising shorten", due=date(2027, 1, 4)) == "SH-03"
    told.done("service_lead@raising shorten", due=date(2026, 12, 18), reason="soon")


@shows("SH-01")
def test_another_agencys_practice_is_in_scope_and_its_own_disputes_are_not_excluded() -> None:
    assert scene("st_helens").raised(ground="practice").state.is_raised
    assert scene("st_helens", (CARE,), CARE).raised(matter="single_agency").state.is_raised
    for matter in ("complaint", "allegation", "whistleblowing", "family_appeal"):
        assert scene("st_helens").refused("practitioner@raising raise", matter=matter) == "house-3"
