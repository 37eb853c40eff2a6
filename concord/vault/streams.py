"""Files encrypted with one key, piece by piece: none can be altered, moved, left out or cut off."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from concord.vault import algorithms
from concord.vault.cipher import Cipher
from concord.vault.closed import Damaged

MAGIC = b"CONCORD-FILE-1\n"
"""Begins a file that is closed with the first algorithm."""
PIECE = 1 << 16
_SIZE = 4


def locked(cipher: Cipher, content: Iterable[bytes], *about: str) -> Iterator[bytes]:
    """The content, closed; `about` says which file it is. The last piece says that it is."""
    yield _begins(cipher.algorithm.number)
    waiting, number = bytearray(), 0
    for chunk in content:
        waiting += chunk
        while len(waiting) > PIECE:
            yield _piece(cipher, bytes(waiting[:PIECE]), about, number, "more")
            del waiting[:PIECE]
            number += 1
    yield _piece(cipher, bytes(waiting), about, number, "last")


def _piece(cipher: Cipher, piece: bytes, about: tuple[str, ...], number: int, which: str) -> bytes:
    sealed = cipher.lock_bytes(piece, *about, str(number), which)
    return len(sealed).to_bytes(_SIZE, "big") + sealed


def opened(cipher: Cipher, file: BinaryIO, *about: str) -> Iterator[bytes]:
    """The content, piece by piece, each checked before it is given. Raises Damaged."""
    by = _algorithm(file.read(len(MAGIC)))
    number, last = 0, False
    while not last:
        size = int.from_bytes(file.read(_SIZE), "big")
        sealed = file.read(size) if by.more <= size <= PIECE + by.more else b""
        if len(sealed) < by.more or len(sealed) != size:
            raise Damaged("The file was cut short, or is damaged.")
        piece, last = _open(cipher, sealed, by.number, *about, str(number))
        number += 1
        yield piece
    if file.read(1):
        raise Damaged("Something was added to the file after it was kept.")


def _begins(number: int) -> bytes:
    return b"CONCORD-FILE-%d\n" % number


def _algorithm(begins: bytes) -> algorithms.Algorithm:
    for number, found in algorithms.KNOWN.items():
        if begins == _begins(number):
            return found
    raise Damaged("The file was not encrypted by Concord.")


def _open(cipher: Cipher, sealed: bytes, by: int, *about: str) -> tuple[bytes, bool]:
    try:
        return cipher.open_bytes(sealed, *about, "more", by=by), False
    except Damaged:
        return cipher.open_bytes(sealed, *about, "last", by=by), True
