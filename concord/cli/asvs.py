"""How Concord stands to OWASP ASVS 5.0.0, levels 1 and 2: read from docs/asvs.yaml, as a page.

Each requirement has a row that says how it is met, where, and which test shows it; or what is
missing; or why it does not apply.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
SOURCE = DOCS / "asvs.yaml"


class Standing(StrEnum):
    """How a requirement stands."""

    MET = "met"
    NOT_MET = "not_met"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement, and what there is to show for it."""

    id: str
    level: int
    asks: str
    standing: Standing
    says: str
    """How it is met, what is missing, or why it does not apply."""
    where: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    """Of each the file and the test's name; ::* is all of the file."""

    @property
    def chapter(self) -> str:
        """The chapter: "V1" of "V1.2.3"."""
        return self.id.partition(".")[0]


class Mistake(ValueError):
    """A row of the file is not as rows are; says which and why."""


def requirements(path: Path = SOURCE) -> tuple[Requirement, ...]:
    """Every row of the file, in its order. Raises Mistake."""
    return tuple(_row(name, row) for name, row in _read(path)["requirements"].items())


def chapters(path: Path = SOURCE) -> dict[str, str]:
    """The names of the chapters, by id."""
    return dict(_read(path)["chapters"])


def page(path: Path = SOURCE) -> Iterator[str]:
    """The page of all rows, chapter by chapter."""
    rows = requirements(path)
    count = Counter(row.standing for row in rows)
    yield "# OWASP ASVS 5.0.0, levels 1 and 2"
    yield ""
    yield (
        f"Of {len(rows)} requirements {count[Standing.MET]} are met, {count[Standing.NOT_MET]} are "
        f"not met, and {count[Standing.EXCLUDED]} do not apply. They are told in our own words; "
        "the standard's are at https://github.com/OWASP/ASVS. A row that is met without a test was "
        "seen by reading the code."
    )
    for chapter, name in chapters(path).items():
        yield from ("", f"## {chapter} {name}", "", "| id | level | asks | | how, or why not |")
        yield "| --- | --- | --- | --- | --- |"
        for row in rows:
            if row.chapter == chapter:
                yield _line(row)


def _line(row: Requirement) -> str:
    says = row.says
    if row.where:
        says += " " + ", ".join(f"`{each}`" for each in row.where) + "."
    if row.test:
        says += " Shown by " + ", ".join(_shown(each) for each in row.test) + "."
    elif row.standing is Standing.MET:
        says += " Seen by reading."
    standing = {"met": "met", "not_met": "**not met**", "excluded": "does not apply"}[row.standing]
    cells = (row.id, str(row.level), row.asks, standing, says)
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"


def _shown(test: str) -> str:
    file, _, name = test.partition("::")
    return f"`{file}`" if name == "*" else f"`{file}`: {name.removeprefix('test_')}"


def _row(name: str, row: Any) -> Requirement:
    found = [each for each in Standing if each in row]
    if len(found) != 1:
        raise Mistake(f"{name}: say one of met, not_met and excluded.")
    standing = found[0]
    if (standing is Standing.MET) != bool(row.get("where")):
        raise Mistake(f"{name}: what is met says where, and nothing else does.")
    if row.get("test") and standing is not Standing.MET:
        raise Mistake(f"{name}: only what is met has a test.")
    extra = set(row) - {"level", "asks", "where", "test", *Standing}
    if extra:
        raise Mistake(f"{name}: {', '.join(sorted(extra))} is no part of a row.")
    return Requirement(
        name, int(row["level"]), str(row["asks"]), standing, str(row[standing]),
        tuple(row.get("where", ())), tuple(row.get("test", ())),
    )  # fmt: skip


@cache
def _read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
