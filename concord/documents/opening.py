"""A document opened: whoever opens it is written down in the same transaction.

What was kept is compared with its hash first. What does not agree with it is handed to nobody.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from concord.access.fields import Field
from concord.cases.doorway import Look, NotFound, Viewer
from concord.cases.enclosures import opened
from concord.documents.bundles import BUNDLE
from concord.documents.forms import as_it_stands, form_of
from concord.documents.model import Document, digest_of, from_json
from concord.documents.models import Bundle, Opening, SentVersion, WordTemplate
from concord.documents.pdf import write_pdf
from concord.documents.sending import DOCUMENT
from concord.documents.word import write_word
from concord.documents.word_templates.copies import word_copy
from concord.documents.word_templates.keeping import current
from concord.files.kinds import KINDS, Kind
from concord.files.naming import ending_of
from concord.vault.closed import Damaged

SUPPORTING = "supporting_document"
"""The name that a supporting document goes by among the openings; its number is the version."""


class WrittenAs(StrEnum):
    """The two ways in which a document is written out."""

    WORD = "docx"
    PDF = "pdf"


class Altered(Exception):
    """What is kept is not what its record says: it was changed, or damaged. None is handed out."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to hand out."""

    content: bytes
    content_type: str
    name: str
    """The file's name: the case's reference and the form, and nothing of the child."""


def open_document(
    look: Look, who: Viewer, name: str, written_as: WrittenAs, version: int | None = None
) -> Opened:
    """A form of a case as a file; the opening is written down with it.

    With `version`, exactly what was sent then; else filled from the case as it stands. As Word it
    is in the partnership's own layout where it has one: of a version, the one of that time. Raises
    NotFound where there is no such form or version, or this viewer may not print the case;
    Altered where the version is not the one that was sent.
    """
    form = form_of(look.state.policy, name)
    if form is None or not look.sees(Field.FORMS):
        raise NotFound(name)
    with transaction.atomic():
        if version is None:
            document = as_it_stands(look, form, who.at, who.user.name)
            template = current(look.case.partnership, form.form)
        else:
            document, template = _sent(look, name, version)
        if written_as is WrittenAs.WORD:
            content, template = word_copy(document, form, template)
        else:
            content, template = write_pdf(document), None
        _write_down(look, who, form.form, version, document.digest(), written_as, template)
    which = f"-version-{version}" if version else ""
    file = f"{look.case.reference}-{form.form.replace('_', '-')}{which}.{written_as}"
    return Opened(content, KINDS[Kind(written_as)].media, file)


def open_bundle(look: Look, who: Viewer, version: int, written_as: WrittenAs) -> Opened:
    """A version of a case's bundle as a file, exactly as it was frozen; written down with it.

    Raises NotFound where there is no such version, or this viewer may not print the case;
    Altered where it is not the one that was frozen.
    """
    bundle = look.case.bundles.select_related("entry").filter(version=version).first()
    if bundle is None or not look.sees(Field.FORMS):
        raise NotFound(BUNDLE)
    with transaction.atomic():
        content = _written(_as_recorded(look, bundle, BUNDLE), written_as)
        _write_down(look, who, BUNDLE, version, bundle.digest, written_as)
    file = f"{look.case.reference}-panel-bundle-version-{version}.{written_as}"
    return Opened(content, KINDS[Kind(written_as)].media, file)


def open_supporting(look: Look, who: Viewer, number: int) -> Opened:
    """A supporting document, as it came, by its number in the case; written down with it.

    Raises NotFound where there is none, or it is not open to this viewer; NotKept where its file
    is missing; Altered where its file is not the one that came.
    """
    found, chunks = opened(look, number)
    document = found.document
    try:
        content = b"".join(chunks)
    except Damaged as error:
        raise Altered(f"supporting document {number}") from error
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise Altered(f"supporting document {number}")
    _write_down(look, who, SUPPORTING, number, document.sha256, document.kind)
    name = f"{look.case.reference}-document-{number}.{ending_of(document.name)}"
    return Opened(content, KINDS[Kind(document.kind)].media, name)


def _write_down(
    look: Look, who: Viewer, form: str, version: int | None, digest: str, written_as: str,
    template: WordTemplate | None = None,
) -> None:  # fmt: skip
    Opening.objects.create(
        case=look.case, form=form, version=version, digest=digest, written_as=written_as,
        template=template, by=who.user, at=who.at,
    )  # fmt: skip


def _written(document: Document, written_as: WrittenAs) -> bytes:
    return write_word(document) if written_as is WrittenAs.WORD else write_pdf(document)


def _sent(look: Look, name: str, version: int) -> tuple[Document, WordTemplate | None]:
    versions = look.case.sent_versions.select_related("entry", "template")
    sent = versions.filter(form=name, version=version).first()
    if sent is None:
        raise NotFound(name)
    return _as_recorded(look, sent, DOCUMENT), sent.template


def _as_recorded(look: Look, kept: SentVersion | Bundle, named: str) -> Document:
    """The document that is kept, if its hash is the one that its record was written with.

    The record is in the case's chain: whoever changes a document and the hash beside it has not
    changed the record.
    """
    record = look.state.record(kept.entry.sequence)
    recorded = record.text.get(named) if record else None
    if not digest_of(kept.document) == kept.digest == recorded:
        raise Altered(f"{named}, version {kept.version}")
    return from_json(kept.document)
