"""What the campaign `mutants` put on record holds: scores, reasons, and the page that tells them."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from campaign import mutating, survivors

SOURCE = b'''
def late(at, due):
    """Whether it is late."""
    assert at
    if not due or at > due:
        return "late" if at else None
    return any(each is at for each in (due,))
'''


def test_what_is_on_record_reaches_the_score_and_gives_each_survivor_a_reason() -> None:
    assert survivors.results()
    assert survivors.faults() == []


def test_the_page_says_what_is_on_record() -> None:
    # but for modules that have come since: whoever adds one need not measure it at once
    written, now = (
        [line for line in text.splitlines() if not line.startswith(survivors.UNMEASURED)]
        for text in (survivors.PAGE.read_text(encoding="utf-8"), survivors.page())
    )
    assert written == now, "Write it anew: bin/campaign mutants --page"


def test_modules_that_changed_since_they_were_measured_are_named() -> None:
    # given what is on record; when a module has changed since, it is told and measured later
    stale = [each["module"] for each in survivors.results() if survivors.stale(each)]
    if stale:
        warnings.warn(f"Changed since: {', '.join(stale)}. bin/campaign mutants", stacklevel=1)
    # then each file at least is of a module that is there, and its numbers add up
    for each in survivors.results():
        assert (survivors.ROOT / each["module"]).exists(), each["module"]
        kinds = ("killed", "timeout", "survived", "untested")
        assert sum(each[kind] for kind in kinds) == each["mutants"], each["module"]
        assert len(each["survivors"]) == each["survived"] + each["untested"], each["module"]


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A module on record with one survivor, in a folder of its own."""
    monkeypatch.setattr(survivors, "FOLDER", tmp_path)
    monkeypatch.setattr(survivors, "REASONS", tmp_path / "reasons.yaml")
    survivor = {"function": "due", "was": "a < b", "now": "a <= b", "verdict": "survived"}
    return {
        "module": "concord/rules/clock.py", "digest": "0", "seed": 1, "mutants": 100,
        "killed": 99, "timeout": 0, "survived": 1, "untested": 0, "survivors": [survivor],
    }  # fmt: skip


def _reason(**more: str) -> None:
    reason = {"module": "concord/rules/clock.py", "function": "due", "was": "a < b", **more}
    survivors.REASONS.write_text(json.dumps([{**reason, "why": "It is never equal."}]))


def test_a_survivor_without_a_reason_is_a_fault(record: dict[str, Any]) -> None:
    survivors.keep(record)
    assert len(survivors.faults()) == 1
    assert "no reason for due | a < b | a <= b" in survivors.faults()[0]
    _reason(now="a > b")
    assert len(survivors.faults()) == 2  # and a reason of nothing that survived is one as well
    _reason()
    assert survivors.faults() == []
    assert "It is never equal." in survivors.page()


def test_a_score_below_ninety_is_a_fault(record: dict[str, Any]) -> None:
    _reason()
    survivors.keep({**record, "mutants": 10, "killed": 8, "timeout": 1})
    assert survivors.faults() == []
    survivors.keep({**record, "mutants": 100, "killed": 89, "timeout": 0})
    assert survivors.faults() == ["rules: 89.0 % is less than 90 %."]


def test_a_module_is_stale_once_its_text_has_changed(record: dict[str, Any]) -> None:
    assert survivors.stale(record)
    now = (survivors.ROOT / record["module"]).read_bytes()
    assert not survivors.stale({**record, "digest": survivors.digest(now)})
    assert survivors.stale({**record, "module": "concord/rules/gone.py"})


def test_a_module_is_changed_in_one_place_at_a_time() -> None:
    # given a function; when every change to it is made
    found = mutating.mutants(SOURCE)
    told = {(each.was, each.now) for each in found}
    # then each kind of change is there, none of it in the docstring or the assertion
    condition, answer = "if not due or at > due:", 'return "late" if at else None'
    assert {
        (condition, "if not due and at > due:"),
        (condition, "if due or at > due:"),
        (condition, "if not due or at >= due:"),
        (answer, 'return "late" if not (at) else None'),
        (answer, "return None"),
    } <= told
    last = "return any(each is at for each in (due,))"
    assert (last, "return all(each is at for each in (due,))") in told
    assert not any("assert" in was or "Whether" in was for was, _ in told)
    # and each differs from the source in one line, and is still Python
    for each in found:
        lines = zip(SOURCE.splitlines(), each.applied(SOURCE).splitlines(), strict=True)
        assert sum(one != other for one, other in lines) == 1
        compile(each.applied(SOURCE), "mutant", "exec")
    assert {name for name, _ in mutating.codes(compile(SOURCE, "here", "exec"))} == {"late"}


def test_a_change_is_tried_in_a_process_of_its_own() -> None:
    # given a change to what is made when its module is imported, in a process that has none yet
    path = "concord/access/routes.py"
    every = mutating.mutants((survivors.ROOT / path).read_bytes())
    number = next(n for n, each in enumerate(every) if each.now == "return Row(None, ways)")
    code = (
        "import campaign.anew; from concord.access.routes import ROUTES; print(ROUTES['help'].door)"
    )
    surroundings = {**os.environ, "CONCORD_ANEW": f"{path}:{number}"}
    surroundings.pop("CONCORD_TRIAL", None)
    # when that process starts; then it has the module with the change
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=survivors.ROOT, env=surroundings,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "None\n"
