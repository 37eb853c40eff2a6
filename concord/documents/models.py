"""The documents' tables: a partnership's own templates, what was sent, every opening."""

from typing import ClassVar

from django.db import models

from concord.cases.models import Case, Entry
from concord.directory.models import Partnership, User
from concord.vault.fields import LockedText


class WordTemplate(models.Model):
    """A version of a partnership's own Word template, as it was uploaded: append-only."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="word_templates")
    form = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    """The file's name, made safe: to know it by, never to find a file by."""
    why = models.TextField()
    scanned = models.CharField(max_length=20)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["partnership", "form", "version"], name="word_template_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"the partnership's own template, version {self.version}"


class TemplateChoice(models.Model):
    """Which version of a template a form was written with from then on: append-only.

    The latest one holds. Without a template it is Concord's own layout.
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="+")
    form = models.CharField(max_length=40)
    template = models.ForeignKey(WordTemplate, models.PROTECT, null=True, related_name="choices")
    why = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]


class SentVersion(models.Model):
    """A document as it was sent: append-only, by the database itself.

    `document` is the neutral document's canonical JSON, and `digest` its hash, which stands in
    the record too: what was sent can be shown again exactly, and proved.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="sent_versions")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="sent_version")
    form = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    document = LockedText()
    digest = models.CharField(max_length=64)
    template = models.ForeignKey(WordTemplate, models.PROTECT, null=True, related_name="+")
    """The template that its Word copy is made with for ever; none for Concord's own layout."""
    received_by = models.JSONField(default=list)
    """Who received it, in words, as the directory named them when it was sent."""

    def key_name(self) -> str:
        """The name of the key that closes it."""
        return self.case.reference

    class Meta:
        ordering: ClassVar[list[str]] = ["-entry__sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "form", "version"], name="sent_version_once")
        ]


class Bundle(models.Model):
    """A case's bundle as a referral froze it: append-only, by the database itself.

    `document` is its canonical JSON; `digest`, its hash, stands in the record of the referral.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="bundles")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="bundle")
    version = models.PositiveIntegerField()
    document = LockedText()
    digest = models.CharField(max_length=64)
    enclosed = models.PositiveIntegerField()
    """How many supporting documents the case had then: it holds those, by their numbers."""

    def key_name(self) -> str:
        """The name of the key that closes it."""
        return self.case.reference

    class Meta:
        ordering: ClassVar[list[str]] = ["-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "version"], name="bundle_version_once")
        ]


class Opening(models.Model):
    """Somebody opened a document of a case: append-only, by the database itself."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="openings")
    form = models.CharField(max_length=40)
    version = models.PositiveIntegerField(null=True)
    """The version that was sent; none for a copy filled from the case as it stood then."""
    digest = models.CharField(max_length=64)
    """The hash of the document's canonical JSON, whichever way it was written out."""
    written_as = models.CharField(max_length=4)
    template = models.ForeignKey(WordTemplate, models.PROTECT, null=True, related_name="+")
    """The template that made the Word copy; none for Concord's own layout."""
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
