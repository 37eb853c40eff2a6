"""From a filled form to the neutral document: the policy's words and order, nothing added."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from concord.documents.directory import CaseNames
from concord.documents.filling import Filled
from concord.documents.model import (
    Block,
    Boxes,
    Document,
    Field,
    Fields,
    Heading,
    Paragraph,
    Table,
    plain,
)
from concord.documents.one_page import on_one_page
from concord.rules.clock import LONDON
from concord.rules.dates import moment
from concord.rules.forms import FormRule

NOT_KNOWN = "Not known yet"


def compose(
    form: FormRule, names: CaseNames, at: datetime, filled: Sequence[Filled], foot: str
) -> Document:
    """The document of a filled form, at a moment (aware). `foot` says who made it and when."""
    shown = on_one_page(filled) if form.one_page else filled
    blocks = [
        *([Paragraph(plain(form.note))] if form.note else []),
        *_blocks(shown),
        *([Paragraph(plain(form.foot))] if form.foot else []),
    ]
    return Document(
        title=plain(form.title),
        reference=names.reference,
        partnership=plain(names.partnership),
        made=at.astimezone(LONDON).isoformat(),
        foot=plain(foot),
        blocks=tuple(blocks),
        answers={each.field.id: "\n".join(each.lines) for each in filled},
    )


def printed(reference: str, by: str, at: datetime) -> str:
    """The foot of a document that was printed and not sent."""
    return f"Case {reference}. Printed by {plain(by)}, {moment(at)}."


def sent(reference: str, version: int, by: str, at: datetime) -> str:
    """The foot of a version that was sent."""
    return f"Case {reference}, version {version}. Sent by {plain(by)}, {moment(at)}."


def _blocks(filled: Sequence[Filled]) -> Iterator[Block]:
    """Neighbouring fields stand in one table; boxes, tables and headings stand by themselves."""
    rows: list[Field] = []
    for each in filled:
        block = _block(each)
        if rows and (each.field.section or not isinstance(block, Field)):
            yield Fields(tuple(rows))
            rows = []
        if each.field.section:
            yield Heading(plain(each.field.section))
        if isinstance(block, Field):
            rows.append(block)
        else:
            yield block
    if rows:
        yield Fields(tuple(rows))


def _block(each: Filled) -> Field | Boxes | Table:
    label = plain(each.field.label)
    if each.field.choices:
        return Boxes(label, _ticked(each))
    if each.rows:
        return Table(label, each.head, each.rows)
    lines = tuple(part for line in each.lines for part in line.split("\n"))
    return Field(label, lines or ("" if each.field.by else NOT_KNOWN,))


def _ticked(each: Filled) -> tuple[tuple[str, bool], ...]:
    """The form's own boxes; what fits none of them stands as a box of its own."""
    held = {_bare(line): line for line in each.lines}
    boxes = [(plain(choice), _bare(choice) in held) for choice in each.field.choices]
    known = {_bare(choice) for choice in each.field.choices}
    return (*boxes, *((line, True) for bare, line in held.items() if bare not in known))


def _bare(words: str) -> str:
    """A choice without its explanation in brackets, as "Child in need (section 17)"."""
    return words.partition("(")[0].strip().casefold()
