"""All 140 clauses are carried, and each is shown happening by a test."""

import importlib
import json
from pathlib import Path

import pytest

from concord.cli.main import main
from concord.policies import coverage as covering
from concord.policies import library
from concord.policies.library import policy_ids
from concord.policies.register import register
from tests.policies.shown import SHOWN

MODULES = ("policies.test_sandwell", "policies.test_sandwell_forms", "policies.test_cumbria", "policies.test_lincolnshire",
           "policies.test_st_helens", "policies.test_bromley", "apps.test_words_on_pages")  # fmt: skip


def test_the_register_has_140_clauses() -> None:
    assert len(register()) == 140


@pytest.mark.parametrize("policy", policy_ids())
def test_every_clause_is_carried_somewhere(policy: str) -> None:
    assert [clause for clause, places in covering.coverage(policy).items() if not places] == []


def test_every_clause_is_shown_happening() -> None:
    for name in MODULES:
        importlib.import_module(f"tests.{name}")
    assert sorted(set(register()) - set(SHOWN)) == []
    assert sorted(set(SHOWN) - set(register())) == []


def test_coverage_fails_when_a_clause_is_carried_nowhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a policy file from which one clause's only rule was cut
    real = library.load

    def cut(policy_id: str) -> object:
        loaded = real(policy_id)
        data = json.loads(json.dumps(loaded.source.data, default=str))
        if policy_id == "bromley":
            data["limits"] = []
            data["skipping"] = data["shortening"] = None
        source = type(loaded.source)(loaded.source.name, data)
        return type(loaded)(loaded.file, loaded.policy, source, loaded.path)

    monkeypatch.setattr(covering, "load", cut)
    # when coverage is asked for, then it fails and names the clause
    assert main(["policy", "coverage", "bromley", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["bromley"]["BR-04"] == []


def test_the_register_is_the_projects_own_file() -> None:
    assert (Path(covering.__file__).parent / "clauses.yaml").exists()
