"""What a practitioner comes to do: the right door, the concern, who has it, going up, the end."""

from collections.abc import Callable

import pytest

from tests.journeys.jobs import job
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
SCHOOL, TRUST = "Sandwell Meadow School", "Sandwell Children's Trust"


@job("practitioner/right-door")
def test_a_stranger_learns_in_a_minute_whether_this_is_the_right_door(walk: Begin) -> None:
    # given a teacher who has never been here
    me = walk(axe=False, width=320).go("/")
    # then danger comes first, and what goes elsewhere is named with its door
    assert me.page.locator("main").inner_text().startswith("Is a child in danger now?")
    me.reads("Call 999", "Multi-Agency Safeguarding Hub", "Whistleblowing", "Families",
             "Local Authority Designated Officer")  # fmt: skip
    # when they choose their area, whom to call stands there with the number
    me.press("Sandwell Children's Safeguarding Partnership (demonstration)")
    me.reads("Answers now:", "MASH", "01632 960", "What it is for")
    # and when what they bring is none of Concord's, they are told whose it is, and nothing is kept
    me.become(SCHOOL, "Class teacher").go("/raise").press("Begin")
    me.fill(risk="no").press("Continue").fill(partnership="sandwell").press("Continue")
    me.fill(matter="whistleblowing").press("Continue")
    me.reads("This goes by another door", "whistleblowing policy", "SA-37")


@job("practitioner/raise")
@job("practitioner/arrived")
def test_a_teacher_raises_in_twelve_screens_and_sees_who_has_it(walk: Begin) -> None:
    me = walk(axe=False).become(SCHOOL, "Class teacher")
    before = len(me.visited)
    # when they raise a concern: every page from the first question to the last press
    me.raise_concern("sandwell", "sandwell-childrens-trust", "threshold")
    pages = me.visited[before:]
    arrived = next(n for n, title in enumerate(pages) if title.startswith("Your concern has been"))
    questions = [title for title in pages[:arrived] if not title.startswith("Raise a concern")]
    assert len(questions) <= 12, questions
    # then it says that it arrived, under which reference, and who has it, by name
    reference = me.case.removeprefix("/case/")
    me.go(f"/raise/sent/{reference}").reads("Its reference", reference, TRUST, "Team manager")
    me.press("See the case, and what happens next")
    me.reads("What happens if they don't?", "Who answers now", "Team manager", "01632 960")
    # and their own list shows it
    me.go("/work").finds(f"case {reference}")


@job("practitioner/go-up")
def test_a_teacher_sees_when_to_go_over_somebodys_head_and_does_it(walk: Begin) -> None:
    me = walk(axe=False).become(SCHOOL, "Class teacher")
    me.raise_concern("sandwell", "sandwell-childrens-trust", "threshold")
    me.reads("It can go to the next stage: Escalation to team manager")
    me.talk(["practitioner@sandwell-childrens-trust"])
    # when talking did not settle it, the page says what comes next, with whom and by when
    me.press("Take it to the next stage")
    me.reads("What comes next: Escalation to team manager", "By the end of", "Team manager",
             "They see the whole case")  # fmt: skip
    me.press("Take it there")
    # then the team manager has it
    assert "Escalation to team manager" in me.stage()
    me.reads("Who answers now", "Team manager")
    me.become(TRUST, "Team manager").reads("Who must do what?", "The referral was closed.")


@job("practitioner/outcome")
@job("practitioner/proof")
def test_a_teacher_learns_the_outcome_and_keeps_proof_for_the_childs_file(walk: Begin) -> None:
    me = walk(axe=False).become(SCHOOL, "Class teacher")
    me.raise_concern("sandwell", "sandwell-childrens-trust", "threshold")
    me.talk(["practitioner@sandwell-childrens-trust"], outcome="resolved")
    me.act("resolve", "Propose this outcome", outcome="The child is assessed this week.")
    me.become(TRUST, "Team manager").act("confirm", "Confirm this outcome")
    # when the teacher looks again, the outcome stands in the list and on the page
    me.become(SCHOOL, "Class teacher")
    me.go("/work").reads("Lately ended", "Resolved")
    me.go(me.case).reads("Resolved", "The child is assessed this week.")
    # then they keep proof: every record on one page to print, and as a file
    me.press("Timeline: every record, for printing too")
    me.reads("The child is assessed this week.", "Confirmed the outcome", "For the child's file")
    assert me.saves("Open as PDF").startswith(b"%PDF-")
    assert me.saves("Open as Word").startswith(b"PK")
    # and say where it is kept
    me.act("file", "Record this", said="On the child's file at school, page 12.")
    me.go(f"{me.case}/timeline").reads("On the child's file at school, page 12.")
