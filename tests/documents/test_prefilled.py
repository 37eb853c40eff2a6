"""Every form is filled with all that the case holds: of the fields held, 100 %, and none forgotten."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from concord.documents.composing import compose, printed
from concord.documents.filling import Filled, fill
from concord.documents.forms import forms_of
from concord.documents.word import write_word
from concord.policies.library import load, policy_ids
from concord.rules.forms import FormRule, Known
from concord.rules.state import CaseState, replay
from tests.documents.everything import (
    FILLED_AT,
    HELD,
    everything,
    filling,
    held,
    names,
    without,
)
from tests.documents.filled import LONGEST, bare, words_in_word

WRITTEN_BY_HAND = {
    ("escalation_template", "legal_status_seen"),  # nobody but the raiser can say what should be
    ("escalation_template", "to_the_chair"),  # the business manager's own, after it has come
    ("escalation_template", "to_the_chair_reason"),
}
"""The only fields that no case can know: whoever completes the form writes them."""

CASES = {policy: everything(policy) for policy in policy_ids()}
FORMS = [(policy, form) for policy in policy_ids() for form in forms_of(load(policy).policy)]
each_form = pytest.mark.parametrize(
    ("policy", "form"), FORMS, ids=[f"{policy}-{form.form}" for policy, form in FORMS]
)


def wanted(state: CaseState, form: FormRule) -> Iterator[tuple[str, Known, str]]:
    """What belongs in each field of a form by the mapping: field, thing, words."""
    there = held(state)
    for field in form.fields:
        for known in field.known:
            if known in there:
                yield field.id, known, there[known]


def left_blank(state: CaseState, form: FormRule, asked: FormRule) -> list[tuple[str, Known]]:
    """The fields that do not say what the case holds, of the form that `asked` describes."""
    filled: dict[str, Filled] = {each.field.id: each for each in fill(filling(state, form))}
    return [
        (field, known)
        for field, known, words in wanted(state, asked)
        if words not in "\n".join(filled[field].lines)
    ]


@each_form
def test_every_field_that_the_case_holds_is_filled(policy: str, form: FormRule) -> None:
    state = CASES[policy]
    asked = {field for field, _, _ in wanted(state, form)}
    blank = left_blank(state, form, form)
    full = asked - {field for field, _ in blank}
    assert asked
    assert len(full) / len(asked) == 1, blank


@each_form
def test_the_words_stand_in_the_word_document_itself(policy: str, form: FormRule) -> None:
    state = CASES[policy]
    foot = printed("K7QM-4TPD", "Ada Appleyard", FILLED_AT)
    made = compose(form, names(state), FILLED_AT, fill(filling(state, form)), foot)
    said = words_in_word(write_word(made))
    cut = {"positions", "tried", "held"} if form.one_page else set()  # whole in the case record
    for field, known, words in wanted(state, form):
        if field not in cut:
            assert bare(words) in said, (field, known)


@each_form
def test_a_field_left_blank_though_the_case_knows_it_is_noticed(
    policy: str, form: FormRule
) -> None:
    state = CASES[policy]
    for field in {each for each, _, _ in wanted(state, form)}:
        blank = left_blank(state, without(form, field), form)
        assert {each for each, _ in blank} == {field}, field


def test_the_mapping_says_of_each_thing_how_it_reads() -> None:
    assert set(HELD) == set(Known)


@each_form
def test_a_field_without_anything_that_fills_it_is_declared(policy: str, form: FormRule) -> None:
    by_hand = {(str(form.form), field.id) for field in form.fields if not field.known}
    assert by_hand <= WRITTEN_BY_HAND


@pytest.mark.parametrize(
    ("status", "level"),
    [
        (("looked_after",), "Child in Care"),
        (("child_in_need", "child_protection_plan"), "Child Protection (S47)"),
        ((), ""),
    ],
)
def test_the_level_of_need_follows_from_the_plan_or_status_where_it_was_not_given(
    status: tuple[str, ...], level: str
) -> None:
    # given a concern that says of a child what holds, and not the level of need
    first = LONGEST["sandwell"].records[0]
    told = replace(
        first,
        facts={**first.facts, "child_status": status},
        text={key: value for key, value in first.text.items() if key != "level_now"},
    )
    state = replay(LONGEST["sandwell"].begun, (told,))
    for form, field in (("escalation_template", "level_now"), ("agency_log", "level")):
        rule = next(each for each in load("sandwell").policy.forms if each.form == form)
        found = next(each for each in fill(filling(state, rule)) if each.field.id == field)
        # then both forms say the level that it means
        assert ", ".join(found.lines) == level
