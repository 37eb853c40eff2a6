"""Plain text: letters in UTF-8 or as Windows writes them, and no control characters."""

from concord.files.unfit import Unfit

_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f") | {127}


def check(content: bytes) -> None:
    """Raises Unfit unless the content is text."""
    if any(byte in _CONTROL for byte in set(content)):
        raise Unfit("The file is not plain text.", "Save it as a PDF, and attach that.")
    for encoding in ("utf-8", "cp1252"):
        try:
            content.decode(encoding)
            return
        except UnicodeDecodeError:
            continue
    raise Unfit("The file is not plain text.", "Save it as a PDF, and attach that.")
