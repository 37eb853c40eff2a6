"""A mistake in a policy file is refused with its file, line, key and a plain sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from concord.policies.library import FOLDER, load_file
from concord.policies.reading import Mistake, PolicyMistakes

Edit = Callable[[str], str]


def mistakes(tmp_path: Path, edit: Edit, policy: str = "sandwell") -> tuple[Mistake, ...]:
    text = (FOLDER / f"{policy}.yaml").read_text(encoding="utf-8")
    changed = edit(text)
    assert changed != text, "the edit changed nothing: this check could not fail"
    path = tmp_path / f"{policy}.yaml"
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(PolicyMistakes) as caught:
        load_file(path)
    return caught.value.mistakes


def line_of(policy: str, text: str) -> int:
    lines = (FOLDER / f"{policy}.yaml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def replaced(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


CASES = [
    ("a broken key", "sandwell", "      clause: SA-18", "      klause: SA-18", "no such key"),
    ("an unknown clause", "sandwell", "      clause: SA-18", "      clause: SA-99", "SA-99"),
    ("another's clause", "sandwell", "      clause: SA-18", "      clause: BR-04", "another policy"),
    ("a bad limit", "sandwell", "        within: 3 working days", "        within: soon", "no limit"),
    ("an unknown office", "sandwell", "done: {act: notify, to: [iro]}",
     "done: {act: notify, to: [wizard]}", "wizard"),
    ("an unknown act", "sandwell", "done: {act: notify, to: [iro]}",
     "done: {act: shout, to: [iro]}", "write 'raise'"),
    ("contradicting days", "sandwell", "by_day: 8", "by_day: 2", "contradicts"),
    ("a longer contact", "st_helens", "        within: 1 working day\n        earlier_counts: true\n      - id: take-up",
     "        within: 3 working days\n      - id: take-up", "contradicts"),
    ("no power", "bromley", "    powers:\n      - {clause: BR-15, who: [chair], power: decide}\n"
     "      - {clause: BR-18, who: [panel], power: decide}\n", "", "power"),
    ("an unreachable stage", "sandwell", "    phase: formal\n    acts: service_lead",
     "    phase: final\n    acts: service_lead", "cannot be reached"),
    ("the same stage twice", "sandwell", "  - id: stage-2", "  - id: stage-1", "two stages"),
    ("a duty nobody can meet", "cumbria", "        by: reviewer\n        done: {act: decide}",
     "        by: business_manager\n        done: {act: decide}", "nobody can meet"),
    ("a form that is none", "sandwell", "  - form: minutes", "  - form: agency_log", "minutes"),
    ("no YAML", "sandwell", "id: sandwell", "id: [sandwell", "YAML"),
    ("a key twice", "sandwell", "short_name: SCSP", "short_name: SCSP\nshort_name: X", "YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "policy", "old", "new", "says"), CASES, ids=lambda v: str(v)[:24])
def test_a_mistake_is_refused_with_a_plain_sentence(
    tmp_path: Path, name: str, policy: str, old: str, new: str, says: str
) -> None:
    found = mistakes(tmp_path, replaced(old, new), policy)
    assert any(says in each.says for each in found), found
    for each in found:
        assert each.file.endswith(f"{policy}.yaml")
        assert each.line >= 1
        assert each.key


def test_the_line_is_the_line_of_the_mistake(tmp_path: Path) -> None:
    [found] = mistakes(tmp_path, replaced("      clause: SA-18", "      clause: SA-99"))
    assert found.line == line_of("sandwell", "      clause: SA-18")
    assert found.key == "stages.stage-1.limit.clause"


def test_an_unreachable_stage_is_refused_at_its_line(tmp_path: Path) -> None:
    edit = replaced(
        "    phase: formal\n    acts: service_lead", "    phase: final\n    acts: service_lead"
    )
    found = mistakes(tmp_path, edit)
    assert line_of("sandwell", "  - id: stage-3") in {each.line for each in found}


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    def edit(text: str) -> str:
        return text.replace("clause: SA-18", "clause: SA-99").replace("to: [iro]", "to: [wizard]")

    found = {each.says for each in mistakes(tmp_path, edit)}
    assert len(found) >= 2
