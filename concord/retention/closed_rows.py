"""What of the database is closed with which key, and closing it again with the key that closes now.

Records and lines of the register are found by their case. Whatever else is closed says itself with
which key: so nothing is missed, whichever table a later version puts it in.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection

from concord.cases import contents, register
from concord.cases.models import Case
from concord.vault import keys
from concord.vault.fields import LockedText, lock, opened

_SOME = 200
_LONGEST = 66
"""A key's name and the space after it are no longer."""
_ENTRIES = "SELECT id, content, commitment FROM cases_entry WHERE case_id = %s"
_LINES = """
    SELECT r.id, r.content, r.commitment, p.slug FROM cases_registered r
    JOIN directory_partnership p ON p.id = r.partnership_id WHERE r.case_id = %s
"""


class Column(NamedTuple):
    """A column that holds what is closed."""

    table: str
    column: str


Places = dict[Column, list[int]]
"""The rows (their ids) in which something is closed with one key."""


class Meanwhile(Exception):
    """Somebody else changed what was being closed again: nothing of it was."""

    def __init__(self) -> None:
        super().__init__("Something was written meanwhile. Stop Concord first, and run it again.")


def columns() -> list[Column]:
    """All columns of locked fields."""
    return [
        Column(model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, LockedText)
    ]


def tables(where: Places) -> list[str]:
    """The tables in which these rows stand, and those of records and of the register."""
    return list(dict.fromkeys(("cases_entry", "cases_registered", *(each.table for each in where))))


def places(only: str | None = None) -> dict[str, Places]:
    """By the name of each key what is closed with it, in locked fields; or of one key alone."""
    found: dict[str, Places] = defaultdict(dict)
    for column in columns():
        for number, begins in _begins(column, only):
            name = begins.partition(" ")[0]
            found[name].setdefault(column, []).append(number)
    return found


def close_again(name: str, where: Places) -> int:
    """Close everything again that is closed with a key, within the caller's transaction.

    How many things that were. Raises Damaged, Meanwhile, NoKey, Wrong: then nothing is changed.
    """
    case = Case.objects.filter(reference=name).first()
    done = 0 if case is None else _records(case) + _lines(case)
    for (table, column), rows in where.items():

        def anew(stored: str, table: str = table, column: str = column) -> str:
            return lock(opened(stored, table, column), name, table, column)

        for at in range(0, len(rows), _SOME):
            done += _column(table, column, rows[at : at + _SOME], anew)
    return done


def _records(case: Case) -> int:
    key = keys.cipher(case.reference)
    return _change("cases_entry", "content", [
        (number, stored, contents.anew(key, case.reference, commitment, stored))
        for number, stored, commitment in _fetched(_ENTRIES, [case.pk])
    ])  # fmt: skip


def _lines(case: Case) -> int:
    key = keys.cipher(case.reference)
    return _change("cases_registered", "content", [
        (number, stored, register.anew(key, f"register/{slug}", commitment, stored))
        for number, stored, commitment, slug in _fetched(_LINES, [case.pk])
    ])  # fmt: skip


def _column(table: str, column: str, rows: list[int], anew: Callable[[str], str]) -> int:
    marks = ", ".join(["%s"] * len(rows))
    found = _fetched(f"SELECT id, {column} FROM {table} WHERE id IN ({marks})", rows)
    if len(found) != len(rows):
        raise Meanwhile
    return _change(table, column, [(number, stored, anew(stored)) for number, stored in found])


def _change(table: str, column: str, rows: list[tuple[int, str, str]]) -> int:
    """Write what each row holds now, if it still holds what it held."""
    statement = f"UPDATE {table} SET {column} = %s WHERE id = %s AND {column} = %s"
    with connection.cursor() as cursor:
        for number, before, now in rows:
            cursor.execute(statement, [str(now), number, before])
            if cursor.rowcount != 1:
                raise Meanwhile
    return len(rows)


def _begins(column: Column, only: str | None) -> Iterator[tuple[int, str]]:
    statement = f"SELECT id, substr({column.column}, 1, {_LONGEST}) FROM {column.table}"
    if only is None:
        statement += f" WHERE {column.column} <> ''"
        yield from _fetched(statement, [])
    else:
        statement += f" WHERE substr({column.column}, 1, {len(only) + 1}) = %s"
        yield from _fetched(statement, [f"{only} "])


def _fetched(statement: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())
