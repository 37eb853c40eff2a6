"""A document that must stay on one page: long answers cut short, and said to be so. Pure.

How high a page is filled is reckoned, and not drawn, so that Word and PDF hold the same words.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from concord.documents.filling import Filled
from concord.rules.forms import Known

ROOM = 640
"""What the fields have of an A4 page, in points: the title, the note and a margin left out."""
LINE, ROW, HEADING = 14, 6, 44
"""In points: a line of text, what a row adds to its lines, a heading."""
WIDE, NARROW = 58, 26
"""How many letters stand in a line of an answer, and of what is asked."""
CUT = "… Whole in the case record."
HISTORIES = frozenset({
    Known.POSITIONS, Known.DISCUSSION_DATES, Known.DISCUSSIONS, Known.MEETING_TIMES,
    Known.AGREED_ACTIONS, Known.TIME_HELD,
})  # fmt: skip
"""What grows with the case: the newest of it is kept."""
STEPS = (
    (20, 2000), (10, 900), (7, 600), (5, 400), (4, 300), (3, 240), (3, 200), (2, 200), (2, 160),
    (1, 200), (1, 160), (1, 120), (1, 90), (1, 60),
)  # fmt: skip
"""How many entries of a history are kept, and how many letters of a text: tried in turn."""


def on_one_page(filled: Sequence[Filled]) -> tuple[Filled, ...]:
    """The fields with as much of their answers as one page holds; tables stand in lines."""
    whole = tuple(replace(each, head=(), rows=()) for each in filled)
    if _height(whole) <= ROOM:
        return whole
    cut: tuple[Filled, ...] = ()
    for entries, letters in STEPS:
        cut = tuple(_shortened(each, entries, letters) for each in whole)
        if _height(cut) <= ROOM:
            break
    return cut


def _shortened(each: Filled, entries: int, letters: int) -> Filled:
    grows = bool(HISTORIES & set(each.field.known))
    kept = each.lines[-entries:] if grows else each.lines[: entries + 3]
    left = len(each.lines) - len(kept)
    more = (_earlier(left),) if left else ()
    return replace(each, lines=(*(_clipped(line, letters) for line in kept), *more))


def _earlier(left: int) -> str:
    return f"{left} more in the case record."


def _clipped(text: str, letters: int) -> str:
    """The beginning of a text, to the end of a word where there is one."""
    if len(text) <= letters + len(CUT):
        return text
    begun = text[:letters]
    return (begun.rpartition(" ")[0] or begun).rstrip() + CUT


def _height(filled: Sequence[Filled]) -> int:
    """How high the fields stand on the page, in points."""
    height, in_table = 0, False
    for each in filled:
        if each.field.section:
            height, in_table = height + HEADING, False
        height += 0 if in_table else ROW + LINE
        asked = _lines(each.field.label, NARROW)
        answered = sum(_lines(line, WIDE) for line in each.lines)
        height, in_table = height + ROW + LINE * max(asked, answered, 1), True
    return height


def _lines(text: str, across: int) -> int:
    return sum(max(1, ceil(len(part) / across)) for part in text.split("\n"))
