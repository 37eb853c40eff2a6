"""What is run by turns: a part of it in one run, the others in the next, by the commit's second."""

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")

TURN = "CONCORD_TURN"
"""A number, where only a part is to be run: an even one takes the first of two parts, and so on."""


TURNS = 8
"""How many runs of CI have all of what is dear and alike: every page, every route, every way."""


def by_turns(every: Sequence[T], turn: str | None, of: int = TURNS) -> list[T]:
    """All of these, or one part of so many where there is a turn."""
    return list(every) if turn is None else list(every[int(turn) % of :: of])


def of_this_run(every: Sequence[T], of: int = TURNS) -> list[T]:
    """Those of these whose turn it is in this run."""
    return by_turns(every, this_turn(), of)


def left_out(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Of the tests that are marked as dear, those whose turn it is not in this run: it has a third.

    Tests that share something dear are marked with its name, and come together.
    """
    dear = {each: mark for each in items if (mark := each.get_closest_marker("dear"))}
    named = {each: str(mark.args[0]) if mark.args else each.nodeid for each, mark in dear.items()}
    taken = set(of_this_run(sorted(set(named.values())), 3))
    return [each for each, name in named.items() if name not in taken]


def this_turn() -> str | None:
    """The turn of this run; None where all is to be run."""
    return os.environ.get(TURN) or None
