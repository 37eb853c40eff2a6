"""The tables of subject access: append-only, by the database itself.

How a request stands follows from its rows: nothing is changed, and what was done stays to be seen.
What a case says is encrypted with the case's own key; the request, and the copies that were given,
with a key of the request's.
"""

import secrets
from typing import ClassVar

from django.db import models

from concord.cases.models import ALPHABET, Case
from concord.directory.models import Partnership, User
from concord.vault.fields import LockedDate, LockedText


def new_reference() -> str:
    """A random reference that says nothing of the child, as "SAR-K7QM4"."""
    return "SAR-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


class StepKind(models.TextChoices):
    """What was done about a request as a whole."""

    PROVED = "proved", "Proved who asks"
    EXTENDED = "extended", "Extended by two months"
    GATHERED = "gathered", "Gathered what is held"
    READ = "read", "Read by a second reader, whole"
    CLOSED = "closed", "Closed without a release"


class Request(models.Model):
    """A request for access to what is held about a child, as it came."""

    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="+")
    child = LockedText()
    born = LockedDate()
    asked_by = LockedText()
    standing = models.CharField(max_length=20)
    """As what they ask: the child, a parent, a solicitor."""
    received = models.DateField()
    note = LockedText(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def key_name(self) -> str:
        """The name of the key that closes it."""
        return self.reference

    class Meta:
        ordering: ClassVar[list[str]] = ["-received", "-id"]


class Step(models.Model):
    """Something done about a request as a whole."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    on = models.DateField(null=True)
    """Of a proof: the day when it came."""
    gathering = models.PositiveIntegerField(default=0)
    """Of a gathering its number, from 1; of a second reading, what was read."""
    digest = models.CharField(max_length=64, blank=True)
    """Of a second reading: the hash of the copy to be given, as it was read."""
    note = LockedText(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def key_name(self) -> str:
        """The name of the key that closes it."""
        return self.request.reference

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["request", "gathering"],
                condition=models.Q(kind="gathered"),
                name="gathered_once",
            ),
        ]


class Piece(models.Model):
    """One piece of what is held, as it stood when it was gathered, with where it comes from."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="pieces")
    gathering = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    item = models.PositiveIntegerField()
    """Which record, document or notice it is a part of, from 1."""
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=400)
    """What it is a part of: "Case K7QM-4TPD, record 3: Answered"."""
    who = models.CharField(max_length=400, blank=True)
    agency = models.CharField(max_length=200, blank=True)
    when = models.CharField(max_length=120, blank=True)
    clause = models.CharField(max_length=200, blank=True)
    label = models.CharField(max_length=300)
    text = LockedText()
    document = models.PositiveIntegerField(null=True)
    """Of a supporting document: its number in its case."""

    def key_name(self) -> str:
        """The name of the key that closes it: the case's, so that it goes with the case."""
        return self.case.reference

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["request", "gathering", "number"], name="piece_once"),
        ]


class Redaction(models.Model):
    """Words of a piece, or the whole of it, left out of what is given, by a reason's code."""

    piece = models.ForeignKey(Piece, models.PROTECT, related_name="redactions")
    words = LockedText(blank=True)
    """The words left out; empty: the whole piece."""
    code = models.CharField(max_length=4)
    why = LockedText()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def key_name(self) -> str:
        """The name of the key that closes it: the case's, whose words it holds."""
        return self.piece.case.reference

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]


class Said(models.Model):
    """What was said of a redaction: agreed or not by a second reader, or taken back."""

    redaction = models.ForeignKey(Redaction, models.PROTECT, related_name="said")
    says = models.CharField(max_length=10)
    note = LockedText(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def key_name(self) -> str:
        """The name of the key that closes it: the case's, of whose words it speaks."""
        return self.redaction.piece.case.reference

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]


class Release(models.Model):
    """What was given, frozen: the whole copy, which stays here, and the redacted one."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="release")
    whole = LockedText()
    whole_digest = models.CharField(max_length=64)
    given = LockedText()
    given_digest = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def key_name(self) -> str:
        """The name of the key that closes it."""
        return self.request.reference


class Handed(models.Model):
    """A copy of a release, or a document of it, opened by somebody: written down with it."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="handed")
    what = models.CharField(max_length=20)
    written_as = models.CharField(max_length=5)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
