"""What is on record of the campaign `mutants`: scores, survivors and reasons, and their page."""

import ast
import hashlib
import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from campaign.mutating import functions

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference" / "campaigns" / "mutants"
REASONS = FOLDER / "reasons.yaml"
PAGE = ROOT / "docs" / "reference" / "mutants.md"
LEAST = 90
"""Per cent of the changes in each part that tests must notice."""

AREAS = ("rules", "access", "ledger")
LEDGER = ("ledger", "sealing", "verifying", "integrity")

_CASES = [
    "tests/apps/test_acting.py", "tests/apps/test_who_is_told.py", "tests/apps/test_sealing.py",
    "tests/apps/test_sealing_stopped.py", "tests/apps/test_verifying.py",
    "tests/apps/test_how_it_stands.py",
]  # fmt: skip

TESTS: dict[str, list[str]] = {
    "concord/rules/clock.py": ["tests/rules/test_small_calendar.py", "tests/rules/test_clock.py"],
    "concord/rules/who.py": ["tests/rules/test_who.py", "tests/rules/test_parts.py"],
    "concord/rules/parts.py": ["tests/rules/test_who.py", "tests/rules/test_parts.py"],
    "concord/rules/naming.py": ["tests/rules/test_naming.py", "tests/rules/test_left.py"],
    "concord/rules/citing.py": ["tests/rules/test_naming.py", "tests/rules/test_left.py"],
    "concord/rules/dates.py": ["tests/rules/test_naming.py", "tests/rules/test_left.py"],
    "concord/rules/rungs.py": ["tests/rules/test_rungs.py"],
    "concord/rules/holding.py": ["tests/rules/test_holding.py"],
    "concord/rules/retention.py": ["tests/rules/test_retention.py"],
    "concord/rules/actors.py": ["tests/rules/test_actors.py"],
    "concord/rules/doing.py": ["tests/rules/test_doing.py"],
    "concord/rules/plans.py": ["tests/rules/test_plans.py"],
    "concord/rules/policy.py": ["tests/rules/test_policy.py"],
    "concord/rules/duties.py": ["tests/rules/test_duties.py", "tests/rules/test_limits.py"],
    "concord/rules/state.py": ["tests/rules/test_state.py", "tests/rules/test_facts.py"],
    "concord/rules/decide.py": ["tests/rules/test_decide.py", "tests/rules/test_decide_acts.py"],
    "concord/rules/record_words.py": ["tests/rules/test_record_words.py"],
    "concord/rules/lessons.py": ["tests/rules/test_lessons.py"],
    "concord/rules/may.py": ["tests/rules/test_may.py"],
    "concord/rules/overtaken.py": ["tests/rules/test_overtaken.py"],
    "concord/rules/meetings.py": ["tests/rules/test_arranging.py"],
    "concord/rules/endings.py": ["tests/rules/test_ended.py"],
    "concord/rules/agreement.py": ["tests/rules/test_agreement.py"],
    "concord/rules/gates.py": ["tests/rules/test_gates.py"],
    "concord/rules/forms.py": ["tests/rules/test_records.py"],
    "concord/rules/record.py": ["tests/rules/test_records.py"],
    "rules": [
        "tests/rules", "tests/policies", "tests/histories",
        # A minute of searching at random: what these alone would notice needs a test of its own.
        "--deselect=tests/rules/test_any_history.py",
        "--deselect=tests/rules/test_evolving.py::test_an_old_state_is_never_changed",
        # Of dates and of mistakes in policies alone, and slow.
        "--ignore=tests/rules/test_clock.py", "--ignore=tests/policies/test_checking.py",
    ],
    "concord/access/routes.py": ["tests/access/test_table.py"],
    "access": [
        "tests/access/test_table.py",
        "tests/access/test_fields.py::test_every_field_is_opened_by_a_doing_of_the_table",
    ],
    "concord/cases/ledger.py": _CASES,
    "concord/cases/sealing.py": _CASES,
    "concord/cases/verifying.py": _CASES,
    "concord/cases/integrity.py": _CASES,
    "ledger": [
        "tests/seals/test_tree.py", "tests/seals/test_chain.py", "tests/seals/test_keys.py",
        "tests/seals/test_checking.py", "tests/seals/test_checkpoints.py",
    ],
}  # fmt: skip
"""The tests that a module is tried on: its own, or those of its part of Concord."""

Key = tuple[str, str, str]


def modules(area: str) -> list[str]:
    """The modules of a part, by their paths, that have anything to be changed."""
    match area:
        case "ledger":
            found = [*(ROOT / "concord/seals").glob("*.py")]
            found += [ROOT / f"concord/cases/{name}.py" for name in LEDGER]
        case _:
            found = [*(ROOT / "concord" / area).glob("*.py")]
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in found
        if any(functions(ast.parse(path.read_bytes())))
    )


def area(path: str) -> str:
    """The part that a module belongs to."""
    package = path.split("/")[1]
    return package if package in ("rules", "access") else "ledger"


def tests(path: str) -> list[str]:
    """The tests that a module is tried on, as arguments of pytest."""
    return TESTS.get(path) or TESTS[area(path)]


def digest(source: bytes) -> str:
    """Which text of a module was measured."""
    return hashlib.sha256(source).hexdigest()


def _file(path: str) -> Path:
    return FOLDER / (path.removeprefix("concord/").removesuffix(".py").replace("/", ".") + ".json")


def result(path: str) -> dict[str, Any] | None:
    """What is on record of a module; None where nothing is."""
    file = _file(path)
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def results() -> list[dict[str, Any]]:
    """What is on record of every module."""
    return [json.loads(each.read_text(encoding="utf-8")) for each in sorted(FOLDER.glob("*.json"))]


def keep(found: dict[str, Any]) -> None:
    """Put on record what came of a module."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    _file(found["module"]).write_text(text + "\n", encoding="utf-8")


def key(survivor: dict[str, str]) -> Key:
    """What a change is known by: its function, and the line before and after."""
    return survivor["function"], survivor["was"], survivor["now"]


def stale(found: dict[str, Any]) -> bool:
    """Whether a module has changed since it was measured, or is gone."""
    path = ROOT / found["module"]
    return not path.exists() or digest(path.read_bytes()) != found["digest"]


def score(found: list[dict[str, Any]]) -> float:
    """Per cent of the changes that tests noticed, one that never ends among them."""
    noticed = sum(each["killed"] + each["timeout"] for each in found)
    return float(100 * noticed / max(sum(each["mutants"] for each in found), 1))


def reasons() -> list[dict[str, Any]]:
    """Why what survived is left so: written by hand, an entry for one line or for many."""
    if not REASONS.exists():
        return []
    return list(YAML(typ="safe").load(REASONS.read_text(encoding="utf-8")) or [])


def explains(reason: dict[str, Any], path: str, survivor: dict[str, str]) -> bool:
    """Whether a reason is of this survivor: each of its words that is given must be the same.

    `now` may be left out: then it is of every change to that line; or be a list of lines.
    """
    now = reason.get("now")
    return (
        reason["module"] == path
        and reason["function"] == survivor["function"]
        and reason["was"] == survivor["was"]
        and (now is None or survivor["now"] in (now if isinstance(now, list) else [now]))
    )


def why(path: str, survivor: dict[str, str], every: list[dict[str, Any]]) -> str:
    """Why a survivor is left so; empty where nobody has said."""
    found = [each["why"] for each in every if explains(each, path, survivor)]
    return found[0] if found else ""


def faults() -> list[str]:
    """What is wrong with what is on record: a score too low, a survivor without a reason."""
    every, on_record = reasons(), results()
    found = []
    for name in AREAS:
        measured = [each for each in on_record if area(each["module"]) == name]
        if measured and score(measured) < LEAST:
            found.append(f"{name}: {score(measured):.1f} % is less than {LEAST} %.")
    used = set()
    for each in on_record:
        for survivor in each["survivors"]:
            mine = [n for n, one in enumerate(every) if explains(one, each["module"], survivor)]
            used.update(mine)
            if not mine:
                found.append(f"{each['module']}: no reason for {' | '.join(key(survivor))}")
    found += [
        f"{each['module']}: the reason for {each['function']} | {each['was']} is of no survivor."
        for number, each in enumerate(every)
        if number not in used
    ]
    return found


def page() -> str:
    """The reference page: the score of each part and module, and each survivor's reason."""
    every, on_record = reasons(), results()
    parts = [_part(name, [one for one in on_record if area(one["module"]) == name], every)
             for name in AREAS]  # fmt: skip
    return _HEAD + "".join(parts)


def write_page() -> None:
    """Write the reference page anew."""
    PAGE.write_text(page(), encoding="utf-8")


UNMEASURED = "Not measured yet, when this page was written: "

_HEAD = """# What tests notice

Written by `bin/campaign mutants` from what it measured; nobody edits it. Each module is changed in
one place at a time: an operator swapped, a condition turned round, a text altered, a value lost, a
statement left out. The tests of its part run on each change. A change is killed when a test fails,
or when it never ends; it survives when none does; it is untested when no test passes its line. The
score is the share of all changes that were killed: what makes no difference counts against it.

Only what stands inside functions is changed. Tables and constants outside them are not measured.
A module is measured as it was on that day: the digest of its text is in
[its file](campaigns/mutants). `bin/campaign mutants` measures again those that have changed since.
"""


def _part(name: str, found: list[dict[str, Any]], every: list[dict[str, Any]]) -> str:
    lines = ["", f"## {name.capitalize()}", ""]
    if found:
        killed = sum(each["killed"] + each["timeout"] for each in found)
        all_of = sum(each["mutants"] for each in found)
        lines += [f"{killed} of {all_of} changes are noticed: {score(found):.1f} %.", ""]
        lines += ["| module | changes | killed | never ends | survived | untested | score |"]
        lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
        lines += [_row(each) for each in found]
        lines += [""]
    missing = [each for each in modules(name) if each not in {one["module"] for one in found}]
    if missing:
        lines += [UNMEASURED + ", ".join(f"`{each}`" for each in missing) + ".", ""]
    for each in found:
        if each["survivors"]:
            lines += [f"### What survived in `{each['module']}`", ""]
            for survivor in each["survivors"]:
                lines += _survivor(each["module"], survivor, every)
            lines += [""]
    return "\n".join(lines[:-1]) + "\n"


def _row(each: dict[str, Any]) -> str:
    cells = [f"`{each['module']}`", each["mutants"], each["killed"], each["timeout"],
             each["survived"], each["untested"], f"{score([each]):.1f} %"]  # fmt: skip
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _survivor(path: str, survivor: dict[str, str], every: list[dict[str, Any]]) -> list[str]:
    untested = " (no test passes it)" if survivor["verdict"] == "untested" else ""
    reason = why(path, survivor, every) or "No reason is written down yet."
    return [
        f"- `{survivor['function']}`{untested}: {reason}",
        "",
        "  ```diff",
        f"  - {survivor['was']}",
        f"  + {survivor['now']}",
        "  ```",
    ]
