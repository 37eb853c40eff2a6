"""Writes an empty spreadsheet to be filled with agencies and people."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from concord.directory.kinds import Kind
from concord.directory.roll import Office
from concord.directory.spreadsheet import SHEETS, Column
from concord.rules.words import Tier

TEXT_ONLY = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
EXAMPLES = {
    "agencies": {
        "name": "Example: Meadow School",
        "kind": str(Kind.SCHOOL.label),
        "practitioner": "Class teacher",
        "manager": "Designated safeguarding lead",
        "executive": "Head teacher",
        "missing": "service lead",
        "executive_member": "no",
        "key_partner": "no",
    },
    "people": {
        "name": "Example: Wren Foxglove",
        "email": "wren.foxglove@example.org",
        "telephone": "01632 960123",
        "agency": "Meadow School",
        "post": "manager",
        "title": "Designated safeguarding lead",
        "since": "2026-01-31",
        "deputy": "no",
    },
}


def write_template(
    path: Path,
    offices: Sequence[Office],
    agencies: Sequence[Mapping[str, str]],
    people: Sequence[Mapping[str, str]],
) -> None:
    """Write the two sheets with headings, notes, an example row, and rows to complete.

    Every cell is text, so that nothing in it is worked out as a formula. Raises OSError.
    """
    posts = [*(tier.replace("_", " ") for tier in Tier), *(office.title for office in offices)]
    lists = {
        "kind": "One of: " + "; ".join(str(label) for label in Kind.labels) + ".",
        "post": "A row for each post. One of: " + "; ".join(posts) + ".",
    }
    # opened here, so that a folder that is not there is told as any other such file is
    with path.open("wb") as file, xlsxwriter.Workbook(file, TEXT_ONLY) as book:
        for sheet, rows in (("agencies", agencies), ("people", people)):
            _sheet(book, sheet, rows, lists)


def _sheet(
    book: xlsxwriter.Workbook,
    sheet: str,
    rows: Sequence[Mapping[str, str]],
    lists: Mapping[str, str],
) -> None:
    page = book.add_worksheet(sheet)
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"num_format": "@", "bold": True})
    small = book.add_format({"num_format": "@", "italic": True, "text_wrap": True, "valign": "top"})
    columns = SHEETS[sheet]
    page.set_column(0, len(columns) - 1, 26, text)
    for place, column in enumerate(columns):
        page.write_string(0, place, column.heading, bold)
        page.write_string(1, place, _note(place, column, lists), small)
        page.write_string(2, place, EXAMPLES[sheet].get(column.key, ""), small)
        for number, row in enumerate(rows, start=3):
            page.write_string(number, place, row.get(column.key, ""), text)
        if column.key in ("executive_member", "key_partner", "deputy"):
            page.data_validation(
                3, place, 5000, place, {"validate": "list", "source": ["yes", "no"]}
            )
    page.freeze_panes(1, 1)


def _note(place: int, column: Column, lists: Mapping[str, str]) -> str:
    says = lists.get(column.key, column.note) + (" Needed." if column.required else "")
    return (
        f"Note: {says} Rows that begin with Note: or Example: are left out." if not place else says
    )
