"""The house's own rules: who may import whom, and what no module may be."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted(path for path in (ROOT / "concord").rglob("*.py") if "migrations" not in path.parts)
PARTNERSHIPS = re.compile(r"\b(sandwell|bromley|cumbria|lincolnshire|st_helens)\b", re.IGNORECASE)


def test_a_package_imports_only_from_lines_below_it() -> None:
    command = "from importlinter.cli import lint_imports_command as check; check()"
    found = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_holds_one_thing(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_no_folder_for_what_has_no_name() -> None:
    names = {part for path in CODE for part in (path.stem, *path.relative_to(ROOT).parts)}
    assert not names & {"utils", "helpers", "common", "core", "misc"}


def test_no_partnership_is_named_in_code() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in CODE
        if "demo" not in path.parts and PARTNERSHIPS.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_package_says_what_it_owns() -> None:
    for package in sorted((ROOT / "concord").iterdir()):
        if (package / "__init__.py").exists():
            text = (package / "__init__.py").read_text(encoding="utf-8")
            assert "Owns" in text, package.name
