"""An invitation that is not answered: its outsider and its inviter are reminded, and ask again."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from concord.cases import invitations
from concord.cases.models import Case, Invitation
from concord.directory.models import Post
from concord.notifications.bounces import take_bounce
from concord.notifications.delivery import Worker
from concord.notifications.loop import go_round
from concord.notifications.models import Kind, MailState, Notice
from concord.rules.clock import LONDON
from tests.apps.test_invitations import ASKS, invite, page_of, read_out, teacher
from tests.apps.test_pages import text
from tests.notifications.conftest import Rounds, told_to
from tests.notifications.peer import Peer
from tests.notifications.sending import Clock, Person, SignIn
from tests.notifications.test_bounces import dsn

__all__ = ["teacher"]


WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=LONDON)
"""Half of a week from here falls in the night before a Monday; a working day is left on Tuesday."""


@pytest.fixture
def asked(opened: Case, teacher: Client) -> Invitation:
    return invite(teacher, opened)[0]


def told(person: Person, role: str = "practitioner", where: str = "sandwell-school") -> list[str]:
    return [each.act for each in told_to(person(role, where)) if "invitation" in each.act]


def by_the_hour(rounds: Rounds, since: datetime, until: datetime) -> None:
    while since < until:
        rounds(since)
        since += timedelta(hours=1)


def test_reminded_before_it_runs_out_and_told_when_it_has(
    asked: Invitation, rounds: Rounds, person: Person, teacher: Client
) -> None:
    # when nobody answers for its week
    by_the_hour(rounds, asked.made, asked.expires)
    # then the inviter is reminded at half the time, a working day before, and at the end
    assert told(person) == ["invitation_waits"] * 3
    half = Notice.objects.filter(act="invitation_waits").first()
    assert half is not None and half.not_before is not None
    assert timedelta(days=3, hours=11) < half.told - asked.made < timedelta(days=3, hours=14)
    # and told once when it has run out
    by_the_hour(rounds, asked.expires, asked.expires + timedelta(hours=5))
    assert told(person)[3:] == ["invitation_ran_out"]
    assert "ran out without an answer" in text(teacher.get("/notices"))
    # who asks again with the same words
    shown = text(teacher.get(page_of(asked)))
    again = f"/case/{asked.case.reference}/invite?again={asked.number}"
    assert again in shown
    assert str(ASKS["question"]) in text(teacher.get(again))
    second, _ = invite(teacher, asked.case, key="again")
    assert second.pk != asked.pk


def test_what_is_answered_or_ended_reminds_nobody(
    asked: Invitation, rounds: Rounds, person: Person, teacher: Client
) -> None:
    teacher.post(page_of(asked), {"action": "end"})
    by_the_hour(rounds, asked.made, asked.expires + timedelta(hours=2))
    assert told(person) == []


def test_after_an_outage_only_the_latest_late_and_a_jumping_clock_tells_nothing_twice(
    asked: Invitation, rounds: Rounds, person: Person
) -> None:
    rounds(asked.expires - timedelta(minutes=30))
    assert told(person) == ["invitation_waits"]
    rounds(asked.made + timedelta(days=4))
    rounds(asked.expires - timedelta(minutes=30))
    assert told(person) == ["invitation_waits"]
    for jump in (3, -100, 1, -2, 50):
        rounds(asked.expires + timedelta(hours=jump))
    assert told(person) == ["invitation_waits", "invitation_ran_out"]
    last = told_to(person("practitioner", "sandwell-school"))[-1]
    assert last.late_by == timedelta(hours=3)
    assert max(Counter(Notice.objects.values_list("key", flat=True)).values()) == 1


def test_once_the_inviter_has_left_the_business_manager_is_told(
    asked: Invitation, rounds: Rounds, person: Person
) -> None:
    Post.objects.filter(user=asked.invited_by).update(until=asked.made.date() - timedelta(days=1))
    rounds(asked.expires + timedelta(minutes=1))
    assert told(person) == []
    assert told(person, "business_manager", "sandwell") == ["invitation_ran_out"]


def test_a_code_works_no_longer_than_the_invitation(
    asked: Invitation, rounds: Rounds, teacher: Client
) -> None:
    code = read_out(teacher, asked)
    rounds(asked.expires + timedelta(minutes=1))
    asked.refresh_from_db()
    assert asked.ended == asked.expires
    assert not asked.answered
    assert code not in text(teacher.get(page_of(asked)))


def mails_to(peer: Peer, address: str) -> list[tuple[str, str]]:
    """Subject and words of every mail to an address, in order."""
    return [
        (str(message["Subject"]), str(message.get_payload(decode=True), "utf-8"))  # type: ignore[arg-type]
        for to, message in peer.taken
        if to == address
    ]


def made_at(asked: Invitation, at: datetime) -> datetime:
    """The invitation as if it had been made then, for its week. Returns when."""
    asked.made, asked.expires = at, at + timedelta(days=7)
    asked.save()
    return at


def send_by_the_hour(rounds: Rounds, worker: Worker, clock: Clock, until: datetime) -> None:
    while clock.at < until:
        rounds(clock.at)
        while worker.go_round():
            pass
        clock.on(hours=1)


def test_the_outsider_is_reminded_too_in_working_hours_with_no_link_code_or_word_of_the_case(
    asked: Invitation, rounds: Rounds, peer: Peer, worker: Worker, clock: Clock, teacher: Client
) -> None:
    # given an invitation, of which every word is the inviter's
    code = read_out(teacher, asked)
    made_at(asked, datetime(2026, 11, 23, 12, tzinfo=LONDON))
    # when nobody answers for its week, and the mail server takes what is sent
    clock.at = asked.made
    send_by_the_hour(rounds, worker, clock, asked.expires + timedelta(days=3))
    # then the outsider has a mail at half the time, a working day before, at the end, and after it
    mails = mails_to(peer, asked.email)
    assert [subject for subject, _ in mails] == [
        *["Concord: your professional view is still asked for"] * 3,
        "Concord: the question to you has closed",
    ]
    # each in working hours, told apart by a number of its own
    sent = Notice.objects.filter(outsider=asked)
    assert [each.rung for each in sent] == ["half_time", "one_day_left", "due", "ran_out"]
    assert all(8 <= each.sent.astimezone(LONDON).hour < 18 for each in sent if each.sent)
    assert all(each.sent and each.sent.astimezone(LONDON).weekday() < 5 for each in sent)
    # that says how to get on, and nothing of the case, its people, a link or a code
    for _, words in mails:
        assert "business unit" in words.lower()
        assert "999" in words
        for secret in (
            "Plum", "bruising", "Robin", "Surgeon", asked.case.reference, "http", "/invited",
            code, code.replace(" ", ""), asked.invited_by.name,
        ):  # fmt: skip
            assert secret not in words
    # and who looks after it sees when they were reminded
    shown = text(teacher.get(page_of(asked)))
    assert shown.count(": sent") == 4


def test_the_inviters_own_reminder_waits_for_working_hours_too(
    opened: Case, teacher: Client, rounds: Rounds
) -> None:
    asked, _ = invite(teacher, opened)
    # given an invitation of a Saturday night's making: half the time falls in the night
    made_at(asked, datetime(2026, 11, 21, 21, tzinfo=LONDON))
    at = datetime(2026, 11, 25, 9, 1, tzinfo=LONDON)
    rounds(at.replace(hour=20))
    told = Notice.objects.filter(key__startswith="invitation:")
    assert {each.kind for each in told} == {Kind.ACT, Kind.OUTSIDER}
    opens = datetime(2026, 11, 26, 8, tzinfo=LONDON)
    assert [each.not_before for each in told] == [opens, opens]


def test_who_answers_meanwhile_is_not_reminded(
    asked: Invitation, rounds: Rounds, peer: Peer, worker: Worker, clock: Clock, teacher: Client
) -> None:
    # given reminders that wait for the morning
    clock.at = asked.made + timedelta(days=4)
    rounds(clock.at)
    waits = Notice.objects.filter(key__startswith="invitation:", state=MailState.WAITING)
    assert waits.count() == 2
    # when the question is ended, before the loop has been round
    invitations.withdraw(asked, clock.at)
    clock.on(days=1)
    # then the worker sends the outsider nothing
    while worker.go_round():
        pass
    assert mails_to(peer, asked.email) == []
    # and the loop spares both
    Notice.objects.filter(act="invitation_waits").update(state=MailState.WAITING)
    rounds(clock.at)
    states = Notice.objects.filter(key__startswith="invitation:").values_list("state", flat=True)
    assert set(states) == {MailState.SPARED}


def test_a_later_reminder_takes_the_place_of_one_whose_mail_still_waits(
    asked: Invitation, rounds: Rounds
) -> None:
    by_the_hour(rounds, asked.made, asked.expires + timedelta(hours=1))
    own = Notice.objects.filter(outsider=asked).order_by("id")
    assert [each.state for each in own] == [*[MailState.SPARED] * 3, MailState.WAITING]


def test_a_mail_to_an_outsider_that_does_not_arrive_reaches_the_inviter_and_the_business_unit(
    asked: Invitation, rounds: Rounds, peer: Peer, worker: Worker, clock: Clock, person: Person,
    as_person: SignIn, teacher: Client,
) -> None:  # fmt: skip
    peer.answer_to[asked.email] = "550 5.1.1 no such user"
    clock.at = made_at(asked, WEDNESDAY)
    send_by_the_hour(rounds, worker, clock, WEDNESDAY + timedelta(days=5))
    failed = Notice.objects.get(outsider=asked)
    assert failed.state == MailState.FAILED
    for role, where in (("practitioner", "sandwell-school"), ("business_manager", "sandwell")):
        bounces = [each for each in told_to(person(role, where)) if each.kind == Kind.BOUNCE]
        assert [each.about for each in bounces] == [failed]
    said = text(teacher.get("/notices"))
    assert "did not arrive: ring them" in said
    assert "end the invitation and ask again" in said
    # and the business manager sees whose it was, and can have it sent again
    manager = as_person("business_manager", "sandwell")
    shown = text(manager.get("/notices/undelivered"))
    assert asked.email in shown
    assert "Robin Surgeon, General practitioner" in shown
    peer.answer_to.clear()
    manager.post("/notices/again", {"notice": failed.pk})
    clock.at = max(clock.at, timezone.now()) + timedelta(minutes=1)
    while worker.go_round():
        pass
    assert len(mails_to(peer, asked.email)) == 1
    # a mail that was taken and comes back is told the same way
    take_bounce(dsn(failed.message_id), clock.at)
    failed.refresh_from_db()
    assert failed.state == MailState.BOUNCED


def test_one_outsiders_address_that_is_not_taken_holds_up_no_other(
    asked: Invitation, rounds: Rounds, peer: Peer, worker: Worker, clock: Clock, teacher: Client
) -> None:
    other, _ = invite(teacher, asked.case, key="other", email="sam.nurse@nursery.example.org")
    peer.answer_to[asked.email] = "451 4.2.2 mailbox full"
    clock.at = max(made_at(asked, WEDNESDAY), made_at(other, WEDNESDAY))
    send_by_the_hour(rounds, worker, clock, WEDNESDAY + timedelta(days=5))
    assert len(mails_to(peer, other.email)) == 1
    assert Notice.objects.get(outsider=asked).state == MailState.WAITING


def test_without_mail_an_outsider_is_told_nothing(
    asked: Invitation, rounds: Rounds, person: Person
) -> None:
    go_round(asked.expires - timedelta(minutes=30), mails=False)
    assert told(person) == ["invitation_waits"]
    assert not Notice.objects.filter(kind=Kind.OUTSIDER).exists()


@pytest.mark.parametrize("wrong", [{"kind": Kind.OUTSIDER}, {"kind": Kind.ACT, "outsider": True},
                                   {"kind": Kind.OUTSIDER, "outsider": True, "recipient": True}])  # fmt: skip
def test_a_notice_is_to_a_person_or_to_an_outsider_never_both(
    asked: Invitation, wrong: dict[str, object]
) -> None:
    if "outsider" in wrong:
        wrong = {**wrong, "outsider": asked}
    if "recipient" in wrong:
        wrong = {**wrong, "recipient": asked.invited_by}
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(key="k", case=asked.case, told=asked.made, **wrong)
