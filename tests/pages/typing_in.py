"""Forms as somebody types into them: nothing at all, what is no answer, or far too much."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin

from lxml import html

UNBROKEN = "W" * 10_000
BROKEN = ("What was seen, and by whom, on which day. " * 250)[:10_000]


class Typed(StrEnum):
    """How a form is filled in."""

    NOTHING = "nothing"
    NONSENSE = "nonsense"
    TOO_MUCH = "too much"


@dataclass(frozen=True, slots=True)
class Sending:
    """What pressing a form's first button sends, where to, and by which method."""

    address: str
    method: str
    data: dict[str, list[str]]


def sendings(page: bytes, address: str, typed: Typed) -> Iterator[Sending]:
    """Each form of a page, filled in like this, as its first button sends it.

    Of forms that are alike, as one for each person of a list, the first stands for all.
    """
    alike: set[tuple[str, ...]] = set()
    for form in html.fromstring(page.decode()).forms:
        data: dict[str, list[str]] = {}
        for each in form.iter("input", "textarea", "select", "button"):
            name, value = each.get("name"), _value(each, typed, len(data))
            if name and value is not None and not (name == "action" and "action" in data):
                data.setdefault(name, []).append(value)
        if (form.action or "", *data) in alike:
            continue
        alike.add((form.action or "", *data))
        yield Sending(urljoin(address, form.action or address), form.method.lower(), data)


def _value(each: Any, typed: Typed, place: int) -> str | None:
    """What an input sends; None where it sends nothing."""
    kind = each.get("type", "text") if each.tag == "input" else each.tag
    match kind, typed:
        case ("hidden", _) | ("button", _):
            return str(each.get("value", ""))
        case ("file" | "submit", _):
            return None
        case ("radio" | "checkbox", Typed.NOTHING):
            return None
        case ("radio" | "checkbox" | "select", Typed.NONSENSE):
            return "no-such-choice"
        case ("radio" | "checkbox", _):
            return str(each.get("value", ""))
        case ("select", _):
            offered = [str(option.get("value", "")) for option in each.iter("option")]
            return offered[-1] if typed is Typed.TOO_MUCH and offered else ""
        case (_, Typed.NOTHING):
            return ""
        case (_, Typed.NONSENSE):
            return "<b>99</b>"
        case _:
            return UNBROKEN if place % 2 else BROKEN
