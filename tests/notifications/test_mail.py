"""Mail by SMTP: in order, once in Concord, visible when it fails, and nothing lost in an outage."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from concord.cases.models import Case
from concord.directory.models import User
from concord.notifications.delivery import MOST_TRIES, Worker, claim, rest_after
from concord.notifications.models import Channel, Kind, MailState, Notice
from concord.notifications.smtp import Smtp
from concord.rules.clock import LONDON
from tests.notifications.conftest import AT, RAISER, Acting, Rounds, hours, told_to
from tests.notifications.peer import Peer, listening
from tests.notifications.sending import LEASE, Clock, Person, SignIn, drain, refused, staff, waiting


def test_mail_goes_out_in_order_each_with_its_own_number(
    opened: Case, peer: Peer, worker: Worker, clock: Clock
) -> None:
    notices = waiting(opened, *staff(50))
    drain(worker, clock)
    assert peer.ids == [notice.message_id for notice in notices]
    assert len(set(peer.ids)) == 50
    assert not Notice.objects.exclude(state=MailState.SENT).exists()


@pytest.mark.dear
@pytest.mark.parametrize("how", [
    "closed", "451 4.3.0 not now", "421 4.3.2 closing", "550 5.7.1 relaying denied", "550 no",
])  # fmt: skip
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


def test_one_address_that_is_not_taken_holds_up_nobody_and_fails_visibly(
    opened: Case, peer: Peer, worker: Worker, clock: Clock, as_person: SignIn
) -> None:
    slow, *others = staff(5)
    peer.answer_to[slow.email] = "451 4.2.2 mailbox full"
    notices = waiting(opened, slow, *others, slow)
    drain(worker, clock, timedelta(minutes=10))
    assert peer.ids == [notice.message_id for notice in notices[1:-1]]
    drain(worker, clock, timedelta(days=3), rest=timedelta(minutes=10))
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


def test_a_refusal_that_names_no_cause_is_the_addresss_once_somebody_else_is_served(
    opened: Case, peer: Peer, worker: Worker, clock: Clock
) -> None:
    refused_one, other = staff(2)
    peer.answer_to[refused_one.email] = "550 no"
    [notice] = waiting(opened, refused_one)
    # given nobody to compare with, it rests: the server may be refusing everybody
    worker.go_round()
    notice.refresh_from_db()
    assert notice.state == MailState.WAITING
    assert notice.next_try == clock.at + rest_after(1)
    # when the server takes another's mail
    Notice.objects.create(
        key="other", kind=Kind.ACT, act="file", case=opened, recipient=other, told=AT,
        state=MailState.WAITING, not_before=AT,
    )  # fmt: skip
    clock.on(minutes=1)
    worker.go_round()
    # then it has failed, visibly
    notice.refresh_from_db()
    assert (notice.state, notice.error) == (MailState.FAILED, "550 no")


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


def test_each_person_gets_theirs_in_order_however_many_workers(opened: Case, clock: Clock) -> None:
    # given more to each person than one worker takes, and something urgent at the end
    people = staff(5)
    notices = waiting(opened, *(people * 10))
    first = claim("one", AT, LEASE)
    assert [each.pk for each in first] == [each.pk for each in notices[:20]]
    # then another worker takes none of theirs while the first holds some, but what is urgent
    assert claim("two", AT, LEASE) == []
    Notice.objects.filter(pk=notices[-1].pk).update(urgent=True)
    assert [each.pk for each in claim("two", AT, LEASE)] == [notices[-1].pk]
    Notice.objects.filter(pk=notices[-6].pk).update(urgent=True)
    assert claim("three", AT, LEASE) == []
    # and goes on once those are sent
    Notice.objects.filter(pk__in=[each.pk for each in first]).update(state=MailState.SENT)
    taken = claim("three", AT, LEASE)
    assert people[4].pk not in {each.recipient_id for each in taken}
    assert taken[0].pk == notices[20].pk


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


def test_with_mail_off_notices_stay_in_concord(opened: Case, act: Acting, person: Person) -> None:
    from concord.notifications.loop import go_round

    act("escalate", RAISER)
    go_round(AT, mails=False)
    assert {each.state for each in Notice.objects.all()} == {MailState.NONE}
