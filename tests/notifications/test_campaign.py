"""CI's share of `bin/campaign notices`: workers killed while notices are under way."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_killed_workers_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    command = [sys.executable, "-m", "campaign", "notices", "--seed", "20261124",
               "--kills", "10", "--notices", "60", "-o", str(result)]  # fmt: skip
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    said = json.loads(result.read_text())
    assert said["kept"]
    assert said["lost"] == 0
    assert said["kills"] == 10
