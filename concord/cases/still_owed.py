"""What a listed case still asks for, from what its summary keeps: while it is open, and after."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from concord.cases.models import Case
from concord.policies.library import load_version
from concord.rules.clock import is_late, latest_instant
from concord.rules.dates import read_due
from concord.rules.overtaken import words_overtaken
from concord.rules.policy import DutyRule, Policy

Duty = dict[str, Any]


def policy_of(case: Case) -> Policy:
    """The policy version under which a case runs."""
    return load_version(case.policy_id, case.policy_version).policy


def asked_of(case: Case) -> list[Duty]:
    """What a case asks of anybody: all that is open, but for what it has gone past."""
    gone = words_overtaken(
        policy_of(case), case.summary.stage, is_open=case.summary.status == "open"
    )
    return [each for each in case.summary.duties if (each["clause"], each["what"]) not in gone]


def lasting(case: Case) -> list[Duty]:
    """What a case asks of anybody; of one that has ended, advice aside."""
    if case.summary.status == "open":
        return asked_of(case)
    advice = _words(rule for rule in policy_of(case).duties if rule.advice)
    return [each for each in asked_of(case) if (each["clause"], each["what"]) not in advice]


def outlasting(case: Case, at: datetime) -> list[Duty]:
    """What a case that has ended asks of anybody at `at` (aware), advice aside.

    Agreed actions and their checks have a list of their own; the late ones stand here too.
    """
    return [
        each for each in lasting(case) if lateness(each, at) or not {"action", "check"} & set(each)
    ]


def lateness(duty: Duty, at: datetime) -> bool:
    """Whether a duty is late at a moment (`at`, aware)."""
    due = read_due(duty["due"])
    return due is not None and is_late(due, at)


def urgent_of(case: Case, duties: Iterable[Duty]) -> list[Duty]:
    """Of these duties those that keep a child at risk safe."""
    rules = _words(rule for rule in policy_of(case).duties if rule.is_urgent)
    return [each for each in duties if (each["clause"], each["what"]) in rules]


def by_press(case: Case, duties: list[Duty], at: datetime) -> list[Duty]:
    """These duties, what presses most first: a child's safety, what is late, and by their limits.

    What a policy wants first of all stands before what has time, and what has no limit last.
    """
    urgent = urgent_of(case, duties)

    def rank(duty: Duty) -> tuple[bool, bool, bool, bool, float]:
        due = read_due(duty["due"])
        ends = latest_instant(due).timestamp() if due is not None else 0.0
        return (duty not in urgent, not lateness(duty, at), not duty["first"], due is None, ends)

    return sorted(duties, key=rank)


def _words(rules: Iterable[DutyRule]) -> set[tuple[str, str]]:
    return {(str(rule.clause), rule.what) for rule in rules}
