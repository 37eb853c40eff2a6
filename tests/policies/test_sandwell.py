"""Sandwell's clauses, each shown happening."""

from datetime import date, datetime, timedelta

from concord.rules.clock import LONDON
from tests.policies.scenes import CARE, HOSPITAL, SCHOOL, Scene, scene
from tests.policies.shown import shows

TRUST = "sandwell-childrens-trust"
PLAN: dict[str, object] = {"child_status": ("child_protection_plan",)}


def case(facts: dict[str, object] | None = None, responding: tuple[str, ...] = (CARE,)) -> Scene:
    return scene("sandwell", responding).raised(facts)


def at_stage(number: int, facts: dict[str, object] | None = None) -> Scene:
    return case(facts).up_to(f"stage-{number}")


@shows("SA-09")
def test_the_discussion_comes_first_and_is_no_formal_stage() -> None:
    told = case()
    assert told.state.stage == "discussion"
    assert told.state.formal_since is None
    assert told.standing("SA-09") == {"due"}
    told.done("practitioner@raising discuss practitioner@responding", outcome="unresolved")
    told.done("practitioner@raising file")
    assert told.standing("SA-09") == {"met"}


@shows("SA-09")
def test_talking_before_raising_counts_as_having_talked() -> None:
    told = case()
    early = told.at - timedelta(hours=3)
    told.done(
        "practitioner@raising discuss practitioner@responding", early, written=told.at,
        outcome="unresolved",
    )  # fmt: skip
    assert ("practitioner@raising", None, "met") in told.said("SA-09", told.at + timedelta(days=1))


@shows("SA-12")
def test_managers_contact_each_other_within_three_working_days() -> None:
    told = at_stage(1)
    assert ("manager@raising", "2026-12-22", "due") in told.said("SA-12")
    told.done("practitioner@raising discuss practitioner@responding")
    assert ("manager@raising", "2026-12-22", "due") in told.said("SA-12")
    told.done("manager@responding discuss manager@raising")
    assert told.standing("SA-12") == {"met"}


@shows("SA-12")
def test_each_party_tells_its_own_manager() -> None:
    told = at_stage(1)
    own = [e for e in told.duties("SA-12") if e.owner and e.owner.role == "practitioner"]
    assert len(own) == 2
    told.done("practitioner@responding notify ->manager@responding")
    assert ("practitioner@responding", None, "met") in told.said("SA-12")


@shows("SA-12", "SA-26")
def test_with_three_agencies_each_opposite_number_is_contacted() -> None:
    told = case(responding=(CARE, HOSPITAL)).up_to("stage-1")
    told.done(f"manager@raising discuss manager@{CARE}")
    assert ("manager@raising", "2026-12-22", "due") in told.said("SA-12")
    told.done(f"manager@raising discuss manager@{HOSPITAL}")
    assert ("manager@raising", "2026-12-22", "met") in told.said("SA-12")


@shows("SA-13")
def test_each_side_states_its_position() -> None:
    told = at_stage(1)
    assert {row[0] for row in told.said("SA-13")} == {"manager@raising", "manager@responding"}
    told.done("manager@raising state")
    assert ("manager@raising", None, "met") in told.said("SA-13")
    assert ("manager@responding", None, "due") in told.said("SA-13")


@shows("SA-14")
def test_both_parties_put_the_summary_on_the_case_file() -> None:
    told = at_stage(1).done("manager@raising file")
    assert told.said("SA-14") == [
        ("manager@raising", None, "met"),
        ("manager@responding", None, "due"),
    ]


@shows("SA-15")
def test_who_records_is_agreed_and_the_record_shared_at_stages_one_to_three() -> None:
    told = at_stage(1)
    assert told.said("SA-15") == [("either_side", None, "due")]
    told.done("manager@responding share ->manager@raising")
    assert told.standing("SA-15") == {"met"}
    told.up_to("stage-3")
    assert len(told.duties("SA-15")) == 3


@shows("SA-16")
def test_agreed_actions_are_checked_by_their_own_date() -> None:
    told = at_stage(1)
    told.done("manager@raising agree", actions=[("Visit the child", date(2026, 12, 21))])
    [check] = told.duties("SA-16")
    assert check.due == date(2026, 12, 21)
    assert "Visit the child" in check.what
    assert told.said("SA-16", datetime(2026, 12, 22, 0, 0, tzinfo=LONDON))[0][2] == "late"
    told.done("manager@responding complete", action=1, done=True)
    assert told.standing("SA-16") == {"met"}


@shows("SA-17")
def test_internal_recording_may_use_the_template_already_at_stage_one() -> None:
    told = at_stage(1)
    told.done("manager@raising submit ->business_manager", form="escalation_template")
    assert ("manager@raising", None, "met") in told.said("SA-17")


@shows("SA-18", "SA-11")
def test_stage_one_lasts_three_working_days_at_most_and_may_be_given_less() -> None:
    told = at_stage(1)
    assert told.said("SA-18") == [("manager@raising", "2026-12-22", "due")]
    assert told.refused("manager@raising shorten", due=date(2026, 12, 23)) == "SA-11"
    told.done("manager@raising shorten", due=date(2026, 12, 18), reason="the child goes home")
    assert told.said("SA-18") == [("manager@raising", "2026-12-18", "due")]
    told.done("manager@raising escalate", datetime(2026, 12, 21, 9, tzinfo=LONDON))
    assert told.said("SA-18") == [("manager@raising", "2026-12-18", "met_late")]


@shows("SA-19")
def test_the_reviewing_officer_is_told_of_a_child_on_a_plan() -> None:
    assert at_stage(1).duties("SA-19") == []
    told = at_stage(1, PLAN)
    assert told.said("SA-19") == [("either_side", None, "due")]
    told.done("practitioner@responding notify ->iro")
    assert told.standing("SA-19") == {"met"}


@shows("SA-19")
def test_it_starts_when_the_facts_make_it_true_though_the_stage_was_skipped() -> None:
    told = case().done("manager@raising escalate", stage="stage-3", reason="she cannot wait")
    assert told.duties("SA-19") == []
    told.done(
        "manager@raising discuss manager@responding", facts={"child_status": ("looked_after",)}
    )
    [entry] = told.duties("SA-19")
    assert entry.since == told.at
    told.done("manager@raising discuss manager@responding", facts={"child_status": ()})
    assert told.duties("SA-19") == []


@shows("SA-20", "SA-21")
def test_stage_two_meets_in_five_working_days_and_ends_by_day_eight() -> None:
    told = at_stage(2)
    assert told.said("SA-20") == [("service_lead@raising", "2026-12-24", "due")]
    assert told.said("SA-21") == [("service_lead@raising", "2026-12-31", "due")]
    told.done("service_lead@raising discuss service_lead@responding")
    assert told.standing("SA-20") == {"due"}
    told.done("service_lead@raising meet service_lead@responding")
    assert told.standing("SA-20") == {"met"}


@shows("SA-22")
def test_what_is_resolved_goes_on_the_file_at_stages_two_and_three() -> None:
    told = at_stage(2).done("service_lead@raising file").done("service_lead@responding file")
    assert told.standing("SA-22") == {"met"}
    told.up_to("stage-3")
    assert [row[2] for row in told.said("SA-22")].count("due") == 2


@shows("SA-23", "SA-29", "SA-39")
def test_the_template_goes_to_the_business_unit_at_each_stage_from_two() -> None:
    told = at_stage(2)
    told.done("service_lead@raising submit ->business_manager", form="escalation_template")
    assert told.standing("SA-23") == {"met"}
    assert told.said("SA-39") == [("business_manager", None, "due")]
    told.done("business_manager review")
    assert told.standing("SA-39") == {"met"}
    told.up_to("stage-3")
    assert told.standing("SA-29") == {"due"}
    told.done("executive@raising submit ->business_manager", form="escalation_template")
    told.up_to("stage-4")
    assert sorted(row[2] for row in told.said("SA-29")) == ["due", "met"]


@shows("SA-24", "SA-44")
def test_unresolved_at_stage_two_the_boards_representative_is_told() -> None:
    told = at_stage(2)
    assert told.duties("SA-24") == []
    told.done("service_lead@raising discuss service_lead@responding", outcome="unresolved")
    assert told.standing("SA-24") == {"due"}
    told.done("service_lead@raising notify ->board_rep@raising")
    assert told.standing("SA-24") == {"met"}
    lookup = {office.id: office.lookup for office in told.state.policy.offices}
    assert "Business Unit" in lookup["board_rep"]


@shows("SA-25")
def test_the_trusts_director_is_informed_before_stage_three() -> None:
    told = scene("sandwell", (TRUST,)).raised().up_to("stage-2")
    assert told.standing("SA-25") == {"due"}
    assert told.refused("service_lead@raising escalate") == "SA-25"
    told.done("service_lead@responding notify ->director_quality_review")
    told.done("service_lead@raising escalate")
    assert told.state.stage == "stage-3"


@shows("SA-25")
def test_the_gate_is_passed_with_a_reason_flagged_and_stays_owed() -> None:
    told = scene("sandwell", (TRUST,)).raised().up_to("stage-2")
    told.done("service_lead@raising escalate", override="nobody answers there")
    assert told.state.flags == (told.n,)
    assert told.standing("SA-25") == {"due"}


@shows("SA-25")
def test_there_is_no_gate_where_the_trust_is_no_party() -> None:
    assert at_stage(2).done("service_lead@raising escalate").state.stage == "stage-3"


@shows("SA-25", "SA-07")
def test_a_jump_with_a_reason_passes_the_gates_it_jumps_over() -> None:
    told = scene("sandwell", (TRUST,)).raised()
    assert told.refused("practitioner@raising escalate", stage="stage-4") == "SA-07"
    told.done("practitioner@raising escalate", stage="stage-4", reason="bruises today")
    assert told.state.flags == (told.n,)
    assert told.duties("SA-12") == []
    assert told.duties("SA-21") == []
    assert told.standing("SA-25") == {"due"}


@shows("SA-26", "SA-28")
def test_directors_contact_each_other_in_five_working_days_and_finish_by_day_thirteen() -> None:
    told = at_stage(3)
    assert told.said("SA-26") == [("executive@raising", "2026-12-24", "due")]
    assert told.said("SA-28") == [("executive@raising", "2027-01-08", "due")]
    told.done("executive@raising discuss executive@responding")
    assert told.standing("SA-26") == {"met"}


@shows("SA-27")
def test_agreed_actions_are_fed_back_at_once_and_recorded() -> None:
    told = at_stage(3).done("executive@raising agree", actions=[("Visit", None)])
    assert ("executive@raising", "2026-12-17", "due") in told.said("SA-27")
    told.done("executive@raising feed_back ->practitioner@raising").done("executive@raising file")
    assert told.standing("SA-27") == {"met"}


@shows("SA-30")
def test_the_stage_four_notification_is_due_five_working_days_after_stage_three_failed() -> None:
    told = at_stage(3)
    assert told.duties("SA-30") == []
    told.done("executive@raising discuss executive@responding", outcome="unresolved")
    assert told.said("SA-30") == [("executive@raising", "2026-12-24", "due")]
    told.done("executive@raising submit ->business_manager", form="escalation_template")
    assert told.standing("SA-30") == {"met"}


@shows("SA-30")
def test_it_starts_with_the_escalation_at_the_latest() -> None:
    told = at_stage(4)
    assert told.said("SA-30") == [("executive@raising", "2026-12-24", "due")]


@shows("SA-31", "SA-32", "SA-33", "SA-34", "SA-35")
def test_the_chairs_meeting_is_held_recorded_decided_and_sent_out() -> None:
    told = at_stage(4)
    assert told.said("SA-31") == [("business_manager", "2026-12-30", "due")]
    assert told.said("SA-32") == [("chair", "2027-01-19", "due")]
    assert told.duties("SA-35") == []
    told.done("business_manager meet chair, executive@raising, executive@responding")
    assert told.standing("SA-31") == {"met"}
    assert told.said("SA-35") == [("business_manager", "2027-01-17", "due")]
    assert {row[0] for row in told.said("SA-33")} == {
        "business_manager", "executive@raising", "executive@responding",
    }  # fmt: skip
    told.done("business_manager file").done("executive@raising file")
    told.done("executive@responding file")
    assert told.standing("SA-33") == {"met"}
    told.done("chair decide", decision="Assess.", reasons="The risk.")
    assert told.state.status == "decided"
    assert told.standing("SA-32") == {"met"}
    told.done("business_manager disseminate")
    assert told.standing("SA-35") == {"met"}


@shows("SA-34")
def test_only_the_chair_decides_and_only_at_stage_four() -> None:
    assert at_stage(2).refused("chair decide") == "SA-34"
    assert at_stage(4).refused("executive@raising decide") == "SA-34"
    told = at_stage(4).done("iro advise").done("chair decide")
    assert told.standing("SA-34") == {"met"}


@shows("SA-36")
def test_learning_is_referred_to_the_business_unit_at_any_stage() -> None:
    told = at_stage(1).done("manager@raising learn")
    told.done("manager@raising resolve").done("manager@responding confirm")
    assert told.standing("SA-36") == {"met"}


@shows("SA-41")
def test_the_escalation_is_in_each_agencys_own_records() -> None:
    told = at_stage(1).done("practitioner@raising file")
    assert told.said("SA-41") == [
        ("practitioner@raising", None, "met"),
        ("practitioner@responding", None, "due"),
    ]


@shows("SA-50")
def test_the_facts_are_reviewed_by_those_who_try_to_resolve_it() -> None:
    told = at_stage(2).done("service_lead@raising review")
    assert told.said("SA-50") == [
        ("service_lead@raising", None, "met"),
        ("service_lead@responding", None, "due"),
    ]
    told.done("executive@raising escalate").done("executive@raising discuss executive@responding")
    assert [row for row in told.said("SA-50") if row[0].startswith("executive")] == [
        ("executive@raising", None, "met"),
        ("executive@responding", None, "met"),
    ]


@shows("SA-10")
def test_the_stages_go_on_until_there_is_agreement() -> None:
    told = at_stage(2).done("service_lead@raising resolve")
    assert told.state.status == "open"
    told.done("service_lead@responding confirm")
    assert told.state.status == "resolved"
    assert told.refused("service_lead@raising escalate") == "house-6"


@shows("SA-06")
def test_imminent_risk_a_marf_goes_to_the_mash_today() -> None:
    told = case({"immediate_risk": True})
    assert told.said("SA-06") == [("practitioner@raising", "2026-12-17", "due")]
    assert told.duties("SA-06")[0].first
    assert told.said("SA-06", datetime(2026, 12, 18, 0, 0, tzinfo=LONDON))[0][2] == "late"
    told.done("practitioner@raising refer")
    assert told.standing("SA-06") == {"met"}


@shows("SA-02", "SA-05", "SA-37")
def test_other_matters_are_turned_to_the_right_door_and_make_no_case() -> None:
    for matter, clause in (
        ("single_agency", "SA-02"),
        ("serious_incident", "SA-02"),
        ("family_appeal", "SA-05"),
        ("whistleblowing", "SA-37"),
        ("complaint", "house-3"),
        ("allegation", "house-3"),
    ):
        told = scene("sandwell")
        assert told.refused("practitioner@raising raise", matter=matter) == clause
        assert not told.state.is_raised
    assert scene("sandwell").raised(matter="plan_implementation").state.is_raised


@shows("SA-43")
def test_a_conferences_outcome_is_a_ground_only_if_raised_and_recorded_there() -> None:
    told = scene("sandwell")
    assert told.refused("practitioner@raising raise", ground="conference-outcome") == "SA-43"
    told.raised({"raised_in_conference": True}, ground="conference-outcome")


@shows("SA-49")
def test_a_higher_tier_may_act_and_a_named_professional_stand_in() -> None:
    told = at_stage(1).done("service_lead@raising discuss named_professional@responding")
    assert ("manager@raising", "2026-12-22", "met") in told.said("SA-12")
    assert dict(told.state.policy.stage("stage-1").titles)["service_lead"].startswith("Head of")


def test_the_cast_is_who_it_is() -> None:
    assert case().state.parties.raising == SCHOOL
