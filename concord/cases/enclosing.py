"""Binds what waits to the record that it comes with, in the record's own transaction."""

from concord.cases.models import Enclosure, Entry
from concord.rules.record import Record


class NoLongerWaiting(Exception):
    """A document named by an act has gone with another, or was removed. Nothing is recorded."""


def enclose(entry: Entry, record: Record) -> None:
    """The documents that a record names belong to it from now on. Raises NoLongerWaiting."""
    names = [each.kept for each in record.enclosed]
    if not names:
        return
    rows = Enclosure.objects.filter(case_id=entry.case_id, entry=None, kept__in=names)
    if rows.update(entry=entry) != len(names):
        raise NoLongerWaiting
