"""Which clause is carried where: by a place in a policy file, or by a named feature."""

from collections.abc import Iterator, Mapping
from typing import Any

from concord.policies.library import load
from concord.policies.reading import Key, spoken
from concord.policies.register import clauses_of

FEATURES = {
    "support-to-escalate": "the page that raises a concern offers support, and whom to ask",
    "every-escalation-recorded": "the ledger: every act is a record, and none is removed",
    "senior-liaison-officers": "the directory of Senior Liaison Officers, with alternatives",
}
"""Features that carry clauses which no rule of a file can: their names, and what they are."""


def coverage(policy_id: str) -> dict[str, list[str]]:
    """For each clause of the register, where it is carried; empty where it is not.

    Raises UnknownPolicy and PolicyMistakes.
    """
    found: dict[str, list[str]] = {clause.id: [] for clause in clauses_of(policy_id)}
    data = load(policy_id).source.data
    for key, clause in _citations(data, ()):
        place = spoken(key, data)
        if clause in found and place not in found[clause]:
            found[clause].append(place)
    return found


def _citations(part: Any, key: Key) -> Iterator[tuple[Key, str]]:
    if isinstance(part, Mapping):
        feature = part.get("feature")
        if feature is not None and feature not in FEATURES:
            return
        if isinstance(part.get("clause"), str):
            yield key, part["clause"]
        for clause in part.get("clauses") or ():
            yield key, clause
        for name, value in part.items():
            yield from _citations(value, (*key, name))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _citations(value, (*key, index))
