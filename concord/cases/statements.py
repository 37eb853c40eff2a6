"""Statements that are written once, from the models, and used for every act.

The mapper works a statement out anew each time, which takes longer than the database takes to
carry it out. Here the names, the types and the conversions stay the models' own; only the text is
kept. No value ever becomes part of the text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from types import NoneType
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import (
    BooleanField,
    CharField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    TextField,
)
from django.db.models.expressions import Col

MOST = 500
"""How many rows go into one statement at most."""

Row = Sequence[Any]
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Insert:
    """Inserts rows of a model: the values of `names`, in their order; a row's pk for a relation.

    With `replaces`, the column that is unique, a row that is there already is written over.
    """

    model: type[Model]
    names: tuple[str, ...]
    replaces: str = ""

    def one(self, row: Row) -> int:
        """Insert a row. Returns its primary key."""
        with connection.cursor() as cursor:
            cursor.execute(self._text(1) + self._returning, self._values(row))
            return int(cursor.fetchone()[0])

    def many(self, rows: Iterable[Row]) -> None:
        """Insert rows, in as few statements as can be; in none where there are no rows."""
        waiting = list(rows)
        for start in range(0, len(waiting), MOST):
            part = waiting[start : start + MOST]
            with connection.cursor() as cursor:
                cursor.execute(
                    self._text(len(part)), [v for row in part for v in self._values(row)]
                )

    @cached_property
    def _fields(self) -> tuple[tuple["Field[Any, Any]", frozenset[type]], ...]:
        """Each field, and the types of values that it takes as they are."""
        fields = (_field(self.model, name) for name in self.names)
        return tuple((field, _taken(field)) for field in fields)

    def _values(self, row: Row) -> list[Any]:
        # asked of the connection itself: the name for it looks the thread up at each touch
        real = connections[DEFAULT_DB_ALIAS]
        return [
            value if type(value) in taken else field.get_db_prep_save(value, real)
            for (field, taken), value in zip(self._fields, row, strict=True)
        ]

    @cached_property
    def _returning(self) -> str:
        return f" RETURNING {_column(self.model, self.model._meta.pk.name)}"

    def _text(self, rows: int) -> str:
        return _inserting(self, rows)


@cache
def _inserting(insert: Insert, rows: int) -> str:
    table = _quoted(insert.model._meta.db_table)
    columns = [_column(insert.model, name) for name in insert.names]
    places = f"({', '.join('%s' for _ in columns)})"
    text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([places] * rows)}"
    if not insert.replaces:
        return text
    unique = _column(insert.model, insert.replaces)
    kept = (f"{column} = EXCLUDED.{column}" for column in columns if column != unique)
    return f"{text} ON CONFLICT ({unique}) DO UPDATE SET {', '.join(kept)}"


@dataclass(frozen=True)
class Locked(Generic[M]):
    """Finds one row of a model by the value of one of its columns, and locks it.

    Rows of other tables may name it meanwhile: whoever tells of a case at the same time would else
    wait for whoever acts on it, and hold what that one waits for.
    """

    model: type[M]
    by: str

    def one(self, value: str | int) -> M:
        """The row. Raises the model's DoesNotExist. Only within a transaction."""
        with connection.cursor() as cursor:
            cursor.execute(self._text, [value])
            row = cursor.fetchone()
        if row is None:
            raise cast("Any", self.model).DoesNotExist("There is no such row.")
        values = [
            reduce(lambda given, convert: convert(given, None, connection), converters, raw)
            for raw, converters in zip(row, self._converters, strict=True)
        ]
        return self.model.from_db(connection.alias, self._names, values)

    @cached_property
    def _text(self) -> str:
        columns = (_column(self.model, field.name) for field in self.model._meta.concrete_fields)
        wanted = f"WHERE {_column(self.model, self.by)} = %s"
        locking = " FOR NO KEY UPDATE" if connection.features.has_select_for_update else ""
        table = _quoted(self.model._meta.db_table)
        return f"SELECT {', '.join(columns)} FROM {table} {wanted}{locking}"

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields]

    @cached_property
    def _converters(self) -> list[list[Any]]:
        """As the mapper converts what a database gives."""
        columns = [Col(self.model._meta.db_table, f) for f in self.model._meta.concrete_fields]
        return [
            [*connection.ops.get_db_converters(each), *each.get_db_converters(connection)]
            for each in columns
        ]


def _taken(field: "Field[Any, Any]") -> frozenset[type]:
    """The types of values that need no conversion: those that the mapper hands on unchanged."""
    for kinds, types in _UNCHANGED:
        if isinstance(field, kinds):
            return types
    return frozenset()


_UNCHANGED: tuple[tuple[tuple[type, ...], frozenset[type]], ...] = (
    ((CharField, TextField), frozenset({str})),
    ((BooleanField,), frozenset({bool})),
    ((IntegerField, ForeignKey), frozenset({int, NoneType})),
)


def _column(model: type[Model], name: str) -> str:
    return _quoted(_field(model, name).column or "")


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
