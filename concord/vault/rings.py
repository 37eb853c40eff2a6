"""What a key's file holds: a key, wrapped with the master key; while it is replaced, several.

The first one closes; all of them open. Each says by its first line of which algorithm it is.
"""

import re
import secrets

from concord.vault import algorithms
from concord.vault.cipher import Cipher
from concord.vault.closed import Damaged, NoKey
from concord.vault.master import cipher_for

_LINE = re.compile(rb"concord key ([1-9][0-9]{0,2})\n")
_KEY = 32
"""How many bytes a key has."""


def line(number: int) -> bytes:
    """The line before a key of this algorithm."""
    return b"concord key %d\n" % number


def new(name: str) -> tuple[bytes, bytes]:
    """A new key of the present algorithm, and as it is kept under this name. Raises Wrong."""
    key = secrets.token_bytes(_KEY)
    return key, wrapped(name, algorithms.PRESENT, key)


def wrapped(name: str, number: int, key: bytes) -> bytes:
    """A key as it is kept. Raises Wrong."""
    return line(number) + cipher_for("wrap", number).lock_bytes(key, name)


def unwrapped(name: str, content: bytes) -> list[tuple[int, bytes]]:
    """The keys of a file, the first of them first, each with its algorithm. Raises NoKey, Wrong."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(content) or not found:
        said = _LINE.match(content, at)
        if said is None:
            raise NoKey(f"The key of {name} is damaged. Put it back from a backup of the keys.")
        number = int(said.group(1))
        if number not in algorithms.KNOWN:
            raise NoKey(
                f"The key of {name} is of an algorithm that this version does not know. Use the "
                "version of Concord that it was made with, or a later one."
            )
        at = said.end() + _KEY + algorithms.KNOWN[number].more
        try:
            key = cipher_for("wrap", number).open_bytes(content[said.end() : at], name)
        except Damaged as error:
            raise NoKey(
                f"The key of {name} was wrapped with another master key, or is damaged."
            ) from error
        found.append((number, key))
    return found


def cipher_of(name: str, content: bytes) -> Cipher:
    """What opens and closes with the keys of a file. Raises NoKey, Wrong."""
    (number, key), *others = unwrapped(name, content)
    return Cipher(key, number, tuple(Cipher(each, of) for of, each in others))
