"""Readers see what a rule of Concord's own says, never its code."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from concord.cases.models import Case
from concord.rules.citing import by_clause, cited
from concord.rules.words import HOUSE_RULES, House

SignIn = Callable[[str, str], Client]
TEMPLATES = Path(__file__).parents[2] / "concord/web/templates/concord"


@pytest.mark.parametrize("rule", House)
def test_a_rule_of_concords_own_is_cited_by_what_it_says(rule: House) -> None:
    assert cited(rule) == f"Concord's own rule: {HOUSE_RULES[rule]}"
    assert cited(f"SA-12, {rule}").startswith("SA-12, Concord's own rule: ")
    assert by_clause(rule) == f"by Concord's own rule: {HOUSE_RULES[rule].rstrip('.')}"
    assert cited(rule, beside=HOUSE_RULES[rule]) == "Concord's own rule"


def test_a_policys_clause_is_cited_by_its_name() -> None:
    assert (cited("SA-12"), by_clause("SA-12"), cited("")) == ("SA-12", "by clause SA-12", "")
    assert cited("SA-12", before="clause ") == "clause SA-12"
    assert cited("house-99") == "house-99", "no rule of ours: shown as it is, and never a failure"


def test_no_template_shows_a_clause_as_it_is() -> None:
    wrong = [
        f"{file.name}: {shown}"
        for file in TEMPLATES.glob("*.jinja")
        for shown in re.findall(r"\{\{ (?:[a-z_.]+\.)?clauses? \}\}", file.read_text())
        if file.name != "clauses.jinja"  # the register itself: the clauses are what it is about
        and not (file.name == "forms.jinja" and "each.form.clause" in shown)
    ]
    assert wrong == []


def test_a_refusal_on_a_page_says_the_rule(opened: Case, as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    here = f"/case/{opened.reference}"
    client.post(f"{here}/withdraw", {"reason": "It was put right.", "seen": "1", "key": "w"})
    for address in (here, f"{here}/answer", f"{here}/escalate", f"{here}/timeline"):
        shown = unescape(client.get(address).content.decode())
        assert not re.search(r"house-\d", shown), address
    shown = unescape(client.get(f"{here}/answer").content.decode())
    assert "The concern was withdrawn. It takes no answer any more." in shown
    assert f"Concord's own rule: {HOUSE_RULES[House.CASE_STANDS_OTHERWISE]}" in shown
