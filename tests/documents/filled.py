"""Recorded cases with their forms filled, and the words of a form as Word and as PDF."""

import io
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from docx import Document as read_word
from pypdf import PdfReader

from concord.documents.composing import compose, printed
from concord.documents.directory import CaseNames, Person
from concord.documents.filling import fill
from concord.documents.forms import forms_of
from concord.documents.known.found import Filling
from concord.documents.model import Document
from concord.policies.library import policy_ids
from concord.rules.forms import FormRule
from concord.rules.naming import Names
from concord.rules.policy import Policy
from concord.rules.state import CaseState, replay
from tests.histories.recorded import History, histories

AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
HISTORIES = list(histories())
LONGEST = {
    policy: max(
        (each for each in HISTORIES if each.begun.policy.id == policy),
        key=lambda each: len(each.records),
    )
    for policy in policy_ids()
}


def names_of(state: CaseState) -> CaseNames:
    agencies = {agency: agency.title() for _, agency in state.parties.sides}
    user = state.records[0].text.get("user", "")
    return CaseNames(
        reference="K7QM-4TPD",
        partnership="Somewhere Safeguarding Children Partnership",
        seats=Names(state.policy, agencies, {}),
        people={user: Person("Ada Appleyard", "ada@example.org", "Teacher")},
        holders={},
    )


def filling(state: CaseState, form: FormRule) -> Filling:
    return Filling(state, names_of(state), AT, form)


def document(state: CaseState, form: FormRule) -> Document:
    filled = fill(filling(state, form))
    return compose(form, names_of(state), AT, filled, printed("K7QM-4TPD", "Ada Appleyard", AT))


def state_of(history: History) -> CaseState:
    return replay(history.begun, history.records)


def saying(history: History, **texts: str) -> CaseState:
    """A recorded case, with other words in the record that raised the concern."""
    first = history.records[0]
    changed = replace(first, text={**first.text, **texts})
    return replay(history.begun, (changed, *history.records[1:]))


def root_of(pdf: bytes) -> Any:
    """The root of a PDF: what says whether it is tagged."""
    return PdfReader(io.BytesIO(pdf)).trailer["/Root"]


def bare(text: str) -> str:
    """Text without its spacing, which lines broken in print change; ligatures taken apart."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def words_in_pdf(made: bytes) -> str:
    """The words of a PDF without its feet, which stand between pages."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    foot = bare(printed("K7QM-4TPD", "Ada Appleyard", AT))
    text = bare("\n".join(pages))
    return re.sub(re.escape(foot) + r"Page\d+of\d+", "", text)


def words_in_word(made: bytes) -> str:
    body = read_word(io.BytesIO(made)).element.body
    return bare("\n".join(str(text) for text in body.xpath(".//w:t/text()")))


def form_named(policy: Policy, name: str) -> FormRule:
    """A form of a case under this policy."""
    return next(form for form in forms_of(policy) if form.form == name)
