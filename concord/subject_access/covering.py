"""Covering words of a piece: what is left out, and what stands in its place. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from concord.subject_access.reasons import REASONS, Code

WHOLE = ""
"""In place of the words to be left out: the whole piece."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Words of a piece that are left out, for a reason; the whole piece where none are named."""

    words: str
    code: Code


def holds(text: str, words: str) -> bool:
    """Whether a piece holds these words, however they are written in capitals."""
    return words == WHOLE or words.casefold() in text.casefold()


def covered(text: str, covers: Iterable[Cover]) -> str:
    """The text as it is given: the reason stands in place of all that is left out.

    Wherever the words stand in the piece they are left out, however they are written in capitals.
    Where words overlap, all that any cover names is left out: nothing is uncovered by another.
    """
    spans = sorted(_spans(text, list(covers)))
    out: list[str] = []
    at = 0
    for start, end, code in _joined(spans):
        out += [text[at:start], REASONS[code].shown]
        at = end
    return "".join([*out, text[at:]])


def _spans(text: str, covers: Sequence[Cover]) -> Iterable[tuple[int, int, Code]]:
    folded, where = _folded(text)
    for cover in covers:
        if cover.words == WHOLE:
            yield 0, len(text), cover.code
            continue
        wanted = cover.words.casefold()
        found = folded.find(wanted) if wanted else -1
        while found >= 0:
            yield where[found], where[found + len(wanted) - 1] + 1, cover.code
            found = folded.find(wanted, found + 1)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text without capitals, and for each letter of that where it stands in the text."""
    folded, where = [], []
    for place, letter in enumerate(text):
        for each in letter.casefold():
            folded.append(each)
            where.append(place)
    return "".join(folded), where


def _joined(spans: Sequence[tuple[int, int, Code]]) -> Iterable[tuple[int, int, Code]]:
    held: tuple[int, int, Code] | None = None
    for start, end, code in spans:
        if held is None:
            held = start, end, code
        elif start < held[1]:
            held = held[0], max(held[1], end), held[2]
        else:
            yield held
            held = start, end, code
    if held is not None:
        yield held
