"""What a case began with, as it is sealed: the first thing that its chain of records follows."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from concord.seals import chain


def history_of(reference: str) -> str:
    """The name of a case's history, in its links and in checkpoints."""
    return f"case/{reference}"


def genesis(
    reference: str, salt: str, partnership: str, policy: Sequence[str], opened: datetime | str,
    facts: dict[str, Any], parties: Sequence[Sequence[Any]],
) -> str:  # fmt: skip
    """The link that a case's first record follows.

    `policy` is its id, its version and the calendar's; `opened` is aware, or the text of it as it
    is stored; each party is its side, its agency and its place.
    """
    at = chain.stored_time(opened) if isinstance(opened, datetime) else opened
    known = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return chain.opening(
        history_of(reference), salt, [partnership, *policy, at, known, *map(list, parties)]
    )  # fmt: skip
