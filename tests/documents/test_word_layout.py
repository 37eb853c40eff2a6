"""How a Word copy looks: what can be told of it without a pair of eyes."""

import io

import pytest
from docx import Document as read_word
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from concord.documents.forms import forms_of
from concord.documents.model import Boxes, Document, Field, Fields, Table
from concord.documents.pdf import ACROSS, EDGE, LONGEST_WORD, widths
from concord.documents.word import FONT, SHORT, write_word
from concord.policies.library import load, policy_ids
from tests.documents.filled import LONGEST, document, state_of

CELLS = st.text(alphabet="ab \n", max_size=120)


def written(*blocks: Boxes | Fields | Table) -> Document:
    return Document(
        "A form", "K7QM-4TPD", "Somewhere", "2026-11-25T09:30:00+00:00", "Its foot", blocks
    )


def word_of(made: Document) -> WordDocument:
    return read_word(io.BytesIO(write_word(made)))


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=1)))
def test_no_word_of_a_usual_length_is_broken_by_its_column(rows: list[tuple[str, ...]]) -> None:
    head, *body = [list(row) for row in rows]
    found = widths(head, body)
    for place, width in enumerate(found):
        longest = max((len(w) for row in rows for w in row[place].split()), default=0)
        if longest <= LONGEST_WORD and len(found) < 5:
            assert width / sum(found) * ACROSS >= longest + EDGE - 1
        assert width > 0


@pytest.mark.parametrize("policy", list(policy_ids()))
def test_every_table_is_as_wide_as_the_page_has_room_for(policy: str) -> None:
    for form in forms_of(load(policy).policy):
        for table in word_of(document(state_of(LONGEST[policy]), form)).tables:
            assert abs(sum(column.width.cm for column in table.columns) - 17.4) < 0.1


def test_a_short_row_stays_on_its_page_and_a_long_one_may_go_on() -> None:
    rows = Fields((Field("Short", ("Yes.",)), Field("Long", ("word " * SHORT,))))
    (table,) = word_of(written(rows)).tables
    whole = [row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows[1:]]
    assert whole == [True, False]


def test_a_row_of_boxes_keeps_together() -> None:
    paragraphs = word_of(
        written(Boxes("Which?", (("A", True), ("B", False), ("C", False))))
    ).paragraphs
    kept = [p.paragraph_format.keep_with_next for p in paragraphs if p.text[:1] in "☐☒W"]
    assert kept[:3] == [True, True, True]
    assert not kept[3]


def test_the_font_is_one_that_every_word_has_and_the_foot_is_of_one_size() -> None:
    word = word_of(written())
    assert {word.styles[name].font.name for name in ("Normal", "Heading 1")} == {FONT} == {"Arial"}
    foot = word.sections[0].footer._element
    assert {size.get(qn("w:val")) for size in foot.iter(qn("w:sz"))} == {"17"}
    assert len(list(foot.iter(qn("w:sz")))) == len(list(foot.iter(qn("w:r"))))
