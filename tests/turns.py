"""What is run by turns: half of it in one run, the other half in another, by the commit's second."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

TURN = "CONCORD_TURN"
"""A number, where only half is to be run: an even one takes the first, the third and so on."""


def by_turns(every: Sequence[T], turn: str | None) -> list[T]:
    """All of these, or every second one where there is a turn."""
    return list(every) if turn is None else list(every[int(turn) % 2 :: 2])


def this_turn() -> str | None:
    """The turn of this run; None where all is to be run."""
    return os.environ.get(TURN) or None
