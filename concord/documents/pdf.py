"""The neutral document as tagged, accessible PDF (PDF/UA-1), by typst."""

import json
from pathlib import Path
from typing import Any

import typst

from concord.documents.model import ANSWER, ASKED, Document, box

HERE = Path(__file__).parent
FONTS = HERE.parent.parent / "build" / "fonts"
WORDS = {"page": "Page", "of": "of", "asked": ASKED, "answer": ANSWER}


def write_pdf(document: Document) -> bytes:
    """The document as PDF: the same document gives the same bytes.

    Held to PDF/UA-1 as it is made. A letter that no font here has cannot be drawn, which that
    standard forbids: such a document is still tagged, and its text still says the letter.
    """
    try:
        return _compile(document, ["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compile(document, [])


def _compile(document: Document, standards: list[Any]) -> bytes:
    made = typst.compile(
        HERE / "document.typ",
        root=HERE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(drawn(document)), "words": json.dumps(WORDS)},
        pdf_standards=standards,
        format="pdf",
    )
    assert isinstance(made, bytes)
    return made


def drawn(document: Document) -> dict[str, Any]:
    """The document as the layout reads it: boxes with their words, columns with their widths."""
    data: dict[str, Any] = json.loads(document.to_json())
    for block in data["blocks"]:
        if block["kind"] == "boxes":
            block["boxes"] = [[box(text, ticked), ticked] for text, ticked in block["boxes"]]
        if block["kind"] == "table":
            block["widths"] = widths(block["head"], block["rows"])
    return data


def widths(head: list[str], rows: list[list[str]]) -> list[int]:
    """How wide each column of a table is against the others, by what it holds."""
    longest = [
        max([len(name), *(len(row[place]) for row in rows)]) for place, name in enumerate(head)
    ]
    return [min(max(size, 10), 48) for size in longest]
