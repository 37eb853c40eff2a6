"""What whoever is challenged comes to do: from the mail's link to an answer, and one shared call."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Mailed
from tests.journeys.jobs import job
from tests.journeys.walking import Walk, soon

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
SCHOOL, TRUST = "Sandwell Meadow School", "Sandwell Children's Trust"
MANAGER, TEACHER = "manager@sandwell-childrens-trust", "practitioner@sandwell-school"


def raised(walk: Begin, mailed: Mailed) -> Walk:
    """A teacher's concern, raised with the Children's Trust: urgent, so mailed at any hour."""
    me = walk(axe=False, at=mailed.address).become(SCHOOL, "Class teacher")
    return me.raise_concern("sandwell", "sandwell-childrens-trust", "threshold", risk="yes")


@job("counterpart/grasp")
@job("counterpart/answer")
def test_a_team_manager_answers_in_three_pages_from_the_mails_link(
    walk: Begin, mailed: Mailed
) -> None:
    # given a concern, and the mail that says so and nothing of the child
    me = raised(walk, mailed)
    there = me.page.locator(".concord-side", has_text=TRUST).locator("a[href^='mailto:']")
    link = mailed.link_for(there.first.inner_text(), me.case)
    # when they open its link, once signed in: the first page says what is asked and by when
    other = walk(axe=False, at=mailed.address).become(TRUST, "Team manager")
    other.visited.clear()
    other.go(link).reads(
        "Is the child safe now?", "What is disagreed?", "The referral was closed.",
        "Who must do what?", "By when, and why then?", "A new concern: answer it, or pass it on.",
    )  # fmt: skip
    # the second takes the answer, the third shows it
    other.press("Answer the concern").fill(
        position="We agree in part.", reply="The threshold is met for an assessment.",
        proposes="We visit this week.",
    ).press("Send this answer")  # fmt: skip
    assert len(other.visited) <= 3, other.visited
    other.reads("We agree in part.", "We visit this week.")
    # then whoever raised it reads it
    me.go(me.case).reads("The threshold is met for an assessment.")


@job("counterpart/pass-on")
def test_a_team_manager_passes_it_to_the_right_person(walk: Begin, mailed: Mailed) -> None:
    me = raised(walk, mailed)
    reference = me.case.removeprefix("/case/")
    me.become(TRUST, "Team manager").press("Pass it to the right person")
    worker = me.page.locator("#id_passed_to option", has_text="Social worker").first
    name = worker.inner_text().split(",")[0]
    me.fill(passed_to=worker.get_attribute("value"), reason="They know the child.")
    me.press("Pass it on")
    # then the right person has it, by name, and it needs them
    me.become(TRUST, "Social worker").go("/work").finds("Needs you", f"case {reference}")
    me.go(me.case).reads("A new concern: answer it, or pass it on.", name)


@job("counterpart/one-call")
@job("counterpart/promised")
def test_one_call_is_recorded_once_for_both_and_what_was_promised_is_seen(
    walk: Begin, mailed: Mailed
) -> None:
    # given a call that the team manager writes down
    me = raised(walk, mailed)
    me.become(TRUST, "Team manager").act(
        "discuss", "Record this", present=[TEACHER], means="telephone",
        said="We agreed to visit on Friday.", outcome="partly",
    )  # fmt: skip
    # when the teacher looks, it is there already: one press agrees it
    me.become(SCHOOL, "Class teacher").reads("Is the record right?")
    me.follow(me.page.get_by_role("link", name="Record 2").first)
    me.reads("We agreed to visit on Friday.")
    me.fill(right="yes").press("Send this answer")
    me.go(f"{me.case}/timeline").reads("We agreed to visit on Friday.", "Agreed by the other side")
    # then the promise, with its owner and date, stands in their own list
    me.become(TRUST, "Team manager").go(f"{me.case}/agree").fill(
        what_1="Visit the child at home.", owner_1=MANAGER, due_1=soon(3)
    )
    me.press("Record these actions").reads("Visit the child at home.")
    me.go("/work").finds("Your actions", "Visit the child at home.")
