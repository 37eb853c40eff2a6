"""Forms filled from recorded cases: every policy's, with the same words as Word and as PDF."""

import io

import pytest
from docx import Document as read_word
from pypdf import PdfReader

from concord.documents.filling import fill, missing
from concord.documents.forms import forms_of
from concord.documents.known import FINDERS, know
from concord.documents.model import ANSWER, ASKED, NotText, Table, from_json
from concord.documents.pdf import write_pdf
from concord.documents.word import write_word
from concord.policies.library import load, policy_ids
from concord.rules.forms import FormRule, Known
from concord.rules.state import replay
from concord.rules.words import Act, Form
from tests.documents.filled import (
    HISTORIES,
    LONGEST,
    bare,
    document,
    filling,
    root_of,
    saying,
    state_of,
    words_in_pdf,
    words_in_word,
)

ODD = (
    'A "quoted" #let x = 1 *bold* _under_ [link](x) {{ case }} {% raw %} $x^2$ @ref <tag> &amp; '
    "// \\n =HYPERLINK(1) ŵŷ Łódź żółć"
)

each_form = pytest.mark.parametrize(
    ("policy", "form"),
    [(policy, form) for policy in policy_ids() for form in forms_of(load(policy).policy)],
    ids=lambda each: each if isinstance(each, str) else str(each.form),
)


def test_the_forms_that_the_policies_ask_for_are_there_with_their_fields() -> None:
    held = {form.form for policy in policy_ids() for form in forms_of(load(policy).policy)}
    assert held == set(Form)
    for policy in policy_ids():
        assert all(form.fields for form in forms_of(load(policy).policy)), policy


def test_each_thing_that_a_form_can_ask_for_has_its_way_to_be_found() -> None:
    assert set(FINDERS) == set(Known)


@each_form
def test_every_fact_that_the_case_holds_stands_in_its_form(policy: str, form: FormRule) -> None:
    for history in (each for each in HISTORIES if each.begun.policy.id == policy):
        state = state_of(history)
        it = filling(state, form)
        shown = "\n".join(document(state, form).words())
        for field, filled in zip(form.fields, fill(it), strict=True):
            for known in field.known:
                for line in know(known, it, field).lines:
                    assert line in filled.lines
            hidden = field.choices or filled.rows or form.one_page
            for line in filled.lines if not hidden else ():
                assert all(part in shown for part in line.split("\n"))


@each_form
def test_what_the_raise_says_stands_in_each_form_that_asks_for_it(
    policy: str, form: FormRule
) -> None:
    """Read from the record itself, past the finders: a finder that forgets would show here."""
    raised = {
        Known.CHILD_NAMES: "child.1.name", Known.DECISION_CHALLENGED: "decision_challenged",
        Known.WHY_UNSAFE: "why", Known.OUTCOME_WANTED: "aim", Known.LEVEL_SEEN: "level_seen",
        Known.LEVEL_NOW: "level_now", Known.CHILD_ADDRESS: "address", Known.FAMILY: "family",
    }  # fmt: skip
    texts = {text: f"Canary {text}" for text in raised.values()}
    state = saying(LONGEST[policy], **texts)
    shown = "\n".join(document(state, form).words())
    for known, text in raised.items():
        if any(known in field.known for field in form.fields):
            assert f"Canary {text}" in shown, (form.form, known)


def test_what_was_recorded_later_stands_in_the_case_record() -> None:
    form = next(form for form in forms_of(load("sandwell").policy) if form.form == "case_record")
    for history in HISTORIES:
        state = state_of(history)
        shown = "\n".join(document(state, form).words())
        for record in state.records:
            for told in (record.decision, record.reasons, record.reason, record.why):
                assert told in shown
            for plan in record.actions:
                assert plan.what in shown


@each_form
def test_what_a_young_case_cannot_fill_is_listed_with_where_to_give_it(
    policy: str, form: FormRule
) -> None:
    history = LONGEST[policy]
    state = replay(history.begun, history.records[:1])
    filled = fill(filling(state, form))
    listed = {each.label for each in missing(filled)}
    empty = {
        each.field.label
        for each in filled
        if not each.lines and not each.field.by and not each.field.optional
    }
    assert listed == empty
    assert all(each.where for each in missing(filled))


def test_a_decision_is_missing_until_it_is_recorded() -> None:
    bromley = load("bromley").policy
    form = next(form for form in bromley.forms if form.form == "panel_outcome")
    decided = next(
        history
        for history in HISTORIES
        if history.begun.policy.id == "bromley" and any(r.reasons for r in history.records)
    )
    before = next(place for place, r in enumerate(decided.records) if r.act is Act.DECIDE)
    begun = replay(decided.begun, decided.records[:before])
    reasons = next(field.label for field in form.fields if field.id == "reasons")
    assert reasons in {each.label for each in missing(fill(filling(begun, form)))}
    assert reasons not in {each.label for each in missing(fill(filling(state_of(decided), form)))}


@each_form
def test_the_pdf_is_tagged_and_says_the_same_words_as_word(policy: str, form: FormRule) -> None:
    made = document(state_of(LONGEST[policy]), form)
    pdf, word = write_pdf(made), write_word(made)
    root = root_of(pdf)
    about = PdfReader(io.BytesIO(pdf)).metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert about is not None
    assert about.title == form.title
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert read_word(io.BytesIO(word)).core_properties.title == form.title
    said = bare("\n".join(made.words()))
    assert words_in_word(word) == said
    in_pdf = words_in_pdf(pdf)
    # the head of a table stands again on each page: between the words of a row that goes on there
    heads = {"".join(block.head) for block in made.blocks if isinstance(block, Table)}
    going_on = in_pdf
    for head in (ASKED + ANSWER, *heads):
        going_on = going_on.replace(bare(head), "")
    for text in made.words():
        parts = [bare(part) for part in text.split("\n")]
        assert all(part in in_pdf or part in going_on for part in parts), text


def test_odd_characters_are_words_and_never_markup() -> None:
    form = next(form for form in forms_of(load("sandwell").policy) if form.form == "case_record")
    made = document(saying(LONGEST["sandwell"], why=ODD), form)
    assert bare(ODD) in words_in_word(write_word(made))
    assert bare(ODD) in words_in_pdf(write_pdf(made))


def test_an_emoji_is_kept_and_the_pdf_is_still_tagged() -> None:
    form = next(form for form in forms_of(load("bromley").policy) if form.form == "panel_referral")
    said = saying(LONGEST["bromley"], why="She is \N{CRYING FACE} every day")
    made = document(said, form)
    assert bare("She is \N{CRYING FACE} every day") in words_in_word(write_word(made))
    pdf = write_pdf(made)
    root = root_of(pdf)
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en-GB"
    assert bare("every day") in words_in_pdf(pdf)


def test_a_long_text_is_whole_in_both() -> None:
    form = next(form for form in forms_of(load("st_helens").policy) if form.form == "case_record")
    long = " ".join(f"word{number}" for number in range(6000))
    made = document(saying(LONGEST["st_helens"], why=long), form)
    pdf = write_pdf(made)
    assert bare(long) in words_in_word(write_word(made))
    # the head of the table stands again on each page, between the words
    assert bare(long) in words_in_pdf(pdf).replace(bare(ASKED + ANSWER), "")
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 5


def test_a_control_character_is_shown_as_unreadable_and_a_nul_is_refused() -> None:
    form = next(form for form in forms_of(load("cumbria").policy) if form.form == "case_record")
    history = LONGEST["cumbria"]
    assert "a\ufffdb" in "\n".join(document(saying(history, why="a\x07b"), form).words())
    with pytest.raises(NotText):
        document(saying(history, why="a\0b"), form)


def test_a_document_kept_as_text_is_the_same_document_and_gives_the_same_bytes() -> None:
    form = next(form for form in forms_of(load("sandwell").policy) if form.form == "case_record")
    made = document(state_of(LONGEST["sandwell"]), form)
    again = from_json(made.to_json())
    assert again == made
    assert write_pdf(again) == write_pdf(made)
    assert write_word(again) == write_word(made)
