"""No name, initials, date of birth, address or content of a case leaves by mail: a canary in each."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta
from email.message import Message
from typing import Any

import pytest
from pytest_django import Settings

from concord.cases import ledger
from concord.cases.models import Case, Entry, Invitation
from concord.directory.models import Agency, Partnership, Post, User
from concord.notifications.bounces import take_bounce
from concord.notifications.delivery import Worker
from concord.notifications.digests import set_digest
from concord.notifications.loop import go_round
from concord.notifications.models import Kind, MailState, Notice
from concord.notifications.smtp import Smtp
from concord.policies.library import policy_ids
from concord.rules.record import PlannedAction, Record
from concord.rules.record_words import TEXTS
from concord.rules.who import Who
from concord.rules.words import Act, Form, Means, Outcome, Side
from tests.notifications.conftest import AT
from tests.notifications.peer import Peer, free_port, listening
from tests.notifications.test_bounces import dsn

CANARY = "Zyxcanary"
AFTER_A_WHILE = (Act.RESOLVE, Act.WITHDRAW)
BORN = date(2013, 7, 9)
BIRTHDAYS = ("2013-07-09", "09/07/2013", "9/7/2013", "9 July 2013", "09.07.2013")
STRUCTURE = {"key", "stage", "clause", "office", "agency", "written_by"}
"""What of a record's text the policy or the directory fixes: no room for a canary."""


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.EMAIL_PORT = free_port()
    peer = Peer()
    with listening(peer, settings.EMAIL_PORT):
        yield peer


def everywhere(n: int) -> dict[str, object]:
    """A canary in every text that a record can hold."""
    words = {
        field.name: f"{CANARY}-{field.name}"
        for field in fields(Record)
        if field.type in ("str", str) and field.name not in STRUCTURE
    }
    text = {name: f"{CANARY}-{name}" for name in TEXTS}
    text |= {"child.1.name": f"{CANARY} Quince", "child.1.born": BORN.isoformat(),
             "by_name": f"{CANARY} Writer", "note": f"{CANARY} 12 Canary Street B70 8AA"}  # fmt: skip
    return {**words, "text": text, "key": f"k{n}"}


def told(partnership: Partnership, go: Callable[[datetime], None]) -> Case:
    """A case of many acts, each with a canary in every text."""
    agencies = list(Agency.objects.filter(partnerships=partnership)[:2])
    raising, responding = agencies
    at = AT
    by = Who("practitioner", Side.RAISING, raising.slug)
    own = Who("manager", Side.RAISING, raising.slug)
    other = Who("manager", Side.RESPONDING, responding.slug)
    lead = Who("service_lead", Side.RAISING, raising.slug)
    raised: Any = everywhere(1)
    first = Record(1, at, at, by, Act.RAISE, **raised)
    opened = ledger.open_case(partnership, raising, [responding], {}, first, None)
    assert isinstance(opened, ledger.Done)
    plan = PlannedAction(f"{CANARY} visit the home", other, date(2026, 12, 1))
    acts: list[tuple[Act, Who, dict[str, object]]] = [
        (Act.DISCUSS, by, {"people": (Who("practitioner", Side.RESPONDING, responding.slug),),
                           "means": Means.TELEPHONE, "outcome": Outcome.UNRESOLVED}),
        (Act.STATE, by, {}), (Act.ESCALATE, by, {}), (Act.ANSWER, other, {}),
        (Act.NOTIFY, own, {"to": (Who("iro"), Who("business_manager"), Who("chair"))}),
        *meeting_about(own, (other, Who("service_lead", Side.RESPONDING, responding.slug)), at),
        (Act.AGREE, own, {"actions": (plan,)}),
        (Act.COMPLETE, other, {"action": 1, "done": False, "replaced_by": plan}),
        (Act.EXPLAIN, other, {}), (Act.SHORTEN, own, {"due": date(2026, 11, 25)}),
        (Act.CORRECT, own, {"of": 2, "change": {"reason": CANARY}}),
        (Act.SUBMIT, lead, {"form": Form.ESCALATION_TEMPLATE, "to": (Who("business_manager"),)}),
        (Act.FEED_BACK, own, {}), (Act.REFER_UP, own, {}), (Act.ADVISE, own, {}),
        (Act.ESCALATE, own, {}), (Act.SHORTEN, lead, {"due": date(2026, 12, 7)}), (Act.RESOLVE, lead, {}),
        (Act.CONFIRM, Who("service_lead", Side.RESPONDING, responding.slug), {}),
        (Act.REOPEN, by, {}), (Act.WITHDRAW, by, {}),
    ]  # fmt: skip
    for n, (act, who, more) in enumerate(acts, start=2):
        for _ in range(19 if act in AFTER_A_WHILE else 0):
            at += timedelta(days=1)
            go(at)
        at += timedelta(hours=1)
        given: Any = {**everywhere(n), **more}
        if act is Act.CONVENE and "of" in more:
            given["of"] = Entry.objects.filter(case=opened.case, act=act)[0].sequence
        ledger.act(opened.case.reference, Record(0, at, at, who, act, **given), None)
        go(at)
    return opened.case


def meeting_about(
    own: Who, people: tuple[Who, ...], at: datetime
) -> list[tuple[Act, Who, dict[str, object]]]:
    """A meeting arranged, moved and called off, with a canary in its place and each reason."""
    first, second = at + timedelta(days=1), at + timedelta(days=2)
    place = {"where": f"{CANARY} Street", "by_name": f"{CANARY} Writer"}
    calls = 0  # the number of the record that calls it, as the case then has it
    return [
        (Act.CONVENE, own, {"people": people, "text": {**place, "time.1": first.isoformat()}}),
        (Act.CONVENE, own, {"people": people, "of": calls, "done": None,
                            "text": {**place, "time.1": second.isoformat()}}),
        (Act.CONVENE, own, {"people": people, "of": calls, "done": False, "text": place}),
    ]  # fmt: skip


def asked_outside(case: Case, at: datetime) -> Invitation:
    """A professional who has no account is asked, and does not answer."""
    user = User.objects.order_by("pk")[0]
    return Invitation.objects.create(
        case=case,
        number=1,
        invited_by=user,
        name=f"{CANARY} Surgeon",
        post=f"{CANARY} Surgery",
        email="outsider@example.org",
        made=at,
        expires=at + timedelta(days=7),
    )


def words(message: Message) -> str:
    """Everything that leaves, calendar files too, but the address that it goes to."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    bodies = [str(part.get_payload(decode=True), "utf-8") for part in parts]  # type: ignore[arg-type]
    body = "\n".join(bodies).replace("\r\n ", "").replace(f"mailto:{message['To']}", "")
    heads = [
        f"{name}: {value}" for name, value in message.items() if name not in ("To", "X-RcptTo")
    ]
    return "\n".join([*heads, body])


@pytest.mark.parametrize("policy", policy_ids())
def test_no_canary_leaves_by_mail(cast: dict[str, Partnership], peer: Peer, policy: str) -> None:
    # given people, children, agencies and posts whose every name is a canary
    partnership = cast[policy.replace("_", "-")]
    for user in User.objects.all():
        user.name, user.job_title, user.telephone = (
            f"{CANARY} Person",
            CANARY,
            f"07700 900{user.pk % 1000:03}",
        )
        user.email = f"u{user.pk}@example.org"
        user.save()
    for agency in Agency.objects.all():
        agency.name, agency.titles = f"{CANARY} School", {"manager": CANARY}
        agency.save()
    Post.objects.update(title=CANARY)
    # and some who get a digest
    for post in Post.objects.filter(role="manager", partnership=partnership).select_related("user"):
        if post.user:
            set_digest(post.user, True)
    # when a case of many acts is told over two months, late ones too
    now = [AT]
    worker = Worker(lambda: now[0], Smtp())

    def go(at: datetime) -> None:
        now[0] = at
        go_round(at, mails=True)
        while worker.go_round():
            pass

    case = told(partnership, go)
    asked = asked_outside(case, now[0])
    for _ in range(20):
        go(now[0] + timedelta(days=1))
    sent = Notice.objects.filter(state=MailState.SENT).order_by("id")
    take_bounce(dsn(sent[0].message_id), now[0])
    go(now[0])
    worker.carrier.close()
    # then mails of every kind have left
    left = Notice.objects.filter(state__in=(MailState.SENT, MailState.DIGESTED))
    assert {notice.kind for notice in left} >= {
        Kind.ACT, Kind.REMINDER, Kind.BOUNCE, Kind.DIGEST, Kind.OUTSIDER,
    }  # fmt: skip
    assert len(peer.taken) > 10
    methods = {"METHOD:REQUEST", "METHOD:CANCEL"}
    assert all(any(each in words(mail) for _, mail in peer.taken) for each in methods)
    for address, message in peer.taken:
        text = words(message)
        # which say the reference, to nobody outside Concord, and nothing of the case
        assert (case.reference in text) == (address != asked.email)
        assert CANARY.lower() not in text.lower()
        assert "Quince" not in text
        assert not re.search(r"\bZ\.? ?Q\b", text)
        assert not any(each in text for each in BIRTHDAYS)
        assert "Canary Street" not in text
        assert "07700" not in text


def test_the_canary_would_sing(
    opened: Case, peer: Peer, person: Callable[[str, str], User]
) -> None:
    """The check above can fail: a notice that says what somebody wrote is found out."""
    Notice.objects.create(
        key="k", kind=Kind.DUTY, case=opened, recipient=person("manager", "sandwell-school"),
        told=AT, not_before=AT, state=MailState.WAITING,
        owes=[{"what": f"{CANARY} visit", "clause": "SA-16", "due": ""}],
    )  # fmt: skip
    worker = Worker(lambda: AT, Smtp())
    worker.go_round()
    worker.carrier.close()
    assert CANARY in words(peer.taken[0][1])
