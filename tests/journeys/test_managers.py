"""What a line manager comes to do: today's list, a judgement, the opposite number, up, cover."""

from collections.abc import Callable

import pytest

from tests.journeys.jobs import job
from tests.journeys.walking import Walk, soon

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
SCHOOL, TRUST = "Sandwell Meadow School", "Sandwell Children's Trust"
LEAD, MANAGER = "manager@sandwell-school", "manager@sandwell-childrens-trust"


def at_stage_one(walk: Begin) -> Walk:
    """A concern that the practitioners did not settle: it is with the managers."""
    me = walk(axe=False).become(SCHOOL, "Class teacher")
    me.raise_concern("sandwell", "sandwell-childrens-trust", "threshold")
    return me.talk(["practitioner@sandwell-childrens-trust"]).escalate()


@job("manager/needs-me")
def test_a_manager_sees_what_needs_them_today_and_who_keeps_silent(walk: Begin) -> None:
    # given the demonstration's own cases, some of them late
    me = walk(axe=False).become("Sandwell Community Health", "Named nurse").go("/work")
    me.reads("Needs you")
    first = me.page.locator("table", has_text="Needs you").locator("tbody tr").first
    assert "Late" in first.inner_text()
    # then silence shows with who it is that keeps it, in the cases of their own agency
    me.press("Agencies").press("Sandwell Community Health (invented)")
    me.reads("Who keeps others waiting", "Late since")


@job("manager/justified")
def test_a_manager_judges_whether_the_concern_is_justified(walk: Begin) -> None:
    me = walk(axe=False).become("Lincolnshire Meadow School", "Class teacher")
    me.raise_concern("lincolnshire", "lincolnshire-social-care", "course-of-action")
    me.talk(["practitioner@lincolnshire-social-care"]).escalate()
    # when the safeguarding lead is asked, the page leads to the review with its clause
    me.become("Lincolnshire Meadow School", "Designated safeguarding lead")
    me.reads("Bruises seen twice.", "What is disagreed?")
    me.go(f"{me.case}/review").fill(outcome="justified", note="The threshold document says so.")
    me.press("Record this review")
    me.go(f"{me.case}/timeline").reads("found justified", "The threshold document says so.")


@job("manager/opposite")
@job("manager/agree")
def test_a_manager_reaches_the_opposite_number_agrees_and_records_it(walk: Begin) -> None:
    me = at_stage_one(walk).become(SCHOOL, "Designated safeguarding lead")
    # then the opposite number stands there by name, with a telephone number and an address
    side = me.page.locator(".concord-side", has_text=TRUST)
    assert "Team manager" in side.inner_text()
    assert (side.locator("a[href^='tel:']").first.get_attribute("href") or "").startswith(
        "tel:01632"
    )
    assert side.locator("a[href^='mailto:']").count() == 1
    # when they have spoken, what they agreed is recorded with an owner and a date
    me.talk([MANAGER], outcome="resolved")
    me.go(f"{me.case}/agree").fill(
        what_1="Assess the child.", owner_1=MANAGER, due_1=soon(10), writer=LEAD
    ).press("Record these actions")  # fmt: skip
    me.reads("Assess the child.")
    me.act("resolve", "Propose this outcome", outcome="The child is assessed.")
    me.become(TRUST, "Team manager").reads("An outcome is proposed: confirm it, or say why not.")
    me.press("Confirm the outcome, or say why not").press("Confirm this outcome")
    assert me.status().startswith("Resolved")


@job("manager/send-up")
def test_a_manager_sends_it_up_with_the_form_half_done(walk: Begin) -> None:
    me = at_stage_one(walk).become(SCHOOL, "Designated safeguarding lead").talk([MANAGER])
    me.press("Take it to the next stage").reads("What comes next", "Head of service")
    me.fill(reason="No agreement.").press("Take it there")
    # then the policy's form is there, filled with what the case holds, and says what is missing
    me.go(f"{me.case}/forms").reads(
        "Multi-Agency Escalation of Safeguarding Concern Template", "fields are filled",
        "What is missing",
    )  # fmt: skip
    assert me.saves("Open as Word").startswith(b"PK")
    # and sending it keeps that version
    me.act("submit", "Record that it was sent", form="escalation_template", to=["business_manager"])
    me.go(f"{me.case}/forms").reads("version 1", "Received by")


@job("manager/cover")
def test_a_manager_has_their_leave_covered(walk: Begin) -> None:
    # given a case that waits for the team manager
    me = walk(axe=False).become("Bromley Meadow School", "Class teacher")
    me.raise_concern("bromley", "bromley-social-care", "need-for-action")
    me.talk(["practitioner@bromley-social-care"]).escalate()
    me.become("Bromley Children's Social Care", "Team manager").go("/you")
    me.follow(me.page.get_by_role("link", name="Set cover for when you are away").first)
    head = me.page.locator("#id_person option", has_text="Head of service").first
    me.fill(person=head.get_attribute("value"), since=soon(0), until=soon(14))
    me.press("Set this cover").reads("Head of service", "Cover that is set")
    # then who covers is asked in their place, and the other side sees who that is
    me.become("Bromley Children's Social Care", "Head of service").go("/work")
    me.reads("Needs you", f"case {me.case.removeprefix('/case/')}")
    me.become("Bromley Meadow School", "Designated safeguarding lead")
    me.reads("(covers the post now)")
