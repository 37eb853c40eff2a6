"""Word templates as partnerships make them, and as Word and people spoil them."""

import io
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from docx import Document as new_word
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from concord.documents.word_templates.placing import places
from concord.rules.forms import FormRule

AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def template_of(
    form: FormRule,
    *more: str,
    without: Sequence[str] = (),
    change: Callable[[WordDocument], None] | None = None,
) -> bytes:
    """A template with a paragraph for each field, and more paragraphs."""
    word = new_word()
    for place in places(form):
        if place.whole not in without:
            word.add_paragraph(f"{place.field.label}: {{{{ {place.whole} }}}}")
    for text in more:
        word.add_paragraph(text)
    if change is not None:
        change(word)
    return saved(word)


def saved(word: WordDocument) -> bytes:
    raw = io.BytesIO()
    word.save(raw)
    return raw.getvalue()


def last_paragraph(inside: str) -> Callable[[WordDocument], None]:
    """Puts this (as Word's own XML) into the last paragraph."""

    def change(word: WordDocument) -> None:
        paragraph = word.paragraphs[-1]._p
        paragraph.append(parse_xml(re.sub(r"^<[\w:]+", rf"\g<0> {nsdecls('w')}", inside)))

    return change


def in_pieces(*pieces: str) -> Callable[[WordDocument], None]:
    """Adds a paragraph whose text lies in several runs, each with another formatting."""

    def change(word: WordDocument) -> None:
        paragraph = word.add_paragraph()
        for number, piece in enumerate(pieces):
            paragraph.add_run(piece).bold = number % 2 == 0

    return change
