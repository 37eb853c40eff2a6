"""The notices' tables: what is watched, what was told to whom, and how its mail fared."""

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from concord.cases.models import Case, Entry, Invitation
from concord.directory.models import User


class Watch(models.Model):
    """A case as the loop watches it. Whoever works on the case's notices locks this row."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="watch")


class Standing(models.TextChoices):
    """How a reminder stands."""

    WAITING = "waiting", "Waiting"
    TOLD = "told", "Told"
    SUPERSEDED = "superseded", "Missed, and a later one sent in its place"
    LAPSED = "lapsed", "Not needed any more"


class Kind(models.TextChoices):
    """What a notice is about."""

    ACT = "act", "Something was recorded"
    DUTY = "duty", "Something is owed"
    REMINDER = "reminder", "A limit comes near, or has passed"
    BOUNCE = "bounce", "A mail did not arrive"
    DIGEST = "digest", "What came together since the last one"
    LOOKS = "looks", "Somebody looked at many cases"
    EMERGENCY = "emergency", "A case was opened in an emergency"
    CALLED_BACK = "callback", "What was told was called back"
    BREACH = "breach", "Something was sent to the wrong recipient"
    WITNESS = "witness", "A digest to keep, as a witness"
    OUTSIDER = "outsider", "A professional outside Concord is reminded of a question"
    COVER = "cover", "Somebody covers a post from now or later"
    DISPOSAL = "disposal", "A case is proposed for disposal"
    REQUEST = "request", "A request for access is to be answered"
    UNKNOWN = "unknown", "An agency does not know who raised a concern"


class MailState(models.TextChoices):
    """How a notice's mail fares. Every notice stands in Concord whatever becomes of its mail."""

    NONE = "none", "In Concord only"
    WAITING = "waiting", "Waiting to be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    BOUNCED = "bounced", "Came back"
    SPARED = "spared", "Not needed any more"
    DIGESTED = "digested", "In a digest"


def new_message_id() -> str:
    """A message's own number, kept over every attempt to send it."""
    return f"<{secrets.token_hex(16)}@{settings.CONCORD_MAIL_DOMAIN}>"


class Notice(models.Model):
    """One thing told to one person about one case, once."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="notices")
    recipient = models.ForeignKey(User, models.PROTECT, null=True, related_name="notices")
    """Null: the post and all that stand in for it are vacant. Shown to the business manager."""
    outsider = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="reminders")
    """In place of a recipient: the invitation of a professional who has no account here."""
    post = models.CharField(max_length=80, blank=True)
    """The label of the seat that it is for: "manager@responding"."""
    instead = models.CharField(max_length=400, blank=True)
    """Why it comes to this person, where it is not the holder's own."""
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, related_name="notices")
    act = models.CharField(max_length=20, blank=True)
    rung = models.CharField(max_length=20, blank=True)
    clause = models.CharField(max_length=20, blank=True)
    owes: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(default=list)
    """What is owed, in the policy's words: clause, what, due. Nothing of the case."""
    urgent = models.BooleanField(default=False)
    told = models.DateTimeField()
    late_by = models.DurationField(null=True)
    read = models.DateTimeField(null=True)

    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.NONE)
    message_id = models.CharField(max_length=120, unique=True, default=new_message_id)
    not_before = models.DateTimeField(null=True)
    """When its mail may go at the earliest: working hours, for what can wait."""
    in_digest = models.BooleanField(default=False)
    digest = models.ForeignKey("self", models.SET_NULL, null=True, related_name="gathered")
    about = models.ForeignKey("self", models.CASCADE, null=True, related_name="reported_by")
    """Of a bounce: the notice whose mail did not arrive."""
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often it was claimed, to be handed over."""
    tries = models.PositiveSmallIntegerField(default=0)
    """How often its own address, and not the server, was why it did not go."""
    next_try = models.DateTimeField(null=True)
    lease = models.CharField(max_length=40, blank=True)
    leased_until = models.DateTimeField(null=True)
    sent = models.DateTimeField(null=True)
    sent_as = models.CharField(max_length=80, blank=True)
    """The number that the mail service gave it, where it gives one."""
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(~Q(kind="outsider") & Q(outsider=None))
                | Q(kind="outsider", outsider__isnull=False, recipient=None),
                name="notice_to_user_or_outsider",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["recipient", "-told", "-id"], name="notice_by_person"),
            models.Index(
                fields=["recipient"],
                condition=Q(read=None) & ~Q(kind="digest"),
                name="notice_unread",
            ),
            models.Index(
                fields=["-urgent", "id"],
                condition=Q(state="waiting", in_digest=False),
                name="notice_to_send",
            ),
            models.Index(
                fields=["not_before"],
                condition=Q(state="waiting", in_digest=True),
                name="notice_for_digest",
            ),
            models.Index(
                fields=["case"], condition=Q(state__in=["failed", "bounced"]), name="notice_failed"
            ),
        ]

    @property
    def whom(self) -> tuple[int | None, int | None]:
        """Who its mail is to, to be compared: a person's number, or an invitation's."""
        return (self.recipient_id, self.outsider_id)

    @property
    def mail_name(self) -> str:
        """The name of whoever its mail is to; empty where nobody could be found."""
        to = self.recipient or self.outsider
        return to.name if to else ""

    @property
    def mail_address(self) -> str:
        """Where its mail goes; empty where nobody could be found."""
        to = self.recipient or self.outsider
        return to.email if to else ""


class Reminder(models.Model):
    """One rung of one duty of one case: when it falls due, and whether it was told.

    Unique for case, rule, owner, rung and limit, so that each is told once, whatever the clock
    does and however many loops run.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="reminders")
    rule = models.CharField(max_length=120)
    owner = models.CharField(max_length=80)
    """The label of the seat that owes it: "manager@responding"; "either_side"."""
    action = models.PositiveSmallIntegerField(default=0)
    rung = models.CharField(max_length=20)
    due = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=40, blank=True)
    clause = models.CharField(max_length=20)
    what = models.CharField(max_length=600)
    urgent = models.BooleanField(default=False)
    named: "models.JSONField[list[int]]" = models.JSONField(default=list)
    """The people whom the records name in this seat, the latest first."""
    falls = models.DateTimeField()
    known = models.DateTimeField()
    """When the record was written from which it follows."""
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WAITING)
    told = models.DateTimeField(null=True)
    late_by = models.DurationField(null=True)
    notices: "models.ManyToManyField[Notice, Any]" = models.ManyToManyField(
        Notice, related_name="reminders"
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "rule", "owner", "action", "rung", "due"], name="reminder_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["falls", "case"], condition=Q(standing="waiting"), name="reminder_waiting"
            )
        ]


class Heartbeat(models.Model):
    """When a process last went round, and whether it left anything undone."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    stuck = models.PositiveIntegerField(default=0)
    """Cases that it could not work on in its last round."""
    basis = models.CharField(max_length=64, blank=True)
    """The calendars and rungs by which the limits are watched."""


class Channel(models.Model):
    """The way out for mail: paused while the mail server refuses everything."""

    name = models.CharField(max_length=20, primary_key=True)
    streak = models.PositiveIntegerField(default=0)
    """How many attempts in a row the server has refused."""
    since = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)


class Wish(models.Model):
    """How somebody wants their mail: what can wait as one digest a working day."""

    user = models.OneToOneField(User, models.CASCADE, related_name="wish")
    digest = models.BooleanField(default=False)
