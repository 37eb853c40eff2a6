"""The ledger's tables. `Entry` is the truth; all else can be rebuilt from it."""

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from concord.directory.models import Agency, Partnership, User
from concord.vault import months
from concord.vault.fields import LockedDate, LockedJSON, LockedText, nothing

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """A random reference that says nothing of the child, as "K7QM-4TPD"."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def as_kept(typed: str) -> str:
    """A reference as it is kept, however somebody typed it: small letters, without its hyphen."""
    bare = "".join(each for each in typed.upper() if each.isalnum())
    whole = len(bare) == 8 and all(each in ALPHABET for each in bare)
    return f"{bare[:4]}-{bare[4:]}" if whole else typed.strip().upper()


class Case(models.Model):
    """One disagreement. Keeps the policy version that it began under."""

    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="cases")
    policy_id = models.CharField(max_length=60)
    policy_version = models.CharField(max_length=60)
    calendar_version = models.CharField(max_length=40)
    opened = models.DateTimeField()
    facts = models.JSONField(default=dict)
    last_sequence = models.PositiveIntegerField(default=0)
    salt = models.CharField(max_length=32, default="")
    genesis = models.CharField(max_length=64, default="")
    """The link that the first record follows: seals what the case began with."""
    head = models.CharField(max_length=64, default="")
    """The link of the last record, which the next one follows."""
    disposed = models.DateTimeField(null=True)
    """When it was disposed of: what is left stands in the partnership's register."""


class CaseParty(models.Model):
    """An agency in dispute, and its side."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    side = models.CharField(max_length=12)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="cases")
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["place"]


class Entry(models.Model):
    """One record: append-only, by the database itself."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    written = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    content = models.TextField()
    """What it says, and the salt of its seal, encrypted with the case's key: see `contents`."""
    commitment = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    link = models.CharField(max_length=64)
    """The seal of it: `concord.seals.chain` says how it is made."""

    class Meta:
        ordering: ClassVar[list[str]] = ["sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "sequence"], name="entry_sequence_once"),
            models.UniqueConstraint(fields=["case", "key"], name="entry_key_once"),
            models.UniqueConstraint(fields=["case", "previous"], name="entry_follows_one"),
        ]


class Summary(models.Model):
    """How a case stands: a cache, rebuilt and compared by a command."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="summary")
    sequence = models.PositiveIntegerField()
    stage = models.CharField(max_length=40)
    status = models.CharField(max_length=12)
    next_due = models.DateTimeField(null=True)
    urgent = models.BooleanField(default=False)
    flagged = models.BooleanField(default=False)
    proposed = models.BooleanField(default=False)
    ended = models.DateTimeField(null=True)
    duties = models.JSONField(default=list)
    """What is open: label, clause, what, due. No child's data."""
    brought_in = models.JSONField(default=list)
    attached = models.JSONField(default=list)
    appointed = models.JSONField(default=list)
    open_actions = models.PositiveSmallIntegerField(default=0)
    """Agreed actions neither done nor explained and replaced: an ended case is not finished."""
    open_checks = models.PositiveSmallIntegerField(default=0)
    followed_up = models.BooleanField(default=False)
    """Whether those whom the last record concerns have been told, and their limits are watched.

    Each act sets it back, in its own transaction: none can go untold.
    """

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "next_due", "case"], name="summary_open_by_due"),
            models.Index(
                fields=["case"], condition=models.Q(followed_up=False), name="summary_to_follow_up"
            ),
            models.Index(
                fields=["case"],
                condition=models.Q(open_actions__gt=0) | models.Q(open_checks__gt=0),
                name="summary_with_actions",
            ),
        ]


class Child(models.Model):
    """A child of a case, as the latest records name them: a cache for lists, encrypted."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="children")
    name = LockedText(instead="Name cannot be read")
    born = LockedDate(null=True, instead=nothing)

    def key_name(self) -> str:
        """The name of the key that closes it."""
        return self.case.reference


class ChildWord(models.Model):
    """By what a child is found: the digest of a word of the name, or of the date of birth."""

    child = models.ForeignKey(Child, models.CASCADE, related_name="words")
    digest = models.CharField(max_length=32, db_index=True)


class Brought(models.Model):
    """Who may find a case in a list: a person, or an office of the partnership. A cache."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="brought")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=60, blank=True)
    agency = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "case"], name="brought_by_user"),
            models.Index(fields=["role", "case"], name="brought_by_role"),
        ]


class Outbox(models.Model):
    """What is to be told to whom, written in the act's own transaction; delivered later."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="outbox")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="outbox")
    to = models.CharField(max_length=80)
    """The label of a seat: "manager@responding". Never an address, never content."""
    created = models.DateTimeField()
    told = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "to"], name="outbox_once")
        ]


class Enclosure(models.Model):
    """A supporting document (the policies: "all supporting information") and where it is kept.

    Until its act is recorded it waits, as part of what somebody is writing; then it belongs to
    that record, whose sealed content names it with the hash of its content.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="enclosures")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="enclosures")
    """None while it waits."""
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    act = models.CharField(max_length=20)
    name = LockedText(instead="Name cannot be read")
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    kept = models.CharField(max_length=32, unique=True)
    scanned = models.CharField(max_length=12)
    added = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def key_name(self) -> str:
        """The name of the key that closes its name and content."""
        return self.case.reference


class Draft(models.Model):
    """What somebody has typed and not sent yet, encrypted. Nothing typed is lost."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="drafts")
    """None while somebody here for the first time has not proved their address."""
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="drafts")
    kind = models.CharField(max_length=100)
    """"raise", or the address (within the case, if there is one) of the page it was typed on."""
    page = models.CharField(max_length=64, blank=True)
    """One opening of that page: two tabs keep two drafts. Empty for a whole concern."""
    data = LockedJSON(default=dict, instead=dict)
    said = LockedJSON(default=dict, instead=dict)
    """What the page answered when it was sent and not taken, to be shown again with it."""
    updated = models.DateTimeField()
    sent = models.DateTimeField(null=True)
    """When it was sent and taken. What was typed is gone from here then."""
    then = models.CharField(max_length=200, blank=True)
    """The address that sending it led to."""
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe)

    class Meta:
        ordering: ClassVar[list[str]] = ["-updated"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["updated"], name="draft_by_age"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["page"], condition=~models.Q(page=""), name="draft_page_once"
            )
        ]

    def key_name(self) -> str:
        """The name of the key that closes it: its case's, or that of the month it was typed in."""
        return self.case.reference if self.case is not None else months.key_of(self.updated)


class Invitation(models.Model):
    """One outsider asked one question in one case, until they answer or it ends.

    What was asked, and what they are shown, is in the record; here is only who may come by it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="invitations")
    number = models.PositiveIntegerField()
    """The number of the record by which it was made."""
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = LockedText(instead="Name cannot be read")
    post = LockedText(instead="")
    email = LockedText(instead="")
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    """The hash of the link's token; the token itself is in the mail alone."""
    made = models.DateTimeField()
    expires = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    answered = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "number"], name="invitation_once")
        ]

    def key_name(self) -> str:
        """The name of the key that closes who they are."""
        return self.case.reference

    def is_open(self, at: datetime) -> bool:
        """Whether it can still be answered, at a moment (aware)."""
        return self.ended is None and self.expires > at


class Checkpoint(models.Model):
    """What the database was told of a signed checkpoint, after it stood in the file outside."""

    number = models.PositiveIntegerField(primary_key=True)
    made = models.DateTimeField()
    digest = models.CharField(max_length=64)
    records = models.PositiveBigIntegerField()
    """How many records are anchored with it and before."""


class Registered(models.Model):
    """One line of a partnership's register of what is out of the ordinary.

    Append-only, by the database itself, and chained as the records of a case are:
    `concord.cases.register` writes it and says how it is sealed.
    """

    class Kind(models.TextChoices):
        """What a line says."""

        OPENED = "opened", "A case was opened in an emergency"
        REVIEWED = "reviewed", "An opening in an emergency was reviewed"
        CALLED_BACK = "called_back", "What was sent wrongly was called back"
        ANSWERED = "answered", "What was done about a breach"
        RESTORED = "restored", "What was called back by mistake is open again"
        HELD = "held", "A legal hold was placed"
        LIFTED = "lifted", "A legal hold was lifted"
        TOLD = "told", "A person said what was not known of how long a case is kept"
        PROPOSED = "proposed", "Disposal was proposed"
        TURNED_DOWN = "turned_down", "Disposal was turned down"
        DISPOSED = "disposed", "A case was disposed of"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="register")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=64, unique=True)
    """Of what can be said once only, what it is said of; else random."""
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="register")
    about = models.ForeignKey("self", models.PROTECT, null=True, related_name="answers")
    """The line that this one answers: of a review, the opening."""
    label = models.CharField(max_length=80, blank=True)
    """Of what was called back, from whom: "agency:north-school"."""
    content = models.TextField()
    """What else it says: names and words, as one JSON text, encrypted with its case's key."""
    salt = models.CharField(max_length=32)
    """Empty where it is encrypted with the content."""
    commitment = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    link = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["partnership", "sequence"], name="register_once"),
            models.UniqueConstraint(
                fields=["partnership", "previous"], name="register_follows_one"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "by", "kind", "at"], name="register_by_case"),
            models.Index(fields=["partnership", "kind", "at"], name="register_by_kind"),
        ]


class Verification(models.Model):
    """What a whole verification came to."""

    at = models.DateTimeField()
    seconds = models.FloatField()
    histories = models.PositiveIntegerField()
    records = models.PositiveBigIntegerField()
    unanchored = models.PositiveBigIntegerField()
    disposed = models.PositiveBigIntegerField()
    checkpoint = models.PositiveIntegerField()
    """The last checkpoint that it used; 0 where there was none."""
    findings: "models.JSONField[list[list[Any]]]" = models.JSONField(default=list)
    """Of each: what it is, the history, the first bad number, and in words."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
