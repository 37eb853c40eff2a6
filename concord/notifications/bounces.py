"""Mail that did not arrive: whoever can put it right is told.

A bounce is read from the report that mail servers send, matched by our own Message-ID. It reaches
the Senior Liaison Officer of the recipient's agency; where there is none, or it is their own, the
business manager. Of a professional who is not in Concord it reaches whoever invited them, and the
business manager.
"""

import email
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message

from django.db import transaction

from concord.directory.models import Partnership, Post, User
from concord.directory.questions import holders
from concord.notifications.inviting import looks_after
from concord.notifications.models import Kind, MailState, Notice
from concord.notifications.wording import BOUNCED, OF_NO_CASE
from concord.rules.clock import LONDON

_MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@[^>\s]+>")


class NoBounce(ValueError):
    """The message is no report of a failed delivery, or not of a mail of ours."""


def take_bounce(raw: bytes, at: datetime) -> Notice:
    """Take in a report of a failed delivery (a message, RFC 3464). Raises NoBounce.

    Taking in the same report again changes nothing.
    """
    message = email.message_from_bytes(raw)
    if not any(status.startswith("failed") for status in _actions(message)):
        raise NoBounce("This is no report that a mail failed for good.")
    numbers = set(_numbers(message))
    with transaction.atomic():
        notice = Notice.objects.filter(message_id__in=numbers).first()
        if notice is None:
            raise NoBounce("The report is not about a mail of this instance.")
        changed = Notice.objects.filter(
            pk=notice.pk, state__in=(MailState.SENT, MailState.WAITING)
        ).update(state=MailState.BOUNCED, error=_why(message), lease="", leased_until=None)
        if changed:
            undelivered(notice, at)
    notice.refresh_from_db()
    return notice


def _actions(message: Message) -> Iterator[str]:
    """What the report says became of each recipient: "failed", "delayed", ..."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                if isinstance(block, Message) and block["Action"]:
                    yield str(block["Action"]).strip().lower()


def _why(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                if isinstance(block, Message) and block["Status"]:
                    return f"It came back with status {str(block['Status']).strip()[:20]}."
    return "It came back."


def _numbers(message: Message) -> Iterator[str]:
    """The Message-IDs of the mails that the report returns, whole or by their headers."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            for inner in part.get_payload():
                if isinstance(inner, Message) and inner["Message-ID"]:
                    yield str(inner["Message-ID"]).strip()
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            yield from _MESSAGE_ID.findall(text)


def undelivered(notice: Notice, at: datetime) -> None:
    """Tell whoever can put it right that a mail did not arrive. In the caller's transaction."""
    if notice.case_id is None:
        gathered = notice.gathered.exclude(case=None).select_related("case__partnership").first()
        case = gathered.case if gathered else None
    else:
        case = notice.case
    if not notice.mail_address:
        return
    where = [case.partnership] if case else _partnerships_of(notice.recipient, at)
    told = (user for each in where for user in _who_puts_right(notice, each, at))
    of_no_case = "" if case else OF_NO_CASE
    for user in dict.fromkeys(told):
        Notice.objects.get_or_create(
            key=f"bounce:{notice.pk}:{notice.attempts}:{user.pk}",
            defaults={
                "kind": Kind.BOUNCE, "case": case, "recipient": user, "told": at, "about": notice,
                "state": MailState.NONE if notice.kind == Kind.BOUNCE else MailState.WAITING,
                "not_before": at, "urgent": notice.urgent,
                "act": BOUNCED if notice.outsider_id else of_no_case,
            },
        )  # fmt: skip


def _partnerships_of(user: User | None, at: datetime) -> list[Partnership]:
    """Where somebody holds a post: a mail that is about no case is put right there."""
    held = Post.objects.held(at.astimezone(LONDON).date()).filter(user=user)
    return list(Partnership.objects.filter(posts__in=held).distinct().order_by("pk"))


def _who_puts_right(notice: Notice, partnership: Partnership, at: datetime) -> list[User]:
    if notice.outsider is not None:
        units = (post.user for post in holders("business_manager", partnership, at))
        asked = (*looks_after(notice.outsider, at), *units)
        return list(dict.fromkeys(user for user in asked if user is not None))
    day = at.astimezone(LONDON).date()
    homes = Post.objects.held(day).filter(
        user=notice.recipient, partnership=partnership, agency__isnull=False
    )
    posts: list[Post] = []
    if notice.kind != Kind.BOUNCE:
        for home in homes:
            posts += holders("slo", partnership, at, home.agency)
    posts = posts or list(holders("business_manager", partnership, at))
    users = dict.fromkeys(post.user for post in posts if post.user is not None)
    others = [user for user in users if user != notice.recipient]
    if not others:
        posts = list(holders("business_manager", partnership, at))
        others = [post.user for post in posts if post.user and post.user != notice.recipient]
    return others
