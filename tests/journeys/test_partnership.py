"""What the partnership's people come to do: the log, the panel, the decision, the child's officer."""

from collections.abc import Callable

import pytest

from tests.journeys.jobs import job
from tests.journeys.walking import Walk, soon
from tests.turns import of_this_run

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
SCHOOL, TRUST = "Sandwell Meadow School", "Sandwell Children's Trust"
SANDWELL = "Sandwell Children's Safeguarding Partnership"
UNIT = (SANDWELL, "SCSP Business Manager")
BROMLEY = "Bromley Safeguarding Children Partnership"


@job("business-manager/log")
@job("business-manager/policy")
def test_a_business_manager_has_a_complete_log_and_the_policys_review_in_sight(
    walk: Begin,
) -> None:
    me = walk(axe=False).become(*UNIT).press("Agencies")
    me.press(f"{SANDWELL} (demonstration)")
    # then every case stands there with the least data, by how it stands, without chasing anybody
    me.reads("cases, without their children's names", "Open (", "Late (", "Ended (",
             "Gone on without what a clause asks (", "Who keeps others waiting", "By stage")  # fmt: skip
    assert "Invented" not in me.page.locator("main table").first.inner_text()
    assert me.saves("for Excel (XLSX)").startswith(b"PK")
    # and the policy with its version, as Concord reads it, clause by clause
    me.reads("The policy:", "version V0.3", "in effect since", "It names no day for its review.")
    me.follow(me.page.locator("main a[href$='/clauses']").first)
    me.reads("SA-45", "How it is read:")
    # where a review is overdue it says so, the agencies' own too
    me.become("Lincolnshire Safeguarding Children Partnership", "LSCP Business Manager")
    me.go("/partnerships/lincolnshire").reads("adopted it itself", "Review overdue")


@job("business-manager/to-the-chair")
def test_a_formal_case_comes_to_the_chair_in_time(walk: Begin) -> None:
    # given a case that the executives could not settle, and its form
    me = walk(axe=False).become(SCHOOL, "Class teacher")
    me.raise_concern("sandwell", "sandwell-childrens-trust", "threshold")
    last = me.go(f"{me.case}/escalate").page.locator("[name=stage]").last
    me.fill(stage=last.get_attribute("value"), reason="The child cannot wait.")
    me.press("Take it there").become(SCHOOL, "Chief executive of the trust")
    me.act("submit", "Record that it was sent", form="escalation_template", to=["business_manager"])
    # when the business manager looks, it waits for the unit with the day and the clause
    reference = me.case.removeprefix("/case/")
    me.become(*UNIT).go("/partnerships/sandwell")
    me.follow(me.page.get_by_role("link", name="Wait for the Chair or the business unit"))
    row = me.finds(reference).page.locator("tr", has_text=reference)
    assert "SA-31" in row.inner_text() or "SA-" in row.inner_text()
    # then the meeting is called for the Chair, with the bundle that the form froze
    me.go(me.case).press("Panel bundle, frozen at the referral").reads("Version 1")
    me.go(f"{me.case}/convene").fill(
        present=["chair", "executive@sandwell-school", "executive@sandwell-childrens-trust"],
        on=soon(2), start="14:00",
    ).press("Arrange this meeting")  # fmt: skip
    me.become(SANDWELL, "SCSP Chair").go("/work").finds(f"case {reference}")


@job("business-manager/panel")
@job("decider/independent")
@job("decider/bundle")
@job("decider/hear")
@job("decider/decide")
@job("decider/carried-out")
def test_a_panel_that_obeys_the_rules_hears_decides_and_sees_it_carried_out(walk: Begin) -> None:
    school, other = "Bromley Meadow School", "bromley-social-care"
    parties = ["executive@bromley-school", f"executive@{other}"]
    me = walk(axe=False).become(school, "Class teacher")
    me.raise_concern("bromley", other, "need-for-action")
    last = me.go(f"{me.case}/escalate").page.locator("[name=stage]").last
    me.fill(stage=last.get_attribute("value"), reason="The child cannot wait.")
    me.press("Take it there").become(school, "Head teacher")
    me.act("submit", "Record that it was sent", form="panel_referral", to=["chair"])
    # when the Chair makes the panel up, only who may sit is offered, with what is still needed
    me.become(BROMLEY, "BSCP Chair").go(f"{me.case}/appoint")
    me.reads("Still needed:", "A member from another agency.", "Only people whom the policy lets")
    name = ""
    for agency in (school, "Bromley Children's Social Care", "Bromley Police"):
        me.go(f"{me.case}/appoint").fill(office="panel_member", executive_member="yes")
        person = me.page.locator("#id_person option", has_text=agency).first
        name = person.inner_text().split(",")[0]
        me.fill(person=person.get_attribute("value")).press("Appoint")
    # then a member sees whether they are independent, and both sides with the bundle
    me.become("Bromley Police", name).press(
        "The panel room: both sides, independence, the decision"
    )
    me.reads("Are you independent?", "Concord finds nothing against it", "The case from both sides",
             "It is made up as the policy asks.")  # fmt: skip
    me.fill(declares="yes").press("Record this declaration").reads("You declared:")
    me.follow(me.page.get_by_role("link", name="The panel bundle, frozen at the referral"))
    assert me.saves("Open as PDF").startswith(b"%PDF-")
    # and the panel hears both sides, decides and gives its reasons
    me.talk(parties, act="hear")
    me.act("decide", "Record the decision", decision="Assess the child.", reasons="Both agree.")
    assert me.status() == "Decided"
    me.go(f"{me.case}/agree").fill(
        what_1="Assess the child.", owner_1=f"manager@{other}", due_1=soon(5)
    ).press("Record these actions")
    me.go(f"{me.case}/room").reads(
        "Was it carried out?", "Assess the child.", "open", "Both agree."
    )
    me.become("Bromley Children's Social Care", "Team manager").go(f"{me.case}/complete")
    me.fill(done="yes", evidence="The assessment of today.").press("Record this")
    me.reads("The assessment of today.")
    me.become("Bromley Police", name).go(f"{me.case}/room").reads("done, ")


@job("business-manager/learning")
@job("business-manager/directory")
def test_learning_goes_to_the_board_and_the_directory_is_kept_current(walk: Begin) -> None:
    # given a concern that is settled, and a lesson from it
    me = walk(axe=False).become(SCHOOL, "Class teacher")
    me.raise_concern("sandwell", "sandwell-childrens-trust", "threshold")
    me.act("learn", "Record this lesson", lesson="Write down who decides a threshold.",
           theme="Thresholds", group="Quality of practice")  # fmt: skip
    # when the business manager looks, the lesson, its theme and its group stand there
    me.become(*UNIT).go("/partnerships/sandwell").press("What was learned")
    me.reads("Write down who decides a threshold.", "Thresholds", "Quality of practice",
             "Not sent out yet")  # fmt: skip
    me.act("disseminate", "Record this", said="To the board, with the quarterly report.")
    me.go("/partnerships/sandwell/learning").finds("To the board, with the quarterly report.")
    # and somebody who leaves is followed in the post by whoever comes
    me.go("/partnerships/sandwell/directory").page.select_option(
        "#agency", label="Sandwell Council (demonstration)"
    )
    me.press("Show")
    row = me.page.locator("table", has_text="Sandwell Council").locator(
        "tr", has_text="Team manager"
    )
    me.follow(row.get_by_role("link", name="Who is next").first)
    me.fill(who="new", name="Newly Invented", email="newly.invented@example.org", since=soon(0))
    me.follow(me.page.locator("main form button").last)
    me.go("/partnerships/sandwell/directory").finds("Newly Invented", "What was changed lately")


@job("childs-officer/early")
@job("childs-officer/view")
@job("childs-officer/ends")
@pytest.mark.parametrize("width", of_this_run((1280, 320), 2))
def test_the_reviewing_officer_is_told_early_adds_a_view_and_knows_when_it_ends(
    walk: Begin, width: int
) -> None:
    # given a child who is looked after: the page asks who raised it to tell the officer
    me = walk(axe=False).become("St Helens Meadow School", "Class teacher")
    me.raise_concern("st-helens", "st-helens-social-care", "decision", status=["looked_after"])
    me.follow(me.page.locator("a[href*='/notify?for=']").first)
    assert me.page.locator("[name=to][value=iro]").is_checked()
    me.fill(note="The placement may change.").press("Record that they were told")
    # when the officer signs in, it is there for information, with what concerns the child alone
    officer = walk(width=width).become(
        "St Helens Safeguarding Children Partnership", "Independent Reviewing Officer"
    )
    reference = me.case.removeprefix("/case/")
    officer.go("/work").finds("For your information", f"case {reference}")
    officer.go(me.case).reads("Plum Invented", "The referral was closed.", "Who must do what?",
                              "The placement may change.", "Who answers now")  # fmt: skip
    assert "Bruises seen twice." not in officer.page.content()
    # then they add a view, which both sides read
    officer.press("Add your view").fill(said="The review is on Monday: wait for it.")
    officer.press("Add this view").reads("The review is on Monday: wait for it.")
    me.go(f"{me.case}/timeline").reads("The review is on Monday: wait for it.")
    # and when it ends they are told, and read how
    me.act("withdraw", "Withdraw the concern", reason="The placement stays.")
    officer.go(me.case).reads("How it ended", "The placement stays.")
    for _ in range(40):
        officer.page.goto(f"{officer.server}/notices")
        if "The concern was withdrawn" in officer.page.content():
            break
        officer.page.wait_for_timeout(500)
    officer.reads("The concern was withdrawn", reference)
