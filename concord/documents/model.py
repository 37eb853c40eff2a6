"""A document in neutral form: written out as Word and as PDF, with the same words.

Kept as canonical JSON, so that what was sent can be shown again exactly.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

FORMAT = 1
LANGUAGE = "en-GB"
ASKED, ANSWER = "Asked", "Answer"
"""The head of a table of fields."""
TICKED, NOT_TICKED = "☒", "☐"


class NotText(ValueError):
    """A NUL: no store, and no document, holds it."""


# what XML, and so Word, cannot hold; NUL is refused, the others are shown as unreadable
_UNREADABLE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Text as documents hold it, one kind of line end. Raises NotText for a NUL."""
    if "\0" in text:
        raise NotText("The text holds a NUL character. Remove it.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title: level 1 is the highest."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: what is asked, and the answer in lines."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields, as a table of what is asked and the answers."""

    rows: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Boxes:
    """A row of boxes, of which some are ticked."""

    label: str
    boxes: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head."""

    label: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Fields | Boxes | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its title, what it belongs to, its blocks, and what stands at its foot.

    `made` is an ISO date and time. `answers` are the fields' answers by their ids, for a
    partnership's own template.
    """

    title: str
    reference: str
    partnership: str
    made: str
    foot: str
    blocks: tuple[Block, ...]
    answers: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """The document as canonical JSON: same document, same text."""
        data = {
            "format": FORMAT,
            "language": LANGUAGE,
            "title": self.title,
            "reference": self.reference,
            "partnership": self.partnership,
            "made": self.made,
            "foot": self.foot,
            "blocks": [_block(each) for each in self.blocks],
            "answers": dict(self.answers),
        }
        return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def digest(self) -> str:
        """The hash (SHA-256, hexadecimal) of the canonical JSON."""
        return digest_of(self.to_json())

    def words(self) -> Iterator[str]:
        """Every piece of text that a reader of the document sees, in order, but its foot."""
        yield self.partnership
        yield self.title
        for block in self.blocks:
            yield from words_of(block)


def digest_of(text: str) -> str:
    """The hash (SHA-256, hexadecimal) of a document's canonical JSON."""
    return hashlib.sha256(text.encode()).hexdigest()


def words_of(block: Block) -> Iterator[str]:
    """Every piece of text of a block, in order."""
    match block:
        case Heading() | Paragraph():
            yield block.text
        case Fields():
            yield from (ASKED, ANSWER)
            for row in block.rows:
                yield row.label
                yield from row.lines
        case Boxes():
            yield block.label
            for text, ticked in block.boxes:
                yield box(text, ticked)
        case Table():
            yield block.label
            yield from block.head
            for cells in block.rows:
                yield from cells
        case _:
            assert_never(block)


def box(text: str, ticked: bool) -> str:
    """A box and its words, as both writers put it; the tick is said too, for who cannot see it."""
    return f"{TICKED} {text} (chosen)" if ticked else f"{NOT_TICKED} {text}"


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": block.text, "level": block.level}
        case Paragraph():
            return {"kind": "paragraph", "text": block.text}
        case Fields():
            rows = [[row.label, list(row.lines)] for row in block.rows]
            return {"kind": "fields", "rows": rows}
        case Boxes():
            return {"kind": "boxes", "label": block.label, "boxes": [list(b) for b in block.boxes]}
        case Table():
            rows = [list(cells) for cells in block.rows]
            return {"kind": "table", "label": block.label, "head": list(block.head), "rows": rows}
        case _:
            assert_never(block)


def from_json(text: str) -> Document:
    """The document of which this is the canonical JSON. Raises ValueError for another format."""
    data = json.loads(text)
    if data.get("format") != FORMAT:
        raise ValueError(f"The document is in format {data.get('format')}, not {FORMAT}.")
    return Document(
        title=data["title"],
        reference=data["reference"],
        partnership=data["partnership"],
        made=data["made"],
        foot=data["foot"],
        blocks=tuple(_read(each) for each in data["blocks"]),
        answers=data["answers"],
    )


def _read(data: Mapping[str, Any]) -> Block:
    match data["kind"]:
        case "heading":
            return Heading(data["text"], data["level"])
        case "paragraph":
            return Paragraph(data["text"])
        case "fields":
            return Fields(tuple(Field(label, tuple(lines)) for label, lines in data["rows"]))
        case "boxes":
            return Boxes(data["label"], tuple((text, ticked) for text, ticked in data["boxes"]))
        case "table":
            rows = tuple(tuple(cells) for cells in data["rows"])
            return Table(data["label"], tuple(data["head"]), rows)
        case kind:
            raise ValueError(f"A document has no block '{kind}'.")
