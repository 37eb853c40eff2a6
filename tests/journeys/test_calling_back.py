"""Whoever sent a concern wrongly calls it back to the end, in a browser, with JavaScript or not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.jobs import job
from tests.journeys.walking import Walk
from tests.turns import of_this_run

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
SCHOOL, TRUST = "Sandwell Meadow School", "sandwell-childrens-trust"


@job("practitioner/call-back")
@pytest.mark.parametrize("javascript", of_this_run((True, False), 2))
def test_a_teacher_calls_a_concern_back_from_the_wrong_agency(
    walk: Begin, javascript: bool
) -> None:
    # given a concern that went to the wrong agency, which can open it
    me = walk(javascript=javascript).become(SCHOOL, "Class teacher")
    me.raise_concern("sandwell", TRUST, "threshold")
    other = walk(javascript=javascript)
    other.case = me.case
    other.become("Sandwell Children's Trust", "Team manager").reads("Plum Invented")
    # when the teacher says from whom and why, name and agency are asked about first
    me.go(f"{me.case}/call-back").fill(recipient=f"agency:{TRUST}", why="It was another council.")
    me.press("Go on, to check the name and agency")
    me.reads("You are about to call it back from: Everybody there, Sandwell Children's Trust")
    expect(me.page.locator(f"[name=recipient][value='agency:{TRUST}']")).to_be_checked()
    assert me.page.input_value("#id_why") == "It was another council."
    # then it is called back, and the breach says so
    me.press("Yes, call it back now")
    assert "/breaches/" in me.page.url
    me.reads("Sandwell Children's Trust", "It was another council.")
    # and the agency has it no longer
    answer = other.page.goto(other.server + me.case)
    assert answer is not None
    assert answer.status == 404
