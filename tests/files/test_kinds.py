"""What is taken is told by its content; a hostile file is refused with what to do instead."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.files.kinds import KINDS, LARGEST, Kind, kind_of
from concord.files.naming import LONGEST, ending_of, shown_name
from concord.files.unfit import Unfit
from tests.files import making

WORD, BOOK = making.a_word_document(), making.a_workbook()
GOOD = {
    "report.pdf": (making.a_pdf(), Kind.PDF),
    "packed.pdf": (making.packed_pdf(b"1 0 << /Type /Page >>"), Kind.PDF),
    "report.docx": (WORD, Kind.WORD),
    "dates.xlsx": (BOOK, Kind.EXCEL),
    "report.odt": (making.an_open_text(), Kind.OPEN_TEXT),
    "notes.txt": ("Seen on Monday: caf\u00e9.\r\n".encode(), Kind.TEXT),
    "windows.txt": ("\u201cQuoted\u201d".encode("cp1252"), Kind.TEXT),
    "photo.jpg": (making.a_jpeg(), Kind.JPEG),
    "telephone.jpeg": (making.a_jpeg() + b"more of a telephone's own", Kind.JPEG),
    "scan.PNG": (making.a_png(), Kind.PNG),
    "link.docx": (making.fetching("hyperlink", "https://example.org/"), Kind.WORD),
    "template.docx": (making.fetching("attachedTemplate", "file:///C:\\a.dotx"), Kind.WORD),
    "chart.docx": (making.with_parts(WORD, **{"word__embeddings__one.xlsx": BOOK}), Kind.WORD),
}  # fmt: skip
MACROS = making.part(WORD, "[Content_Types].xml").replace(
    b"wordprocessingml.document.main+xml", b"wordprocessingml.document.macroEnabled.main+xml"
)
BILLION = b'<!DOCTYPE a [<!ENTITY b "c">]><Types/>'
BAD = {
    "a program called a PDF": ("report.pdf", b"MZ\x90\0" * 40, "not a whole PDF"),
    "a PDF cut short": ("report.pdf", making.a_pdf()[:400], "not a whole PDF"),
    "a page called a PDF": ("report.pdf", b"<html><script>alert(1)</script>", "not a whole PDF"),
    "a PDF called Word": ("report.docx", making.a_pdf(), "not the document"),
    "a locked PDF": ("a.pdf", making.a_pdf(extra=b"/Encrypt 9 0 R"), "locked"),
    "a PDF with a script": ("a.pdf", making.a_pdf(extra=b"<</S/JavaScript/JS(x)>>"), "script"),
    "a script spelt in numbers": ("a.pdf", making.a_pdf(extra=b"/J#61v#61Script"), "script"),
    "a script in a packed stream": ("a.pdf", making.packed_pdf(b"1 0 <</S/JavaScript>>"), "script"),
    "a stream packed twice": ("a.pdf", making.packed_pdf(b"x", b"[/ASCIIHexDecode /FlateDecode]").replace(b"stream\n\x78", b"stream\n41"), "cannot be checked"),
    "a PDF that starts a program": ("a.pdf", making.a_pdf(extra=b"/Launch /F (cmd)"), "script"),
    "a PDF with files in it": ("a.pdf", making.a_pdf(extra=b"/EmbeddedFiles 3 0 R"), "other files"),
    "Word with macros": ("a.docx", making.with_parts(WORD, **{"[Content_Types].xml": MACROS}), "macros"),
    "Word with a macro project": ("a.docx", making.with_parts(WORD, **{"word__vbaProject.bin": b"x"}), "macros"),
    "Excel called Word": ("a.docx", BOOK, "not the Word"),
    "Word called Excel": ("a.xlsx", WORD, "not the Excel"),
    "a picture from elsewhere": ("a.docx", making.fetching("image", "http://example.org/a.png"), "fetches"),
    "a template from elsewhere": ("a.docx", making.fetching("attachedTemplate", "https://example.org/a.dotm"), "fetches"),
    "a template from another computer": ("a.docx", making.fetching("attachedTemplate", "\\\\example.org\\a.dotm"), "fetches"),
    "a template by a file address": ("a.docx", making.fetching("attachedTemplate", "file://example.org/a.dotm"), "fetches"),
    "a field that runs": ("a.docx", making.with_parts(WORD, **{"word__document.xml": b"<w><t>DDE</t><t>AUTO</t> c:\\cmd</w>"}), "fetches"),
    "a link that runs": ("a.xlsx", making.with_parts(BOOK, **{"xl__externalLinks__one.xml": b"<ddeLink ddeService='cmd'/>"}), "fetches"),
    "a program in Word": ("a.docx", making.with_parts(WORD, word__media__a=b"MZ\x90\0"), "program"),
    "an object in Word": ("a.docx", making.with_parts(WORD, word__embeddings__a=b"\xd0\xcf\x11\xe0\xa1"), "program"),
    "an archive in Word": ("a.docx", making.with_parts(WORD, word__a=making.archive({"a": b"b"})), "archive"),
    "macros in a workbook in Word": ("a.docx", making.with_parts(WORD, **{"word__embeddings__a.xlsx": making.with_parts(BOOK, **{"xl__vbaProject.bin": b"x"})}), "macros"),
    "a locked document": ("a.docx", making.locked(WORD), "locked"),
    "an older document": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "older kind"),
    "entities without end": ("a.docx", making.with_parts(WORD, **{"[Content_Types].xml": BILLION}), "not the document"),
    "entities in wide letters": ("a.docx", making.with_parts(WORD, **{"[Content_Types].xml": BILLION.decode().encode("utf-16")}), "not the document"),
    "a bomb": ("a.docx", making.archive({"[Content_Types].xml": b"\0" * 100_000_000}), "far more"),
    "a bomb of many parts": ("a.docx", making.archive({f"{n}": b"" for n in range(3500)}), "far more"),
    "a lie about size": ("a.docx", making.lying_about_its_size("[Content_Types].xml"), "document"),
    "a way out": ("a.docx", making.with_parts(WORD, **{"..__..__etc__passwd": b"x"}), "not the document"),
    "locked open text": ("a.odt", making.an_open_text(**{"META-INF/manifest.xml": b'<m xmlns:a="b"><a:encryption-data/></m>'}), "locked"),
    "macros in open text": ("a.odt", making.an_open_text(**{"Basic/script.xml": b"<a/>"}), "macros"),
    "an archive called open text": ("a.odt", making.archive({"a": b"b"}), "not the OpenDocument"),
    "bytes called text": ("a.txt", b"abc\0def", "not plain text"),
    "a bomb of pixels": ("a.png", making.a_png(60_000, 60_000), "too large"),
    "a JPEG of pixels": ("a.jpg", making.a_jpeg(60_000, 60_000), "too large"),
    "more after a picture": ("a.png", making.a_png() + making.archive({"a": b"b"}), "not the picture"),
    "a picture spoilt": ("a.png", making.a_png().replace(b"IDAT", b"IDOT"), "not the picture"),
    "a page called a picture": ("a.jpg", b"\xff\xd8\xff<script>\xff\xd9", "not the picture"),
    "nothing": ("a.txt", b"", "empty"),
    "an older Word": ("a.doc", b"x", "not taken"),
    "a page": ("a.html", b"<script>", "not taken"),
    "a picture that runs": ("a.svg", b"<svg/>", "not taken"),
    "no ending": ("report", making.a_pdf(), "not taken"),
    "two endings": ("report.pdf.exe", making.a_pdf(), "not taken"),
    "an ending turned round": ("report\u202efdp.exe", making.a_pdf(), "not taken"),
    "an ending and a NUL": ("report.exe\0.pdf", b"MZ", "not a whole PDF"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_people_really_send_is_taken(name: str) -> None:
    content, kind = GOOD[name]
    assert kind_of(name, content) is kind


@pytest.mark.parametrize("case", BAD)
def test_what_could_do_harm_is_refused_with_what_to_do_instead(case: str) -> None:
    name, content, why = BAD[case]
    with pytest.raises(Unfit) as refused:
        kind_of(name, content)
    assert why in refused.value.why, refused.value
    assert refused.value.instead.endswith(".")


def test_a_file_above_the_limit_is_refused() -> None:
    with pytest.raises(Unfit, match="larger than 20 MB"):
        kind_of("a.txt", b"a" * (LARGEST + 1))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_no_spoilt_file_is_more_than_refused(name: str, data: st.DataObject) -> None:
    content = bytearray(GOOD[name][0])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    for spoilt in (bytes(content), bytes(content[:cut])):
        try:
            kind_of(name, spoilt)
        except Unfit:
            continue


@pytest.mark.parametrize(("given_", "shown"), [
    ("report.pdf", "report.pdf"),
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("C:\\Users\\teacher\\report.pdf", "report.pdf"),
    ("re\u202eport\u200b\0\n.pdf", "report.pdf"),
    ("<img src=x onerror=alert(1)>.pdf", "-img src=x onerror=alert(1)-.pdf"),
    ("  ...  .pdf", "document.pdf"),
    (".pdf", "document.pdf"),
    ("caf\u0065\u0301.pdf", "caf\u00e9.pdf"),
])  # fmt: skip
def test_a_name_is_made_safe(given_: str, shown: str) -> None:
    assert shown_name(given_, "pdf") == shown


@given(st.text(max_size=400))
def test_a_name_is_short_and_one_line_whatever_was_typed(typed: str) -> None:
    shown = shown_name(typed, "pdf")
    assert len(shown) <= LONGEST
    assert shown.endswith(".pdf")
    assert not set(shown) & set('/\\\0\n\r\u202e"<>')
    assert ending_of(shown) == "pdf"


def test_each_kind_is_sent_out_as_itself() -> None:
    assert all("html" not in rule.media and "svg" not in rule.media for rule in KINDS.values())
