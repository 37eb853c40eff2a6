"""An encrypted file, written and read piece by piece: AES-256-GCM, each piece in its place.

A piece that was altered, moved or left out is refused, and so is a file that ends early: the last
piece says that it is the last. Nothing is handed out that was not checked.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"CONCORD-BACKUP-1\n"
PIECE = 1 << 20
_SALT, _TAG, _SIZE = 32, 16, 4


class Unreadable(Exception):
    """The file is no backup, is damaged, or was made with another key; says which."""


class NoKey(Exception):
    """There is no key to be used; says what to do."""


def new_key(path: Path) -> None:
    """Make a key, in a file that only this user can read. Raises NoKey if one is there."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise NoKey(f"{path} is there already. A key is never written over.") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(os.urandom(32).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path) -> bytes:
    """The key. Raises NoKey where it is missing, is none, or others can read it."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise NoKey(f"Others can read {path}. Make it its user's alone: chmod 600 {path}.")
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        says = f"There is no key at {path}. `concord backup --new-key {path}` makes one."
        raise NoKey(says) from error
    except ValueError as error:
        raise NoKey(f"{path} holds no key for backups.") from error
    if len(key) != 32:
        raise NoKey(f"{path} holds no key for backups.")
    return key


class Writer:
    """Writes an encrypted file: `write` as a file has it, and `close` once all is there."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        salt = os.urandom(_SALT)
        file.write(MAGIC + salt)
        self._file = file
        self._cipher = _cipher(key, salt)
        self._waiting = bytearray()
        self._number = 0

    def write(self, content: bytes) -> int:
        """Take in some of the content; returns how many bytes that were."""
        self._waiting += content
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(content)

    def close(self) -> None:
        """Write the last piece. Without it the file is refused."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, piece: bytes, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), piece, MAGIC)
        self._file.write(len(sealed).to_bytes(_SIZE, "big") + sealed)
        self._number += 1


class Reader:
    """Reads an encrypted file: `read` as a file has it. Raises Unreadable, at once or later."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        if file.read(len(MAGIC)) != MAGIC:
            raise Unreadable("This file is no backup of Concord.")
        salt = file.read(_SALT)
        if len(salt) != _SALT:
            raise Unreadable("The backup ends before it begins: it was cut short.")
        self._pieces = _pieces(file, _cipher(key, salt))
        self._have = bytearray()

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer at the end only; all that is left where `size` is negative."""
        for piece in self._pieces:
            self._have += piece
            if 0 <= size <= len(self._have):
                break
        given = bytes(self._have if size < 0 else self._have[:size])
        del self._have[: len(given)]
        return given


def _pieces(file: BinaryIO, cipher: AESGCM) -> Iterator[bytes]:
    number, last = 0, False
    while not last:
        size = int.from_bytes(file.read(_SIZE), "big")
        sealed = file.read(size) if _TAG <= size <= PIECE + _TAG else b""
        if len(sealed) < _TAG or len(sealed) != size:
            raise Unreadable("The backup was cut short, or is damaged.")
        piece, last = _opened(cipher, number, sealed)
        number += 1
        yield piece
    if file.read(1):
        raise Unreadable("Something was added to the backup after it was made.")


def _opened(cipher: AESGCM, number: int, sealed: bytes) -> tuple[bytes, bool]:
    for last in (False, True):
        try:
            return cipher.decrypt(_nonce(number, last), sealed, MAGIC), last
        except InvalidTag:
            continue
    if number == 0:
        raise Unreadable("The backup was made with another key, or is damaged.")
    raise Unreadable("The backup is damaged: nothing of it is used.")


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    """A key for this file alone, so that counting its pieces is nonce enough."""
    own = HKDF(algorithm=SHA256(), length=32, salt=salt, info=MAGIC).derive(key)
    return AESGCM(own)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")
