"""The text of a Word template, paragraph by paragraph, and each placeholder made whole.

Word cuts a paragraph into runs wherever its formatting, spelling or history changes, so what
reads as one placeholder can lie in several pieces. Each is put into its first piece.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

PLACED = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
NAME = re.compile(r"[a-z][a-z_0-9]*")
BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t"}
_TEXT, _PARAGRAPH = qn("w:t"), qn("w:p")


@dataclass(slots=True)
class Text:
    """The text of one paragraph, and the pieces that it lies in."""

    paragraph: Any
    pieces: list[tuple[Any, int, int]]
    """Each piece with where its letters begin and end."""
    letters: str

    def under(self, start: int, end: int) -> list[tuple[Any, int, int]]:
        """The pieces that hold these letters."""
        return [each for each in self.pieces if each[1] < end and each[2] > start]


def texts(root: Any) -> Iterator[Text]:
    """Every paragraph under an element, in order, those in tables and text boxes included."""
    for paragraph in root.iter(_PARAGRAPH):
        pieces, letters = [], ""
        for element in paragraph.iter(_TEXT, *BREAKS):
            if _paragraph_of(element) is not paragraph:
                continue
            said = (element.text or "") if element.tag == _TEXT else BREAKS[element.tag]
            pieces.append((element, len(letters), len(letters) + len(said)))
            letters += said
        yield Text(paragraph, pieces, letters)


def join(root: Any) -> list[str]:
    """Put each placeholder into one piece, as `{{ name }}`. Returns those that were in several.

    What is between braces and is no name, or is broken by the end of a line, stays as it is.
    """
    in_pieces = []
    for text in texts(root):
        # from the last to the first: what comes before keeps its place
        for found in reversed(list(PLACED.finditer(text.letters))):
            name = found[1].strip()
            under = text.under(*found.span())
            if not NAME.fullmatch(name) or any(each.tag != _TEXT for each, _, _ in under):
                continue
            if len(under) > 1:
                in_pieces.append(name)
            _write(under, *found.span(), f"{{{{ {name} }}}}")
    return list(reversed(in_pieces))


def _write(under: list[tuple[Any, int, int]], start: int, end: int, whole: str) -> None:
    for number, (element, begins, ends) in enumerate(under):
        said = element.text or ""
        before = said[: max(start - begins, 0)]
        after = said[end - begins :] if end < ends else ""
        element.text = before + (whole if number == 0 else "") + after
        element.set(qn("xml:space"), "preserve")


def _paragraph_of(element: Any) -> Any:
    return next(element.iterancestors(_PARAGRAPH), None)
