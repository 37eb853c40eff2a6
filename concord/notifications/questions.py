"""What pages ask of the notices: how many are unread, which there are, whether the loop runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from concord.cases.models import Checkpoint, Invitation, Outbox
from concord.directory.models import Post, User
from concord.notifications.loop import NAME
from concord.notifications.models import Channel, Heartbeat, Kind, MailState, Notice

SILENCE = timedelta(minutes=10)
"""How long the loop may be silent before health is red."""


def unread(user: User) -> int:
    """How many notices somebody has not marked as read."""
    return _of(user).filter(read=None).count()


def notices_of(user: User, only_unread: bool = False) -> QuerySet[Notice]:
    """Somebody's notices, the latest first, with their cases."""
    found = (
        _of(user)
        .select_related("case", "about__recipient", "about__outsider")
        .order_by("-told", "-id")
    )
    return found.filter(read=None) if only_unread else found


def mark_read(user: User, numbers: Iterable[int] | None, at: datetime) -> int:
    """Mark somebody's own notices as read: these, or (None) all. Returns how many."""
    found = _of(user).filter(read=None)
    if numbers is not None:
        found = found.filter(pk__in=list(numbers))
    return found.update(read=at)


def _of(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=user).exclude(kind=Kind.DIGEST)


def reminders_to(invitation: Invitation) -> list[Notice]:
    """The mails by which a professional who was asked has been reminded, in order."""
    return list(Notice.objects.filter(outsider=invitation).order_by("id"))


def trouble(at: datetime) -> str:
    """Why deadlines may not be told at `at` (aware), in plain words; empty when all is well."""
    last = Heartbeat.objects.filter(name=NAME).first()
    if last is not None and last.stuck and abs(at - last.at) <= SILENCE:
        return f"The deadline loop could not work on {last.stuck} cases."
    return _silence("The deadline loop", last, at)


def mail_trouble(at: datetime) -> str:
    """Why mail may not go out at `at` (aware), where it is on at all; empty when all is well."""
    if settings.CONCORD_MAIL == "none":
        return ""
    return _silence("The mail worker", Heartbeat.objects.filter(name="worker").first(), at)


def sealing_trouble(at: datetime) -> str:
    """Why new records may not be sealed at `at` (aware), in plain words; empty when all is well."""
    return _silence("The process that seals", Heartbeat.objects.filter(name="seal").first(), at)


def _silence(what: str, last: Heartbeat | None, at: datetime) -> str:
    if last is None:
        return f"{what} has not run yet."
    if abs(at - last.at) > SILENCE:
        minutes = int(abs(at - last.at).total_seconds() // 60)
        return f"{what} has not run for {minutes} minutes."
    return ""


@dataclass(frozen=True, slots=True)
class Running:
    """What runs beside the pages, and what waits for it; nothing of it is about a case."""

    loop: datetime | None
    """When the deadline loop last went round; None where it never did. So for the others."""
    worker: datetime | None
    seal: datetime | None
    mails: bool
    """Whether mail is sent at all."""
    to_tell: int
    """How many notices are still to be made of what was recorded."""
    waiting: int
    """How many mails are to be sent."""
    refused_since: datetime | None
    checkpoint: int
    """The number of the last signed checkpoint; 0 where there is none."""
    checkpoint_made: datetime | None


def running() -> Running:
    """When each process last went round, and what waits."""
    last = dict(Heartbeat.objects.values_list("name", "at"))
    refused = Channel.objects.exclude(since=None).first()
    checkpoint = Checkpoint.objects.order_by("-number").first()
    return Running(
        loop=last.get(NAME), worker=last.get("worker"), seal=last.get("seal"),
        mails=settings.CONCORD_MAIL != "none",
        to_tell=Outbox.objects.filter(told=False).count(),
        waiting=Notice.objects.filter(state=MailState.WAITING).count(),
        refused_since=refused.since if refused else None,
        checkpoint=checkpoint.number if checkpoint else 0,
        checkpoint_made=checkpoint.made if checkpoint else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outage:
    """Mail that does not go out because the server refuses everything."""

    since: datetime
    error: str
    waiting: int


def outage() -> Outage | None:
    """Whether the mail server refuses everything now, since when, and how many mails wait."""
    channel = Channel.objects.exclude(since=None).first()
    if channel is None or channel.since is None:
        return None
    waiting = Notice.objects.filter(state=MailState.WAITING).count()
    return Outage(channel.since, channel.error, waiting)


def undelivered(partnerships: Iterable[str]) -> QuerySet[Notice]:
    """What did not arrive, in these partnerships (slugs): failed, come back, or for nobody."""
    vacant = Q(recipient=None, outsider=None)
    wrong = Q(state__in=(MailState.FAILED, MailState.BOUNCED)) | vacant
    where = list(partnerships)
    here = Post.objects.filter(partnership__slug__in=where, user__isnull=False).values("user")
    of_no_case = Q(case=None, recipient__in=here)  # as of cover, and a digest
    found = Notice.objects.filter(wrong, Q(case__partnership__slug__in=where) | of_no_case)
    return found.select_related("case", "recipient", "outsider").order_by("-id")


def try_again(partnerships: Iterable[str], number: int, at: datetime) -> bool:
    """Have a mail that failed or came back sent again. False if there is none such here."""
    found = undelivered(partnerships).filter(pk=number).exclude(recipient=None, outsider=None)
    if not found.exists():
        return False
    changed = Notice.objects.filter(
        pk=number, state__in=(MailState.FAILED, MailState.BOUNCED)
    ).update(state=MailState.WAITING, tries=0, next_try=None, not_before=at, error="")
    return changed == 1
