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


ACROSS = 84
"""How many letters stand in a line across the page, what the columns' edges take left out."""
EDGE = 4
"""What a column's edges and padding take, in letters."""
MOST = 80
"""What a long text wants of a line, in letters."""
LONGEST_WORD = 14
"""In letters: a longer word is broken, so that it does not press the others together."""


def widths(head: list[str], rows: list[list[str]]) -> list[int]:
    """How wide each column of a table is against the others, by what it holds.

    No column is narrower than the longest word of it, a very long one left out of account.
    """
    columns = [[name, *(row[place] for row in rows)] for place, name in enumerate(head)]
    wanted = [min(max(len(text) for text in column), MOST) for column in columns]
    least = [
        EDGE
        + min(max(len(word) for text in column for word in (text.split() or [""])), LONGEST_WORD)
        for column in columns
    ]
    left = max(ACROSS - sum(least), 0)
    over = [max(want - low, 0) for want, low in zip(wanted, least, strict=True)]
    return [
        10 * low + round(10 * left * more / (sum(over) or 1))
        for low, more in zip(least, over, strict=True)
    ]
