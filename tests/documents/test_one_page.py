"""The executive brief stays on one page, however long the case: what is cut is said to be cut."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from concord.documents.model import Document
from concord.documents.one_page import CUT
from concord.documents.pdf import write_pdf
from concord.documents.word import write_word
from concord.policies.library import policy_ids
from concord.rules.state import CaseState, replay
from tests.documents.filled import (
    HISTORIES,
    LONGEST,
    bare,
    document,
    form_named,
    saying,
    state_of,
    words_in_pdf,
    words_in_word,
)

LONG = " ".join(f"word{number}" for number in range(3000))


def brief(state: CaseState) -> Document:
    return document(state, form_named(state.policy, "executive_brief"))


def pages(made: Document) -> int:
    return len(PdfReader(io.BytesIO(write_pdf(made))).pages)


@pytest.mark.parametrize("policy", policy_ids())
def test_every_recorded_case_has_its_brief_on_one_page(policy: str) -> None:
    longest = sorted(
        (each for each in HISTORIES if each.begun.policy.id == policy),
        key=lambda each: len(each.records),
    )
    for history in longest[-6:]:
        assert pages(brief(state_of(history))) == 1, history.name


@pytest.mark.parametrize("policy", policy_ids())
def test_long_texts_in_every_record_are_cut_and_said_to_be(policy: str) -> None:
    history = LONGEST[policy]
    texts = ("why", "decision_challenged", "aim", "position", "reply", "said")
    begun, *later = history.records
    records = (
        replace(begun, text={**begun.text, **dict.fromkeys(texts[:3], LONG)}),
        *(replace(each, text={k: LONG if k in texts else v for k, v in each.text.items()})
          for each in later),
    )  # fmt: skip
    made = brief(replay(history.begun, records))
    assert pages(made) == 1
    assert "word0 word1" in "\n".join(made.words())
    assert CUT in "\n".join(made.words())
    assert words_in_word(write_word(made)) == bare("\n".join(made.words()))
    assert all(bare(text) in words_in_pdf(write_pdf(made)) for text in made.words())


def test_a_short_case_is_not_cut() -> None:
    history = LONGEST["bromley"]
    state = replay(history.begun, history.records[:1])
    assert CUT not in "\n".join(brief(state).words())


def test_a_word_without_an_end_is_cut_too() -> None:
    assert pages(brief(saying(LONGEST["cumbria"], why="x" * 9000, aim="y" * 9000))) == 1
