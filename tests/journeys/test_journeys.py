"""From raising to the last decider, under each policy, in a real browser."""

from collections.abc import Callable

import pytest

from tests.journeys.walking import Walk
from tests.turns import of_this_run

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
WAYS = [
    pytest.param({"javascript": False, "axe": False}, id="without-javascript"),
    pytest.param({"width": 320}, id="320-pixels"),
]
SWAPPED = WAYS[::-1]
"""For every second policy, so that each turn has both ways."""


@pytest.mark.dear
@pytest.mark.parametrize("way", of_this_run(WAYS, 2))
def test_sandwell_to_the_chairs_decision(walk: Begin, way: dict[str, object]) -> None:
    school, trust = "Sandwell Meadow School", "Sandwell Children's Trust"
    me = walk(**way).become(school, "Class teacher")
    me.raise_concern("sandwell", "sandwell-childrens-trust", "threshold")
    other = "sandwell-childrens-trust"
    me.talk([f"practitioner@{other}"]).escalate()
    me.become(trust, "Team manager").act(
        "answer", "Send this answer", position="We disagree.", reply="The threshold was not met."
    )
    me.become(school, "Designated safeguarding lead").talk([f"manager@{other}"]).escalate()
    me.become(school, "Head teacher").talk([f"service_lead@{other}"], act="meet")
    # the gate stands, says why and what to do, and keeps what was typed
    me.go(f"{me.case}/escalate").fill(reason="No agreement").press("Take it there")
    assert "SA-25" in me.page.content()
    assert me.page.input_value("#id_reason") == "No agreement"
    me.act("notify", "Record that they were told", to=["director_quality_review"]).escalate()
    me.become(school, "Chief executive of the trust").talk([f"executive@{other}"]).escalate()
    me.become("Sandwell Children's Safeguarding Partnership", "SCSP Business Manager").talk(
        ["chair", "executive@sandwell-school", f"executive@{other}"], act="meet"
    )
    me.become("Sandwell Children's Safeguarding Partnership", "SCSP Chair").act(
        "decide", "Record the decision", decision="Assess the child.", reasons="The risk."
    )
    assert me.status() == "Decided"
    me.become(school, "Class teacher").go(f"{me.case}/timeline")
    assert "Assess the child." in me.page.content()


@pytest.mark.dear
@pytest.mark.parametrize("way", of_this_run(SWAPPED, 2))
def test_cumbria_to_the_members_decision(walk: Begin, way: dict[str, object]) -> None:
    school, other = "Cumbria Meadow School", "cumberland-council"
    me = walk(**way).become(school, "Class teacher")
    me.raise_concern("cumbria", other, "threshold")
    me.talk([f"practitioner@{other}"]).escalate()
    me.become(school, "Designated safeguarding lead").talk([f"manager@{other}"]).escalate()
    me.become(school, "Head teacher").talk([f"service_lead@{other}"]).escalate()
    me.become(school, "Chief executive of the trust").talk([f"executive@{other}"]).escalate()
    me.act("notify", "Record that they were told", to=["chair", "business_manager"])
    me.become("Cumbria Safeguarding Children Partnership", "SCP Chair")
    me.go(f"{me.case}/appoint").fill(office="reviewer")
    person = me.page.locator("#id_person option", has_text="Cumbria Police").first
    name = person.inner_text().split(",")[0]
    me.fill(person=person.get_attribute("value")).press("Appoint")
    me.become("Cumbria Police", name)
    me.go(me.case).press("The panel room: both sides, independence, the decision")
    me.fill(declares="yes").press("Record this declaration")
    assert "You declared:" in me.page.content()
    me.go(f"{me.case}/brief").go(me.case)
    me.act("review", "Record this review", outcome="reviewed", note="All read.")
    me.talk(["executive@cumbria-school", f"executive@{other}"])
    me.act("decide", "Record the decision", decision="Assess.", reasons="The risk.")
    assert me.status() == "Decided"
    me.go(f"{me.case}/room")
    assert "Was it carried out?" in me.page.content()


@pytest.mark.dear
@pytest.mark.parametrize("way", of_this_run(WAYS, 2))
def test_lincolnshire_to_the_chaired_meeting(walk: Begin, way: dict[str, object]) -> None:
    school, other = "Lincolnshire Meadow School", "lincolnshire-social-care"
    care = "Lincolnshire Children's Social Care"
    me = walk(**way).become(school, "Class teacher")
    me.raise_concern("lincolnshire", other, "course-of-action")
    me.talk([f"practitioner@{other}"]).escalate()
    me.become(school, "Designated safeguarding lead")
    me.act("review", "Record this review", outcome="justified", note="It is.")
    me.talk([f"manager@{other}"]).escalate()
    me.become(school, "Senior Liaison Officer").talk([f"slo@{other}"]).escalate()
    me.go(f"{me.case}/convene").fill(
        present=[f"slo@{other}"], on=(30, 11, 2027), start="10:00"
    ).press("Arrange this meeting")
    assert me.page.url.endswith(f"{me.case}/meetings")
    assert "Put it in your calendar" in me.page.content()
    me.go(f"{me.case}/appoint").fill(office="independent_chair")
    person = me.page.locator("#id_person option", has_text="Lincolnshire Police").first
    name = person.inner_text().split(",")[0]
    me.fill(person=person.get_attribute("value")).press("Appoint")
    me.become("Lincolnshire Police", name)
    me.talk(["slo@lincolnshire-school", f"slo@{other}"], act="meet", outcome="resolved")
    me.become(school, "Senior Liaison Officer").act(
        "resolve", "Propose this outcome", outcome="The plan is changed."
    )
    me.become(care, "Senior Liaison Officer").act("confirm", "Confirm this outcome")
    assert me.status() == "Resolved"


@pytest.mark.dear
@pytest.mark.parametrize("way", of_this_run(SWAPPED, 2))
def test_st_helens_to_mediation(walk: Begin, way: dict[str, object]) -> None:
    school, other = "St Helens Meadow School", "st-helens-social-care"
    me = walk(**way).become(school, "Class teacher")
    me.raise_concern("st-helens", other, "decision")
    me.talk([f"practitioner@{other}"]).escalate()
    me.become(school, "Designated safeguarding lead").talk([f"manager@{other}"])
    me.act("refer_up", "Refer it up", reason="No agreement yet.").escalate()
    me.act("submit", "Record that it was sent", form="escalation_notice",
           to=[f"service_lead@{other}", "business_manager"])  # fmt: skip
    me.become(school, "Head teacher").talk([f"service_lead@{other}"]).escalate()
    # a mediation meeting without who it needs is refused, and no reason passes it
    me.become("St Helens Safeguarding Children Partnership", "Chair of the")
    me.go(f"{me.case}/meet").fill(
        present=["executive@st-helens-school"], means="online", said="x", outcome="unresolved"
    ).press("Record this")
    assert "SH-13" in me.page.content()
    assert me.page.locator("#override").count() == 0
    me.talk(["key_partner", "executive@st-helens-school", f"executive@{other}",
             "business_manager"], act="meet", outcome="resolved")  # fmt: skip
    me.become(school, "Head teacher").act(
        "resolve", "Propose this outcome", outcome="The plan is changed."
    )
    me.become("St Helens Children's Social Care", "Head of service").act(
        "confirm", "Confirm this outcome"
    )
    assert me.status() == "Resolved"


@pytest.mark.dear
@pytest.mark.parametrize("way", of_this_run(WAYS, 2))
def test_bromley_to_the_panels_decision(walk: Begin, way: dict[str, object]) -> None:
    school, other = "Bromley Meadow School", "bromley-social-care"
    chair = ("Bromley Safeguarding Children Partnership", "BSCP Chair")
    me = walk(**way).become(school, "Class teacher")
    me.raise_concern("bromley", other, "need-for-action")
    me.talk([f"practitioner@{other}"]).escalate()
    me.become(school, "Designated safeguarding lead").talk([f"manager@{other}"]).escalate()
    me.become(school, "Head teacher").talk([f"service_lead@{other}"])
    me.talk(["board_rep@bromley-school", f"board_rep@{other}"]).escalate()
    me.become(*chair)
    name = ""
    for agency in ("Bromley Meadow School", "Bromley Children's Social Care", "Bromley Police"):
        me.go(f"{me.case}/appoint").fill(office="panel_member", executive_member="yes")
        person = me.page.locator("#id_person option", has_text=agency).first
        name = person.inner_text().split(",")[0]
        me.fill(person=person.get_attribute("value")).press("Check first")
        assert "may be appointed." in me.page.content()
        me.press("Appoint")
    me.become("Bromley Police", name)
    me.talk(["executive@bromley-school", f"executive@{other}"], act="hear")
    me.act("decide", "Record the decision", decision="Assess.", reasons="Collectively.")
    assert me.status() == "Decided"


@pytest.mark.parametrize("address", ["/", "/sign-in", "/area/sandwell", "/area/st-helens?day_day=17&day_month=12&day_year=2026&clock=16:45", "/area/bromley?day_day=99&day_month=1&day_year=x"])  # fmt: skip
def test_pages_that_anybody_reads(walk: Begin, address: str) -> None:
    walk(javascript=False, axe=False).go(address)
    walk(width=320).go(address)
