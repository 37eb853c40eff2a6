"""Text encrypted with one key, bound to the place where it stands."""

import hmac
import os
import re
from base64 import b64decode
from binascii import b2a_base64

from cryptography.exceptions import InvalidTag

from concord.vault import algorithms
from concord.vault.closed import Damaged

MARK = "1."
"""Begins whatever is encrypted with the first algorithm."""
_MARKED = re.compile(r"([1-9][0-9]{0,2})\.")


class Cipher:
    """One key (32 bytes) of one algorithm. `about` says where it stands: it opens only there.

    `before` are the keys that came before this one, as long as something may be closed with them:
    what they closed is opened too, and nothing more is closed with them.
    """

    def __init__(
        self, key: bytes, number: int | None = None, before: tuple["Cipher", ...] = ()
    ) -> None:
        self.algorithm = algorithms.KNOWN[algorithms.PRESENT if number is None else number]
        self.before = before
        self._key = key
        self._cipher = self.algorithm.made(key)

    def lock(self, text: str, *about: str) -> str:
        """The text encrypted, in ASCII; another each time."""
        return _written(self.algorithm.number, self.lock_bytes(text.encode(), *about))

    def open(self, locked: object, *about: str) -> str:
        """The text. Raises Damaged."""
        marked = _MARKED.match(locked) if isinstance(locked, str) else None
        if not isinstance(locked, str) or marked is None:
            raise Damaged("It was not encrypted by Concord.")
        number = int(marked.group(1))
        try:
            sealed = b64decode(locked[marked.end() :], validate=True)
        except ValueError as error:
            raise Damaged("It is not as it was encrypted.") from error
        if _written(number, sealed) != locked:
            # the same bytes can be spelt in several ways: only that which was written is taken
            raise Damaged("It is not as it was encrypted.")
        return self.open_bytes(sealed, *about, by=number).decode()

    def lock_bytes(self, content: bytes, *about: str) -> bytes:
        """The content encrypted: longer by as much as the algorithm says."""
        nonce = os.urandom(self.algorithm.nonce)
        return nonce + self._cipher.encrypt(nonce, content, _about(about))

    def open_bytes(self, locked: bytes, *about: str, by: int | None = None) -> bytes:
        """The content; `by` is the number of its algorithm, where that is known. Raises Damaged."""
        for each in (self, *self.before):
            nonce = each.algorithm.nonce
            if by in (None, each.algorithm.number):
                try:
                    return each._cipher.decrypt(locked[:nonce], locked[nonce:], _about(about))
                except (InvalidTag, ValueError):
                    continue
        raise Damaged("It is not as it was encrypted.")

    def digests(self, text: str) -> list[str]:
        """A keyed digest of a text (hexadecimal) by this key, and by each of those before it."""
        return [
            hmac.new(each._key, text.encode(), each.algorithm.digest).hexdigest()
            for each in (self, *self.before)
        ]


def is_locked(text: object) -> bool:
    """Whether it is a text that was encrypted, by its mark."""
    return isinstance(text, str) and _MARKED.match(text) is not None


def _written(number: int, sealed: bytes) -> str:
    return f"{number}." + b2a_base64(sealed, newline=False).decode()


def _about(words: tuple[str, ...]) -> bytes:
    return "\n".join(("concord 1", *words)).encode("utf-8", "surrogatepass")
