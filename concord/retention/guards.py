"""The guard of append-only tables, lifted within one transaction for one statement's sake.

Only the owner of the tables can do this on PostgreSQL, and until the transaction ends nobody else
writes to them. On SQLite the database has one writer at a time. Where the transaction is undone,
the guard was never lifted.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

_ON_POSTGRESQL = """
    SELECT tgname FROM pg_trigger
    WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O' AND tgtype & 16 <> 0
"""
_ON_SQLITE = """
    SELECT name, sql FROM sqlite_master
    WHERE type = 'trigger' AND tbl_name = %s AND sql LIKE '%%BEFORE UPDATE%%'
"""


@contextmanager
def lifted(tables: Sequence[str]) -> Iterator[None]:
    """Let rows of these tables be changed, and forbid it again, within the caller's transaction."""
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        lift = _lift_on_sqlite if connection.vendor == "sqlite" else _lift_on_postgresql
        again = [statement for table in tables for statement in lift(cursor, table)]
        yield
        for statement in again:
            cursor.execute(statement)


def _lift_on_sqlite(cursor: Any, table: str) -> list[str]:
    cursor.execute(_ON_SQLITE, [table])
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP TRIGGER {name}")
    return [sql for _, sql in found]


def _lift_on_postgresql(cursor: Any, table: str) -> list[str]:
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(_ON_POSTGRESQL, [table])
    names = [name for (name,) in cursor.fetchall()]
    for name in names:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    return [f"ALTER TABLE {table} ENABLE TRIGGER {name}" for name in names]
