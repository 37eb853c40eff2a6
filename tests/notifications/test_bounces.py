"""Mail that comes back: read from the report, told to who can put it right, once."""

import pytest
from django.test import Client
from pytest_django import Settings

from concord.cases.models import Case
from concord.directory.models import Agency, Partnership, Post, User
from concord.notifications.bounces import NoBounce, take_bounce
from concord.notifications.covering import tell_cover
from concord.notifications.delivery import Worker
from concord.notifications.models import Kind, MailState, Notice
from tests.notifications.conftest import AT, told_to
from tests.notifications.peer import Peer
from tests.notifications.sending import Clock, Person, SignIn, drain, waiting


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


def test_mail_about_no_single_case_that_fails_is_seen_and_told(
    cast: None, peer: Peer, worker: Worker, clock: Clock, person: Person, as_person: SignIn,
    settings: Settings,
) -> None:  # fmt: skip
    settings.CONCORD_MAIL = "smtp"
    # Given somebody who is to cover a post, whose address does not work,
    cover = person("service_lead", "sandwell-childrens-trust")
    peer.answer_to[cover.email] = "550 5.1.1 no such user"
    post = Post.objects.get(user=cover, role="service_lead")
    post.pk, post.covers, post.since, post.until = None, True, AT.date(), AT.date()
    post.save()
    told = tell_cover(post, AT)
    assert told is not None
    # when the mail that says so is refused,
    worker.go_round()
    told.refresh_from_db()
    assert told.state == MailState.FAILED
    # then those who can put it right are told, and the business manager sees it and sends it again.
    [bounce] = Notice.objects.filter(kind=Kind.BOUNCE, about=told)
    assert bounce.recipient != cover
    manager = as_person("business_manager", "sandwell")
    shown = manager.get("/notices/undelivered").content.decode()
    assert "No one case: you cover a post while its holder is away" in shown
    assert "550 5.1.1 no such user" in shown
    assert bounce.recipient is not None
    own = Client()
    own.force_login(bounce.recipient)
    assert "A mail did not reach a colleague in your agency" in own.get("/notices").content.decode()
    manager.post("/notices/again", {"notice": str(told.pk)})
    told.refresh_from_db()
    assert told.state == MailState.WAITING
    # and the mail that tells of it names no case, and says where to look.
    del peer.answer_to[cover.email]
    drain(worker, clock)
    letters = [str(each.get_payload(decode=True), "utf-8") for _, each in peer.taken]  # type: ignore[arg-type]
    [letter] = [each for each in letters if "did not reach a colleague" in each]
    assert "/notices" in letter
