"""Photographs and scans: the picture's own structure is walked; a bomb of pixels is not taken."""

import zlib
from collections.abc import Iterator

from concord.files.unfit import Unfit

MOST_PIXELS = 100_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LONE = frozenset({0x01, *range(0xD0, 0xD8)})


def check_png(content: bytes) -> None:
    """Raises Unfit unless the content is one whole PNG picture and nothing after it."""
    if not content.startswith(_PNG):
        raise _broken()
    first = True
    for name, data, rest in _chunks(content):
        if first:
            if name != b"IHDR" or len(data) != 13:
                raise _broken()
            _few_pixels(int.from_bytes(data[:4]), int.from_bytes(data[4:8]))
            first = False
        if name == b"IEND":
            if rest:
                raise _broken()
            return
    raise _broken()


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Each chunk of a PNG: its name, its data, and whether anything comes after it."""
    place = len(_PNG)
    while place + 12 <= len(content):
        size = int.from_bytes(content[place : place + 4])
        end = place + 12 + size
        if end > len(content):
            return
        body = content[place + 4 : end - 4]
        if zlib.crc32(body) != int.from_bytes(content[end - 4 : end]):
            return
        yield body[:4], body[4:], end < len(content)
        place = end


def check_jpeg(content: bytes) -> None:
    """Raises Unfit unless the content is a JPEG picture.

    Telephones add data of their own after the picture's end: that is let be.
    """
    if not content.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in content:
        raise _broken()
    place, framed = 2, False
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            raise _broken()
        marker = content[place + 1]
        if marker == 0xFF or marker in _LONE:
            place += 1 if marker == 0xFF else 2
            continue
        size = int.from_bytes(content[place + 2 : place + 4])
        if size < 2:
            raise _broken()
        if marker in _FRAMES:
            frame = content[place + 4 : place + 9]
            _few_pixels(int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5]))
            framed = True
        if marker == 0xDA:
            break
        place += 2 + size
    if not framed:
        raise _broken()


def _few_pixels(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise Unfit("The picture is too large to be opened safely.", "Save it smaller.")


def _broken() -> Unfit:
    return Unfit(
        "The content is not the picture that its name says.",
        "Open it, save it again as JPEG or PNG, and attach that.",
    )
