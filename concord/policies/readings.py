"""The readings that a policy file chose where its text can be read two ways, by clause."""

from collections.abc import Iterator, Mapping
from typing import Any

from concord.policies.library import Loaded


def readings(loaded: Loaded) -> dict[str, tuple[str, ...]]:
    """For each clause with a reading, the readings chosen, in the file's order."""
    found: dict[str, tuple[str, ...]] = {}
    for clause, reading in _chosen(loaded.source.data):
        found[clause] = (*found.get(clause, ()), reading)
    return found


def _chosen(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, Mapping):
        if part.get("reading"):
            yield str(part["clause"]), str(part["reading"])
        for value in part.values():
            yield from _chosen(value)
    elif isinstance(part, list):
        for each in part:
            yield from _chosen(each)
