"""A doctor answers one question without an account; what the service says of itself."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.walking import Walk
from tests.turns import of_this_run

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
WAYS = [
    pytest.param({"javascript": False, "axe": False}, id="without-javascript"),
    pytest.param({"width": 320}, id="320-pixels"),
    pytest.param({"width": 1280}, id="1280-pixels"),
]


@pytest.mark.parametrize("way", of_this_run(WAYS, 3))
def test_a_doctor_answers_one_question_in_three_pages(walk: Begin, way: dict[str, object]) -> None:
    # given a teacher who asks a doctor, by a link in a mail and a code by telephone
    me = walk(**way).become("Sandwell Meadow School", "Class teacher")
    me.raise_concern("sandwell", "sandwell-childrens-trust", "threshold")
    me.go(me.case).press("Ask a professional who is not in the case").fill(
        name="Robin Surgeon", post="General practitioner, Orchard Surgery",
        email="robin.surgeon@orchard.example.org", question="Is it in keeping with a fall?",
        shown="Plum was seen by you on Thursday.",
    ).press("Send the invitation")  # fmt: skip
    link = re.search(r"/invited/[\w-]+", me.page.content())
    assert link
    me.press("Show the code")
    code = re.search(r"\b\d{4} \d{4}\b", me.page.content())
    assert code
    # when the doctor opens the link, types the code and answers
    doctor = walk(**way).go(link[0])
    assert "Plum" not in doctor.page.content()
    doctor.fill(code=code[0]).press("Go on")
    assert "Plum was seen by you on Thursday." in doctor.page.content()
    doctor.fill(advice="No. I would have it looked at today.").press("Send this answer")
    assert doctor.visited == [
        "You are asked for your professional view - Concord", "One question for you - Concord",
        "Thank you: your answer is recorded - Concord",
    ]  # fmt: skip
    # then the teacher reads it
    me.go(f"{me.case}/timeline")
    assert "No. I would have it looked at today." in me.page.content()


@pytest.mark.parametrize("address", ["/help", "/accessibility", "/privacy", "/cookies"])
def test_what_the_service_says_of_itself(walk: Begin, address: str) -> None:
    walk(width=1280, javascript=False, axe=False).go(address)
    walk(width=320).go(address)
