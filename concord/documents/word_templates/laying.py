"""A partnership's template filled: the same words as Concord's own document, in its own layout.

Everything that people typed goes in as text. The template has been checked to hold names and
nothing else; the sandbox and the escaping stand behind that check. What comes out is looked
through once more: where a word of the document is not in it, it is handed to nobody.
"""

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docx.document import Document as WordDocument
from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from concord.documents.model import LANGUAGE, Document
from concord.documents.word import timeless
from concord.documents.word_templates.checking import PARTS, check, opened
from concord.documents.word_templates.joining import join, texts
from concord.documents.word_templates.placing import FOOT, NotThisForm, values
from concord.files.unfit import Unfit
from concord.rules.forms import FormRule


class NotLaidOut(Exception):
    """A template cannot be used for this document: it is written in Concord's own layout."""


class _Layout(DocxTemplate):  # type: ignore[misc]
    """A template whose properties are never filled: Concord writes them."""

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Nothing."""


def lay_out(content: bytes, form: FormRule, document: Document, foot: str) -> bytes:
    """A document as a .docx file in the layout of a template. `foot` is what its foot says.

    The same template and document give the same bytes. Raises NotLaidOut where the template
    does not fit this form, or not every word would stand in what comes out.
    """
    try:
        checked = check(content, form)
        said = values(form, document, foot)
    except (Unfit, NotThisForm) as error:
        raise NotLaidOut(str(error)) from error
    if checked.problems:
        raise NotLaidOut(checked.problems[0].says)
    word = _filled(content, said)
    if FOOT not in checked.placed:
        word.add_paragraph().add_run(foot).font.size = Pt(8.5)
    _properties(word, document, foot)
    raw = io.BytesIO()
    word.save(raw)
    made = timeless(raw.getvalue())
    _whole(made, {name: said[name] for name in (*checked.placed, FOOT)})
    return made


def _filled(content: bytes, said: Mapping[str, str]) -> WordDocument:
    template = _Layout(io.BytesIO(content))
    template.init_docx()
    for part in template.docx.part.package.iter_parts():
        if part.content_type in PARTS and hasattr(part, "element"):
            join(part.element)
        elif part.content_type in PARTS:
            root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False))
            join(root)
            part._blob = etree.tostring(root)
    surroundings = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    words = {name: _as_text(value) for name, value in said.items()}
    try:
        template.render(words, surroundings, autoescape=True)
    except (TemplateError, etree.XMLSyntaxError) as error:
        raise NotLaidOut(str(error)) from error
    word: WordDocument = template.docx
    return word


def _as_text(value: str) -> Markup:
    """Words that are text whatever they look like: escaped, and with no brace left that docxtpl,
    which rewrites "{_{" in what it has filled, could take for one of its own.
    """
    return Markup(str(escape(value)).replace("{", "&#123;").replace("}", "&#125;"))


def _properties(word: WordDocument, document: Document, foot: str) -> None:
    made = datetime.fromisoformat(document.made).astimezone(UTC).replace(tzinfo=None)
    about = word.core_properties
    about.title = document.title
    about.language = LANGUAGE
    about.author = about.last_modified_by = document.partnership[:255]
    about.subject = f"Case {document.reference}"
    about.comments = foot[-255:]
    about.keywords = about.category = ""
    about.created = about.modified = made


def _whole(made: bytes, said: Mapping[str, str]) -> None:
    """Raises NotLaidOut unless each value stands in the file with all its words."""
    parts = opened(made).part.package.iter_parts()
    roots = [
        part.element if hasattr(part, "element") else etree.fromstring(part.blob)
        for part in parts
        if part.content_type in PARTS
    ]
    words = _bare("\n".join(text.letters for root in roots for text in texts(root)))
    for name, value in said.items():
        if _bare(value) not in words:
            raise NotLaidOut(f"Not every word of '{name}' stands in the file.")


def _bare(words: str) -> str:
    return re.sub(r"\s+", "", words)
