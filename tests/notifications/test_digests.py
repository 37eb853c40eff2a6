"""Digests: what can wait comes once a working day, and what is urgent or due never waits."""

from datetime import datetime, timedelta

from concord.cases.models import Case
from concord.notifications.delivery import Worker
from concord.notifications.models import Kind, MailState
from concord.rules.clock import LONDON
from tests.notifications.conftest import AT, RAISER, Acting, Rounds, hours, told_to
from tests.notifications.peer import Peer
from tests.notifications.sending import Clock, Person, SignIn, drain


def test_a_digest_brings_what_can_wait_once_a_working_day_and_never_what_is_urgent(
    opened: Case, act: Acting, rounds: Rounds, peer: Peer, worker: Worker, clock: Clock,
    person: Person, as_person: SignIn,
) -> None:  # fmt: skip
    # given somebody who asks for a digest
    client = as_person("manager", "sandwell-childrens-trust")
    client.post("/notices/digest", {"digest": "yes"})
    user = person("manager", "sandwell-childrens-trust")
    act("escalate", RAISER)
    rounds(AT)
    act("file", RAISER, AT + hours(1))
    rounds(AT + hours(1))
    clock.at = AT + hours(1)
    drain(worker, clock, timedelta(minutes=30))
    assert user.email not in {address for address, _ in peer.taken}
    # when the next working day begins
    morning = datetime(2026, 11, 24, 8, tzinfo=LONDON)
    rounds(morning)
    rounds(morning)
    clock.at = morning
    drain(worker, clock, timedelta(minutes=30))
    # then one mail holds them all
    mine = [message for address, message in peer.taken if address == user.email]
    assert len(mine) == 1
    body = str(mine[0].get_payload())
    assert body.count(f"Case {opened.reference}.") == 3
    assert body.count("If you cannot sign in") == 1
    # and in Concord they are the same notices, without the digest itself
    assert {each.kind for each in told_to(user) if each.state != MailState.DIGESTED} == {
        Kind.DIGEST
    }
    assert "What came together" not in client.get("/notices").content.decode()
    # what is urgent is mailed at once
    act("file", RAISER, morning + hours(1), facts={"immediate_risk": True})
    rounds(morning + hours(1))
    clock.at = morning + hours(1)
    drain(worker, clock, timedelta(minutes=30))
    mine = [message for address, message in peer.taken if address == user.email]
    assert str(mine[-1]["Subject"]).startswith("Urgent")
    client.post("/notices/digest", {"digest": "no"})
    assert "as they come" in client.get("/notices").content.decode()


def test_a_digest_holds_back_no_reminder_until_it_is_late(
    opened: Case, act: Acting, rounds: Rounds, peer: Peer, worker: Worker, clock: Clock,
    person: Person, as_person: SignIn,
) -> None:  # fmt: skip
    as_person("manager", "sandwell-school").post("/notices/digest", {"digest": "yes"})
    act("escalate", RAISER)
    while clock.at < AT + timedelta(days=4):
        rounds(clock.at)
        worker.go_round()
        clock.on(minutes=30)
    mine = [
        (f"{note.sent.astimezone(LONDON):%d %H:%M}", note.kind, note.rung)
        for note in told_to(person("manager", "sandwell-school"))
        if note.sent
    ]
    # the limit is the end of 26 November: what comes after the next digest is mailed itself
    assert mine == [
        ("24 08:00", "digest", ""), ("26 08:00", "digest", ""), ("26 08:00", "reminder", "due"),
        ("27 08:00", "reminder", "late"),
    ]  # fmt: skip
