"""The logs as CSV and XLSX: the viewer's own cases, and nothing in them is ever a formula."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st
from openpyxl import load_workbook

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import Agency, User
from concord.reports.spreadsheets import CUT, LONGEST, Sheet, Written, plain_cell, write
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from tests.apps.conftest import AT

SignIn = Callable[[str, str], Client]
FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1+1", "\u00a0=1", "\ufeff=1",
    "＝1+1", '=HYPERLINK("http://example.org","Open")', "=cmd|' /C calc'!A0", "-2+3+cmd|' /C x'!A0",
)  # fmt: skip
LOG = "/partnerships/sandwell/log"
SCHOOL_LOG = "/agencies/sandwell-school/log"


def sheet(*rows: tuple[str | int, ...]) -> Sheet:
    return Sheet("Log", AT, ("Case", "Words"), rows)


def cells_of_csv(content: bytes) -> list[list[str]]:
    """The rows of a log, without the last line, which says who saved it."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return rows[:-2] if rows[-1][0].startswith("Saved by ") else rows


def cells_of_xlsx(content: bytes) -> list[list[Any]]:
    """The same of a log as XLSX."""
    page = load_workbook(io.BytesIO(content)).active
    assert page is not None
    rows = [list(row) for row in page.iter_rows()]
    return rows[:-2] if str(rows[-1][0].value).startswith("Saved by ") else rows


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(cell: str) -> None:
    (_, (_, read)) = cells_of_csv(write(sheet(("K7QM-4TPD", cell)), Written.CSV))
    assert read == f"'{cell}"


@pytest.mark.parametrize("cell", FORMULAS)
def test_every_text_of_an_xlsx_is_text_as_it_was_typed(cell: str) -> None:
    (_, (_, read)) = cells_of_xlsx(write(sheet(("K7QM-4TPD", cell)), Written.XLSX))
    assert read.data_type == "s"
    assert read.hyperlink is None
    assert read.value.replace("_x000D_", "\r").replace("_x0009_", "\t") == cell


ANYTHING = st.lists(
    st.sampled_from(
        [
            "=",
            "+",
            "-",
            "@",
            "\t",
            "\r",
            "\n",
            " ",
            "'",
            '"',
            ",",
            ";",
            "\u00a0",
            "＝",
            "\u200b",
            "1",
        ]
    )
    | st.text(
        alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4
    ),
    max_size=8,
).map("".join)
"""Cells made of what formulas, separators and odd spaces are made of, and of any other letters."""


def looks_like_a_formula(cell: str) -> bool:
    """By Unicode's own folding, and not by the list that the writer goes by."""
    folded = unicodedata.normalize("NFKC", cell)
    begins = folded.lstrip(
        "".join(c for c in folded if c.isspace() or unicodedata.category(c) in ("Cf", "Cc", "Zs"))
    )
    return (folded[:1] in "\t\r\n" and bool(folded)) or begins[:1] in ("=", "+", "-", "@")


@search(max_examples=400)
@given(ANYTHING, ANYTHING)
def test_whatever_is_typed_no_cell_of_a_csv_is_a_formula_and_no_word_is_lost(
    first: str, second: str
) -> None:
    (head, row) = cells_of_csv(write(sheet((first, second)), Written.CSV))
    assert head == ["Case", "Words"]
    assert len(row) == 2
    for typed, read in zip((first, second), row, strict=True):
        assert not looks_like_a_formula(read), repr(read)
        assert read.removeprefix("'") == typed or read == typed


@search(max_examples=100, deadline=None)
@given(ANYTHING)
def test_whatever_is_typed_every_cell_of_an_xlsx_is_text(cell: str) -> None:
    content = write(sheet(("K7QM-4TPD", cell)), Written.XLSX)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml")
        assert not any(b"<hyperlink" in parts.read(name) for name in parts.namelist())
    assert b"<f>" not in page
    (_, (_, read)) = cells_of_xlsx(content)
    assert read.data_type == "s" or (read.value is None and not cell)


@pytest.mark.parametrize("cell", ["K7QM-4TPD", "", " ", "O'Hara", "2026-11-23", "Ŵ ✓ 漢"])
def test_a_harmless_cell_stays_as_it_is(cell: str) -> None:
    assert plain_cell(cell) == cell
    assert cells_of_csv(write(sheet((cell, "x")), Written.CSV))[1] == [cell, "x"]
    assert (cells_of_xlsx(write(sheet((cell, "x")), Written.XLSX))[1][0].value or "") == cell


def test_a_number_is_a_number_in_an_xlsx() -> None:
    (_, (_, read)) = cells_of_xlsx(write(sheet(("K7QM-4TPD", 12)), Written.XLSX))
    assert (read.data_type, read.value) == ("n", 12)


@pytest.mark.parametrize("written", list(Written))
def test_what_no_cell_can_hold_is_cut_and_says_so(written: Written) -> None:
    content = write(sheet(("K7QM-4TPD", "a" * 40_000)), written)
    read = cells_of_csv if written is Written.CSV else cells_of_xlsx
    cell = read(content)[1][1]
    value = cell if isinstance(cell, str) else cell.value
    assert value.endswith(CUT)
    assert 32_000 < len(value) < LONGEST


def test_the_pages_lead_to_the_logs(opened: Case, as_person: SignIn) -> None:
    shown = as_person("business_manager", "sandwell").get("/partnerships/sandwell")
    for ending in ("csv", "xlsx"):
        assert f'href="/partnerships/sandwell/log.{ending}"' in shown.content.decode()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_log_is_for_the_posts_that_see_its_page(
    opened: Case, as_person: SignIn, ending: str
) -> None:
    for role, where in (("manager", "sandwell-school"), ("business_manager", "bromley")):
        answer = as_person(role, where).get(f"{LOG}.{ending}")
        assert answer.status_code == 404, role


def test_the_partnership_s_log_is_the_same_in_both_ways(opened: Case, as_person: SignIn) -> None:
    client = as_person("business_manager", "sandwell")
    answer = client.get(f"{LOG}.csv")
    head, row = cells_of_csv(answer.content)
    assert head[0] == "Case"
    assert row[:2] == [opened.reference, "Sandwell Meadow School (invented)"]
    assert "Plum" not in str(row)
    assert answer["Content-Disposition"] == 'attachment; filename="log-sandwell.csv"'
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    same = cells_of_xlsx(client.get(f"{LOG}.xlsx").content)
    assert [["" if cell.value is None else str(cell.value) for cell in each] for each in same] == [
        head,
        row,
    ]


def test_an_agency_s_name_is_no_formula_in_the_log(opened: Case, as_person: SignIn) -> None:
    evil = '=HYPERLINK("http://example.org","Open me")'
    Agency.objects.filter(slug="sandwell-school").update(name=evil)
    client = as_person("business_manager", "sandwell")
    assert cells_of_csv(client.get(f"{LOG}.csv").content)[1][1] == f"'{evil}"
    cell = cells_of_xlsx(client.get(f"{LOG}.xlsx").content)[1][1]
    assert (cell.data_type, cell.value) == ("s", evil)


@pytest.mark.parametrize("ending", ["ods", "exe"])
def test_a_log_is_written_in_two_ways_alone(cast: object, as_person: SignIn, ending: str) -> None:
    client = as_person("business_manager", "sandwell")
    assert client.get(f"{LOG}.{ending}").status_code == 404


def test_an_agency_has_its_log_in_the_words_of_its_policy(opened: Case, as_person: SignIn) -> None:
    client = as_person("manager", "sandwell-school")
    answer = client.get(f"{SCHOOL_LOG}.csv")
    head, row = cells_of_csv(answer.content)
    assert head[:3] == ["Agency / School", "Escalation Number", "Child Details: Name"]
    assert row[:5] == [
        "Sandwell Meadow School (invented)",
        opened.reference,
        "Plum Invented",
        "3 April 2015",
        "11",
    ]
    assert "The referral was closed." in row[head.index("Summary of Professional Disagreement")]
    assert answer["Content-Disposition"] == 'attachment; filename="log-sandwell-school.csv"'
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    same = cells_of_xlsx(client.get(f"{SCHOOL_LOG}.xlsx").content)
    assert [["" if cell.value is None else str(cell.value) for cell in each] for each in same] == [
        head,
        row,
    ]


def test_the_agency_s_page_leads_to_its_log(opened: Case, as_person: SignIn) -> None:
    shown = as_person("manager", "sandwell-school").get("/agencies/sandwell-school")
    for ending in Written:
        assert f'href="{SCHOOL_LOG}.{ending}"' in shown.content.decode()


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
def test_an_agency_s_log_is_for_the_posts_that_see_its_page(
    opened: Case, as_person: SignIn, ending: str
) -> None:
    for role, where in (
        ("practitioner", "sandwell-school"),
        ("business_manager", "sandwell"),
        ("manager", "sandwell-childrens-trust"),
        ("manager", "bromley-school"),
    ):
        answer = as_person(role, where).get(f"{SCHOOL_LOG}.{ending}")
        assert answer.status_code == 404, role
    assert Client().get(f"{SCHOOL_LOG}.{ending}").status_code == 302
    known = as_person("manager", "sandwell-school").get(f"{SCHOOL_LOG}.{ending}")
    assert known.status_code == (404 if ending == "ods" else 200)


def test_another_agency_of_the_partnership_has_no_row_of_it(
    opened: Case, as_person: SignIn
) -> None:
    answer = as_person("manager", "sandwell-health").get("/agencies/sandwell-health/log.csv")
    assert len(cells_of_csv(answer.content)) == 1
    assert opened.reference not in answer.content.decode()


def test_what_somebody_typed_into_a_case_is_no_formula_in_either_log(
    opened: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    at = AT + timedelta(hours=1)
    evil = '=HYPERLINK("http://example.org","Open me")'
    by = Who("practitioner", Side.RAISING, "sandwell-school")
    teacher = person("practitioner", "sandwell-school")
    correction = Record(
        0, at, at, by, Act.CORRECT, of=1, reason="Wrong name.",
        text={"child.1.name": evil, "child.1.born": "2015-04-03", "user": str(teacher.pk)},
    )  # fmt: skip
    assert isinstance(ledger.act(opened.reference, correction, teacher), ledger.Done)
    client = as_person("manager", "sandwell-school")
    head, row = cells_of_csv(client.get(f"{SCHOOL_LOG}.csv").content)
    assert row[head.index("Child Details: Name")] == f"'{evil}"
    place = head.index("Child Details: Name")
    cell = cells_of_xlsx(client.get(f"{SCHOOL_LOG}.xlsx").content)[1][place]
    assert (cell.data_type, cell.value) == ("s", evil)
