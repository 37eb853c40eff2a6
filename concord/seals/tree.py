"""A tree of hashes over what one checkpoint lists: one signature for all, and a proof for each.

As in RFC 6962: a leaf is hashed after a byte 0 and a pair after a byte 1, so that neither can pass
for the other. One that has no partner goes up as it is.
"""

from collections.abc import Sequence
from hashlib import sha256

Path = list[tuple[str, str]]
"""From a leaf up to the root: on which side the other hash stands ("left", "right"), and it."""


def root(leaves: Sequence[bytes]) -> str:
    """The one hash of all these leaves; of none, the hash of nothing."""
    row = [_leaf(each) for each in leaves]
    while len(row) > 1:
        row = _above(row)
    return row[0].hex() if row else sha256(b"").hexdigest()


def path(leaves: Sequence[bytes], place: int) -> Path:
    """What is needed beside the leaf at `place` (from 0) to come to the root."""
    row, found = [_leaf(each) for each in leaves], Path()
    while len(row) > 1:
        beside = place ^ 1
        if beside < len(row):
            found.append(("left" if beside < place else "right", row[beside].hex()))
        row, place = _above(row), place // 2
    return found


def climb(leaf: bytes, steps: Path) -> str:
    """The root to which a leaf leads by a path."""
    here = _leaf(leaf)
    for side, other in steps:
        there = bytes.fromhex(other)
        here = _pair(there, here) if side == "left" else _pair(here, there)
    return here.hex()


def _above(row: Sequence[bytes]) -> list[bytes]:
    return [
        _pair(row[at], row[at + 1]) if at + 1 < len(row) else row[at]
        for at in range(0, len(row), 2)
    ]


def _leaf(content: bytes) -> bytes:
    return sha256(b"\0" + content).digest()


def _pair(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
