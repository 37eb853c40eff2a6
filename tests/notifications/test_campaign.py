"""CI's share of `bin/campaign`: workers and loops killed while notices are under way."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


def campaign(name: str, count: int, result: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "campaign", name, "--seed", "20261124",
               "--kills", "10", "--count", str(count), "-o", str(result)]  # fmt: skip
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    said: dict[str, Any] = json.loads(result.read_text())
    return said


def test_killed_workers_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    said = campaign("notices", 60, tmp_path / "result.json")
    assert said["kept"]
    assert said["lost"] == 0
    assert said["kills"] == 10


def test_killed_loops_tell_each_rung_exactly_once(tmp_path: Path) -> None:
    said = campaign("loops", 100, tmp_path / "result.json")
    assert said["kept"]
    assert said["rungs_told"] == said["notices"] == 400
