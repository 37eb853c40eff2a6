"""A supporting document in plain words. Pure."""

from concord.files.kinds import KINDS, Kind
from concord.files.scanning import Scanned
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


def amount(size: int) -> str:
    """A number of bytes in words."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{round(size / 1000)} kB"
