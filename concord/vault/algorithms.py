"""The algorithms by which something is encrypted, each with its number.

The number stands in every key's file and before whatever a key closed. So another algorithm can be
brought in beside one: add it to `KNOWN`, and make it the `PRESENT` one. New keys are of the present
one, and `concord keys anew` brings over what is there. One that is broken stays in `KNOWN` until
nothing is closed with it any more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Aead(Protocol):
    """What encrypts with one key, and sees whether what it opens was changed."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The data encrypted, with its tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The data. Raises InvalidTag."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One of them. Keys are 32 bytes."""

    number: int
    name: str
    made: Callable[[bytes], Aead]
    nonce: int
    """How many random bytes stand before what is encrypted."""
    more: int
    """By how many bytes it is longer, those included."""
    digest: str
    """The hash of keyed digests (HMAC) that are made with a key of this algorithm."""


KNOWN = {1: Algorithm(1, "AES-256-GCM", AESGCM, nonce=12, more=28, digest="sha256")}
PRESENT = 1
"""The number of the one for new keys."""


def present() -> Algorithm:
    """The algorithm for new keys."""
    return KNOWN[PRESENT]
