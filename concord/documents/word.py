"""The neutral document as Word, editable: real headings, tables with head rows, its language."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any, assert_never

from docx import Document as new_word
from docx.document import Document as WordDocument
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from concord.documents.model import (
    ANSWER,
    ASKED,
    LANGUAGE,
    Boxes,
    Document,
    Fields,
    Heading,
    Paragraph,
    Table,
    box,
)
from concord.documents.pdf import widths

FONT = "Arial"
"""On every computer that Word is on; plain, and without strokes at the ends of letters."""
WIDTH = 17.4
"""Between the margins of A4, in centimetres."""
GREY = "EBEBEB"
FOOT = 8.5
"""The size of the foot's letters, in points."""
SHORT = 900
"""In letters: what always has room on a page of its own."""


def write_word(document: Document) -> bytes:
    """The document as a .docx file: the same document gives the same bytes."""
    word = new_word()
    _page(word)
    _styles(word)
    _properties(word, document)
    _foot(word, document.foot)
    word.add_paragraph(document.partnership)
    word.add_heading(document.title, level=1)
    for block in document.blocks:
        match block:
            case Heading():
                word.add_heading(block.text, level=block.level + 1)
            case Paragraph():
                _lines(word.add_paragraph(), block.text.split("\n"), word)
            case Fields():
                _fields(word, block)
            case Boxes():
                _boxes(word, block)
            case Table():
                _table(word, block)
            case _:
                assert_never(block)
    raw = io.BytesIO()
    word.save(raw)
    return timeless(raw.getvalue())


def timeless(made: bytes) -> bytes:
    """The same file without the times at which its parts were packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(part, before.read(name))
    return out.getvalue()


def _page(word: WordDocument) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(2.2)


def _styles(word: WordDocument) -> None:
    for name, size in (("Normal", 10.5), ("Heading 1", 19), ("Heading 2", 13.5), ("Heading 3", 12)):
        style = word.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[theme]
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), FONT)
    word.styles["Normal"].paragraph_format.space_after = Pt(4)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), LANGUAGE)
    spoken.set(qn("w:eastAsia"), LANGUAGE)
    defaults = word.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for earlier in defaults.findall(qn("w:lang")):
        defaults.remove(earlier)
    defaults.append(spoken)


def _properties(word: WordDocument, document: Document) -> None:
    made = datetime.fromisoformat(document.made).astimezone(UTC).replace(tzinfo=None)
    about = word.core_properties
    about.title = document.title
    about.language = LANGUAGE
    about.author = document.partnership
    about.last_modified_by = document.partnership
    about.subject = f"Case {document.reference}"
    about.comments = ""
    about.created = about.modified = made


def _foot(word: WordDocument, text: str) -> None:
    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{text}\tPage ")
    _counted(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _counted(paragraph, "NUMPAGES")
    for run in paragraph.runs:
        run.font.size = Pt(FOOT)


def _counted(paragraph: Any, what: str) -> None:
    """A number that Word counts: of this page, or of all."""
    counted = OxmlElement("w:fldSimple")
    counted.set(qn("w:instr"), what)
    run = OxmlElement("w:r")
    marks = OxmlElement("w:rPr")
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), str(round(2 * FOOT)))
    marks.append(size)
    run.append(marks)
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    counted.append(run)
    paragraph._p.append(counted)


def _fields(word: WordDocument, block: Fields) -> None:
    table = _grid(word, (ASKED, ANSWER), (1, 2))
    for row in block.rows:
        asked, answer = table.add_row().cells
        _lines(asked.paragraphs[0], (row.label,), asked, bold=True)
        _shade(asked)
        _lines(answer.paragraphs[0], row.lines, answer)
        _whole(table.rows[-1], sum(len(line) for line in row.lines))
    _gap(word)


def _boxes(word: WordDocument, block: Boxes) -> None:
    head = word.add_paragraph()
    head.add_run(block.label).bold = True
    head.paragraph_format.keep_with_next = True
    for number, (text, ticked) in enumerate(block.boxes, start=1):
        paragraph = word.add_paragraph()
        paragraph.add_run(box(text, ticked)).bold = ticked
        paragraph.paragraph_format.left_indent = Cm(0.4)
        paragraph.paragraph_format.space_after = Pt(1)
        # a row of boxes stands on one page
        paragraph.paragraph_format.keep_with_next = number < len(block.boxes)
    _gap(word)


def _table(word: WordDocument, block: Table) -> None:
    label = word.add_paragraph()
    label.add_run(block.label).bold = True
    label.paragraph_format.keep_with_next = True
    parts = tuple(widths(list(block.head), [list(row) for row in block.rows]))
    table = _grid(word, block.head, parts)
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _lines(cell.paragraphs[0], text.split("\n"), cell)
        _whole(table.rows[-1], max(len(text) for text in row))
    _gap(word)


def _grid(word: WordDocument, head: tuple[str, ...], parts: tuple[int, ...]) -> Any:
    """A table with its head row, which is repeated on each page."""
    table = word.add_table(rows=1, cols=len(head))
    table.style = word.styles["Table Grid"]
    table.autofit = False
    _padded(table)
    for column, part in zip(table.columns, parts, strict=True):
        column.width = Cm(WIDTH * part / sum(parts))
    first = table.rows[0]
    repeated = OxmlElement("w:tblHeader")
    first._tr.get_or_add_trPr().append(repeated)
    for cell, text in zip(first.cells, head, strict=True):
        _lines(cell.paragraphs[0], (text,), cell, bold=True)
        _shade(cell)
    return table


def _padded(table: Any) -> None:
    """Room between a cell's edges and its words."""
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 50), ("left", 100), ("bottom", 20), ("right", 100)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(width))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)


def _whole(row: Any, letters: int) -> None:
    """A row of a few lines is not cut by the end of a page; a long one must be."""
    if letters <= SHORT:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _gap(word: WordDocument) -> None:
    """What keeps a table from the next one: without it Word makes one table of both."""
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.line_spacing = Pt(7)
    # an empty paragraph is as high as the letters that could stand in it
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), "8")
    marks = OxmlElement("w:rPr")
    marks.append(size)
    paragraph._p.get_or_add_pPr().append(marks)


def _shade(cell: Any) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), GREY)
    cell._tc.get_or_add_tcPr().append(shading)


def _lines(first: Any, lines: Any, where: Any, bold: bool = False) -> None:
    """Each line a paragraph of its own: the first is there already."""
    for number, line in enumerate(lines):
        paragraph = first if number == 0 else where.add_paragraph()
        paragraph.add_run(line).bold = bold or None
