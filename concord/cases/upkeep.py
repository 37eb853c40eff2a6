"""Compares every case's kept summary with its records, and writes it anew from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from concord.cases.kept import replayed
from concord.cases.models import Case
from concord.cases.summaries import differs, write_summary
from concord.vault.closed import Closed


@dataclass(frozen=True, slots=True)
class Differing:
    """A case whose kept summary is not what its records say, and the names of what differs."""

    reference: str
    names: tuple[str, ...]
    unreadable: str = ""
    """Why its records cannot be read at all; it is left as it is then."""


def check_summaries(at: datetime) -> Iterator[Differing]:
    """Every case whose summary differs from its records, one case a transaction.

    Not those that were disposed of.
    """
    yield from _each(at, is_rebuilt=False)


def rebuild_summaries(at: datetime) -> Iterator[Differing]:
    """Write every differing summary anew from the records; the cases that had differed."""
    yield from _each(at, is_rebuilt=True)


def _each(at: datetime, is_rebuilt: bool) -> Iterator[Differing]:
    kept = Case.objects.filter(disposed=None).order_by("pk")
    for number in list(kept.values_list("pk", flat=True)):
        with transaction.atomic():
            # locked, so that an act written meanwhile is not taken for a difference
            case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=number)
            found = _one(case, at, is_rebuilt)
        if found.names or found.unreadable:
            yield found


def _one(case: Case, at: datetime, is_rebuilt: bool) -> Differing:
    try:
        state = replayed(case)
    except Closed as error:
        return Differing(case.reference, (), str(error))
    names = tuple(differs(case, state, at))
    if names and is_rebuilt:
        write_summary(case, state, at)
    return Differing(case.reference, names)
