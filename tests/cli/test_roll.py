"""Agencies and people from a spreadsheet: read as a workbook and as CSV, each mistake in its place."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from concord.cli.main import main
from concord.cli.setup import offices_of
from concord.directory.roll import Known, Roll, read_roll
from concord.directory.spreadsheet import (
    AGENCIES,
    PEOPLE,
    SpreadsheetMistakes,
    read_tables,
)
from concord.policies.library import load
from tests.cli.test_setup import LEAD, MANAGER, SCHOOL, TRUST, workbook


def test_a_tier_that_the_agency_lacks_has_nobody_in_it(tmp_path: Path) -> None:
    people = [{**LEAD, "post": "service lead"}]
    with pytest.raises(SpreadsheetMistakes, match=r"row 2, column Agency: .* has no service lead"):
        rolled(workbook(tmp_path / "a.xlsx", [SCHOOL], people))


@pytest.mark.parametrize(("name", "data"), [
    ("broken.xlsx", b"not a spreadsheet"), ("broken.xlsx", b"PK\x03\x04 broken"), ("empty.csv", b""),
    ("odd.csv", b"\x00\xff,\n"), ("letter.docx", b"a"), ("other.csv", b"a,b\n1,2\n"),
])  # fmt: skip
def test_what_is_no_spreadsheet_is_told_in_a_line(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SpreadsheetMistakes) as caught:
        read_tables([path])
    assert str(caught.value).startswith(f"{name}: ")


def test_headings_are_checked_once_not_in_every_row(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "Name,Agency,Post,Favourite colour\nWren,Partnership,chair,red\nKit,Partnership,chair,blue\n"
    )
    with pytest.raises(SpreadsheetMistakes) as caught:
        rolled(path)
    places = [(each.row, each.column) for each in caught.value.mistakes]
    assert places == [(1, "Favourite colour"), (1, "Work e-mail")]


def rolled(*paths: Path, policy: str = "sandwell", known: Sequence[Known] = ()) -> Roll:
    loaded = load(policy)
    named = {each.name: each.id for each in loaded.file.agencies}
    return read_roll(read_tables(paths), offices_of(loaded), named, known)


def test_a_csv_says_the_same_as_a_workbook(tmp_path: Path) -> None:
    book = workbook(tmp_path / "staff.xlsx", [SCHOOL, TRUST], [LEAD, MANAGER])
    files = []
    for name, columns, rows in (("a", AGENCIES, [SCHOOL, TRUST]), ("p", PEOPLE, [LEAD, MANAGER])):
        lines = [[column.heading for column in columns]]
        lines += [[str(row.get(column.key, "")) for column in columns] for row in rows]
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text("\n".join(",".join(line) for line in lines), encoding="cp1252")
    assert rolled(*reversed(files)) == rolled(book)
    assert rolled(book).agencies[1].slug == "sandwell-childrens-trust"
    assert rolled(book).people[0].email == "wren.foxglove@example.org"


def test_an_agency_too_like_another_is_not_quietly_taken_for_it(tmp_path: Path) -> None:
    sheet = workbook(tmp_path / "a.xlsx", [{**SCHOOL, "name": "St Plum's School"}], [])
    known = [Known("st-plums-school", "St. Plum's School")]
    with pytest.raises(SpreadsheetMistakes, match=r"'St. Plum's School' is there already"):
        rolled(sheet, known=known)


def test_the_template_holds_text_alone_and_reads_back_as_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "template.xlsx"
    assert main(["setup", "--template", str(path)]) == 0
    book = load_workbook(path)
    assert book.sheetnames == ["agencies", "people"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert rolled(path) == Roll((), (), ())
    assert main(["setup", "--template", str(path)]) == 1
    assert "is there already" in capsys.readouterr().err


def test_the_template_offers_the_agencies_of_the_policys_own_list(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    assert main(["setup", "--template", str(path), "--policy", "lincolnshire"]) == 0
    agencies, people = (
        list(sheet.iter_rows(min_row=4, values_only=True)) for sheet in load_workbook(path)
    )
    assert len(agencies) == 1 + 30
    assert ("Lincolnshire Police", "LSCP Senior Liaison Officer (SLO)", "Head of PPU") in [
        row[3:6] for row in people
    ]
    assert not any(row[0] or row[1] for row in people)


def test_a_post_with_nobody_in_it_is_left_out(tmp_path: Path) -> None:
    vacant = {"agency": "Partnership", "post": "SCSP Chair"}
    assert rolled(workbook(tmp_path / "a.xlsx", [], [vacant])).vacant == (
        "SCSP Chair, Partnership",
    )
