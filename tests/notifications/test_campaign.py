"""CI's share of `bin/campaign`: workers and loops killed, a server that refuses for a day."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


def campaign(name: str, count: int, result: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "campaign", name, "--seed", "20261124",
               "--kills", "10", "--count", str(count), "-o", str(result)]  # fmt: skip
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    said: dict[str, Any] = json.loads(result.read_text())
    return said


@pytest.mark.dear
def test_killed_workers_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    said = campaign("notices", 60, tmp_path / "result.json")
    assert said["kept"]
    assert said["lost"] == 0
    assert said["kills"] == 10


@pytest.mark.dear
def test_killed_loops_tell_each_rung_exactly_once(tmp_path: Path) -> None:
    said = campaign("loops", 100, tmp_path / "result.json")
    assert said["kept"]
    assert said["rungs_told"] == said["notices"] == 400


@pytest.mark.dear
def test_a_day_of_refusal_in_every_way_loses_doubles_and_blames_nothing(tmp_path: Path) -> None:
    said = campaign("outage", 200, tmp_path / "result.json")
    assert said["kept"]
    assert len(set(said["refused"])) == 7
    assert said["taken_in_the_outage"] == said["blamed_in_the_outage"] == 0
    assert said["out_of_order"] == said["sent_twice"] == said["lost"] == 0
    assert said["waiting_at_the_end_of_the_day"] == said["accepted"] == 200
