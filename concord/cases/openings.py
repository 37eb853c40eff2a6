"""What a case began with, as it is sealed: the first thing that its chain of records follows."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from concord.seals import chain


def history_of(reference: str) -> str:
    """The name of a case's history, in its links and in checkpoints."""
    return f"case/{reference}"


def opening(
    partnership: str, policy: Sequence[str], opened: datetime | str, facts: dict[str, Any],
    parties: Sequence[Sequence[Any]],
) -> list[Any]:  # fmt: skip
    """What is sealed of how a case began, as it is hashed.

    `policy` is its id, its version and the calendar's; `opened` is aware, or the text of it as it
    is stored; each party is its side, its agency and its place.
    """
    at = chain.stored_time(opened) if isinstance(opened, datetime) else opened
    known = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return [partnership, *policy, at, known, *map(list, parties)]


def genesis(reference: str, salt: str, *began: Any) -> str:
    """The link that a case's first record follows; `began` is what `opening` takes."""
    return chain.opening(history_of(reference), salt, opening(*began))
