"""A partnership's template looked through as it is uploaded: what is wrong, where, and what to do.

Everything wrong is told at once, in plain words, with the place where it stands. What Concord
fills is a name between braces and nothing else: no template can work anything out.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from docx import Document as read_word
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree

from concord.documents.word_templates.dangers import dangers
from concord.documents.word_templates.joining import NAME, PLACED, Text, join, texts
from concord.documents.word_templates.placing import FOOT, names_of_form, places
from concord.files.containers import open_container
from concord.files.naming import ending_of
from concord.files.office import check_word
from concord.files.unfit import Unfit
from concord.rules.forms import FormRule

LARGEST = 5_000_000
"""The most bytes of a template: a letterhead with a picture fits."""
SHOWN = 60
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|[{}]")
_STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_WML = "application/vnd.openxmlformats-officedocument.wordprocessingml."
PARTS = {
    f"{_WML}document.main+xml": "the page",
    f"{_WML}header+xml": "a header",
    f"{_WML}footer+xml": "a footer",
    f"{_WML}footnotes+xml": "a footnote",
}
"""The parts of a Word document that are filled, as people call them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that must be put right before the template can be used."""

    says: str
    place: str = ""
    """Where it stands: "In the page, table 1, row 3: “Name: {{ chld }}”"; "" for the whole."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a template places, what is wrong with it, and what is good to know of it."""

    placed: frozenset[str]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


def look_through(name: str, content: bytes, form: FormRule) -> Checked:
    """Check an uploaded file as a template of a form. Raises Unfit where it is no Word document
    that Concord takes at all: the rest cannot be looked at then.
    """
    if ending_of(name) != "docx":
        raise Unfit(
            "A template is a Word document whose name ends with .docx.",
            "In Word, choose Save as, then Word Document (.docx), and upload that.",
        )
    if not content:
        raise Unfit("The file is empty.", "Choose the file again.")
    if len(content) > LARGEST:
        raise Unfit(
            f"The template is larger than {LARGEST // 1_000_000} MB.",
            "Make its pictures smaller (Compress Pictures in Word), and upload it again.",
        )
    try:
        check_word(content)
    except Unfit as unfit:
        raise Unfit(
            unfit.why,
            "Save it in Word as a plain Word Document (.docx), with no macros, passwords or files "
            "in it, and upload that.",
        ) from unfit
    return check(content, form)


def check(content: bytes, form: FormRule) -> Checked:
    """Check a Word document as a template of a form. Raises Unfit where it cannot be read."""
    word = opened(content)
    parts = list(filled_parts(word))
    joined = [name for _, root in parts for name in join(root)]
    said = [text.letters for _, root in parts for text in texts(root)]
    placed = frozenset(found[1].strip() for each in said for found in PLACED.finditer(each))
    problems = [
        *(Problem(says) for says in dangers(word)),
        *_problems(word, parts, names_of_form(form)),
        *(
            Problem(_no_place(place.field.label, place.whole))
            for place in places(form)
            if not place.held_by(placed)
        ),
    ]
    notes = _notes(form, placed, joined, " ".join(said))
    return Checked(placed, tuple(dict.fromkeys(problems)), tuple(notes))


def opened(content: bytes) -> WordDocument:
    """A Word document. Raises Unfit where it is damaged."""
    try:
        container = open_container(content)
        for name in container.names:
            # a document type is never needed here, and is how entities grow without end
            if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in container.read(name):
                raise ValueError("a document type")
        return read_word(io.BytesIO(content))
    # python-docx says that a file is damaged in as many ways as files are
    except Exception as error:
        raise Unfit(
            "Word's own parts of the file are damaged.",
            "Open it in Word, save it, and upload that.",
        ) from error


def filled_parts(word: WordDocument) -> Iterator[tuple[str, Any]]:
    """Each part that is filled: what people call it, and its root element, which can be changed."""
    for part in word.part.package.iter_parts():
        called = PARTS.get(part.content_type)
        if called is not None:
            yield called, _root(part)


def _root(part: Any) -> Any:
    if hasattr(part, "element"):
        return part.element
    # python-docx keeps the footnotes as they came
    return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _problems(
    word: WordDocument, parts: Sequence[tuple[str, Any]], known: frozenset[str]
) -> Iterator[Problem]:
    for called, root in parts:
        for text in texts(root):
            for says in _of_text(text, known):
                yield Problem(says, _place(called, root, text))
        if _elsewhere(root):
            yield Problem(
                "Braces stand where Concord does not fill anything: in a picture's description or "
                "a field's code. Take them out.",
                f"In {called}",
            )
    for part in word.part.package.iter_parts():
        if part.content_type not in PARTS and part.partname.endswith(".xml") and _places(part.blob):
            yield Problem(
                "A placeholder stands where Concord does not fill anything, such as a chart, a "
                "drawing or an endnote. Move it into the text of the page.",
                f"In the file's part {part.partname}",
            )


def _of_text(text: Text, known: frozenset[str]) -> Iterator[str]:
    letters = text.letters
    for found in _STATEMENT.finditer(letters):
        yield (
            f"“{_short(found[0])}” is an instruction. Concord fills names and works nothing out: "
            "take it out."
        )
    letters = _STATEMENT.sub("", letters)
    for found in PLACED.finditer(letters):
        yield from _of_placeholder(text, found, known)
    for found in _BRACES.finditer(PLACED.sub("", letters)):
        match found[0]:
            case "{{":
                yield (
                    "A placeholder begins here and does not end in the same paragraph. Type it "
                    "again in one go: {{, its name, }}."
                )
            case "}}":
                yield "A placeholder ends here and begins nowhere in this paragraph. Type it again."
            case _:
                yield f"“{found[0]}” belongs to no placeholder. Take it out."


def _of_placeholder(text: Text, found: "re.Match[str]", known: frozenset[str]) -> Iterator[str]:
    name = found[1].strip()
    if "\n" in found[0] or "\t" in found[0]:
        yield f"“{_short(found[0])}” is broken by a new line or a tab. Type it again in one go."
    elif not name:
        yield "There is no name between the braces. Put one there, or take the braces out."
    elif not NAME.fullmatch(name) and (plain := name.lower().replace(" ", "_")) in known:
        yield f"“{_short(found[0])}” is not spelt as it must be: {{{{ {plain} }}}}."
    elif not NAME.fullmatch(name):
        yield (
            f"“{_short(found[0])}” is not a placeholder's name. Between the braces stands one name "
            "and nothing else."
        )
    elif name not in known:
        near = get_close_matches(name, sorted(known), 1, 0.6)
        meant = (
            f" Did you mean {{{{ {near[0]} }}}}?"
            if near
            else " The list of placeholders has them all."
        )
        yield f"{{{{ {name} }}}} is not a placeholder of this form.{meant}"
    elif _hidden(text):
        yield f"{{{{ {name} }}}} stands in hidden text: nobody would see it. Show the text in Word."


def _hidden(text: Text) -> bool:
    marks = text.paragraph.iter(qn("w:vanish"), qn("w:webHidden"))
    return any(
        mark.get(qn("w:val"), "1") not in ("0", "false", "off")
        for mark in marks
        if mark.getparent().getparent().tag == qn("w:r")
    )


def _elsewhere(root: Any) -> bool:
    """Whether braces stand in an attribute, or in text that is not a paragraph's."""
    said = qn("w:t")
    # read anew: python-docx gives its own elements another text than the one that stands in them
    for element in etree.fromstring(etree.tostring(root)).iter(etree.Element):
        inside = "" if element.tag == said else element.text or ""
        if any(_places(each) for each in (inside, element.tail or "", *element.attrib.values())):
            return True
    return False


def _places(said: str | bytes) -> bool:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return any(each in text for each in ("{{", "{%", "{#"))


def _no_place(label: str, name: str) -> str:
    return (
        f"The template has no place for “{label}”. Put {{{{ {name} }}}} where its answer goes: "
        "what a case holds must not be lost."
    )


def _notes(
    form: FormRule, placed: frozenset[str], joined: Sequence[str], said: str
) -> Iterator[str]:
    if joined:
        names = ", ".join(f"{{{{ {name} }}}}" for name in dict.fromkeys(joined))
        yield f"Word had cut these into pieces. Concord reads each as one: {names}."
    if FOOT not in placed:
        yield (
            "{{ foot }} has no place. Concord adds it as the last line: who printed or sent the "
            "form, when, and which version of the template made it."
        )
    words = _plain(said)
    absent = [field.label for field in form.fields if _plain(field.label) not in words]
    if absent:
        labels = "; ".join(f"“{label}”" for label in absent)
        yield f"Words of the policy's form that do not stand in the template as they are: {labels}."


def _plain(words: str) -> str:
    return re.sub(r"[\W_]+", "", words).casefold()


def _place(called: str, root: Any, text: Text) -> str:
    """Where a paragraph stands, in the words of somebody who looks at the page."""
    said = _short(text.letters.strip())
    row = next(text.paragraph.iterancestors(qn("w:tr")), None)
    if row is None:
        number = 1 + sum(1 for _ in text.paragraph.itersiblings(qn("w:p"), preceding=True))
        return f"In {called}, paragraph {number}: “{said}”"
    table = next(row.iterancestors(qn("w:tbl")))
    numbered = list(root.iter(qn("w:tbl"))).index(table) + 1
    line = table.findall(qn("w:tr")).index(row) + 1 if row in table.findall(qn("w:tr")) else 1
    return f"In {called}, table {numbered}, row {line}: “{said}”"


def _short(said: str) -> str:
    one_line = " ".join(said.split())
    return one_line if len(one_line) <= SHOWN else one_line[:SHOWN].rstrip() + "…"
