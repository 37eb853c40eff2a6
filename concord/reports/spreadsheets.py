"""A table written out as CSV or as XLSX, in which no cell is ever a formula.

Words that people typed go into these files, and a spreadsheet program works out what begins like
a formula. In CSV such a cell is put behind an apostrophe; in XLSX every text is written as text.
"""

import csv
import io
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import xlsxwriter

from concord.files.kinds import KINDS, Kind

Cell = str | int

LONGEST = 32_767
"""The most characters that one cell of a spreadsheet holds; what is longer would be dropped."""
CUT = " … The rest is in the case."
STARTS_A_FORMULA = frozenset("=+-@\t\r\n")
"""What a cell that some program works out begins with."""


class Written(StrEnum):
    """The two ways in which a table is written out."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA = {Written.CSV: "text/csv; charset=utf-8", Written.XLSX: KINDS[Kind.EXCEL].media}
"""As what each is sent out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its title, when it was made (aware), its headings, and its rows."""

    title: str
    made: datetime
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    saved_by: str = ""
    """Who saved it and when, in words: its last line."""


def write(sheet: Sheet, written: Written) -> bytes:
    """The table as a file."""
    return _csv(sheet) if written is Written.CSV else _xlsx(sheet)


def plain_cell(cell: Cell) -> str:
    """A cell of CSV that no program takes for a formula."""
    text = _fitting(cell)
    return f"'{text}" if _begins(text) in STARTS_A_FORMULA else text


def _begins(text: str) -> str:
    """The first letter that a program may see: its plain form, past spaces and what has no width.

    Programs differ in what they leave out, and some take a full-width sign for the plain one.
    """
    plain = (plain for letter in text for plain in unicodedata.normalize("NFKC", letter))
    seen = (
        letter
        for letter in plain
        if letter in STARTS_A_FORMULA or unicodedata.category(letter)[0] not in "CZM"
    )
    return next(seen, "")


def _fitting(cell: Cell) -> str:
    text = str(cell).replace("\0", "")
    return text if len(text) < LONGEST else text[: LONGEST - len(CUT) - 1] + CUT


def _csv(sheet: Sheet) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    last = [("",), (sheet.saved_by,)] if sheet.saved_by else []
    for row in (sheet.head, *sheet.rows, *last):
        writer.writerow(plain_cell(cell) for cell in row)
    # the mark at the start is what Excel knows UTF-8 by
    return out.getvalue().encode("utf-8-sig")


def _xlsx(sheet: Sheet) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        made = sheet.made.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": sheet.title, "created": made})
        page = book.add_worksheet("Log")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        number = book.add_format({"valign": "top"})
        for place, heading in enumerate(sheet.head):
            page.set_column(place, place, _width(sheet, place))
            page.write_string(0, place, heading, bold)
        for line, row in enumerate(sheet.rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    page.write_number(line, place, cell, number)
                else:
                    page.write_string(line, place, _fitting(cell), text)
        if sheet.saved_by:
            page.write_string(len(sheet.rows) + 2, 0, _fitting(sheet.saved_by))
            page.set_footer(f"&L{sheet.saved_by.replace('&', '&&')[:200]}")
        page.freeze_panes(1, 1)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
    return out.getvalue()


def _width(sheet: Sheet, place: int) -> int:
    """In characters: as wide as what stands there, up to a width that a line is still read at."""
    longest = max((len(str(row[place])) for row in sheet.rows), default=0)
    return min(max(longest, len(sheet.head[place])) + 2, 44)
