"""A small share of the campaigns: tampering at random, and many writers at once, in each run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def campaign(*arguments: str) -> tuple[int, dict[str, Any]]:
    """A campaign, as `bin/campaign` runs it, and what came of it."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    found = subprocess.run(
        [sys.executable, "-m", "campaign", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stdout, found.stderr
    return found.returncode, json.loads(found.stdout)


def test_whatever_is_done_to_what_is_anchored_is_found() -> None:
    code, result = campaign("tamper", "--seed", "7", "--singles", "120", "--compounds", "30")
    assert (code, result["missed"]) == (0, [])
    assert (result["singles"], result["compounds"]) == (120, 30)
    said = {kind for kinds in result["said"].values() for kind in kinds}
    assert said >= {"altered", "missing", "inserted", "reordered", "truncated", "rolled back"}


def test_many_writers_at_once_never_give_a_false_alarm() -> None:
    code, result = campaign("clean", "--seed", "7", "--count", "40")
    assert (code, result["alarms"], result["writers"]) == (0, [], 16)
    assert (result["histories"], result["records"]) == (41, 40 * 3 + 41)
