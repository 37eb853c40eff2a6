"""PDF: whole, not locked, and nothing in it that runs, sends or unpacks when it is opened.

The names of PDF can be spelt with numbers ("/J#61vaScript") and packed into streams of objects:
both are looked through. A PDF library would read more than it needs to of a hostile file.
"""

import re
import zlib
from collections.abc import Iterator

from concord.files.unfit import Unfit

MOST_UNPACKED = 100_000_000
_SPELT = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z])")
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|Movie)(?![A-Za-z])"
)
_HEAD = 2048


def check(content: bytes) -> None:
    """Raises Unfit unless the content is a PDF that only shows pages."""
    if not content.startswith((b"%PDF-1.", b"%PDF-2.")) or b"%%EOF" not in content[-_HEAD:]:
        raise Unfit("The content is not a whole PDF.", "Open it, print it to PDF, and attach that.")
    for part in (content, *_packed(content)):
        plain = _spelt_out(part)
        if _LOCKED.search(plain):
            raise Unfit(
                "The PDF is locked, so the other side may be unable to open it.",
                "Print it to PDF without a password, and attach that.",
            )
        if _ACTIVE.search(plain):
            raise Unfit(
                "The PDF holds a script, a form that sends data, or other files.",
                "Print it to PDF, and attach that.",
            )


def _spelt_out(part: bytes) -> bytes:
    return _SPELT.sub(lambda found: bytes([int(found[1], 16)]), part)


def _packed(content: bytes) -> Iterator[bytes]:
    """The streams of objects, unpacked, within a limit."""
    left = MOST_UNPACKED
    for found in _STREAM.finditer(content):
        head = _spelt_out(content[max(0, found.start() - _HEAD) : found.start()])
        if b"/ObjStm" not in head[max(0, head.rfind(b" obj")) :]:
            continue
        end = content.find(b"endstream", found.end())
        try:
            part = zlib.decompressobj().decompress(content[found.end() : end], left)
        except zlib.error as error:
            raise _unreadable() from error
        left -= len(part)
        if left <= 0:
            raise _unreadable()
        yield part


def _unreadable() -> Unfit:
    return Unfit(
        "The PDF is packed in a way that cannot be checked.", "Print it to PDF, and attach that."
    )
