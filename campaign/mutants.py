"""How much of what the rules, access and the ledger do is noticed by tests when it is changed.

Each module is changed in one place at a time (`campaign.mutating`), and the tests of its part of
Concord are run on each change (`campaign.trying`) until one fails: then it is killed. What is
measured is kept in a file for each module, with the digest of its source: a module that has not
changed since is not tried again. What was cut short goes on from `build/mutants`.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from campaign import survivors
from campaign.mutating import Mutant, mutants

ROOT = Path(__file__).resolve().parent.parent
UNDER_WAY = ROOT / "build" / "mutants"
NICE = 15
PATIENCE = 900
"""Seconds for one change that is tried in a process of its own."""


def run(seed: int, asked: Iterable[str], again: bool, page: bool) -> dict[str, Any]:
    """Try the changes to these modules (default: all that are not measured as they are now).

    `again`: of modules that are measured, only what had survived, after tests were added; and
    what a test sees only in a process of its own, because an import keeps it, is tried there.
    `page`: none; only put on record what is complete, and write the page.
    """
    began = time.monotonic()
    UNDER_WAY.mkdir(parents=True, exist_ok=True)
    paths = [Path(each).resolve().relative_to(ROOT).as_posix() for each in asked]
    paths = paths or [each for area in survivors.AREAS for each in survivors.modules(area)]
    done = [_write(path, numbers, seed) for path, numbers in _ready(paths, again).items()]
    for tests in () if page else _different(survivors.tests(each) for each in paths):
        here = [each for each in paths if survivors.tests(each) == tests]
        _try({path: _numbers(path, again) for path in here}, tests, seed, again)
        done += [_write(path, numbers, seed) for path, numbers in _ready(here, again).items()]
    survivors.write_page()
    faults = survivors.faults()
    return {
        "campaign": "mutants", "seed": seed, "seconds": round(time.monotonic() - began),
        "modules": done, "faults": faults, "kept": not faults,
    }  # fmt: skip


def _ready(paths: list[str], again: bool) -> dict[str, list[int]]:
    """The modules of which every change that is to be tried has a verdict; with those changes."""
    begun = [path for path in paths if any(UNDER_WAY.glob(f"{_name(path)}.*.jsonl"))]
    found = {path: _numbers(path, again) for path in begun}
    return {
        path: numbers
        for path, numbers in found.items()
        if numbers and len(_verdicts(path, numbers)) == len(numbers)
    }


def _different(found: Iterable[list[str]]) -> list[list[str]]:
    """Each list once, in their order."""
    return [list(each) for each in dict.fromkeys(tuple(one) for one in found)]


def _numbers(path: str, again: bool) -> list[int]:
    """Which changes to a module are to be tried."""
    source = (ROOT / path).read_bytes()
    result = survivors.result(path)
    if result and result["digest"] == survivors.digest(source):
        keys = {survivors.key(each) for each in result["survivors"]} if again else set()
        every = mutants(source) if keys else []
        return [n for n, each in enumerate(every) if _key(each) in keys]
    return list(range(len(mutants(source))))


def _key(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.function, mutant.was, mutant.now


def _name(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _file(path: str, numbers: list[int]) -> Path:
    """Where the verdicts on these changes are kept until all are there."""
    asked = (ROOT / path).read_bytes() + json.dumps(numbers).encode()
    return UNDER_WAY / f"{_name(path)}.{hashlib.sha256(asked).hexdigest()[:12]}.jsonl"


def _verdicts(path: str, numbers: list[int]) -> dict[int, dict[str, Any]]:
    file = _file(path, numbers)
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {each["number"]: each for each in map(json.loads, lines)}


def _try(todo: dict[str, list[int]], tests: list[str], seed: int, again: bool) -> None:
    """Try what has no verdict yet, by forks; `again`: then what an import keeps, each anew."""
    left = {
        path: [n for n in numbers if n not in _verdicts(path, numbers)]
        for path, numbers in todo.items()
    }
    with tempfile.TemporaryDirectory(prefix="concord-mutants-") as folder:
        if any(left.values()):
            trial = {
                "seed": seed,
                "modules": [
                    {"path": path, "verdicts": str(_file(path, todo[path])), "numbers": numbers}
                    for path, numbers in left.items()
                    if numbers
                ],
            }
            asked = Path(folder) / "trial.json"
            asked.write_text(json.dumps(trial), encoding="utf-8")
            done = _pytest(folder, ["-p", "campaign.trying", *tests], CONCORD_TRIAL=str(asked))
            if done not in (0, 5):
                raise SystemExit("The tests must pass on the code as it is: the lines above.")
        for path, numbers in todo.items() if again else ():
            for number, verdict in sorted(_verdicts(path, numbers).items()):
                if verdict["imported"] and verdict["verdict"] in ("survived", "untested"):
                    verdict["verdict"], verdict["imported"] = _anew(folder, path, number, tests), 0
                    with _file(path, numbers).open("a", encoding="utf-8") as verdicts:
                        verdicts.write(json.dumps(verdict) + "\n")


def _anew(folder: str, path: str, number: int, tests: list[str]) -> str:
    arguments = ["-x", "-p", "campaign.anew", *tests]
    try:
        done = _pytest(folder, arguments, quiet=True, CONCORD_ANEW=f"{path}:{number}")
    except subprocess.TimeoutExpired:
        return "timeout"
    # 1: a test failed; 2 and 4: the changed module cannot even be imported.
    return {0: "survived", 1: "killed", 2: "killed", 4: "killed"}[done]


def _pytest(folder: str, arguments: list[str], quiet: bool = False, **environment: str) -> int:
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", "--capture=sys", "--basetemp"]
    command = [sys.executable, "-m", "pytest", *options, f"{folder}/tests", *arguments]
    surroundings = {**os.environ, "CONCORD_DATA": f"{folder}/data", "PYTHONPATH": str(ROOT)}
    surroundings.pop("DATABASE_URL", None)
    surroundings.pop("CONCORD_TRIAL", None)
    done = subprocess.run(
        ["nice", "-n", str(max(NICE - os.nice(0), 0)), *command],
        cwd=ROOT, env={**surroundings, **environment},
        stdout=subprocess.DEVNULL if quiet else sys.stderr,
        stderr=subprocess.DEVNULL if quiet else None,
        timeout=PATIENCE if quiet else None, check=False,
    )  # fmt: skip
    return done.returncode


def _write(path: str, numbers: list[int], seed: int) -> dict[str, Any]:
    """Write what came of a module, once each of its changes has a verdict."""
    source = (ROOT / path).read_bytes()
    every = mutants(source)
    verdicts = _verdicts(path, numbers)
    old = survivors.result(path)
    counts = Counter(each["verdict"] for each in verdicts.values())
    if old and len(numbers) < len(every):
        counts["timeout"] += old["timeout"]
    rest = sum(counts[each] for each in ("survived", "untested", "timeout"))
    result = {
        "module": path, "digest": survivors.digest(source),
        "seed": next((each["seed"] for each in verdicts.values() if "seed" in each), seed),
        "mutants": len(every), "killed": len(every) - rest, "timeout": counts["timeout"],
        "survived": counts["survived"], "untested": counts["untested"],
        "survivors": [
            {
                "function": every[n].function, "was": every[n].was, "now": every[n].now,
                "verdict": verdicts[n]["verdict"],
            }
            for n in sorted(verdicts)
            if verdicts[n]["verdict"] not in ("killed", "timeout")
        ],
    }  # fmt: skip
    survivors.keep(result)
    _file(path, numbers).unlink()
    return {name: result[name] for name in result if name not in ("survivors", "digest", "seed")}
