"""The placeholders of a form: the names by which a template places what the case holds. Pure.

Each field of the form has one for the whole of its answer. A row of boxes has one for each box
too, and one for what fits none of them, so that a template can tick its own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from concord.documents.model import (
    NOT_TICKED,
    TICKED,
    Block,
    Boxes,
    Document,
    Field,
    Fields,
    Heading,
    Paragraph,
    Table,
    box,
)
from concord.rules.dates import day
from concord.rules.forms import FormField, FormRule

FOOT = "foot"
GENERAL = {
    "case_reference": "The case's reference",
    "partnership_name": "The partnership's name",
    "form_title": "The form's title",
    "made_on": "The day on which this copy was made, or sent",
    FOOT: "Who printed or sent it, when, and which version of the template made it. Where a "
    "template leaves it out, Concord adds it as the last line",
}
"""What every form can place, beside its own fields: a field of the same name comes first."""


class NotThisForm(ValueError):
    """A document does not have the fields of this form."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field can stand: by one name for all of it, or by a name for each of its boxes."""

    field: FormField
    whole: str
    boxes: tuple[tuple[str, str], ...] = ()
    """The name of each box, with its words."""
    other: str = ""
    """The name for what fits none of the boxes."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of it."""
        return (self.whole, *(name for name, _ in self.boxes), *filter(None, (self.other,)))

    def held_by(self, placed: frozenset[str]) -> bool:
        """Whether a template that places these names shows all that the field can hold."""
        apart = {name for name, _ in self.boxes} | {self.other}
        return self.whole in placed or (bool(self.boxes) and apart <= placed)


def places(form: FormRule) -> tuple[Place, ...]:
    """Each field of a form with its names, in the form's order."""
    taken = {field.id for field in form.fields}
    found = []
    for field in form.fields:
        boxes = tuple((_free(f"{field.id}_{_slug(c)}", taken), c) for c in field.choices)
        other = _free(f"{field.id}_other", taken) if boxes else ""
        found.append(Place(field, field.id, boxes, other))
    return tuple(found)


def names_of_form(form: FormRule) -> frozenset[str]:
    """Every name that a template of this form can place."""
    return frozenset(name for place in places(form) for name in place.names) | GENERAL.keys()


def values(form: FormRule, document: Document, foot: str) -> Mapping[str, str]:
    """What stands at each name, in the words of the document. Raises NotThisForm.

    `foot` is what this copy says at its foot.
    """
    answers = [each for block in document.blocks for each in _answers(block)]
    if len(answers) != len(form.fields):
        raise NotThisForm(form.form)
    found = {
        "case_reference": document.reference,
        "partnership_name": document.partnership,
        "form_title": document.title,
        "made_on": day(datetime.fromisoformat(document.made).date()),
        FOOT: foot,
    }
    for place, answer in zip(places(form), answers, strict=True):
        found.update(_of(place, answer))
    return found


def in_lines(answer: Field | Boxes | Table) -> str:
    """An answer as text: boxes and rows in lines, with every word that the PDF has of them."""
    match answer:
        case Field():
            return "\n".join(answer.lines)
        case Boxes():
            return "\n".join(box(*each) for each in answer.boxes)
        case Table():
            return "\n".join(
                f"{head}: {cell}"
                for row in answer.rows
                for head, cell in zip(answer.head, row, strict=True)
            )


def _answers(block: Block) -> Iterator[Field | Boxes | Table]:
    match block:
        case Fields():
            yield from block.rows
        case Boxes() | Table():
            yield block
        case Heading() | Paragraph():
            pass


def _of(place: Place, answer: Field | Boxes | Table) -> Iterator[tuple[str, str]]:
    yield place.whole, in_lines(answer)
    if isinstance(answer, Boxes) and place.boxes:
        ticked = dict(answer.boxes)
        for name, words in place.boxes:
            yield name, TICKED if ticked.get(words) else NOT_TICKED
        others = answer.boxes[len(place.boxes) :]
        yield place.other, "\n".join(box(*each) for each in others)


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:40].strip("_")


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name
