"""A key for each month, for what is typed and belongs to no case yet.

What is typed is removed when it has been kept long enough, but not from a backup: there it cannot
be read any more once the key of its month is destroyed.
"""

import json
from datetime import UTC, datetime

from concord.vault import keys
from concord.vault.fields import TYPING

_MONTH = f"{TYPING}-"
_AGAIN = "x"
"""Ends the name of a month's second key: its first was destroyed by a clock that had run ahead."""


def key_of(at: datetime) -> str:
    """The name of the key that closes what is typed at a moment (aware)."""
    name = f"{_MONTH}{at.astimezone(UTC):%Y-%m}"
    while keys.is_destroyed(name):
        name += _AGAIN
    return name


def destroy_before(at: datetime) -> list[str]:
    """Destroy the keys of the months that were over at a moment (aware); their names."""
    this = key_of(at).rstrip(_AGAIN)
    old = [name for name in keys.names(_MONTH) if name.rstrip(_AGAIN) < this]
    if old and keys.is_there(TYPING):
        old.append(TYPING)  # of before each month had one: older than any of theirs
    for name in old:
        keys.destroy(name, json.dumps({"over": this}))
    return old
