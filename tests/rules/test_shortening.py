"""A shorter time is one that somebody can still keep to."""

from datetime import date, datetime, timedelta

import pytest

from concord.rules.clock import LONDON
from concord.rules.decide import Refused
from tests.policies.scenes import START, scene

NOON = START.replace(hour=12)


@pytest.mark.parametrize("due", [
    datetime(2026, 12, 17, 10, tzinfo=LONDON), date(2026, 12, 16),
])  # fmt: skip
def test_a_time_that_has_passed_is_no_shorter_time(due: date) -> None:
    # given a limit that runs at noon
    told = scene("sandwell").raised().up_to("stage-1")
    # when it is made to end that morning, or the day before
    clause = told.refused("manager@raising shorten", NOON, due=due, clause="SA-18", reason="soon")
    # then that is refused, with what to do, and the other side is not late
    assert clause == "house-6"
    assert isinstance(told.last, Refused)
    assert told.last.first.instead == "Set a day or a time that is still to come."
    assert "has passed" in told.last.first.why
    assert told.standing("SA-18") == {"due"}


@pytest.mark.parametrize("due", [NOON + timedelta(minutes=5), date(2026, 12, 17)])
def test_a_time_still_to_come_is_taken_even_today(due: date) -> None:
    told = scene("sandwell").raised().up_to("stage-1")
    told.done("manager@raising shorten", NOON, due=due, clause="SA-18", reason="soon")
    assert told.standing("SA-18") == {"due"}


def test_nobody_writes_a_shorter_time_down_once_it_has_passed() -> None:
    told = scene("sandwell").raised().up_to("stage-1")
    told.refused("manager@raising shorten", NOON, due=NOON + timedelta(minutes=5), clause="SA-18",
                 reason="soon", written=NOON + timedelta(hours=1))  # fmt: skip
