"""Text encrypted with one key, bound to the place where it stands."""

import os
from base64 import b64decode
from binascii import b2a_base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from concord.vault.closed import Damaged

MARK = "1."
"""Begins whatever is encrypted in this format."""
_NONCE = 12


class Cipher:
    """AES-256-GCM with one key (32 bytes). `about` says where it stands: it opens only there."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def lock(self, text: str, *about: str) -> str:
        """The text encrypted, in ASCII; another each time."""
        return _written(self.lock_bytes(text.encode(), *about))

    def open(self, locked: object, *about: str) -> str:
        """The text. Raises Damaged."""
        if not isinstance(locked, str) or not locked.startswith(MARK):
            raise Damaged("It was not encrypted by Concord.")
        try:
            sealed = b64decode(locked[len(MARK) :], validate=True)
        except ValueError as error:
            raise Damaged("It is not as it was encrypted.") from error
        if _written(sealed) != locked:
            # the same bytes can be spelt in several ways: only that which was written is taken
            raise Damaged("It is not as it was encrypted.")
        return self.open_bytes(sealed, *about).decode()

    def lock_bytes(self, content: bytes, *about: str) -> bytes:
        """The content encrypted: 28 bytes longer."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, _about(about))

    def open_bytes(self, locked: bytes, *about: str) -> bytes:
        """The content. Raises Damaged."""
        try:
            return self._cipher.decrypt(locked[:_NONCE], locked[_NONCE:], _about(about))
        except (InvalidTag, ValueError) as error:
            raise Damaged("It is not as it was encrypted.") from error


def _written(sealed: bytes) -> str:
    return MARK + b2a_base64(sealed, newline=False).decode()


def _about(words: tuple[str, ...]) -> bytes:
    return "\n".join(("concord 1", *words)).encode("utf-8", "surrogatepass")
