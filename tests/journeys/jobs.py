"""The list of jobs that people come to do, and which walks do them: read from the tests' own code.

`python -m tests.journeys.jobs` writes the reference page anew.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from ruamel.yaml import YAML

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "reference" / "walks.md"
MADE = "<!-- Made by `python -m tests.journeys.jobs`. Change the walks, not this page. -->"
Test = TypeVar("Test", bound=Callable[..., Any])


def job(name: str) -> Callable[[Test], Test]:
    """Says of a walk which job of the list it does, as "manager/agree"."""
    return pytest.mark.job(name)


def kinds() -> list[dict[str, Any]]:
    """The kinds of people in order, each with their jobs: id and words."""
    found: list[dict[str, Any]] = YAML(typ="safe").load(HERE / "jobs.yaml")
    return found


def jobs() -> list[str]:
    """Every job of the list, as "manager/agree"."""
    return [f"{kind['kind']}/{each}" for kind in kinds() for each in kind["jobs"]]


def walks() -> Iterator[tuple[str, str, str]]:
    """Every walk that says it does a job: the job, the file, the test."""
    for path in sorted(HERE.glob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not _is_walked(tree):
            continue
        for each in tree.body:
            if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
                for name in _marks(each):
                    yield name, path.name, each.name


def _is_walked(tree: ast.Module) -> bool:
    """Whether a module's tests run in the browser."""
    return any(
        isinstance(each, ast.Assign) and ast.unparse(each) == "pytestmark = pytest.mark.browser"
        for each in tree.body
    )


def _marks(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "job":
            yield str(ast.literal_eval(mark.args[0]))


def page() -> str:
    """The reference page: kind of person by job, with the walks that do it."""
    done = list(walks())
    lines = [
        MADE,
        "# Who comes to do what, and the walk that shows it",
        "",
        "Each job is done in a real browser by a scripted walk: `bin/test -m browser tests/journeys`.",
        "The list of jobs is `tests/journeys/jobs.yaml`; a job without a walk fails the tests.",
    ]
    for kind in kinds():
        lines += ["", f"## {kind['title']}", "", f"Such as: {kind['who']}.", ""]
        lines += ["| job | walk |", "| --- | --- |"]
        for name, words in kind["jobs"].items():
            here = [
                f"`tests/journeys/{file}`: {test.removeprefix('test_').replace('_', ' ')}"
                for each, file, test in done
                if each == f"{kind['kind']}/{name}"
            ]
            lines.append(f"| {words} | {'<br>'.join(here)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
