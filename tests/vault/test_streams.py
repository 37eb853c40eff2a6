"""Files piece by piece: any length comes back as it was, and no piece can be put elsewhere."""

import os
from io import BytesIO

import pytest

from concord.vault.cipher import Cipher
from concord.vault.closed import Damaged
from concord.vault.streams import MAGIC, PIECE, locked, opened

KEY = Cipher(bytes(32))


def closed(content: bytes, *about: str) -> bytes:
    return b"".join(
        locked(KEY, [content[: len(content) // 3], content[len(content) // 3 :]], *about)
    )


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_any_length_comes_back_as_it_was(size: int) -> None:
    content = os.urandom(size)
    file = closed(content, "a")
    assert content not in file or size < 2
    assert b"".join(opened(KEY, BytesIO(file), "a")) == content


def test_what_was_done_to_a_file_is_found() -> None:
    file = closed(os.urandom(3 * PIECE), "a")
    head, size = len(MAGIC), PIECE + 32
    first, second, third = (file[head + n * size : head + (n + 1) * size] for n in range(3))
    for changed in (
        MAGIC + second + first + third, MAGIC + first + third, MAGIC + first + second,
        MAGIC + first + first + second + third, file[:-1], file + b"x", file[head:], b"",
        file[:100] + bytes([file[100] ^ 1]) + file[101:],
    ):  # fmt: skip
        with pytest.raises(Damaged):
            b"".join(opened(KEY, BytesIO(changed), "a"))
    for key, about in ((KEY, "b"), (Cipher(b"\1" * 32), "a")):
        with pytest.raises(Damaged):
            b"".join(opened(key, BytesIO(file), about))
