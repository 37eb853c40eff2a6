"""Meetings on the pages: proposed, chosen, invited to by a file without child data, held."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from concord.cases.ledger import Done, act, state_of
from concord.cases.models import Case, Entry
from concord.notifications.entries import told_as
from concord.notifications.wording import HAPPENED
from concord.rules.clock import LONDON
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from concord.web.forms.act import Scene
from concord.web.forms.meetings import Convening
from concord.web.presenting import Names
from tests.policies.scenes import scene

SignIn = Callable[[str, str], Client]
SCHOOL, TRUST = "sandwell-school", "sandwell-childrens-trust"


def when(number: int, at: datetime) -> dict[str, str]:
    """The fields of one time of the form."""
    end = "" if number == 1 else f"_{number}"
    return {
        f"on{end}_day": str(at.day), f"on{end}_month": str(at.month),
        f"on{end}_year": str(at.year), f"start{end}": f"{at:%H:%M}",
    }  # fmt: skip


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_proposed_chosen_invited_and_held(opened: Case, as_person: SignIn) -> None:
    here = f"/case/{opened.reference}"
    school, trust = as_person("manager", SCHOOL), as_person("manager", TRUST)
    first = (timezone.now().astimezone(LONDON) + timedelta(days=1)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    second = first + timedelta(hours=4)
    asked = {"present": f"manager@{TRUST}", "place": "Plum Invented's home"}
    # given two times proposed
    sent = school.post(
        f"{here}/convene", {**asked, **when(1, second), **when(2, first), "key": "c", "seen": ""}
    )
    assert sent.status_code == 302, unescape(sent.content.decode())
    assert sent["Location"] == f"{here}/meetings"
    number = Entry.objects.get(case=opened, act="convene").sequence
    assert told_as(Entry.objects.get(case=opened, act="convene")) == "convene_proposed"
    assert HAPPENED["convene_proposed"] == "Times for a meeting were proposed"
    assert "A time is to be chosen" in text(trust, f"{here}/meetings")
    file = f"{here}/meetings/{number}/invitation.ics"
    assert trust.get(file).status_code == 404
    # when the other side chooses one
    chosen = {"time": first.isoformat(), "key": "d", "seen": ""}
    assert trust.post(f"{here}/meetings/{number}/choose", chosen).status_code == 302
    # then it can be put in a calendar, with no word of the child
    answer = school.get(file)
    assert answer["Content-Type"].startswith("text/calendar")
    event: Any
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["dtstart"].dt == first
    assert opened.reference in event["summary"]
    assert b"Plum" not in answer.content
    assert b"LOCATION" not in answer.content
    # and the meeting is recorded with who came, its minutes and what was agreed
    held = {
        "present": f"manager@{TRUST}", "means": "meeting", "said": "A visit was agreed.",
        "outcome": "partly", "key": "e", "seen": "", "what_1": "Visit",
        "owner_1": f"manager@{TRUST}", "due_1_day": str(second.day),
        "due_1_month": str(second.month), "due_1_year": str(second.year),
    }  # fmt: skip
    choices = text(school, f"{here}/meetings/{number}/hold")
    held["means"] = "telephone" if 'value="meeting"' not in choices else "meeting"
    if 'value="partly"' not in choices:
        held["outcome"] = "unresolved"
    answer = school.post(f"{here}/meetings/{number}/hold", held)
    assert answer.status_code == 302, unescape(answer.content.decode())
    shown = text(trust, f"{here}/meetings")
    assert "A visit was agreed." in shown
    assert "Who came" in shown
    timeline = text(trust, f"{here}/timeline")
    assert "Proposed times for a meeting" in timeline
    assert "Corrects" not in timeline
    assert [each.plan.what for each in state_of(opened).actions] == ["Visit"]


def test_a_time_after_the_limit_or_past_is_refused_with_what_to_do(
    opened: Case, as_person: SignIn
) -> None:
    school, path = as_person("manager", SCHOOL), f"/case/{opened.reference}/convene"
    now = timezone.now().astimezone(LONDON)
    form = {"present": f"manager@{TRUST}", "key": "c", "seen": ""}
    # given a limit that runs: three working days, from going to stage 1 now
    up = Record(0, timezone.now(), timezone.now(), Who("practitioner", Side.RAISING, SCHOOL),
                Act.ESCALATE)  # fmt: skip
    assert isinstance(act(opened.reference, up, None), Done)
    for at, says in (
        (now - timedelta(days=1), "Enter a day and time to come"),
        (now + timedelta(days=90), "Choose an earlier time: it has to be settled"),
    ):
        answer = school.post(path, {**form, **when(1, at)})
        assert answer.status_code == 422
        assert says in unescape(answer.content.decode())
    assert not Entry.objects.filter(case=opened, act="convene").exists()


def test_a_meeting_that_lacks_whom_the_policy_needs_says_whom_to_ask() -> None:
    told = scene("st_helens").raised().up_to("stage-4")
    chair = Who("chair")
    people = ("executive@raising", "executive@responding", "business_manager", "key_partner")
    offered = Scene(
        state=told.state,
        names=Names(policy=told.state.policy, agencies={}, titles={}, raiser=""),
        seats=(chair,), people=tuple((each, each) for each in people), appointable=(),
        colleagues=(), at=told.at,
    )  # fmt: skip
    fields = {**when(1, told.at + timedelta(days=1)), "key": "c", "seen": ""}
    lacking = Convening({**fields, "present": list(people[:3])}, scene=offered)
    [says] = lacking.errors["present"]
    assert "key partner" in says
    assert "SH-13" in says
    whole = Convening({**fields, "present": list(people)}, scene=offered)
    assert whole.is_valid(), whole.errors
