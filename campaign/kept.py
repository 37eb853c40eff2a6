"""The ways to lose what was typed, each forced many times: time-out, two tabs, Back, and the rest.

The promise: every character comes back, and no act is done twice. What is forced and judged is
what `tests/kept` forces; here it is forced as often as is asked for, in parts of their own seeds.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

PART = 200
"""How often each way is forced in one part, after which what came of it is written down."""
APART = 1_000_003
"""How far the seeds of two parts lie apart."""
TESTS = "tests/kept"
Judged = dict[str, str]
"""Each test of a part by its name: what it found wrong, empty where the promise was kept."""


def run(seed: int, times: int, kept: Path | None = None) -> dict[str, Any]:
    """Force each way so many times in all. With a file of a run of this seed, it goes on."""
    return in_parts(begun(kept, seed), times, forced, kept)


def begun(kept: Path | None, seed: int) -> dict[str, Any]:
    """What an earlier part of this run came to; of nothing yet where there is none."""
    if kept and kept.exists():
        earlier: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        if (earlier.get("campaign"), earlier.get("seed")) == ("kept", seed):
            return earlier
    return {
        "campaign": "kept", "seed": seed, "parts": 0, "times": 0, "ways": [], "faults": [],
        "seconds": 0.0, "kept": False,
    }  # fmt: skip


def in_parts(
    result: dict[str, Any], times: int, force: Callable[[int, int], Judged],
    kept: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Force part after part until each way was forced so many times; what came of them all."""
    while result["times"] < times:
        began = time.monotonic()
        part = min(PART, times - result["times"])
        judged = force(result["seed"] + APART * result["parts"], part)
        wrong = [f"part {result['parts']}, {name}: {says}" for name, says in judged.items() if says]
        result["faults"] += wrong
        if not judged:
            result["faults"].append(f"part {result['parts']}: no test of it was run")
        result["ways"] = sorted({*result["ways"], *judged})
        result["parts"] += 1
        result["times"] += part
        result["seconds"] = round(result["seconds"] + time.monotonic() - began, 1)
        result["kept"] = not result["faults"]
        if kept:
            kept.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        sys.stderr.write(f"{result['times']} times each, {len(result['faults'])} faults\n")
    return result


def forced(seed: int, times: int) -> Judged:
    """Force each way so many times in a process of its own; what each test found wrong."""
    with tempfile.TemporaryDirectory(prefix="concord-kept-") as folder:
        report = Path(folder) / "report.xml"
        surroundings = {name: of for name, of in os.environ.items() if name != "DATABASE_URL"}
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", TESTS, f"--junitxml={report}"],
            env={**surroundings, "CONCORD_KEPT_TIMES": str(times), "CONCORD_KEPT_SEED": str(seed)},
            stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        return read(report) if report.exists() else {}


def read(report: Path) -> Judged:
    """What pytest has written down of each test: nothing wrong, or what failed."""
    found: Judged = {}
    for case in ElementTree.parse(report).iter("testcase"):
        wrong = [*case.iter("failure"), *case.iter("error")]
        found[case.get("name", "")] = "\n".join((each.get("message") or "failed") for each in wrong)
    return found
