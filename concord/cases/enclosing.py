"""Binds what waits to the record that it comes with, in the record's own transaction."""

from concord.cases.models import Enclosure
from concord.rules.record import Record


class NoLongerWaiting(Exception):
    """A document named by an act has gone with another, or was removed. Nothing is recorded."""


def enclose(case: int, entry: int, record: Record) -> None:
    """The documents that a record names belong to it from now on: the keys of its case and of its
    entry. Raises NoLongerWaiting.
    """
    names = [each.kept for each in record.enclosed]
    if not names:
        return
    rows = Enclosure.objects.filter(case_id=case, entry=None, kept__in=names)
    if rows.update(entry_id=entry) != len(names):
        raise NoLongerWaiting
