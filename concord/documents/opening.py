"""A document opened as Word or PDF: whoever opens it is written down in the same transaction."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from concord.access.table import Doing
from concord.cases.doorway import Look, NotFound, Viewer
from concord.documents.bundles import BUNDLE
from concord.documents.forms import as_it_stands, form_of
from concord.documents.model import Document, from_json
from concord.documents.models import Opening
from concord.documents.pdf import write_pdf
from concord.documents.word import write_word


class WrittenAs(StrEnum):
    """The two ways in which a document is written out."""

    WORD = "docx"
    PDF = "pdf"


CONTENT_TYPES = {
    WrittenAs.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    WrittenAs.PDF: "application/pdf",
}


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

    With `version`, exactly what was sent then; else filled from the case as it stands. Raises
    NotFound where there is no such form or version, or this viewer may not print the case.
    """
    form = form_of(look.state.policy, name)
    if form is None or not look.can(Doing.PRINT):
        raise NotFound(name)
    with transaction.atomic():
        if version is None:
            document = as_it_stands(look, form, who.at, who.user.name)
        else:
            document = _sent(look, name, version)
        content = _written(document, written_as)
        Opening.objects.create(
            case=look.case, form=form.form, version=version, digest=document.digest(),
            written_as=written_as, by=who.user, at=who.at,
        )  # fmt: skip
    which = f"-version-{version}" if version else ""
    file = f"{look.case.reference}-{form.form.replace('_', '-')}{which}.{written_as}"
    return Opened(content, CONTENT_TYPES[written_as], file)


def open_bundle(look: Look, who: Viewer, version: int, written_as: WrittenAs) -> Opened:
    """A version of a case's bundle as a file, exactly as it was frozen; written down with it.

    Raises NotFound where there is no such version, or this viewer may not print the case.
    """
    bundle = look.case.bundles.filter(version=version).first()
    if bundle is None or not look.can(Doing.PRINT):
        raise NotFound(BUNDLE)
    content = _written(from_json(bundle.document), written_as)
    Opening.objects.create(
        case=look.case, form=BUNDLE, version=version, digest=bundle.digest,
        written_as=written_as, by=who.user, at=who.at,
    )  # fmt: skip
    file = f"{look.case.reference}-panel-bundle-version-{version}.{written_as}"
    return Opened(content, CONTENT_TYPES[written_as], file)


def _written(document: Document, written_as: WrittenAs) -> bytes:
    return write_word(document) if written_as is WrittenAs.WORD else write_pdf(document)


def _sent(look: Look, name: str, version: int) -> Document:
    sent = look.case.sent_versions.filter(form=name, version=version).first()
    if sent is None:
        raise NotFound(name)
    return from_json(sent.document)
