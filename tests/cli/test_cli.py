"""The command line that outside checks rely on: its answers, its codes, its plain mistakes."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from concord.cli.main import main
from concord.policies.library import find, policy_ids

SCENARIO = """\
policy: sandwell
case:
  parties: {raising: school, responding: [sandwell-childrens-trust]}
  facts: {child_status: [child_protection_plan], child_protection: true, urgent: false, immediate_risk: false}
records:
  - {at: 2026-12-17T16:45, by: practitioner@raising, act: raise}
  - {at: 2026-12-17T17:20, by: practitioner@raising, act: discuss, with: [practitioner@responding], means: telephone, outcome: unresolved}
  - {at: 2026-12-17T17:30, by: practitioner@raising, act: escalate}
  - {at: 2026-12-18T10:00, by: manager@raising, act: discuss, with: [manager@responding], means: telephone, outcome: unresolved}
  - {at: 2026-12-18T11:00, by: manager@raising, act: escalate}
ask: [2026-12-18T12:00, 2027-01-04T09:00]
"""
Capture = pytest.CaptureFixture[str]


def answer(capsys: Capture, *arguments: str, code: int = 0) -> Any:
    assert main([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def played(tmp_path: Path, capsys: Capture, text: str) -> Any:
    path = tmp_path / "scenario.yaml"
    path.write_text(text)
    return answer(capsys, "play", str(path))


def test_the_contracts_scenario(tmp_path: Path, capsys: Capture) -> None:
    found = played(tmp_path, capsys, SCENARIO)
    assert [each["accepted"] for each in found["records"]] == [True] * 5
    first, second = found["asks"]
    assert (first["stage"], first["status"]) == ("stage-2", "open")
    owed = {(each["clause"], each["by"]): each for each in first["owed"]}
    assert owed["SA-21", "service_lead@raising"]["due"] == "2026-12-31"
    assert owed["SA-21", "service_lead@raising"]["state"] == "due"
    assert owed["SA-18", "manager@raising"]["state"] == "met"
    late = {(each["clause"], each["by"]): each["state"] for each in second["owed"]}
    assert late["SA-21", "service_lead@raising"] == "late"
    assert {"discuss", "meet", "agree", "escalate"} <= set(first["may"]["service_lead@raising"])
    assert set(owed["SA-21", "service_lead@raising"]) == {
        "clause", "by", "what", "since", "due", "state",
    }  # fmt: skip


def test_an_ask_sees_what_was_written_and_judges_when_it_happened(
    tmp_path: Path, capsys: Capture
) -> None:
    late = SCENARIO.replace(
        "{at: 2026-12-18T10:00,", "{at: 2026-12-18T10:00, written: 2027-01-03T09:00,"
    )
    asked = late.replace("ask: [", "ask: [2027-01-02T09:00, ")
    before, _, after = played(tmp_path, capsys, asked)["asks"]
    contact = [
        next(e for e in ask["owed"] if e["clause"] == "SA-12" and e["due"])
        for ask in (before, after)
    ]
    assert [each["state"] for each in contact] == ["late", "met"]


def test_a_refused_record_says_why_and_changes_nothing(tmp_path: Path, capsys: Capture) -> None:
    more = "  - {at: 2026-12-18T11:30, by: service_lead@raising, act: escalate}\nask:"
    found = played(tmp_path, capsys, SCENARIO.replace("ask:", more))
    refused = found["records"][-1]
    assert refused["accepted"] is False
    assert refused["clause"] == "SA-25"
    assert refused["why"]
    assert refused["instead"]
    assert found["asks"][0]["stage"] == "stage-2"


def test_the_same_key_is_one_record(tmp_path: Path, capsys: Capture) -> None:
    twice = SCENARIO.replace(
        "act: escalate}\nask", "act: escalate, key: k}\n"
        "  - {at: 2026-12-18T11:00, by: manager@raising, act: escalate, key: k}\nask"
    )  # fmt: skip
    found = played(tmp_path, capsys, twice)
    assert found["records"][-1]["accepted"] is True
    assert found["asks"][0]["stage"] == "stage-2"


def test_list(capsys: Capture) -> None:
    rows = answer(capsys, "policy", "list")
    assert [row["id"] for row in rows] == [
        "bromley",
        "cumbria",
        "lincolnshire",
        "sandwell",
        "st_helens",
    ]
    keys = {"id", "partnership", "version", "effective", "review_due", "review_overdue"}
    assert all(set(row) == keys for row in rows)
    assert rows[0]["review_overdue"] is True
    assert rows[1]["review_overdue"] is False


def test_coverage(capsys: Capture) -> None:
    found = answer(capsys, "policy", "coverage")
    assert sum(len(part) for part in found.values()) == 140
    assert "stages.stage-1.limit" in found["sandwell"]["SA-18"]


def test_check(capsys: Capture) -> None:
    assert answer(capsys, "policy", "check")["mistakes"] == []


@pytest.mark.parametrize("policy", policy_ids())
def test_the_chart_is_accessible_and_whole(policy: str, tmp_path: Path) -> None:
    target = tmp_path / "chart.svg"
    assert main(["policy", "draw", policy, "-o", str(target)]) == 0
    root = ElementTree.parse(target).getroot()
    named = {child.tag.rpartition("}")[2] for child in root}
    assert {"title", "desc"} <= named
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "chart-title chart-description"
    words = " ".join("".join(node.itertext()) for node in root.iter())
    for lane in ("Raising agency", "Responding agency", "The partnership"):
        assert lane in words
    assert "…" not in words, "a title is cut short"
    arrows = len(find(policy).policy.stages) - 1
    assert "".join(root.itertext()).count("Not resolved: ") == arrows, "an arrow without its time"


@pytest.mark.parametrize("arguments", [
    ["play", "/nowhere.yaml"], ["policy", "check", "/nowhere.yaml"], ["policy", "draw", "atlantis"],
    ["policy", "timeline", "atlantis", "--from", "2026-12-17T16:45"],
    ["policy", "timeline", "sandwell", "--from", "1800-01-01T00:00"],
])  # fmt: skip
def test_a_mistake_is_one_plain_line(arguments: list[str], capsys: Capture) -> None:
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert said.strip()


@pytest.mark.parametrize("arguments", [[], ["fly"], ["policy"], ["policy", "timeline", "sandwell", "--from", "soon"]])  # fmt: skip
def test_wrong_usage_is_code_two(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


MISTAKES = [
    ("act: raise}", "act: shout}", r":6: records\.0\.act: "),
    ("act: raise}", "act: raise, volume: 11}", r":6: records\.0\.volume: "),
    ("policy: sandwell", "policy: [", r"YAML"),
    ("by: practitioner@raising, act: raise", "by: practitioner@moon, act: raise", r":6: records"),
    ("2026-12-17T16:45", "yesterday", r":6: records\.0\.at: "),
    ("responding: [sandwell-childrens-trust]", "responding: []", r"at least one"),
    ("case:\n", "kase:\n", r"kase"),
    ("urgent: false", "urgent: maybe", r":4: case\.facts\.urgent: .*true or false"),
    ("[child_protection_plan]", "[martian]", r":4: case\.facts\.child_status: .*looked_after"),
    ("raising: school", "raising: sandwell-childrens-trust", r":3: .*named twice"),
    ("act: raise}", "act: raise, facts: {urgent: 7}}", r":6: records\.0\.facts\.urgent"),
    ("act: raise}", "act: correct, of: 1, change: {at: [1]}}", r":6: records\.0\.change"),
    ("2026-12-17T16:45", "2026-02-31", r":6: .*day is out of range"),
    ("2026-12-17T16:45", "2026-12-17 25:61:61", r":6: "),
    ("act: raise}", f"act: correct, of: {'9' * 5000}}}", r":6: "),
    ("policy: sandwell", f"policy: {'[' * 3000}", r"nested too deeply"),
]


@pytest.mark.parametrize(("old", "new", "says"), MISTAKES)
def test_a_scenarios_mistake_names_file_line_and_key(
    old: str, new: str, says: str, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO.replace(old, new, 1))
    assert main(["play", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(says, said.err), said.err
    assert "scenario.yaml" in said.err


def test_a_raise_dated_far_ahead_hides_what_stands_below_it(
    tmp_path: Path, capsys: Capture
) -> None:
    found = played(tmp_path, capsys, SCENARIO.replace("2026-12-17T16:45", "2036-12-17T16:45"))
    assert [ask["stage"] for ask in found["asks"]] == [None, None]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("2026-12-17T16:45"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
FIELDS = ["at", "by", "act", "with", "to", "due", "of", "change", "facts", "actions", "stage", "as",
          "action", "replaced_by", "written", "form", "outcome", "clause", "override", "matter"]  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(n=st.integers(0, 4), name=st.sampled_from(FIELDS), value=JUNK)
def test_no_scenario_gives_a_traceback(
    tmp_path: Path, capsys: Capture, n: int, name: str, value: object
) -> None:
    data = YAML(typ="safe").load(SCENARIO)
    data["records"][n][name] = value
    path = tmp_path / "junk.yaml"
    path.write_text(json.dumps(data, default=str))
    code = main(["play", str(path), "--json"])
    said = capsys.readouterr()
    assert code in (0, 1)
    assert (code == 0) == bool(said.out)
    assert "Traceback" not in said.err


def test_the_scenarios_schema_names_every_act(capsys: Capture) -> None:
    assert main(["play", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert "refer_up" in json.dumps(schema)
