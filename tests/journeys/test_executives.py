"""What an executive comes to do: one page, the urgency, the equal, the formal process."""

from collections.abc import Callable

import pytest

from tests.journeys.jobs import job
from tests.journeys.walking import Walk, soon

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
SCHOOL, OTHER = "Cumbria Meadow School", "cumberland-council"
CHIEF = "Chief executive of the trust"


def with_the_executives(walk: Begin) -> Walk:
    """A concern that has come up to the executives of both agencies."""
    me = walk(axe=False).become(SCHOOL, "Class teacher")
    me.raise_concern("cumbria", OTHER, "threshold")
    me.talk([f"practitioner@{OTHER}"])
    me.go(f"{me.case}/escalate")
    stage = me.page.get_by_label("Executive managers")
    me.fill(stage=stage.get_attribute("value"), reason="The child cannot wait.")
    return me.press("Take it there").become(SCHOOL, CHIEF)


@job("executive/one-page")
@job("executive/equal")
def test_an_executive_reads_one_page_and_settles_it_with_the_equal(walk: Begin) -> None:
    me = with_the_executives(walk).press("The brief: the case on one page, for printing too")
    # then one page says what, why, who, until when, what was tried, and what can be done
    me.reads("Is the child safe now?", "The referral was closed.", "An assessment.",
             "Who must do what?", "By when, and why then?", "Both positions",
             "What was tried at each stage", "Who answers now", "What you can do")  # fmt: skip
    assert me.saves("Open as PDF").startswith(b"%PDF-")
    assert me.saves("Open as Word").startswith(b"PK")
    # when they have spoken with their equal, the outcome is proposed and confirmed
    me.talk([f"executive@{OTHER}"], outcome="resolved").press(
        "The brief: the case on one page, for printing too"
    )
    me.press("Propose that it is resolved").fill(outcome="The plan is changed.")
    me.press("Propose this outcome")
    me.become("Cumberland Council", "Director").press("Confirm the outcome, or say why not")
    me.press("Confirm this outcome")
    assert me.status() == "Resolved"


@job("executive/formal")
@job("executive/urgency")
def test_an_executive_starts_the_formal_process_and_sets_how_urgent_it_is(walk: Begin) -> None:
    me = with_the_executives(walk).talk([f"executive@{OTHER}"])
    me.escalate().act("notify", "Record that they were told", to=["chair", "business_manager"])
    me.reads("CU-13", "7 working days at most")
    # when a longer time than the policy's is set it is refused, and why
    me.go(f"{me.case}/shorten").fill(by=soon(40), reason="It can wait.").press("Set this time")
    me.reads("Not recorded yet", "CU-13")
    # then a shorter one holds, for everybody to see
    me.fill(by=soon(1), time="12:00", reason="The child goes home on Friday.").press(
        "Set this time"
    )
    me.reads("made shorter for this case")
    me.become("Cumberland Council", "Director").reads("made shorter for this case")
