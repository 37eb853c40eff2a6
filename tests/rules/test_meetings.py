"""A meeting's times are proposed, one is chosen, and it is held; who must be there is asked first."""

from datetime import datetime, timedelta

from concord.rules.clock import LONDON
from concord.rules.meetings import absent, meetings
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act
from tests.policies.scenes import CARE, scene

FIRST = datetime(2026, 12, 18, 10, tzinfo=LONDON)
SECOND = FIRST + timedelta(hours=5)
BOTH = {"time.1": FIRST.isoformat(), "time.2": SECOND.isoformat()}


def test_times_proposed_arrange_nothing_until_one_is_chosen() -> None:
    # given step 4 in Lincolnshire, where a meeting is arranged in 24 hours
    told = scene("lincolnshire").raised({"immediate_risk": True}).up_to("step-4")
    owed_before = [each for each in told.duties("LI-12") if each.is_open]
    told.done(f"slo@raising convene slo@{CARE}", text=BOTH)
    assert [each for each in told.duties("LI-12") if each.is_open] == owed_before
    [meeting] = meetings(told.state)
    assert (meeting.times, meeting.at) == ((FIRST, SECOND), None)
    # when the other side chooses the second
    told.done(
        f"slo@{CARE} convene slo@raising", of=meeting.number, text={"time.1": SECOND.isoformat()}
    )
    # then it is arranged, and the duty to arrange it is met
    assert meetings(told.state)[0].at == SECOND
    assert len([each for each in told.duties("LI-12") if each.is_open]) == len(owed_before) - 1
    # when it is held
    told.done(f"slo@raising meet slo@{CARE}", of=meeting.number, outcome="unresolved")
    assert meetings(told.state)[0].held is not None
    refused = told.refused(
        f"slo@{CARE} convene slo@raising", of=meeting.number, text={"time.1": FIRST.isoformat()}
    )
    assert refused == "house-6"


def test_only_a_time_that_was_proposed_can_be_chosen() -> None:
    told = scene("sandwell").raised().done(f"manager@raising convene manager@{CARE}", text=BOTH)
    other = {"time.1": (SECOND + timedelta(days=1)).isoformat()}
    for wrong in ({"of": told.n, "text": other}, {"of": told.n}, {"of": 1, "text": BOTH}):
        assert told.refused(f"manager@{CARE} convene manager@raising", **wrong) == "house-6"


def test_whom_the_policy_needs_is_asked_before_the_time_is_set_aside() -> None:
    told = scene("st_helens").raised().up_to("stage-4")
    at, by = told.at, Who("chair")
    sides = tuple(Who("executive", side, agency) for side, agency in told.state.parties.sides)
    call = Record(0, at, at, by, Act.CONVENE, people=sides)
    assert [str(fault.clause) for fault in absent(told.state, call)] == ["SH-13"]
    whole = Record(
        0, at, at, by, Act.CONVENE,
        people=(*sides, Who("key_partner"), Who("business_manager")),
    )  # fmt: skip
    assert list(absent(told.state, whole)) == []
