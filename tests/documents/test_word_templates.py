"""A partnership's own Word template: what is refused, what is filled, and that no word is lost."""

import io
from typing import Any

import pytest
from docx import Document as read_word
from docx.document import Document as WordDocument
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st

from concord.documents.model import Document, plain
from concord.documents.pdf import write_pdf
from concord.documents.word_templates import laying
from concord.documents.word_templates.checking import check, look_through
from concord.documents.word_templates.inventing import catalogue, invented
from concord.documents.word_templates.laying import NotLaidOut, lay_out
from concord.documents.word_templates.meanings import MEANINGS
from concord.documents.word_templates.placing import names_of_form, places, values
from concord.documents.word_templates.starting import starter
from concord.policies.library import load, policy_ids
from concord.rules.forms import FormRule, Known
from concord.rules.policy import Policy
from tests.documents.filled import (
    LONGEST,
    bare,
    document,
    form_named,
    saying,
    state_of,
    words_in_pdf,
    words_in_word,
)
from tests.documents.templates_made import AT, in_pieces, last_paragraph, saved, template_of

FORMS = [(each, form) for each in policy_ids() for form in load(each).policy.forms]
each_form = pytest.mark.parametrize(
    ("policy", "form"), FORMS, ids=lambda each: each if isinstance(each, str) else str(each.form)
)
SANDWELL: Policy = load("sandwell").policy
ESCALATION = form_named(SANDWELL, "escalation_template")
NOTICE = form_named(load("st_helens").policy, "escalation_notice")
WHERE = "Somewhere Safeguarding Children Partnership"
ODD = (
    "{{ 7 * 7 }} {{ child }} {% for a in b %} {# note #} {_{ child }_} {{ ''.__class__ }} "
    "<w:p><w:r/></w:p> </w:t> &amp; &lt; ]]> <!-- x --> {{{{ }}}} %} }} \\a \ttab\nnew line"
)


def filled(content: bytes, form: FormRule, made: Document) -> str:
    """The words of a document laid out with a template."""
    return words_in_word(lay_out(content, form, made, made.foot))


@each_form
def test_the_template_to_start_from_holds_every_word_that_the_pdf_holds(
    policy: str, form: FormRule
) -> None:
    """Each field of each form of each policy, filled from the longest case that was recorded."""
    content = starter(form, load(policy).policy, WHERE, AT)
    checked = look_through("starter.docx", content, form)
    assert not checked.problems
    assert not checked.notes
    made = document(state_of(LONGEST[policy]), form)
    word, pdf = filled(content, form, made), words_in_pdf(write_pdf(made))
    said = values(form, made, made.foot)
    for field in form.fields:
        answer = said[field.id]
        lines = answer.split("\n")
        assert all(bare(line) in pdf or bare(line.partition(": ")[2]) in pdf for line in lines)
        if field.choices:
            assert all(bare(each) in word for each in field.choices)
            assert word.count("☒") == sum(value == "☒" for value in said.values())
        else:
            assert bare(answer) in word
        assert bare(field.label) in word


@each_form
def test_a_template_with_a_name_for_each_field_is_taken_and_says_the_same(
    policy: str, form: FormRule
) -> None:
    content = template_of(form)
    assert not look_through("ours.docx", content, form).problems
    made = document(state_of(LONGEST[policy]), form)
    word = filled(content, form, made)
    for field in form.fields:
        assert bare(values(form, made, "")[field.id]) in word


@each_form
def test_a_field_with_no_place_is_told_with_its_words_and_its_name(
    policy: str, form: FormRule
) -> None:
    for field in form.fields:
        (problem,) = check(template_of(form, without=[field.id]), form).problems
        assert f"no place for “{field.label}”" in problem.says
        assert f"{{{{ {field.id} }}}}" in problem.says


def test_every_thing_that_a_case_knows_has_a_meaning_and_an_example() -> None:
    assert set(MEANINGS) == set(Known)
    assert all(meaning and example for meaning, example in MEANINGS.values())


@each_form
def test_the_catalogue_has_every_name_once_with_its_meaning(policy: str, form: FormRule) -> None:
    rows = catalogue(form, WHERE, AT)
    names = [name for name, _, _ in rows]
    assert len(names) == len(set(names))
    assert set(names) == names_of_form(form)
    assert all(says for _, says, _ in rows)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{{ chld }}", "{{ chld }} is not a placeholder of this form. Did you mean {{ child }}?"),
        ("{{ whatever_this_is }}", "The list of placeholders has them all."),
        ("{{ Child }}", "“{{ Child }}” is not spelt as it must be: {{ child }}."),
        ("{{ sent to }}", "is not spelt as it must be: {{ sent_to }}."),
        ("{{ }}", "There is no name between the braces."),
        ("{{ 7 * 7 }}", "“{{ 7 * 7 }}” is not a placeholder's name."),
        ("{{ child.__class__ }}", "is not a placeholder's name."),
        ("{{ child | upper }}", "is not a placeholder's name."),
        ("{{ ''.__class__.__mro__ }}", "is not a placeholder's name."),
        ("{% for a in range(999999999) %}x{% endfor %}", "is an instruction."),
        ("{%tr for a in child %}", "is an instruction."),
        ("{# a note #}", "is an instruction."),
        ("{{ child", "begins here and does not end in the same paragraph."),
        ("child }}", "ends here and begins nowhere in this paragraph."),
        ("{ child }", "“{” belongs to no placeholder."),
        ("{{ chi\nld }}", "is broken by a new line or a tab."),
    ],
)  # fmt: skip
def test_what_is_written_wrong_is_told_with_its_place(written: str, told: str) -> None:
    problems = check(template_of(NOTICE, f"Then {written}"), NOTICE).problems
    assert any(told in each.says for each in problems), problems
    paragraph = len(NOTICE.fields) + 1
    assert all(
        each.place.startswith(f"In the page, paragraph {paragraph}: “Then") for each in problems
    )


def test_the_place_is_told_in_a_table_and_in_a_header() -> None:
    def change(word: WordDocument) -> None:
        table = word.add_table(2, 2)
        table.rows[1].cells[1].text = "Name: {{ chld }}"
        word.sections[0].header.paragraphs[0].text = "{{ chidl }}"

    problems = check(template_of(NOTICE, change=change), NOTICE).problems
    assert {each.place for each in problems} == {
        "In the page, table 1, row 2: “Name: {{ chld }}”",
        "In a header, paragraph 1: “{{ chidl }}”",
    }


def test_what_word_has_cut_into_pieces_is_read_as_one_and_told() -> None:
    whole = template_of(
        NOTICE, without=["child"], change=in_pieces("The child: {", "{ ch", "ild", " }", "} here")
    )
    checked = check(whole, NOTICE)
    assert not checked.problems
    assert (
        "Word had cut these into pieces. Concord reads each as one: {{ child }}." in checked.notes
    )
    made = document(saying(LONGEST["st_helens"], **{"child.1.name": "Plum Invented"}), NOTICE)
    assert bare("The child: Plum Invented") in filled(whole, NOTICE, made)


def test_a_placeholder_that_goes_on_inside_a_link_is_filled_too() -> None:
    def change(word: WordDocument) -> None:
        word.add_paragraph("{{ ch")
        link = "<w:hyperlink w:anchor='x'><w:r><w:t>ild }} linked</w:t></w:r></w:hyperlink>"
        last_paragraph(link)(word)

    whole = template_of(NOTICE, without=["child"], change=change)
    assert not check(whole, NOTICE).problems
    made = document(saying(LONGEST["st_helens"], **{"child.1.name": "Plum Invented"}), NOTICE)
    word = read_word(io.BytesIO(lay_out(whole, NOTICE, made, made.foot)))
    (link,) = word.element.iter("{*}hyperlink")
    assert link.text == " linked"
    assert any("Plum Invented" in each.text for each in word.paragraphs)


def as_lines(text: str) -> str:
    return bare(plain(text))


@pytest.mark.parametrize(
    "content",
    [template_of(NOTICE), starter(NOTICE, load("st_helens").policy, WHERE, AT)],
    ids=["ours", "starter"],
)
def test_what_people_typed_is_text_whatever_it_looks_like(content: bytes) -> None:
    made = document(saying(LONGEST["st_helens"], why=ODD, aim=ODD), NOTICE)
    assert filled(content, NOTICE, made).count(as_lines(ODD)) == 2


@pytest.mark.dear
@search(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["{{", "}}", "{%", "%}", "{#", "{_{", "}_}", " child ", "<w:t>", "</w:p>", "&", "\n", "\t"])
        | st.text(max_size=8),
        min_size=1,
    ).map("".join)
)  # fmt: skip
def test_any_words_come_out_as_they_went_in(text: str) -> None:
    if "\0" in text:
        return
    made = document(saying(LONGEST["st_helens"], why=text), NOTICE)
    assert as_lines(text) in filled(TEMPLATE, NOTICE, made)


TEMPLATE = template_of(NOTICE)


def with_boxes_apart(*left_out: str) -> bytes:
    place = next(each for each in places(ESCALATION) if each.whole == "level_now")
    boxes = [f"{{{{ {name} }}}} {words}" for name, words in place.boxes if name not in left_out]
    other = [f"{{{{ {place.other} }}}}"] if place.other not in left_out else []
    return template_of(ESCALATION, *boxes, *other, without=["level_now"])


def test_boxes_can_stand_apart_and_the_right_one_is_ticked() -> None:
    content = with_boxes_apart()
    assert not check(content, ESCALATION).problems
    made = document(saying(LONGEST["sandwell"], level_now="Early help"), ESCALATION)
    word = filled(content, ESCALATION, made)
    assert bare("☒ Early Help ☐ Multi-Agency Early Help") in word


def test_an_answer_that_fits_no_box_is_not_lost() -> None:
    content = with_boxes_apart()
    made = document(saying(LONGEST["sandwell"], level_now="Something else"), ESCALATION)
    assert bare("☒ Something else (chosen)") in filled(content, ESCALATION, made)


@pytest.mark.parametrize("name", ["level_now_early_help", "level_now_other"])
def test_boxes_that_stand_apart_are_all_there_or_it_is_told(name: str) -> None:
    (problem,) = check(with_boxes_apart(name), ESCALATION).problems
    assert "no place for “Current level of need”" in problem.says


def test_the_foot_is_added_where_a_template_has_no_place_for_it() -> None:
    made = document(state_of(LONGEST["st_helens"]), NOTICE)
    assert filled(TEMPLATE, NOTICE, made).endswith(bare(made.foot))
    placed = template_of(NOTICE, "At the end: {{ foot }}")
    assert filled(placed, NOTICE, made).count(bare(made.foot)) == 1


def test_the_same_template_and_document_give_the_same_file_about_the_case_alone() -> None:
    made = document(state_of(LONGEST["st_helens"]), NOTICE)
    word = read_word(io.BytesIO(TEMPLATE))
    word.core_properties.author = "Somebody at the partnership"
    content = saved(word)
    first = lay_out(content, NOTICE, made, made.foot)
    assert lay_out(content, NOTICE, made, made.foot) == first
    about = read_word(io.BytesIO(first)).core_properties
    assert about.title == made.title
    assert about.author == about.last_modified_by == made.partnership
    assert about.language == "en-GB"


def test_where_a_word_would_be_lost_nothing_is_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    made = document(saying(LONGEST["st_helens"], why="It is not safe."), NOTICE)
    keep: Any = laying._as_text
    monkeypatch.setattr(laying, "_as_text", lambda value: keep(value.replace("is not ", "")))
    with pytest.raises(NotLaidOut, match="Not every word of 'why'"):
        lay_out(TEMPLATE, NOTICE, made, made.foot)


def test_a_template_of_another_form_is_not_used() -> None:
    made = document(state_of(LONGEST["sandwell"]), ESCALATION)
    with pytest.raises(NotLaidOut):
        lay_out(TEMPLATE, ESCALATION, made, made.foot)


@each_form
def test_the_invented_case_shows_something_in_every_field_that_a_case_fills(
    policy: str, form: FormRule
) -> None:
    made = invented(form, load(policy).policy, WHERE, AT)
    said = values(form, made, made.foot)
    for field in form.fields:
        if field.known:
            assert said[field.id] != "Not known yet", field.id
            assert "☒" in said[field.id] or not field.choices, field.id
