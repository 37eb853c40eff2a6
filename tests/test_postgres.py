"""The same ledger, doorways and pages on PostgreSQL: the same tests, another database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.turns import TURNS, by_turns, this_turn

ROOT = Path(__file__).parent.parent
PARTS = ("apps", "notifications", "subject_access", "retention", "anew")


def chosen(turn: str | None) -> list[str]:
    """The files of tests that are run on PostgreSQL too: all, or a part of them by turns."""
    every = sorted(path for part in PARTS for path in (ROOT / "tests" / part).glob("test_*.py"))
    return [path.relative_to(ROOT).as_posix() for path in by_turns(every, turn)]


def test_the_turns_take_every_file_once() -> None:
    every = chosen(None)
    assert len(every) > 60
    parts = [chosen(str(turn)) for turn in range(6, 6 + TURNS)]
    assert sorted(each for part in parts for each in part) == every
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.postgres
def test_the_ledger_and_pages_hold_on_postgresql(postgres_url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": postgres_url}
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "auto", *chosen(this_turn()),
         "-p", "no:cacheprovider"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(found.stdout[-3000:])  # noqa: T201
    assert found.returncode == 0
    assert " passed" in found.stdout
