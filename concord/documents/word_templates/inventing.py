"""An invented case in a form's fields: what a template is tried with before it is used. Pure."""

from collections.abc import Iterator
from datetime import datetime

from concord.documents.composing import compose
from concord.documents.directory import CaseNames
from concord.documents.filling import Filled
from concord.documents.model import Document
from concord.documents.word_templates.meanings import EMPTY, MEANINGS, TABLES
from concord.documents.word_templates.placing import GENERAL, places
from concord.rules.clock import LONDON
from concord.rules.dates import day
from concord.rules.forms import FormField, FormRule
from concord.rules.naming import Names
from concord.rules.policy import Policy

REFERENCE = "K7QM-4TPD"
FOOT = "An invented case, to try the template with. Not a record of any child."


def invented(form: FormRule, policy: Policy, partnership: str, at: datetime) -> Document:
    """The form as it stands filled for an invented case, at a moment (aware)."""
    names = CaseNames(REFERENCE, partnership, Names(policy, {}, {}), {}, {})
    return compose(form, names, at, [_filled(field) for field in form.fields], FOOT)


def catalogue(form: FormRule, partnership: str, at: datetime) -> tuple[tuple[str, str, str], ...]:
    """Every placeholder of a form: its name, what it means, and an example."""
    general = {
        "case_reference": REFERENCE, "partnership_name": partnership, "form_title": form.title,
        "made_on": day(at.astimezone(LONDON).date()), "foot": f"Case {REFERENCE}. {FOOT}",
    }  # fmt: skip
    own = {field.id for field in form.fields}
    return (
        *(row for field in form.fields for row in _rows(form, field)),
        *((name, GENERAL[name], general[name]) for name in GENERAL if name not in own),
    )


def _rows(form: FormRule, field: FormField) -> Iterator[tuple[str, str, str]]:
    place = next(each for each in places(form) if each.field is field)
    meant = "; ".join(MEANINGS[known][0].lower() for known in field.known)
    by = "Filled in after it has come. " if field.by else ""
    filled = _filled(field)
    says = f"{field.label}. {by}It holds: {meant}." if meant else f"{field.label}. {by}{EMPTY}"
    yield place.whole, says, "\n".join(filled.lines)
    for name, words in place.boxes:
        yield name, f"{field.label}: the box “{words}”, ticked or not.", "☒ or ☐"
    if place.other:
        yield place.other, f"{field.label}: what fits none of its boxes.", ""


def _filled(field: FormField) -> Filled:
    lines = tuple(line for known in field.known for line in MEANINGS[known][1])
    head, rows = TABLES.get(field.known[0], ((), ())) if len(field.known) == 1 else ((), ())
    return Filled(field, lines, (), head, rows)
