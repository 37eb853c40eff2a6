"""A lesson that names the child does not leave the case."""

import pytest

from tests.policies.scenes import Scene, scene

CHILD = {"child.1.name": "Ravi Testcase", "child.1.born": "2015-04-03"}


def ended() -> Scene:
    told = scene("sandwell").raised(text=CHILD).up_to("stage-4")
    return told.done("chair decide", decision="Assess.", reasons="Bruises.")


@pytest.mark.parametrize("lesson", [
    "Ravi Testcase should have been visited.", "The visit to ravi came late.",
    "The Testcase family was not asked.", "RT was not seen.", "R.T. was not seen.",
    "R. T. was not seen.", "A child born 3 April 2015 was not seen.",
    "A child (03/04/2015) was not seen.", "A child born 2015-04-03.", "Ravi's plan had no date.",
])  # fmt: skip
def test_a_lesson_that_points_to_the_child_is_refused(lesson: str) -> None:
    told = ended()
    assert told.refused("practitioner@raising learn", text={"lesson": lesson}) == "house-6"
    assert told.refused("business_manager disseminate", text={"note": lesson}) == "house-6"
    # nor does it come in by a correction
    told.done("business_manager learn", text={"lesson": "Visit sooner."})
    assert told.refused(
        "business_manager correct", of=told.n, change={"text": {"lesson": lesson}}
    ) == "house-6"  # fmt: skip


@pytest.mark.parametrize("lesson", [
    "A child should be visited within the week.", "Start the visit on 3 April.",
    "Gravity matters.", "Art is long.",
])  # fmt: skip
def test_a_lesson_that_names_nobody_is_taken(lesson: str) -> None:
    ended().done("practitioner@raising learn", text={"lesson": lesson})


def test_a_name_that_is_a_word_too_is_only_meant_with_its_capital() -> None:
    told = scene("sandwell").raised(text={"child.1.name": "Will Green"}).up_to("stage-4")
    told.done("chair decide", decision="Assess.", reasons="Bruises.")
    told.done("practitioner@raising learn", text={"lesson": "A nurse will go to a green field."})
    assert told.refused("practitioner@raising learn", text={"lesson": "See Will."}) == "house-6"
