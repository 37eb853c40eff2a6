"""Every requirement of ASVS 5.0.0, levels 1 and 2, has a row, and what a row names is there."""

import re
from pathlib import Path

import pytest

from concord.cli.asvs import Mistake, Requirement, Standing, chapters, page, requirements

ROOT = Path(__file__).parent.parent.parent
ROWS = requirements()
ASKED = """
1.1: 1-2; 1.2: 1-9; 1.3: 1-11; 1.4: 1-3; 1.5: 1-2; 2.1: 1-3; 2.2: 1-3; 2.3: 1-4; 2.4: 1; 3.2: 1-2;
3.3: 1-4; 3.4: 1-6; 3.5: 1-5; 3.7: 1-2; 4.1: 1-3; 4.2: 1; 4.3: 1-2; 4.4: 1-4; 5.1: 1; 5.2: 1-3;
5.3: 1-2; 5.4: 1-3; 6.1: 1-3; 6.2: 1-12; 6.3: 1-4; 6.4: 1-4; 6.5: 1-5; 6.6: 1-3; 6.8: 1-4; 7.1: 1-3;
7.2: 1-4; 7.3: 1-2; 7.4: 1-5; 7.5: 1-2; 7.6: 1-2; 8.1: 1-2; 8.2: 1-3; 8.3: 1; 8.4: 1; 9.1: 1-3;
9.2: 1-4; 10.1: 1-2; 10.2: 1-2; 10.3: 1-4; 10.4: 1-11; 10.5: 1-5; 10.6: 1-2; 10.7: 1-3; 11.1: 1-2;
11.2: 1-3; 11.3: 1-3; 11.4: 1-4; 11.5: 1; 11.6: 1; 12.1: 1-3; 12.2: 1-2; 12.3: 1-4; 13.1: 1;
13.2: 1-5; 13.3: 1-2; 13.4: 1-5; 14.1: 1-2; 14.2: 1-4; 14.3: 1-3; 15.1: 1-3; 15.2: 1-3; 15.3: 1-7;
16.1: 1; 16.2: 1-5; 16.3: 1-4; 16.4: 1-3; 16.5: 1-3; 17.1: 1; 17.2: 1-4; 17.3: 1-2
"""
"""The requirements of levels 1 and 2 by section, as the standard has them: 253 in all."""


def asked() -> list[str]:
    found: list[str] = []
    for part in ASKED.replace("\n", " ").split(";"):
        section, _, numbers = part.strip().partition(": ")
        first, _, last = numbers.partition("-")
        found += [f"V{section}.{n}" for n in range(int(first), int(last or first) + 1)]
    return found


def test_every_requirement_has_its_row() -> None:
    assert len(asked()) == 253
    assert [row.id for row in ROWS] == asked()
    assert {row.chapter for row in ROWS} == set(chapters())
    assert all(row.level in (1, 2) and row.asks and row.says for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_a_row_names_is_there(row: Requirement) -> None:

    for place in row.where:
        assert (ROOT / place).exists(), place
    for test in row.test:
        file, _, name = test.partition("::")
        assert (ROOT / file).is_file(), file
        text = (ROOT / file).read_text(encoding="utf-8")
        wanted = r"test_\w+" if name == "*" else re.escape(name)
        assert re.search(rf"^def {wanted}\(", text, re.MULTILINE), test


def test_what_is_met_is_shown_by_a_test_but_for_a_few() -> None:
    met = [row for row in ROWS if row.standing is Standing.MET]
    assert len([row for row in met if not row.test]) < len(met) / 8


def test_the_page_has_every_row() -> None:
    text = "\n".join(page())
    assert all(f"| {row.id} |" in text for row in ROWS)


@pytest.mark.parametrize(("row", "says"), [
    ("{level: 1, asks: a}", "say one of"),
    ("{level: 1, asks: a, met: b, excluded: c}", "say one of"),
    ("{level: 1, asks: a, met: b}", "says where"),
    ("{level: 1, asks: a, excluded: b, test: [c]}", "only what is met"),
    ("{level: 1, asks: a, excluded: b, because: c}", "is no part of a row"),
])  # fmt: skip
def test_a_row_that_is_wrong_is_told(tmp_path: Path, row: str, says: str) -> None:
    path = tmp_path / "asvs.yaml"
    path.write_text(f"chapters: {{V1: One}}\nrequirements:\n  V1.1.1: {row}\n")
    with pytest.raises(Mistake, match=says):
        requirements(path)
