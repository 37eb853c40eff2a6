"""Mail by SMTP: in order, once in Concord, visible when it fails, and nothing lost in an outage."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from concord.cases.models import Case
from concord.directory.models import Agency, Partnership, Post, User
from concord.notifications.bounces import NoBounce, take_bounce
from concord.notifications.delivery import MOST_TRIES, Worker, claim, rest_after
from concord.notifications.models import Channel, Kind, MailState, Notice
from concord.notifications.smtp import Smtp
from concord.rules.clock import LONDON
from tests.notifications.conftest import AT, RAISER, Acting, Rounds, hours, told_to
from tests.notifications.peer import Peer, free_port, listening

Person = Callable[[str, str], User]
SignIn = Callable[[str, str], Client]
LEASE = timedelta(minutes=2)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at

    def on(self, **more: float) -> None:
        self.at += timedelta(**more)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def port(settings: Settings) -> int:
    settings.EMAIL_PORT = free_port()
    return int(settings.EMAIL_PORT)


@pytest.fixture
def peer(port: int) -> Iterator[Peer]:
    peer = Peer()
    with listening(peer, port):
        yield peer


@pytest.fixture
def worker(clock: Clock) -> Iterator[Worker]:
    worker = Worker(clock, Smtp(), LEASE)
    yield worker
    worker.carrier.close()


def waiting(case: Case, *people: User) -> list[Notice]:
    """Notices whose mail waits, one to each of these people in turn."""
    return [
        Notice.objects.create(
            key=f"n{n}", kind=Kind.ACT, act="file", case=case, recipient=user, told=AT,
            state=MailState.WAITING, not_before=AT,
        )
        for n, user in enumerate(people)
    ]  # fmt: skip


def staff(count: int) -> list[User]:
    return [
        User.objects.create_user(f"p{n}@example.org", f"Person {n} Invented") for n in range(count)
    ]


def drain(worker: Worker, clock: Clock, until: timedelta = timedelta(hours=1)) -> None:
    """Go round, as the clock goes on, until nothing waits."""
    end = clock.at + until
    while clock.at < end and Notice.objects.filter(state=MailState.WAITING).exists():
        if not worker.go_round():
            clock.on(seconds=30)


def test_mail_goes_out_in_order_each_with_its_own_number(
    opened: Case, peer: Peer, worker: Worker, clock: Clock
) -> None:
    notices = waiting(opened, *staff(50))
    drain(worker, clock)
    assert peer.ids == [notice.message_id for notice in notices]
    assert len(set(peer.ids)) == 50
    assert not Notice.objects.exclude(state=MailState.SENT).exists()


@pytest.mark.parametrize("how", ["closed", "451 4.3.0 not now", "421 4.3.2 closing"])
def test_a_server_that_refuses_for_a_day_takes_everything_afterwards_in_order(
    opened: Case, port: int, worker: Worker, clock: Clock, how: str,
    person: Person, as_person: SignIn,
) -> None:  # fmt: skip
    # given a full outbox
    notices = waiting(opened, *(staff(40) * 3))
    peer = Peer()
    # when the server refuses for a day
    if how == "closed":
        refused(worker, clock)
    else:
        peer.answer_to_all = how
        with listening(peer, port):
            refused(worker, clock)
            worker.carrier.close()
    assert peer.taken == []
    assert Notice.objects.filter(state=MailState.WAITING).count() == 120
    # then the business manager sees it
    shown = as_person("business_manager", "sandwell").get("/notices/undelivered").content.decode()
    assert "120 mails wait" in shown
    # and afterwards everything goes, in order, nothing lost and nothing doubled
    peer.answer_to_all = ""
    with listening(peer, port):
        drain(worker, clock)
    assert peer.ids == [notice.message_id for notice in notices]
    assert Notice.objects.filter(state=MailState.SENT).count() == 120
    assert Notice.objects.count() == 120
    assert Channel.objects.get().streak == 0


def refused(worker: Worker, clock: Clock) -> None:
    """A day of trying, every minute."""
    end = clock.at + timedelta(days=1)
    while clock.at < end:
        assert worker.go_round() == 0
        clock.on(minutes=1)


def test_one_address_that_is_not_taken_holds_up_nobody_and_fails_visibly(
    opened: Case, peer: Peer, worker: Worker, clock: Clock, as_person: SignIn
) -> None:
    slow, *others = staff(5)
    peer.answer_to[slow.email] = "451 4.2.2 mailbox full"
    notices = waiting(opened, slow, *others, slow)
    drain(worker, clock, timedelta(minutes=10))
    assert peer.ids == [notice.message_id for notice in notices[1:-1]]
    drain(worker, clock, timedelta(days=3))
    for notice in (notices[0], notices[-1]):
        notice.refresh_from_db()
        assert notice.state == MailState.FAILED
        assert notice.tries == MOST_TRIES - 1
        assert "451 4.2.2 mailbox full" in notice.error
    shown = as_person("business_manager", "sandwell").get("/notices/undelivered").content.decode()
    assert "451 4.2.2 mailbox full" in shown
    assert opened.reference in shown


def test_tries_are_spread_over_more_than_a_day() -> None:
    assert sum((rest_after(n) for n in range(1, MOST_TRIES)), timedelta()) > timedelta(days=1)
    assert rest_after(1) == timedelta(minutes=1)


def test_two_bad_addresses_in_a_row_do_not_close_the_way_for_others(
    opened: Case, peer: Peer, worker: Worker, clock: Clock
) -> None:
    people = staff(6)
    for bad in people[:3]:
        peer.answer_to[bad.email] = "450 4.2.1 try later"
    waiting(opened, *people)
    drain(worker, clock, timedelta(minutes=20))
    assert {address for address, _ in peer.taken} == {user.email for user in people[3:]}


def test_an_address_that_is_refused_for_good_fails_at_once_and_can_be_tried_again(
    opened: Case, peer: Peer, worker: Worker, clock: Clock, as_person: SignIn, person: Person
) -> None:
    user = person("manager", "sandwell-childrens-trust")
    peer.answer_to[user.email] = "550 5.1.1 no such user"
    [notice] = waiting(opened, user)
    worker.go_round()
    notice.refresh_from_db()
    assert notice.state == MailState.FAILED
    # the agency has no liaison officer: the business manager is told
    told = told_to(person("business_manager", "sandwell"))
    assert [(each.kind, each.about) for each in told] == [(Kind.BOUNCE, notice)]
    # and, once the address is put right, has it tried again
    peer.answer_to.clear()
    manager = as_person("business_manager", "sandwell")
    assert manager.get("/notices/again").status_code == 405
    other = as_person("business_manager", "bromley")
    other.post("/notices/again", {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.state == MailState.FAILED
    manager.post("/notices/again", {"notice": notice.pk})
    clock.at = timezone.now()
    drain(worker, clock)
    notice.refresh_from_db()
    assert notice.state == MailState.SENT
    assert notice.message_id in peer.ids


def test_in_the_demonstration_and_in_tests_no_mail_leaves_for_a_real_address(
    opened: Case, peer: Peer, worker: Worker
) -> None:
    real = User.objects.create_user("somebody@example.com", "Somebody Invented")
    look_alike = User.objects.create_user("somebody@notexample.org", "Somebody Else Invented")
    notices = waiting(opened, real, look_alike)
    worker.go_round()
    assert peer.taken == []
    for notice in notices:
        notice.refresh_from_db()
        assert notice.state == MailState.FAILED
        assert "example.org" in notice.error


def test_two_workers_never_hold_one_notice(opened: Case, clock: Clock) -> None:
    waiting(opened, *staff(30))
    first = {notice.pk for notice in claim("one", AT, LEASE)}
    second = {notice.pk for notice in claim("two", AT, LEASE)}
    assert len(first) == 20
    assert len(second) == 10
    assert not first & second
    assert claim("three", AT + LEASE / 2, LEASE) == []
    # what a killed worker held is free once its lease has run out
    assert {notice.pk for notice in claim("three", AT + LEASE, LEASE)} <= first | second


def test_a_worker_that_lost_its_claim_does_not_send(
    opened: Case, peer: Peer, worker: Worker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(opened, *staff(2))
    send = worker.carrier.send

    def slow(letter: object) -> str:
        # while the first is handed over, another worker takes the second
        Notice.objects.filter(key="n1").update(lease="another")
        return send(letter)  # type: ignore[arg-type]

    monkeypatch.setattr(worker.carrier, "send", slow)
    worker.go_round()
    assert len(peer.taken) == 1
    assert Notice.objects.get(key="n1").state == MailState.WAITING


def test_killed_between_acceptance_and_the_mark_the_repeat_has_the_same_number(
    opened: Case, peer: Peer, worker: Worker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(opened, *staff(1))

    class Killed(BaseException):
        pass

    def accepted_then_killed(letter: object) -> str:
        Smtp().send(letter)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr(worker.carrier, "send", accepted_then_killed)
    with pytest.raises(Killed):
        worker.go_round()
    monkeypatch.undo()
    clock.on(minutes=3)
    again = Worker(clock, Smtp(), LEASE)
    drain(again, clock)
    again.carrier.close()
    assert len(peer.ids) == 2
    assert len(set(peer.ids)) == 1


def test_what_can_wait_goes_in_working_hours_and_urgent_mail_at_night(
    opened: Case, act: Acting, rounds: Rounds, peer: Peer, worker: Worker, clock: Clock
) -> None:
    night = datetime(2026, 11, 28, 3, tzinfo=LONDON)
    act("escalate", RAISER, night)
    rounds(night)
    clock.at = night
    while worker.go_round():
        clock.on(seconds=1)
    assert peer.taken == []
    act("file", RAISER, night + hours(1), facts={"immediate_risk": True})
    rounds(night + hours(1))
    clock.at = night + hours(1)
    worker.go_round()
    assert peer.taken
    assert all(str(message["Subject"]).startswith("Urgent") for _, message in peer.taken)
    urgent = len(peer.taken)
    clock.at = datetime(2026, 11, 30, 8, tzinfo=LONDON)
    drain(worker, clock)
    assert len(peer.taken) > urgent


def dsn(message_id: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    return f"""From: MAILER-DAEMON@example.org
To: concord@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail system could not deliver.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; somebody@example.org
Action: {action}
Status: {status}

--b
Content-Type: message/rfc822

From: concord@example.org
Message-ID: {message_id}
Subject: Concord

Text
--b--
""".encode()


def test_a_bounce_reaches_the_agencys_liaison_officer_once(
    opened: Case, peer: Peer, worker: Worker, clock: Clock, person: Person, as_person: SignIn
) -> None:
    trust = Agency.objects.get(slug="sandwell-childrens-trust")
    officer = User.objects.create_user("officer@example.org", "Officer Invented")
    Post.objects.create(role="slo", title="Senior Liaison Officer", agency=trust, user=officer,
                        partnership=Partnership.objects.get(slug="sandwell"))  # fmt: skip
    user = person("manager", "sandwell-childrens-trust")
    [notice] = waiting(opened, user)
    worker.go_round()
    for _ in range(2):
        assert take_bounce(dsn(notice.message_id), AT).state == MailState.BOUNCED
    told = told_to(officer)
    assert [each.kind for each in told] == [Kind.BOUNCE]
    # in Concord it says whose mail it was; the mail about it does not
    client = Client()
    client.force_login(officer)
    assert user.name in client.get("/notices").content.decode()
    drain(worker, clock)
    address, message = peer.taken[-1]
    assert address == officer.email
    assert user.name not in message.as_string()
    assert user.email not in message.as_string()
    # and a bounce of that goes to the business manager, in Concord alone
    take_bounce(dsn(told[0].message_id), AT)
    [last] = told_to(person("business_manager", "sandwell"))
    assert last.kind == Kind.BOUNCE
    assert last.state == MailState.NONE


def test_a_bounce_by_headers_alone_is_read_too(
    opened: Case, peer: Peer, worker: Worker, person: Person
) -> None:
    [notice] = waiting(opened, person("manager", "sandwell-school"))
    worker.go_round()
    raw = dsn(notice.message_id).replace(b"message/rfc822", b"text/rfc822-headers")
    assert take_bounce(raw, AT).error == "It came back with status 5.1.1."


@pytest.mark.parametrize("raw", [
    b"", b"Subject: Out of office\n\nI am away.", b"\xff\x00\xfe", dsn("<unknown@example.org>"),
    dsn("<" + "0" * 32 + "@example.org>"),
])  # fmt: skip
def test_what_is_no_bounce_of_ours_is_said_plainly(db: None, raw: bytes) -> None:
    with pytest.raises(NoBounce, match=r"^(This is no report|The report is not about)"):
        take_bounce(raw, AT)


def test_a_delay_is_no_bounce(opened: Case, peer: Peer, worker: Worker, person: Person) -> None:
    [notice] = waiting(opened, person("manager", "sandwell-school"))
    worker.go_round()
    with pytest.raises(NoBounce):
        take_bounce(dsn(notice.message_id, action="delayed", status="4.4.1"), AT)
    notice.refresh_from_db()
    assert notice.state == MailState.SENT


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


def test_with_mail_off_notices_stay_in_concord(opened: Case, act: Acting, person: Person) -> None:
    from concord.notifications.loop import go_round

    act("escalate", RAISER)
    go_round(AT, mails=False)
    assert {each.state for each in Notice.objects.all()} == {MailState.NONE}
