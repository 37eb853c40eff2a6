"""What happened is judged by when it happened, however late it was written; facts come and go."""

from datetime import date, datetime, timedelta

import pytest

from concord.rules.clock import LONDON
from concord.rules.decide import Accepted
from concord.rules.duties import asked_for, owed
from tests.policies.scenes import CARE, POLICE, SCHOOL, START, scene

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_talk_written_late_is_of_the_stage_in_which_it_took_place() -> None:
    # given a talk at stage two, left open and written only once the case stood at stage three
    told = scene("sandwell", ("sandwell-childrens-trust",)).raised().up_to("stage-2")
    talked = told.at + HOUR
    told.done("service_lead@raising notify ->director_quality_review", told.at + 2 * HOUR)
    told.done("service_lead@raising escalate", told.at + HOUR)
    told.done("service_lead@raising meet service_lead@responding", talked,
              outcome="unresolved", written=told.at)  # fmt: skip
    # then stage two's duty starts with it, and stage three's does not
    [notice] = told.duties("SA-24")
    assert notice.since == talked
    assert told.duties("SA-30") == []


def test_a_contact_of_step_one_written_late_meets_no_gate_of_step_two() -> None:
    told = scene("lincolnshire").raised()
    told.done("practitioner@raising escalate", START + 3 * HOUR)
    early = "manager@raising discuss manager@responding"
    assert isinstance(told.then(early, START + HOUR).last, Accepted)
    assert told.refused(early, START + 4 * HOUR) == "LI-08"


def test_facts_hold_from_when_they_came_to_be_not_from_when_they_were_typed() -> None:
    told = scene("sandwell").raised().up_to("stage-1")
    off = {"child_status": ()}
    told.done("practitioner@raising file", START + 10 * HOUR, facts=off)
    told.done(
        "practitioner@raising file", START + 5 * HOUR, facts={"child_status": ("looked_after",)}
    )
    # then the later fact stands, though it was typed first
    assert told.duties("SA-19", START + DAY) == []
    assert told.state.facts["child_status"] == ()


def test_what_was_done_stays_on_record_when_its_condition_ends() -> None:
    told = scene("sandwell").raised({"child_status": ("looked_after",)}).up_to("stage-1")
    told.done("practitioner@raising notify ->iro")
    told.done("practitioner@raising file", facts={"child_status": ()})
    assert told.standing("SA-19") == {"met"}
    # while what was not done lapses
    other = scene("sandwell").raised({"child_status": ("looked_after",)}).up_to("stage-1")
    other.done("practitioner@raising file", facts={"child_status": ()})
    assert other.duties("SA-19") == []


def test_a_records_own_facts_hold_before_its_ceiling_is_judged() -> None:
    told = scene("cumbria").raised().up_to("formal")
    late = told.at + 40 * HOUR
    clause = told.refused("executive@raising shorten", due=late, clause="CU-14",
                          facts={"child_protection": True})  # fmt: skip
    assert clause == "CU-14"
    assert "child_protection" not in told.state.facts


def test_a_limit_set_before_its_stage_holds_in_it_and_reopening_starts_afresh() -> None:
    told = scene("sandwell").raised().up_to("stage-1")
    told.done("manager@raising shorten", due=date(2026, 12, 23), clause="SA-21", reason="soon")
    told.done("manager@raising escalate")
    assert told.said("SA-21") == [("service_lead@raising", "2026-12-23", "due")]
    told.done("practitioner@raising withdraw")
    told.done(
        "practitioner@raising reopen", datetime(2027, 1, 11, 9, tzinfo=LONDON), reason="again"
    )
    assert told.said("SA-21") == [
        ("service_lead@raising", "2026-12-23", "met"), ("service_lead@raising", "2027-01-21", "due"),
    ]  # fmt: skip


def test_reopening_at_a_stage_that_does_not_exist_is_refused() -> None:
    told = scene("bromley").raised().done("practitioner@raising withdraw")
    assert told.refused("practitioner@raising reopen", stage="stage-9") == "house-6"


RAISED = datetime(2026, 11, 30, 20, 45, tzinfo=LONDON)  # a Monday evening


@pytest.mark.parametrize(("policy", "clause"), [
    ("sandwell", "SA-06"), ("lincolnshire", "LI-15"), ("st_helens", "house-1"),
])  # fmt: skip
def test_a_referral_made_before_the_concern_was_raised_counts(policy: str, clause: str) -> None:
    # given a child said to be at immediate risk when the concern was raised, in the evening
    for made in (
        datetime(2026, 11, 30, 9, tzinfo=LONDON),  # the same morning
        datetime(2026, 11, 28, 23, tzinfo=LONDON),  # at the weekend
        datetime(2026, 11, 27, 9, tzinfo=LONDON),  # on the last working day
    ):
        told = scene(policy)
        told.at = RAISED
        told.raised({"immediate_risk": True})
        # when a referral made before is written down
        told.done("practitioner@raising refer", made, written=RAISED + HOUR)
        # then the policy's duty to refer is met, at the time when it was made
        duty = next(each for each in told.duties(clause, RAISED + HOUR) if not each.is_open)
        assert (str(duty.state), duty.met) == ("met", made)


def test_a_referral_of_long_before_or_before_a_danger_seen_since_does_not_count() -> None:
    # given a referral of the Thursday before, or one before the child was said to be at risk
    early = scene("sandwell")
    early.at = RAISED
    early.raised({"immediate_risk": True})
    early.done("practitioner@raising refer", datetime(2026, 11, 26, 17, tzinfo=LONDON))
    assert [str(each.state) for each in early.duties("SA-06", RAISED)] == ["due"]
    since = scene("sandwell")
    since.at = RAISED
    since.raised().done("practitioner@raising refer", RAISED + HOUR)
    # when a new danger is seen the day after
    since.done("practitioner@raising file", RAISED + DAY, facts={"immediate_risk": True})
    # then the child is referred again
    assert since.standing("SA-06") == {"due"}


def test_a_withdrawn_concern_stands_as_it_was_and_asks_nobody_for_more_than_safety() -> None:
    told = scene("bromley").raised({"immediate_risk": True}).done("practitioner@raising withdraw")
    assert {str(each.clause) for each in owed(told.state, told.at) if each.is_open} == {
        "BR-09", "BR-06",
    }  # fmt: skip
    asked = {str(each.clause) for each in asked_for(told.state, told.at) if each.is_open}
    assert asked == {"BR-06"}


@pytest.mark.parametrize(("policy", "flagged"), [("st_helens", True), ("lincolnshire", True),
                                                 ("sandwell", False)])  # fmt: skip
def test_where_the_last_body_cannot_decide_and_none_agrees_it_is_flagged(
    policy: str, flagged: bool
) -> None:
    told = scene(policy).raised()
    told.up_to({"lincolnshire": "step-4"}.get(policy, "stage-4"))
    told.done("executive@raising discuss executive@responding", outcome="unresolved")
    assert isinstance(told.last, Accepted)
    assert told.last.flagged is flagged
    assert (told.n in told.state.flags) is flagged
    assert told.state.status == "open"


def test_two_internal_talks_are_no_contact_between_the_sides() -> None:
    told = scene("sandwell").raised().up_to("stage-1")
    told.done("manager@raising discuss practitioner@raising")
    told.done("manager@responding discuss practitioner@responding")
    assert ("manager@raising", "2026-12-22", "due") in told.said("SA-12")
    told.done("manager@responding discuss manager@raising")
    assert ("manager@raising", "2026-12-22", "met") in told.said("SA-12")


def test_opposite_numbers_may_be_reached_one_after_another_and_none_goes_unheard() -> None:
    told = scene("sandwell", (CARE, POLICE)).raised().up_to("stage-1")
    told.done(f"manager@raising discuss manager@{CARE}")
    assert ("manager@raising", "2026-12-22", "due") in told.said("SA-12")
    told.done(f"manager@raising discuss manager@{POLICE}")
    assert ("manager@raising", "2026-12-22", "met") in told.said("SA-12")
    assert SCHOOL not in (CARE, POLICE)
