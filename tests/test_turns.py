"""Runs of CI, one after the other, have it all."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.conftest import pytest_collection_modifyitems as collected
from tests.turns import TURN, by_turns

EVERY = ["first", "second", "third", "fourth", "fifth"]


def test_without_a_turn_all_is_run() -> None:
    assert by_turns(EVERY, None) == EVERY


def test_two_turns_take_each_once() -> None:
    assert by_turns(EVERY, "6", 2) == ["first", "third", "fifth"]
    assert by_turns(EVERY, "7", 2) == ["second", "fourth"]


def test_so_many_turns_take_each_once() -> None:
    parts = [by_turns(EVERY, str(turn), 4) for turn in range(8, 12)]
    assert parts == [["first", "fifth"], ["second"], ["third"], ["fourth"]]


def an_item(name: str, *marks: str) -> pytest.Item:
    mark = SimpleNamespace(args=marks) if name.startswith("dear") else None
    return cast(pytest.Item, Hashable(nodeid=name, get_closest_marker=lambda _: mark))


class Hashable(SimpleNamespace):
    __hash__ = object.__hash__  # type: ignore[assignment]


def of_a_run(turn: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """What a run has, and what it says that it left out."""
    said: list[Any] = []
    hook = SimpleNamespace(pytest_deselected=lambda items: said.extend(items))
    names = {"a": (), "dear 1": (), "dear 2": (), "dear 3": ("world",), "dear 4": ("world",)}
    items = [an_item(name, *marks) for name, marks in names.items()]
    monkeypatch.setenv(TURN, turn)
    collected(cast(pytest.Config, SimpleNamespace(hook=hook)), items)
    return [each.nodeid for each in items], sorted(each.nodeid for each in said)


def test_of_what_is_dear_a_run_has_a_third_and_three_have_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    every = ["dear 1", "dear 2", "dear 3", "dear 4"]
    assert of_a_run("6", monkeypatch) == (["a", "dear 1"], ["dear 2", "dear 3", "dear 4"])
    assert of_a_run("7", monkeypatch) == (["a", "dear 2"], ["dear 1", "dear 3", "dear 4"])
    # what shares something comes together
    assert of_a_run("8", monkeypatch) == (["a", "dear 3", "dear 4"], ["dear 1", "dear 2"])
    # and at a desk there is all
    assert of_a_run("", monkeypatch) == (["a", *every], [])
