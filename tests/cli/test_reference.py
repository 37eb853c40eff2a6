"""The documentation is true: reference pages match the code, and links lead somewhere."""

import re
from pathlib import Path

import pytest

from concord.cli.main import the_parser
from concord.cli.reference import pages

ROOT = Path(__file__).parent.parent.parent
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
GENERATED = pages(the_parser())


@pytest.mark.parametrize("name", GENERATED)
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    says = "run `bin/concord reference docs/reference` and read the difference"
    assert (REFERENCE / name).read_text(encoding="utf-8") == GENERATED[name], says


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_the_documentation_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_named_in_the_documentation_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:concord|bin|tests|docs|bench|requirements)/[\w./-]+)", text):
        assert (ROOT / path.rstrip(".")).exists(), path
