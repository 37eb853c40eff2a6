"""The instance's master key, from the environment or from a file that it names."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from concord.vault.closed import Wrong

LETTERS = 64
"""A master key is 32 bytes, as hexadecimal text."""


def master_key() -> bytes:
    """The master key. Raises Wrong for what is none; says what to do."""
    text: str = settings.CONCORD_MASTER_KEY
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) * 2 != LETTERS or len(text) != LETTERS:
        raise Wrong(
            f"The master key is {LETTERS} letters from 0 to 9 and a to f. Make one once, and keep "
            'a copy apart: python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    return key


def key_for(purpose: str) -> bytes:
    """A key for one purpose alone, made from the master key: the same each time. Raises Wrong."""
    return _derived(master_key(), purpose)


@lru_cache(maxsize=16)
def _derived(master: bytes, purpose: str) -> bytes:
    own = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"concord {purpose} 1".encode())
    return own.derive(master)
