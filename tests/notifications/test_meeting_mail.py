"""The mail of a meeting: everybody is told, with a file that their calendar understands."""

from datetime import datetime, timedelta
from email.message import Message
from typing import Any

from icalendar import Calendar

from concord.cases.models import Case, Entry
from concord.notifications.delivery import Worker
from concord.rules.clock import LONDON
from tests.notifications.conftest import AT, SCHOOL, TRUST, Acting, Rounds, hours, told_to
from tests.notifications.peer import Peer
from tests.notifications.sending import Clock, Person, drain

FIRST = datetime(2026, 11, 25, 10, tzinfo=LONDON)


def files(peer: Peer, address: str) -> list[tuple[Message, Any]]:
    """The calendar files that came to somebody: the part of the mail, and what it says."""
    return [
        (part, Calendar.from_ical(part.get_payload(decode=True)))  # type: ignore[arg-type]
        for to, message in peer.taken
        for part in message.walk()
        if to == address and part.get_content_type() == "text/calendar"
    ]


def test_arranged_moved_and_called_off_each_goes_to_everybody_with_its_file(
    opened: Case, act: Acting, rounds: Rounds, peer: Peer, worker: Worker, clock: Clock,
    person: Person,
) -> None:  # fmt: skip
    asked = person("manager", "sandwell-childrens-trust")
    where = {"where": "Plum Invented's home"}
    # given times proposed: no file yet
    times = {"time.1": FIRST.isoformat(), "time.2": (FIRST + hours(4)).isoformat()}
    act("convene", SCHOOL, people=(TRUST,), text={**where, **times})
    number = Entry.objects.get(case=opened, act="convene").sequence
    # when one is chosen, moved, and called off
    for by, other, more in (
        (TRUST, SCHOOL, {"text": {"time.1": FIRST.isoformat()}}),
        (SCHOOL, TRUST, {"reason": "Plum is ill.",
                         "text": {"time.1": (FIRST + timedelta(days=1)).isoformat()}}),
        (SCHOOL, TRUST, {"reason": "Plum is seen.", "done": False}),
    ):  # fmt: skip
        act("convene", by, people=(other,), of=number, **more)
    rounds(AT)
    drain(worker, clock)
    # then who was asked is told of each that another did
    assert [each.act for each in told_to(asked) if each.act.startswith("convene")] == [
        "convene_proposed", "convene_moved", "convene_off",
    ]  # fmt: skip
    caller = person("manager", "sandwell-school")
    assert [each.act for each in told_to(caller) if each.act.startswith("convene")] == ["convene"]
    # each with a file: of the same meeting, always a later one, for them alone
    moved, off = files(peer, asked.email)
    [chosen] = files(peer, caller.email)
    events = [calendar.walk("VEVENT")[0] for _, calendar in (chosen, moved, off)]
    assert [part.get_param("method") for part, _ in (chosen, moved, off)] == [
        "REQUEST", "REQUEST", "CANCEL",
    ]  # fmt: skip
    assert [str(calendar["METHOD"]) for _, calendar in (chosen, moved, off)] == [
        "REQUEST", "REQUEST", "CANCEL",
    ]  # fmt: skip
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert [event["DTSTART"].dt for event in events] == [
        FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=1),
    ]  # fmt: skip
    assert [str(event["ATTENDEE"]) for event in events] == [
        f"mailto:{caller.email}", f"mailto:{asked.email}", f"mailto:{asked.email}",
    ]  # fmt: skip

    # who is asked is told in mail and file what to do if they cannot come; not once it is off
    def says(message: Message) -> str:
        return "".join(
            str(part.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]
            for part in message.walk()
            if part.get_content_type() == "text/plain"
        )

    bodies = [says(message) for to, message in peer.taken if to == asked.email]
    about = [body for body in bodies if "meeting" in body.lower()]
    assert ["If you cannot come, tell whoever called it" in body for body in about] == [
        True, True, False,
    ]  # fmt: skip
    assert "whom to tell if you cannot come" in str(events[0]["DESCRIPTION"])
    # and neither mail nor file says a word of the child, the place or the reason
    assert not any("Plum" in message.as_string() for _, message in peer.taken)


def test_a_mail_that_goes_late_says_what_stood_when_it_was_told(
    opened: Case, act: Acting, rounds: Rounds, peer: Peer, worker: Worker, clock: Clock,
    person: Person,
) -> None:  # fmt: skip
    act("convene", SCHOOL, people=(TRUST,), text={"time.1": FIRST.isoformat()})
    number = Entry.objects.get(case=opened, act="convene").sequence
    act("convene", SCHOOL, people=(TRUST,), of=number, reason="Ill.", done=False)
    rounds(AT)
    drain(worker, clock)
    first, second = files(peer, person("manager", "sandwell-childrens-trust").email)
    assert [str(calendar["METHOD"]) for _, calendar in (first, second)] == ["REQUEST", "CANCEL"]
