"""The tables of looks: append-only, by the database itself."""

from typing import ClassVar

from django.db import models

from concord.cases.models import Case
from concord.directory.models import Partnership, User
from concord.vault.fields import LOOKS, LockedText


class Kind(models.TextChoices):
    """In what way somebody looked."""

    CASE = "case", "Opened the case"
    LIST = "list", "Saw it in a list"
    SEARCH = "search", "Found it by a search"
    DOCUMENT = "document", "Opened a document"
    EXPORT = "export", "Saved it as a file"
    ACT = "act", "Wrote in the case"
    EMERGENCY = "emergency", "Opened it in an emergency"


class Seen(models.Model):
    """One answer that showed cases to somebody, or that was refused to them."""

    at = models.DateTimeField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="looks")
    who = models.CharField(max_length=200, blank=True)
    """Who it was, where they have no account: an invited professional, by name and post."""
    kind = models.CharField(max_length=10, choices=Kind.choices)
    page = models.CharField(max_length=40)
    """The page's own name, as the addresses have it: "timeline"."""
    search = LockedText(blank=True)
    """What was searched for, encrypted."""
    refused = models.BooleanField(default=False)
    closed_with = LOOKS
    """The name of the key that closes what was searched for: that of a case that was found by it,
    so that a child's name goes with the case. No column: what is stored says it.
    """

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "at"]),
            models.Index(fields=["refused", "at"]),
        ]

    def key_name(self) -> str:
        """The name of the key that closes it."""
        return self.closed_with


class SeenCase(models.Model):
    """A case that an answer showed, or would have."""

    seen = models.ForeignKey(Seen, models.PROTECT, related_name="cases")
    case = models.ForeignKey(Case, models.PROTECT, related_name="looks")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "seen"], name="seen_once"),
        ]


class Unusual(models.Model):
    """Somebody opened many children's cases within an hour. Whoever reviews looks is told."""

    at = models.DateTimeField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    cases = models.PositiveIntegerField()
    partnerships = models.ManyToManyField(Partnership, related_name="+")


class Review(models.Model):
    """What whoever reviews looks found about one of them."""

    seen = models.ForeignKey(Seen, models.PROTECT, related_name="reviews")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    in_order = models.BooleanField()
    note = LockedText(blank=True)

    def key_name(self) -> str:
        """The name of the key that closes it."""
        return LOOKS


class SealedLook(models.Model):
    """Where a look stands in the chain of a partnership's looks, and its seal.

    Linked by the process that seals; `concord.seals.chain` says how.
    """

    history = models.CharField(max_length=80)
    sequence = models.PositiveBigIntegerField()
    look = models.BigIntegerField()
    """The number of the look; kept though the look were taken out."""
    salt = models.CharField(max_length=32)
    commitment = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    link = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["history", "sequence"], name="look_sequence_once"),
            models.UniqueConstraint(fields=["history", "previous"], name="look_follows_one"),
            models.UniqueConstraint(fields=["look", "history"], name="look_sealed_once"),
        ]
