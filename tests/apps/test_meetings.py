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
from concord.directory.models import User
from concord.notifications.entries import told_as
from concord.notifications.loop import go_round
from concord.notifications.wording import HAPPENED
from concord.rules.clock import LONDON
from concord.rules.decide import Refused
from concord.rules.may import acts_for
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from concord.web.forms.act import Scene
from concord.web.forms.meetings import Convening
from concord.web.leading import Lead, lead, meeting_limit
from concord.web.presenting import Names
from tests.policies.scenes import scene

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
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


def test_proposed_chosen_invited_and_held(opened: Case, as_person: SignIn, person: Person) -> None:
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
    assert HAPPENED["convene_proposed"].startswith("Times for a meeting were proposed")
    assert "A time is to be chosen" in text(trust, f"{here}/meetings")
    file = f"{here}/meetings/{number}/invitation.ics"
    assert trust.get(file).status_code == 404
    # which the other side is asked to choose among, in its list and on the case's page
    assert "Times for a meeting are proposed: choose one." in text(trust, "/work")
    assert f"{here}/meetings/{number}/choose" in text(trust, here)
    assert "Times for a meeting are proposed" not in text(school, "/work")
    # and told what to do if none of them works: who called it, and who else can change it
    caller = person("manager", SCHOOL)
    caller.telephone = "01632 960777"
    caller.save()
    works = f"choose none, and tell whoever called it: {caller.name} (Designated safeguarding lead), 01632 960777."
    for path in (f"{here}/meetings", f"{here}/meetings/{number}/choose"):
        assert works in text(trust, path)
        assert "the business manager can do so too: tell " in text(trust, path)
    assert "choose none" not in text(school, f"{here}/meetings"), "who called it can change it"
    assert "No time works: what to do" in text(trust, here)
    go_round(timezone.now(), mails=False)
    notices = text(trust, "/notices")
    assert "If you cannot come, tell whoever called it:" in notices
    assert f'href="{here}/meetings"' in notices
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
    assert "Times for a meeting are proposed" not in text(trust, "/work")
    assert b"Plum" not in answer.content
    assert b"LOCATION" not in answer.content
    # and who cannot come then is told whom to tell
    assert "If you cannot come, tell whoever called it: " in text(trust, f"{here}/meetings")
    assert "If you cannot come" not in text(school, f"{here}/meetings")
    # and the meeting is recorded with who came, its minutes and what was agreed
    held = {
        "present": f"manager@{TRUST}", "means": "meeting", "said": "A visit was agreed.",
        "outcome": "partly", "key": "e", "seen": "", "what_1": "Visit",
        "owner_1": f"manager@{TRUST}", "due_1_day": str(second.day),
        "due_1_month": str(second.month), "due_1_year": str(second.year),
        "otherwise": "Both could come sooner.",
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


def arranged(opened: Case, school: Client, *times: datetime) -> int:
    """A meeting that the school calls at one time, or proposes; its number."""
    sent = school.post(f"/case/{opened.reference}/convene", {
        "present": f"manager@{TRUST}", "place": "Plum Invented's home", "key": "c", "seen": "",
        **{name: value for n, at in enumerate(times, 1) for name, value in when(n, at).items()},
    })  # fmt: skip
    assert sent.status_code == 302, unescape(sent.content.decode())
    return Entry.objects.get(case=opened, act="convene").sequence


def tomorrow(hour: int) -> datetime:
    return (timezone.now().astimezone(LONDON) + timedelta(days=1)).replace(
        hour=hour, minute=0, second=0, microsecond=0
    )


def in_file(answer: Any) -> tuple[Calendar, Any]:
    calendar: Any = Calendar.from_ical(answer.content)
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_moved_and_called_off_with_a_reason_in_everybodys_calendar(
    opened: Case, as_person: SignIn
) -> None:
    here = f"/case/{opened.reference}/meetings"
    school, trust = as_person("manager", SCHOOL), as_person("manager", TRUST)
    number = arranged(opened, school, tomorrow(10))
    file = f"{here}/{number}/invitation.ics"
    calendar, first = in_file(trust.get(file))
    assert calendar["METHOD"] == "REQUEST"
    assert first["SEQUENCE"] == 0
    assert first["ORGANIZER"] == "mailto:concord@example.org"
    assert first["DTSTART"].params["TZID"] == "Europe/London"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    # when it is moved: first without saying why, then with
    moved = {"on_day": str(tomorrow(15).day), "on_month": str(tomorrow(15).month),
             "on_year": str(tomorrow(15).year), "start": "15:00", "key": "m", "seen": ""}  # fmt: skip
    assert school.post(f"{here}/{number}/move", moved).status_code == 422
    moved["reason"] = "The paediatrician cannot come before."
    assert school.post(f"{here}/{number}/move", moved).status_code == 302
    # then the same meeting has another time, and the page says why
    calendar, second = in_file(trust.get(file))
    assert (second["UID"], second["SEQUENCE"]) == (first["UID"], 1)
    assert second["DTSTART"].dt == tomorrow(15)
    assert "The paediatrician cannot come before." in text(trust, here)
    # when it is called off
    off = {"reason": "The chair is ill.", "key": "o", "seen": ""}
    assert school.post(f"{here}/{number}/call-off", off).status_code == 302
    # then the file takes it out of the calendar, and nothing more can be done with it
    calendar, last = in_file(trust.get(file))
    assert (calendar["METHOD"], last["STATUS"]) == ("CANCEL", "CANCELLED")
    assert (last["UID"], last["SEQUENCE"]) == (first["UID"], 2)
    shown = text(trust, here)
    assert "Called off" in shown
    assert "The chair is ill." in shown
    for page in ("move", "call-off", "choose", "hold"):
        answer = school.get(f"{here}/{number}/{page}")
        assert answer.status_code == 409
        assert "This meeting was called off already" in answer.content.decode()
    timeline = text(trust, f"/case/{opened.reference}/timeline")
    assert "Moved a meeting" in timeline
    assert "Called off a meeting" in timeline
    assert [told_as(each) for each in Entry.objects.filter(case=opened, act="convene")] == [
        "convene", "convene_moved", "convene_off",
    ]  # fmt: skip


def test_who_may_choose_move_or_call_off_and_a_refusal_says_who(
    opened: Case, as_person: SignIn
) -> None:
    here = f"/case/{opened.reference}/meetings"
    school, trust = as_person("manager", SCHOOL), as_person("manager", TRUST)
    below = as_person("practitioner", SCHOOL)
    number = arranged(opened, school, tomorrow(10), tomorrow(12))
    # somebody below those who are asked does not choose for them
    refused = below.get(f"{here}/{number}/choose")
    assert refused.status_code == 403
    assert "chosen by those who are asked" in unescape(refused.content.decode())
    assert f"{here}/{number}/choose" not in text(below, here)
    # who is asked may choose, and may not put it off
    chosen = {"time": tomorrow(12).isoformat(), "key": "d", "seen": ""}
    assert trust.post(f"{here}/{number}/choose", chosen).status_code == 302
    answer = trust.post(f"{here}/{number}/call-off", {"reason": "No.", "key": "o", "seen": ""})
    assert answer.status_code == 403
    assert "by whoever called it, or by the business manager" in unescape(answer.content.decode())
    assert "call-off" not in text(trust, here)
    # the same is refused by the rules, whatever page asks
    by = Who("manager", Side.RESPONDING, TRUST)
    at = timezone.now()
    said = act(opened.reference, Record(
        0, at, at, by, Act.CONVENE, of=number, done=False, reason="No."), None)  # fmt: skip
    assert isinstance(said, Refused)
    assert "whoever called it" in said.first.why
    past = Record(0, at, at, Who("manager", Side.RAISING, SCHOOL), Act.CONVENE, of=number,
                  reason="Earlier.", text={"time.1": at.isoformat()})  # fmt: skip
    said = act(opened.reference, past, None)
    assert isinstance(said, Refused)
    assert "time to come" in said.first.why


def test_a_duty_to_meet_leads_to_arranging_the_meeting_and_then_to_recording_it() -> None:
    # given the Chair's stage, where the business manager convenes the meeting and holds it (SA-31)
    told = scene("sandwell").raised().up_to("stage-4")
    manager = Who("business_manager")

    def way() -> Lead | None:
        [owed] = told.duties("SA-31")
        return lead(told.state, owed, manager, acts_for(told.state, manager, told.at), told.at)

    first = way()
    assert first is not None
    assert (first.act, first.filled["present"]) == (Act.CONVENE, ["chair"])
    # once arranged, it is to be recorded
    time = {"time.1": (told.at + timedelta(days=1)).isoformat()}
    told.done("business_manager convene chair", text=time)
    number = told.n
    then = way()
    assert then is not None
    assert (then.act, then.meeting) == (Act.MEET, number)
    # and called off, to be arranged anew
    told.done("business_manager convene chair", of=number, done=False, reason="The chair is ill.")
    again = way()
    assert again is not None
    assert (again.act, again.meeting) == (Act.CONVENE, None)


def test_a_meeting_called_off_was_not_arranged() -> None:
    # given the date that is to be set within 24 hours (LI-12)
    told = scene("lincolnshire").raised().up_to("step-4")

    def date_is_set() -> bool:
        [duty] = [each for each in told.duties("LI-12") if "Set the date" in each.what]
        return not duty.is_open

    assert not date_is_set()
    time = {"time.1": (told.at + timedelta(days=1)).isoformat()}
    told.done("manager@raising convene manager@responding", text=time)
    assert date_is_set()
    told.done("manager@raising convene manager@responding", of=told.n, done=False, reason="Snow.")
    assert not date_is_set()
    # neither can anybody move what is called off
    clause = told.refused(
        "manager@raising convene manager@responding", of=told.n - 1, reason="Later.", text=time
    )
    assert clause == "house-6"


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


def test_a_duty_to_meet_has_a_limit_of_its_own_inside_that_of_the_stage() -> None:
    # given the Chair's stage: the meeting within 7 working days (SA-31), all of it within 20
    told = scene("sandwell").raised().up_to("stage-4")
    limit = meeting_limit(told.state, told.at)
    assert limit is not None
    assert limit.clause == "SA-31"
    offered = Scene(
        state=told.state,
        names=Names(policy=told.state.policy, agencies={}, titles={}, raiser=""),
        seats=(Who("business_manager"),), people=(("chair", "the Chair"),), appointable=(),
        colleagues=(), at=told.at,
    )  # fmt: skip
    fields = {"present": ["chair"], "key": "c", "seen": ""}
    late = Convening({**fields, **when(1, told.at + timedelta(days=20))}, scene=offered)
    [says] = late.errors["on"]
    assert "Choose an earlier time" in says
    assert "(SA-31)" in says
    assert Convening({**fields, **when(1, told.at + timedelta(days=2))}, scene=offered).is_valid()


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
