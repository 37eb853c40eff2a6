"""A supporting document, and the opening of a document, in plain words."""

from collections.abc import Mapping

from markupsafe import Markup

from concord.documents.models import Opening
from concord.documents.opening import SUPPORTING
from concord.files.kinds import KINDS, Kind
from concord.files.scanning import Scanned
from concord.rules.citing import OWN, cited
from concord.rules.record import Enclosed

SCANS = {
    Scanned.CLEAN: "no virus was found",
    Scanned.NOT_SCANNED: "not scanned for viruses: no scanner is installed here",
}


def file_words(document: Enclosed) -> str:
    """What a supporting document is: "Assessment.pdf (PDF, 34 kB, no virus was found)"."""
    title = KINDS[Kind(document.kind)].title
    scanned = SCANS[Scanned(document.scanned)]
    return f"{document.name} ({title}, {amount(document.size)}, {scanned})"


def opening_words(opening: Opening, titles: Mapping[str, str]) -> str:
    """Who opened what, which version, and as what: "Ada Appleyard opened Panel bundle, version 1".

    `titles` are those of the case's documents, by their names.
    """
    kind = KINDS[Kind(opening.written_as)].title
    if opening.form == SUPPORTING:
        return (
            f"{opening.by.name} opened supporting document {opening.version}, as it came ({kind})."
        )
    title = titles.get(opening.form, opening.form)
    which = f"version {opening.version}" if opening.version else "as the case stood then"
    short = {Kind.WORD: "Word"}.get(Kind(opening.written_as), kind)
    made_with = f", made with {opening.template}" if opening.template else ""
    return f"{opening.by.name} opened {title}, {which}, as {short}{made_with}."


def cited_words(clause: object, beside: str = "") -> str | Markup:
    """A clause as a page cites it; a rule of Concord's own by what it says, which may wrap."""
    said = cited(clause, beside=beside)
    if OWN.rstrip(":") not in said:
        return said
    return Markup('<span class="concord-own-rule">{}</span>').format(said)


def amount(size: int) -> str:
    """A number of bytes in words."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{round(size / 1000)} kB"
