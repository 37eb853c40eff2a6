"""A small share of the campaigns, in each run: tampering, many writers at once, kills, crashes."""

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


def test_a_run_of_a_policy_killed_at_any_point_loses_halves_and_doubles_nothing() -> None:
    code, result = campaign("crash", "--seed", "7", "--share", "1", "--only", "st_helens")
    assert (code, result["broken"]) == (0, [])
    assert result["killed"] == result["steps"] >= 30
    assert {each.partition(":")[0] for each in result["at"]} == {
        "act", "enclose", "loop", "mail", "seal",
    }  # fmt: skip


def test_killed_at_random_under_load_nothing_acknowledged_is_lost_or_doubled() -> None:
    code, result = campaign("kills", "--seed", "7", "--kills", "40")
    assert (code, result["lost"], result["doubled"], result["wrong"]) == (0, 0, 0, [])
    assert result["kills"] == 40
    assert result["recorded"] >= result["acknowledged"] > 40
    assert result["slowest_to_serve"] < 10


def test_many_writers_of_the_same_cases_lose_no_act_and_fork_none() -> None:
    code, result = campaign("writers", "--seed", "7", "--writers", "8", "--count", "20")
    assert (code, result["lost"], result["doubled"], result["wrong"]) == (0, 0, 0, [])
    assert result["acknowledged"] == result["recorded"] == 160
