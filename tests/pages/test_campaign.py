"""The campaigns over the pages go on from where an earlier part stopped, and lose no fault."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from campaign import kept, pages


@dataclass
class Seen:
    """In place of a walk and its eye: how many were looked at, and what was wrong."""

    looked: int = 0
    faults: list[str] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)

    def take(self, number: int) -> None:
        """A step: one page; that of number 30 is wrong."""
        self.taken.append(number)
        self.looked += 1
        if number == 30:
            self.faults.append("30 is wrong")


def part(count: int, file: Path) -> tuple[Seen, dict[str, Any]]:
    """One part of a run of 100 steps, until so many pages were looked at in all."""
    seen, result = Seen(), pages.begun(file, 7)
    steps = [lambda number=number: seen.take(number) for number in range(100)]
    pages.in_parts(steps, seen, seen, count, result, file)  # type: ignore[arg-type]
    file.write_text(json.dumps(result), encoding="utf-8")
    return seen, result


def test_pages_go_on_where_they_stopped_and_what_was_wrong_stays(tmp_path: Path) -> None:
    file = tmp_path / "pages.json"
    first, result = part(40, file)
    assert first.taken == list(range(40))
    assert (result["pages_looked_at"], result["left_out"]) == (40, 60)
    second, result = part(100, file)
    assert second.taken == list(range(40, 100))
    assert (result["pages_looked_at"], result["left_out"]) == (100, 0)
    assert result["faults"] == ["30 is wrong"]


def test_a_part_that_was_cut_off_is_not_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "pages.json"
    seen, result = Seen(), pages.begun(file, 7)

    def stop() -> None:
        raise KeyboardInterrupt

    steps = [*(lambda number=number: seen.take(number) for number in range(60)), stop]
    with pytest.raises(KeyboardInterrupt):
        pages.in_parts(steps, seen, seen, 100, result, file)  # type: ignore[arg-type]
    assert pages.begun(file, 7)["asked_for"] == 50
    assert pages.begun(file, 8)["asked_for"] == 0
    assert pages.begun(file, 7, "1/2")["asked_for"] == 0


def test_each_way_to_lose_words_is_forced_as_often_as_asked_and_goes_on(tmp_path: Path) -> None:
    file, asked = tmp_path / "kept.json", []

    def force(seed: int, times: int) -> kept.Judged:
        asked.append((seed, times))
        return {"a time-out": "", "two tabs": "lost" if len(asked) == 2 else ""}

    first = kept.in_parts(kept.begun(file, 7), 200, force, file)
    assert first["kept"]
    result = kept.in_parts(kept.begun(file, 7), 500, force, file)
    assert asked == [(7, 200), (7 + kept.APART, 200), (7 + 2 * kept.APART, 100)]
    assert result["faults"] == ["part 1, two tabs: lost"]
    assert not result["kept"]
    assert result["times"] == 500


def test_a_run_of_no_tests_keeps_no_promise(tmp_path: Path) -> None:
    assert not kept.in_parts(kept.begun(None, 7), 10, lambda *_: {})["kept"]


def test_what_failed_is_read_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase name="a"/><testcase name="b">'
        '<failure message="lost"/></testcase></testsuite></testsuites>'
    )
    assert kept.read(report) == {"a": "", "b": "lost"}
