"""The name under which a file is shown: what was typed, made safe. No file is stored under it."""

import re
import unicodedata

LONGEST = 120
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')


def shown_name(given: str, ending: str) -> str:
    """A name to show, with this ending (without its dot).

    Folders, control characters, and marks that turn the direction of writing or take no room
    ("report\\u202efdp.exe") are left out, and a long name is cut before its ending.
    """
    last = re.split(r"[/\\]", given)[-1]
    composed = unicodedata.normalize("NFC", last)
    kept = "".join(
        " " if unicodedata.category(letter).startswith("Z") else letter
        for letter in composed
        if not unicodedata.category(letter).startswith("C")
    )
    words = " ".join(_NOT_IN_NAMES.sub("-", kept).split())
    stem = words[: -len(ending) - 1] if words.lower().endswith(f".{ending}") else words
    stem = stem[: LONGEST - len(ending) - 1].strip(". ")
    return f"{stem or 'document'}.{ending}"


def ending_of(given: str) -> str:
    """The ending of a name, in small letters without its dot; "" when it has none."""
    letters = "".join(
        each for each in given if not unicodedata.category(each).startswith(("C", "Z"))
    )
    _, dot, ending = letters.rpartition(".")
    return ending.lower() if dot else ""
