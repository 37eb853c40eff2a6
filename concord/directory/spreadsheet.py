"""Spreadsheets of agencies and people, as cells: what columns there are, and what a file holds.

Reads XLSX and CSV. Knows nothing of what the cells mean; that is `concord.directory.roll`.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_ROWS = 10_000
LEFT_OUT = ("note:", "example:")
"""A row whose first cell begins so is for the reader's eyes, and is left out."""

Value = str | int | float | bool | date | time | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its key in code, its heading, whether every row needs it, and a note."""

    key: str
    heading: str
    note: str
    required: bool = False
    longest: int = 200


AGENCIES = (
    Column("name", "Agency", "Its full name.", required=True),
    Column("kind", "Kind", "One of the kinds listed.", required=True),
    Column("practitioner", "Title of practitioner", "The agency's own words, or empty."),
    Column("manager", "Title of manager", "The agency's own words, or empty."),
    Column("service_lead", "Title of service lead", "The agency's own words, or empty."),
    Column("executive", "Title of executive", "The agency's own words, or empty."),
    Column("missing", "Tiers missing", "The tiers that it lacks, with commas: service lead."),
    Column("executive_member", "Executive member", "yes or no; empty is no."),
    Column("key_partner", "Key partner", "yes or no; empty is no."),
    Column("adopted", "Policy adopted on", "2026-02-01, if the agency adopted it by itself."),
    Column("review_due", "Adoption review due", "2027-02-01, if the agency adopted it by itself."),
)
PEOPLE = (
    Column("name", "Name", "First and last name.", required=True, longest=120),
    Column("email", "Work e-mail", "The address signed in by.", required=True, longest=254),
    Column("telephone", "Telephone", "As text, so that the first 0 stays.", longest=40),
    Column("agency", "Agency", "As in the other sheet; or: Partnership.", required=True),
    Column("post", "Post", "A tier or an office. A row for each post.", required=True),
    Column("title", "Title", "The post's own title, or empty."),
    Column("since", "Since", "2026-01-31, or empty if held already."),
    Column("until", "Until", "The last day, or empty."),
    Column("deputy", "Deputy", "yes for who stands in; empty is no."),
)
SHEETS = {"agencies": AGENCIES, "people": PEOPLE}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong where, in a plain sentence. Row 0 is the whole file or sheet."""

    file: str
    sheet: str
    row: int
    column: str
    says: str

    def __str__(self) -> str:
        places = [self.file]
        if self.sheet:
            places.append(f"sheet {self.sheet}")
        if self.row:
            places.append(f"row {self.row}")
        if self.column:
            places.append(f"column {self.column}")
        return f"{', '.join(places)}: {self.says}"


class SpreadsheetMistakes(Exception):
    """Every mistake found in the spreadsheets."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula: never worked out here."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty: its number as a spreadsheet shows it, and its cells by key."""

    number: int
    cells: dict[str, Value | Formula]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of agencies or of people, by its headings; mistakes in the headings included."""

    file: str
    sheet: str
    rows: tuple[Row, ...]
    mistakes: tuple[Mistake, ...]

    def mistake(self, row: int, key: str, says: str) -> Mistake:
        """A mistake in one cell."""
        heading = next((c.heading for c in SHEETS[self.sheet] if c.key == key), key)
        return Mistake(self.file, self.sheet, row, heading, says)


Raw = list[tuple[int, list[Value | Formula]]]


def read_tables(paths: Sequence[Path]) -> tuple[Table, ...]:
    """The sheets of agencies and people in these files, agencies first.

    Raises SpreadsheetMistakes if a file is no spreadsheet or has no such sheet, and OSError.
    """
    found: list[Table] = []
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            found += _tables(path)
        except SpreadsheetMistakes as error:
            mistakes += error.mistakes
    if mistakes:
        raise SpreadsheetMistakes(mistakes)
    return tuple(sorted(found, key=lambda table: table.sheet))


def _tables(path: Path) -> Iterator[Table]:
    data = path.read_bytes()
    match path.suffix.lower():
        case ".xlsx":
            sheets = _xlsx(data, path.name)
        case ".csv":
            raw = _csv(data)
            sheets = {_sheet_by_headings(raw): raw}
        case _:
            raise _whole(path.name, "this is neither an .xlsx nor a .csv file. Save it as one.")
    wanted = {name: raw for name, raw in sheets.items() if name in SHEETS}
    if not wanted:
        says = "it holds neither agencies nor people. `concord setup --template` writes a file "
        raise _whole(path.name, says + "with the right sheets and headings.")
    for name, raw in wanted.items():
        if len(raw) > MOST_ROWS:
            says = f"it has over {MOST_ROWS} rows. Split it into several files."
            raise _whole(path.name, says, name)
        yield _table(path.name, name, raw)


def _whole(file: str, says: str, sheet: str = "") -> SpreadsheetMistakes:
    return SpreadsheetMistakes([Mistake(file, sheet, 0, "", says)])


def _xlsx(data: bytes, file: str) -> dict[str, Raw]:
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        return {
            sheet.title.strip().lower(): [
                (number, [_cell(cell) for cell in row])
                for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 1), start=1)
            ]
            for sheet in book.worksheets
        }
    except (
        InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError,
    ) as error:  # fmt: skip
        says = "it cannot be read as a spreadsheet. Open it, save it as .xlsx again, then retry."
        raise _whole(file, says) from error


def _cell(cell: object) -> Value | Formula:
    if getattr(cell, "data_type", "n") == "f":
        return Formula()
    value = getattr(cell, "value", None)
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, str | int | float | bool | date | time):
        return value
    return str(value)


def _csv(data: bytes) -> Raw:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # what spreadsheet programs on Windows write when not asked for UTF-8
        text = data.decode("cp1252", errors="replace")
    rows = csv.reader(io.StringIO(text, newline=""))
    return [(number, [_typed(cell) for cell in row]) for number, row in enumerate(rows, start=1)]


def _typed(cell: str) -> Value | Formula:
    return Formula() if re.match(r"\s*=", cell) else cell


def _sheet_by_headings(raw: Raw) -> str:
    """Which sheet a CSV file is: the one that has most of its headings."""
    headings = {_plain(value) for value in raw[0][1]} if raw else set()
    share = {
        name: len(headings & {_plain(column.heading) for column in columns})
        for name, columns in SHEETS.items()
    }
    best = max(share, key=lambda name: share[name])
    return best if share[best] else ""


def _plain(value: object) -> str:
    return " ".join(str(value or "").lower().split())


def _table(file: str, sheet: str, raw: Raw) -> Table:
    columns = SHEETS[sheet]
    by_heading = {_plain(column.heading): column.key for column in columns}
    mistakes: list[Mistake] = []
    keys: list[str] = []
    for value in raw[0][1] if raw else []:
        key = by_heading.get(_plain(value), "")
        if _plain(value) and not key:
            known = ", ".join(column.heading for column in columns)
            says = f"this heading is not known. The headings are: {known}."
            mistakes.append(Mistake(file, sheet, 1, str(value)[:60], says))
        elif key and key in keys:
            mistakes.append(Mistake(file, sheet, 1, str(value), "this heading stands there twice."))
        keys.append(key)
    mistakes += [
        Mistake(file, sheet, 1, column.heading, "this heading is missing.")
        for column in columns
        if column.required and column.key not in keys
    ]
    rows = [
        Row(number, {key: value for key, value in zip_longest(keys, cells[: len(keys)]) if key})
        for number, cells in raw[1:]
        if not _is_left_out(cells)
    ]
    return Table(file, sheet, tuple(rows), tuple(mistakes))


def _is_left_out(cells: Sequence[Value | Formula]) -> bool:
    if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
        return True
    return isinstance(cells[0], str) and cells[0].strip().lower().startswith(LEFT_OUT)
