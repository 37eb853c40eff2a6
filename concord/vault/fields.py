"""Columns that hold what is encrypted: a model reads and writes them as if they held it plain.

A row says by `key_name` which key it is closed with, and what is stored says it too. So a row is
read without asking for another. Empty text stays empty. A value cannot be looked for, nor written
past its row: both would need what no database has.
"""

import json
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import models

from concord.vault import keys
from concord.vault.cipher import is_locked
from concord.vault.closed import Closed, Damaged, Destroyed

if TYPE_CHECKING:

    class _Text(models.TextField[Any, Any]):
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any
        _pyi_lookup_exact_type: Any

else:
    _Text = models.TextField

GONE = "Disposed of"
"""What is read of something whose key was destroyed."""
LOOKS = "looks"
"""The name of the key for what is said of looks, and of no case."""
TYPING = "typing"
"""The name of the key for what is typed and belongs to no case; of a month's, with it behind."""


class Locked(str):
    """Text that is encrypted already."""

    __slots__ = ()


def lock(text: str, name: str, table: str, column: str) -> Locked:
    """Text, closed with the key of this name for one column. Raises NoKey, Wrong.

    Keys that belong to no case are made when they are first needed.
    """
    shared = name.partition("-")[0] in (LOOKS, TYPING)
    cipher = keys.ensure(name) if shared else keys.cipher(name)
    return Locked(f"{name} {cipher.lock(text, table, column)}")


def opened(stored: object, table: str, column: str) -> str:
    """What `lock` closed. Raises NoKey, Damaged."""
    name, _, locked = stored.partition(" ") if isinstance(stored, str) else ("", "", "")
    if not locked:
        raise Damaged("It was not encrypted by Concord.")
    return keys.cipher(name).open(locked, table, column)


def nothing() -> None:
    """What is read of something that cannot be opened, where it may be missing anyway."""


class LockedText(_Text):
    """Text. `instead` is read where it cannot be opened; without it that is raised (Closed).

    What was disposed of is read as that.
    """

    def __init__(self, *args: Any, instead: Any = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.instead = instead

    def deconstruct(self) -> Any:
        """As a migration writes it."""
        name, path, args, more = super().deconstruct()
        if self.instead is not None:
            more["instead"] = self.instead
        return name, path, args, more

    def pre_save(self, row: Any, add: bool) -> Any:
        """What is stored of a row's value."""
        value = getattr(row, self.attname)
        if value is None or value == "":
            return value
        return lock(
            self.written(value), row.key_name(), self.model._meta.db_table, str(self.column)
        )

    def get_prep_value(self, value: Any) -> Any:
        """Only what a row has closed goes to the database. Raises TypeError."""
        if value is None or value == "":
            return value
        if not isinstance(value, Locked):
            raise TypeError(f"{self.name} is encrypted: write it with its row, look for nothing.")
        return str(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """What the row holds."""
        if value is None or value == "":
            return value
        try:
            return self.read(opened(value, self.model._meta.db_table, str(self.column)))
        except Destroyed:
            return self.gone()
        except Closed:
            if self.instead is None:
                raise
            return self.instead() if callable(self.instead) else self.instead

    def gone(self) -> Any:
        """What is read where the key was destroyed, with what it opened."""
        return GONE if self.instead is None or callable(self.instead) else self.instead

    def written(self, value: Any) -> str:
        """A value as text."""
        return str(value)

    def read(self, text: str) -> Any:
        """The value that was written so."""
        return text


class LockedDate(LockedText):
    """A date."""

    def gone(self) -> Any:
        """No date."""
        return None

    def written(self, value: date) -> str:
        """As in ISO 8601."""
        return value.isoformat()

    def read(self, text: str) -> date:
        """From ISO 8601."""
        return date.fromisoformat(text)


class LockedJSON(LockedText):
    """Plain values."""

    def gone(self) -> Any:
        """None at all."""
        return {}

    def written(self, value: Any) -> str:
        """As JSON."""
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    def read(self, text: str) -> Any:
        """From JSON."""
        return json.loads(text)


def convert(
    schema_editor: Any, table: str, columns: dict[str, Any], named: str, opens: bool = False
) -> None:
    """For migrations: close what a table's columns hold in plain; what is closed already stays.

    `columns`: each with a function that makes of the stored value the text that is closed; `named`
    is SQL for the name of each row's key. With `opens`, the way back.
    """
    one = partial(_opened, table) if opens else partial(_closed, table)
    with schema_editor.connection.cursor() as cursor:
        after = 0
        while rows := _some(cursor, table, [named, *columns], after):
            after = rows[-1][0]
            for number, name, *values in rows:
                now = [
                    one(column, write, name, value)
                    for (column, write), value in zip(columns.items(), values, strict=True)
                ]
                if now != values:
                    changes = ", ".join(f"{each} = %s" for each in columns)
                    cursor.execute(f"UPDATE {table} SET {changes} WHERE id = %s", [*now, number])


def _some(cursor: Any, table: str, wanted: list[str], after: int) -> list[Any]:
    cursor.execute(
        f"SELECT id, {', '.join(wanted)} FROM {table} WHERE id > %s ORDER BY id LIMIT 500", [after]
    )
    return list(cursor.fetchall())


def _closed(table: str, column: str, write: Any, name: str, value: Any) -> Any:
    if value in (None, "") or _is_closed(value, name):
        return value
    return str(lock(write(value), name, table, column))


def _opened(table: str, column: str, write: Any, name: str, value: Any) -> Any:
    return opened(value, table, column) if _is_closed(value, name) else value


def _is_closed(value: Any, name: str) -> bool:
    """Whether it is closed with the key of this name, or of one that goes on from it (a month)."""
    if not isinstance(value, str):
        return False
    said, _, locked = value.partition(" ")
    return is_locked(locked) and (said == name or said.startswith(f"{name}-"))
