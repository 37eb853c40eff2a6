"""What no Word template may hold, and what is no Word document: told with its place, refused."""

import io
import zipfile
from collections.abc import Callable

import pytest
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st

from concord.documents.word_templates.checking import LARGEST, check, look_through
from concord.files.unfit import Unfit
from concord.policies.library import load
from tests.documents.filled import (
    form_named,
)
from tests.documents.templates_made import last_paragraph, template_of
from tests.files import making

NOTICE = form_named(load("st_helens").policy, "escalation_notice")


def with_hidden(word: WordDocument) -> None:
    word.add_paragraph().add_run("{{ child }}").font.hidden = True


def with_a_comment(word: WordDocument) -> None:
    word.add_comment(word.paragraphs[0].runs, text="Ask Jo about this.", author="Somebody")


def with_a_link(word: WordDocument) -> None:
    word.part.relate_to("file:///c:/secret.docx", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)


def with_a_description(word: WordDocument) -> None:
    word.add_picture(io.BytesIO(making.a_png()))
    next(word.element.iter("{*}docPr")).set("descr", "{{ child }}")


RUN = "<w:r><w:t>x</w:t></w:r>"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (last_paragraph(f"<w:ins w:id='1' w:author='A'>{RUN}</w:ins>"), "It holds tracked changes."),
        (last_paragraph("<w:fldSimple w:instr=' INCLUDETEXT c:/x.docx '/>"), "field INCLUDETEXT"),
        (last_paragraph("<w:r><w:fldChar w:fldCharType='begin'/><w:instrText> MERGE</w:instrText>"
                        "<w:instrText>FIELD name </w:instrText></w:r>"), "field MERGEFIELD"),
        (last_paragraph("<w:r><w:object/></w:r>"), "It holds another file or an object"),
        (last_paragraph("<w:sdt><w:sdtPr><w:dataBinding w:xpath='/a' w:storeItemID='b'/></w:sdtPr>"
                        f"<w:sdtContent>{RUN}</w:sdtContent></w:sdt>"), "a content control that Word fills"),
        (last_paragraph("<w:fldSimple w:instr=' PAGE {{ child }} '/>"), "Braces stand where Concord does not"),
        (with_hidden, "{{ child }} stands in hidden text"),
        (with_a_comment, "It holds comments"),
        (with_a_link, "A link leads to “file:///c:/secret.docx”."),
        (with_a_description, "Braces stand where Concord does not"),
    ],
)  # fmt: skip
def test_what_no_template_may_hold_is_told(
    change: Callable[[WordDocument], None], told: str
) -> None:
    problems = check(template_of(NOTICE, change=change), NOTICE).problems
    assert any(told in each.says for each in problems), problems


def test_page_numbers_dates_and_links_to_the_web_are_no_danger() -> None:
    def change(word: WordDocument) -> None:
        last_paragraph("<w:fldSimple w:instr=' PAGE '/>")(word)
        word.part.relate_to("https://example.org", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)

    assert not check(template_of(NOTICE, change=change), NOTICE).problems


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("ours.doc", template_of(NOTICE), "ends with .docx"),
        ("ours.dotm", template_of(NOTICE), "ends with .docx"),
        ("ours.docx", b"", "The file is empty."),
        ("ours.docx", b"PK\x03\x04 not really", "not the document that its name says"),
        ("ours.docx", making.a_pdf("x"), "not the document that its name says"),
        ("ours.docx", b"x" * (LARGEST + 1), "larger than 5 MB"),
    ],
)  # fmt: skip
def test_what_is_no_word_document_is_refused_with_what_to_do(
    name: str, content: bytes, told: str
) -> None:
    with pytest.raises(Unfit) as refused:
        look_through(name, content, NOTICE)
    assert told in refused.value.why
    assert refused.value.instead


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A Word document with one of its parts changed, and nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for each in before.namelist():
            part = before.read(each)
            after.writestr(each, change(part) if each == name else part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("[Content_Types].xml", lambda x: x.replace(b"document.main+xml", b"macroEnabled.main+xml"), "macros"),
        ("word/_rels/document.xml.rels", lambda x: x.replace(b"</Relationships>", (
            b'<Relationship Id="r99" TargetMode="External" Target="https://example.org/x.png" Type='
            b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>')), "fetches"),
        ("word/document.xml", lambda x: b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + x.partition(b"?>")[2], "damaged"),
        ("word/document.xml", lambda x: x[: len(x) // 2], "damaged"),
    ],
)  # fmt: skip
def test_macros_what_is_fetched_and_damage_are_refused(
    name: str, change: Callable[[bytes], bytes], told: str
) -> None:
    with pytest.raises(Unfit) as refused:
        look_through("ours.docx", changed(template_of(NOTICE), name, change), NOTICE)
    assert told in refused.value.why


@search(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_spoilt_template_is_more_than_refused(data: st.DataObject) -> None:
    content = bytearray(changed(template_of(NOTICE), "", bytes))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        look_through("ours.docx", bytes(content), NOTICE)
    except Unfit as unfit:
        assert unfit.why
