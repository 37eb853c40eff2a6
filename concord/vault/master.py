"""The instance's master key, from the environment or from a file that it names."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from concord.vault.cipher import Cipher
from concord.vault.closed import Wrong

LETTERS = 64
"""A master key is 32 bytes, as hexadecimal text."""


def master_key() -> bytes:
    """The master key. Raises Wrong for what is none; says what to do."""
    return _bytes(settings.CONCORD_MASTER_KEY, "The master key")


def master_key_before() -> bytes | None:
    """The master key that was in use before, while keys may still be wrapped with it. Raises Wrong.

    None where none is set.
    """
    text: str = settings.CONCORD_MASTER_KEY_BEFORE
    return _bytes(text, "The master key from before") if text else None


def key_for(purpose: str, number: int = 1) -> bytes:
    """A key for one purpose alone, made from the master key: the same each time. Raises Wrong.

    `number` is that of the algorithm that it is for: no key serves two.
    """
    return _derived(master_key(), purpose, number)


def key_for_before(purpose: str, number: int = 1) -> bytes | None:
    """The same, made from the master key from before; None where none is set. Raises Wrong."""
    before = master_key_before()
    return None if before is None else _derived(before, purpose, number)


def cipher_for(purpose: str, number: int = 1) -> Cipher:
    """What is closed with such a key, or was with the one made from the master key from before."""
    old = key_for_before(purpose, number)
    before = () if old is None else (Cipher(old, number),)
    return Cipher(key_for(purpose, number), number, before)


def _bytes(text: str, which: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) * 2 != LETTERS or len(text) != LETTERS:
        raise Wrong(
            f"{which} is {LETTERS} letters from 0 to 9 and a to f. Make one once, and keep "
            'a copy apart: python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    return key


@lru_cache(maxsize=32)
def _derived(master: bytes, purpose: str, number: int) -> bytes:
    own = HKDF(
        algorithm=SHA256(), length=32, salt=None, info=f"concord {purpose} {number}".encode()
    )
    return own.derive(master)
