"""What a case knows of the child."""

from collections.abc import Callable
from datetime import date

from concord.cases.summaries import children
from concord.documents.known.found import NOTHING, Filling, Finder, Found, among_others
from concord.rules.clock import LONDON
from concord.rules.dates import plain_date
from concord.rules.forms import FormField
from concord.rules.state import CaseState
from concord.rules.words import ChildStatus


def raised(text: str, before: str = "") -> Finder:
    """Words of the record that raised the concern."""

    def find(it: Filling, field: FormField) -> Found:
        value = it.state.records[0].text.get(text, "")
        said = among_others(field, before)
        return Found((f"{said}{value}",), (1,)) if value else NOTHING

    return find


def of_children(words: Callable[[str, date | None, bool, date], str]) -> Finder:
    def find(it: Filling, field: FormField) -> Found:
        found = children(it.state)
        today = it.at.astimezone(LONDON).date()
        several = len(found) > 1
        lines = (words(name, born, several, today) for name, born in found)
        return Found(tuple(filter(None, lines)), _naming_children(it.state))

    return find


def _naming_children(state: CaseState) -> tuple[int, ...]:
    named = [r.n for r in state.records if "child.1.name" in r.text]
    return tuple(named[-1:])


def born(name: str, born: date | None, several: bool, today: date) -> str:
    if born is None:
        return ""
    return f"{name}: {plain_date(born)}" if several else plain_date(born)


def age(name: str, born: date | None, several: bool, today: date) -> str:
    if born is None:
        return ""
    had_it = (today.month, today.day) >= (born.month, born.day)
    age = str(today.year - born.year - (0 if had_it else 1))
    return f"{name}: {age}" if several else age


_STATUS = {
    ChildStatus.EARLY_HELP: "Early help",
    ChildStatus.CHILD_IN_NEED: "Child in need",
    ChildStatus.CHILD_PROTECTION_PLAN: "On a child protection plan",
    ChildStatus.LOOKED_AFTER: "Looked after (in care)",
    ChildStatus.CARE_LEAVER: "Care leaver",
}


def child_status(it: Filling, field: FormField) -> Found:
    status = it.state.facts.get("child_status", ())
    values = status if isinstance(status, tuple) else (str(status),)
    words = [_STATUS[each] for each in ChildStatus if each in values]
    return Found((", ".join(words),), _of_facts(it.state, "child_status")) if words else NOTHING


_LEVEL = {
    ChildStatus.LOOKED_AFTER: "Child in Care",
    ChildStatus.CHILD_PROTECTION_PLAN: "Child Protection (S47)",
    ChildStatus.CHILD_IN_NEED: "Child in Need (S17)",
    ChildStatus.EARLY_HELP: "Early Help",
    ChildStatus.CARE_LEAVER: "Care Leaver",
}
"""The level of need that a plan or status says, the highest first."""


def level_now(it: Filling, field: FormField) -> Found:
    """The level of need as it was given; where it was not, as the child's plan or status says."""
    given = raised("level_now")(it, field)
    if given.lines:
        return given
    status = it.state.facts.get("child_status", ())
    values = status if isinstance(status, tuple) else (str(status),)
    says = (label for each, label in _LEVEL.items() if each in values)
    found = next((each for each in says if not field.choices or each in field.choices), "")
    return Found((found,), _of_facts(it.state, "child_status")) if found else NOTHING


def _of_facts(state: CaseState, name: str) -> tuple[int, ...]:
    return tuple(r.n for r in state.records if name in r.facts)[-1:]


def fact(name: str, yes: str, no: str) -> Finder:
    def find(it: Filling, field: FormField) -> Found:
        said = it.state.facts.get(name)
        records = _of_facts(it.state, name)
        if said is None and not records:
            return Found((no,)) if name == "immediate_risk" else NOTHING
        return Found((yes if said else no,), records)

    return find
