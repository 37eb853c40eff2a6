"""Long lists a part at a time: plain links, which keep the filters and the place in other lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import QueryDict

AT_ONCE = 25
"""How many rows of a list are shown at once."""
TALL = 8
"""How many of what takes much room, as a case or a notice: on a telephone as tall as three."""
BESIDE = 5
"""How many of them in a list that stands beside others: their page is as tall as all of them."""


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a list to go to; without a number, those left out between two."""

    number: int | None
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What a page shows of a list: its rows, which part it is, and the ways to the others."""

    rows: list[Any]
    number: int
    parts: int
    first: int
    """The place of its first row in the whole list, from 1."""
    last: int
    total: int
    before: str
    """The address of the part before; empty where there is none."""
    after: str
    links: tuple[Link, ...]
    name: str

    def __len__(self) -> int:
        """How many rows there are in the part: an empty list is an empty part."""
        return len(self.rows)


def part_of(
    rows: Sequence[Any] | QuerySet[Any], query: QueryDict, name: str = "page",
    at_once: int = AT_ONCE,
) -> Part:  # fmt: skip
    """The part of a list that an address asks for: what is no number, or too far, is brought near.

    `name` is what the part is called in the address: each list of a page has its own.
    """
    paginator = Paginator(rows, at_once)
    here = paginator.get_page(query.get(name))

    def href(number: int) -> str:
        wanted = query.copy()
        wanted[name] = str(number)
        return f"?{wanted.urlencode()}#list-{name}"

    elided = paginator.get_elided_page_range(here.number, on_each_side=1, on_ends=1)
    numbers = [each if isinstance(each, int) else None for each in elided]
    return Part(
        rows=list(here), number=here.number, parts=paginator.num_pages,
        first=here.start_index(), last=here.end_index(), total=paginator.count,
        before=href(here.previous_page_number()) if here.has_previous() else "",
        after=href(here.next_page_number()) if here.has_next() else "",
        links=tuple(
            Link(each, href(each) if each else "", each == here.number) for each in numbers
        ),
        name=name,
    )  # fmt: skip
