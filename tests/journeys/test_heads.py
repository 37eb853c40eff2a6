"""What a head of service or Senior Liaison Officer comes to do: all cases, meetings, silence."""

from collections.abc import Callable

import pytest

from tests.journeys.jobs import job
from tests.journeys.walking import Walk, soon

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
SCHOOL, TRUST = "Sandwell Meadow School", "Sandwell Children's Trust"


@job("head/live")
@job("head/silent-team")
def test_a_head_of_service_sees_every_live_case_and_who_does_not_reply(walk: Begin) -> None:
    me = walk(axe=False).become(TRUST, "Head of service").press("Agencies")
    me.press("Sandwell Children's Trust (demonstration)")
    # then every live case stands there, with its stage, its age, what it waits for and until when
    me.reads("Raised with us", "working days old", "Waits for", "By stage")
    # and whoever keeps others waiting, here and elsewhere, since when, with the cases
    silent = me.page.locator("table", has_text="Who keeps others waiting").first
    row = silent.locator("tbody tr").first
    assert "Sandwell Children's Trust" in row.inner_text()
    assert "202" in row.inner_text()
    me.follow(row.get_by_role("link").first)
    me.reads("Late")


@job("head/meet")
def test_senior_liaison_officers_meet_and_the_minutes_stand_in_the_case(walk: Begin) -> None:
    school, other = "Lincolnshire Meadow School", "lincolnshire-social-care"
    me = walk(axe=False).become(school, "Class teacher")
    me.raise_concern("lincolnshire", other, "course-of-action")
    me.become(school, "Senior Liaison Officer")
    stage = me.go(f"{me.case}/escalate").page.locator("[name=stage]").nth(1)
    me.fill(stage=stage.get_attribute("value"), reason="The child cannot wait.")
    me.press("Take it there")
    me.go(f"{me.case}/convene").fill(
        present=[f"slo@{other}"], on=soon(1), start="10:00", place="By video"
    ).press("Arrange this meeting")  # fmt: skip
    # then the other side sees when and where, and takes it into a calendar
    me.become("Lincolnshire Children's Social Care", "Senior Liaison Officer")
    me.press("Meetings: times, invitations, minutes").reads("By video", "10:00")
    assert b"BEGIN:VCALENDAR" in me.saves("Put it in your calendar")
    # and whoever records it finds who was asked filled in
    me.press("Record who came and what was said")
    assert me.page.locator("[name=present]:checked").count() == 1
    me.fill(
        means="online", said="We went through the plan.", outcome="partly",
        otherwise="Both could come sooner.",
    )  # fmt: skip
    me.follow(me.page.locator("main form button[value=send]").last)
    me.reads("We went through the plan.", "Who came")


@job("head/tell")
def test_a_head_of_service_tells_the_director_when_the_policy_says(walk: Begin) -> None:
    me = walk(axe=False).become(SCHOOL, "Class teacher")
    me.raise_concern("sandwell", "sandwell-childrens-trust", "threshold")
    me.talk(["practitioner@sandwell-childrens-trust"]).escalate()
    me.become(SCHOOL, "Designated safeguarding lead")
    me.talk(["manager@sandwell-childrens-trust"]).escalate()
    me.become(SCHOOL, "Head teacher").talk(["service_lead@sandwell-childrens-trust"], act="meet")
    # then the page says whom the policy wants told, and its link has them ticked already
    me.reads("SA-25")
    me.follow(me.page.locator("a[href*='/notify?for=']").first)
    assert me.page.locator("[name=to][value=director_quality_review]").is_checked()
    me.press("Record that they were told")
    me.become(TRUST, "Director for Quality and Review").go("/work")
    me.finds(f"case {me.case.removeprefix('/case/')}")
