"""What is run by turns: a part of it in one run, the others in the next, by the commit's second."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

TURN = "CONCORD_TURN"
"""A number, where only a part is to be run: an even one takes the first of two, and so on."""


def by_turns(every: Sequence[T], turn: str | None, of: int = 2) -> list[T]:
    """All of these, or one part of so many where there is a turn."""
    return list(every) if turn is None else list(every[int(turn) % of :: of])


def this_turn() -> str | None:
    """The turn of this run; None where all is to be run."""
    return os.environ.get(TURN) or None
