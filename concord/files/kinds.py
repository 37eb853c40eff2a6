"""Which kinds of file are taken, told by their content. The name must agree with it.

Taken: PDF, Word and Excel without macros, OpenDocument text, plain text, and photographs. Not
taken, on purpose: older Word and Excel files and RTF (they can carry programs that cannot be
told from text without running them), mail messages (they carry other files and pages that fetch
from elsewhere), archives and web pages. Each is told how to save it as one that is taken.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from concord.files import office, pdf, pictures, text
from concord.files.naming import ending_of
from concord.files.unfit import Unfit

LARGEST = 20_000_000
"""The most bytes of one file: a scanned court report fits, and a mailbox of them does not."""


class Kind(StrEnum):
    """A kind of file that is taken."""

    PDF = "pdf"
    WORD = "docx"
    EXCEL = "xlsx"
    OPEN_TEXT = "odt"
    TEXT = "txt"
    JPEG = "jpeg"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class KindRule:
    """What a kind is called, how its names end, as what it is sent out, and its check."""

    title: str
    endings: tuple[str, ...]
    media: str
    check: Callable[[bytes], None]


KINDS: dict[Kind, KindRule] = {
    Kind.PDF: KindRule("PDF", ("pdf",), "application/pdf", pdf.check),
    Kind.WORD: KindRule(
        "Word document", ("docx",),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        office.check_word,
    ),
    Kind.EXCEL: KindRule(
        "Excel workbook", ("xlsx",),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", office.check_excel,
    ),
    Kind.OPEN_TEXT: KindRule(
        "OpenDocument text", ("odt",), "application/vnd.oasis.opendocument.text",
        office.check_open_text,
    ),
    Kind.TEXT: KindRule("text", ("txt",), "text/plain; charset=utf-8", text.check),
    Kind.JPEG: KindRule("JPEG picture", ("jpg", "jpeg"), "image/jpeg", pictures.check_jpeg),
    Kind.PNG: KindRule("PNG picture", ("png",), "image/png", pictures.check_png),
}  # fmt: skip

_OTHERWISE = {
    "doc": "Save it as Word (.docx) or PDF, and attach that.",
    "docm": "Save it as Word without macros (.docx) or PDF, and attach that.",
    "dot": "Save it as Word (.docx) or PDF, and attach that.",
    "rtf": "Save it as Word (.docx) or PDF, and attach that.",
    "xls": "Save it as Excel (.xlsx) or PDF, and attach that.",
    "xlsm": "Save it as Excel without macros (.xlsx) or PDF, and attach that.",
    "eml": "Print the message to PDF, and attach that. Attach what came with it one by one.",
    "msg": "Print the message to PDF, and attach that. Attach what came with it one by one.",
    "heic": "Save the picture as JPEG, and attach that.",
    "zip": "Attach the files in it one by one.",
}
TAKEN = "PDF, Word (.docx), Excel (.xlsx), OpenDocument text (.odt), text (.txt), JPEG or PNG"
ENDINGS = tuple(ending for rule in KINDS.values() for ending in rule.endings)


def kind_of(name: str, content: bytes) -> Kind:
    """The kind of a file, by its name and content. Raises Unfit, with what to do instead."""
    ending = ending_of(name)
    kind = next((kind for kind, rule in KINDS.items() if ending in rule.endings), None)
    if kind is None:
        instead = _OTHERWISE.get(ending, f"Attach it as one of: {TAKEN}.")
        raise Unfit("This kind of file is not taken.", instead)
    if not content:
        raise Unfit("The file is empty.", "Choose the file again.")
    if len(content) > LARGEST:
        raise too_large()
    KINDS[kind].check(content)
    return kind


def too_large() -> Unfit:
    """A file above the limit."""
    return Unfit(
        f"The file is larger than {LARGEST // 1_000_000} MB.",
        "Save it smaller, or attach it in parts.",
    )
