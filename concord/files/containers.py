"""The archive inside office documents, opened with a limit on everything that can grow."""

import lzma
import zipfile
import zlib
from io import BytesIO

from concord.files.unfit import Unfit

MOST_PARTS = 3000
MOST_UNPACKED = 200_000_000
MOST_GROWTH = 150
"""How many times larger than the file its parts may be, once they are large at all."""
LARGE = 20_000_000
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError,
    NotImplementedError,
)  # fmt: skip
"""What a broken archive raises: an OSError where it was packed by bzip2, and NotImplementedError
where it says that it was packed in a way that Python cannot unpack."""


class Container:
    """An archive whose parts have all been unpacked once, within the limits."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = archive.namelist()

    def read(self, name: str, most: int = -1) -> bytes:
        """The content of a part, or its first bytes."""
        with self._archive.open(name) as part:
            return part.read(most)


def open_container(content: bytes) -> Container:
    """The archive in a document. Raises Unfit for a broken, locked or growing one."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unfit(
            "The document is locked, or of an older kind.",
            "Save it without a password in the newer kind, or as a PDF, and attach that.",
        )
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        parts = archive.infolist()
        _look(parts, len(content))
        _unpack(archive, parts)
    except DAMAGED as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit(
            "The content is not the document that its name says.",
            "Open it, save it again or as a PDF, and attach that.",
        ) from error
    return Container(archive)


def _look(parts: list[zipfile.ZipInfo], size: int) -> None:
    names = [part.filename for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Unfit("The document is locked.", "Save it without a password, and attach that.")
    if len(set(names)) != len(names) or any(_leads_out(name) for name in names):
        raise ValueError("parts that no program writes")
    if not names or sum(part.compress_size for part in parts) > size:
        raise ValueError("parts that lie over each other")
    unpacked = sum(part.file_size for part in parts)
    if len(names) > MOST_PARTS or _grows(unpacked, size):
        raise _too_much()


def _grows(unpacked: int, size: int) -> bool:
    return unpacked > MOST_UNPACKED or (unpacked > LARGE and unpacked > MOST_GROWTH * size)


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")


def _unpack(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Unpack each part once: what an archive says of its parts' sizes can be a lie."""
    for part in parts:
        left = part.file_size
        with archive.open(part) as opened:
            while chunk := opened.read(1 << 16):
                left -= len(chunk)
                if left < 0:
                    raise _too_much()


def _too_much() -> Unfit:
    return Unfit(
        "The document unpacks to far more than its size.", "Save it as a PDF, and attach that."
    )
