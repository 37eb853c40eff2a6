"""Tables that the database itself keeps: no row is changed or removed. For migrations."""

from collections.abc import Callable, Sequence
from typing import Any

Step = Callable[[Any, Any], None]
_LIFTED = (("changed", "UPDATE"), ("removed", "DELETE"))


def append_only(tables: Sequence[str], says: str) -> tuple[Step, Step]:
    """Two steps of a migration: put the guard on these tables, and lift it.

    `says` is what the database answers to whoever tries; without quotation marks.
    """

    def guard(apps: Any, schema_editor: Any) -> None:
        is_sqlite = schema_editor.connection.vendor == "sqlite"
        for table in tables:
            for statement in _on_sqlite(table, says) if is_sqlite else _on_postgresql(table, says):
                schema_editor.execute(statement)

    def unguard(apps: Any, schema_editor: Any) -> None:
        for table in tables:
            if schema_editor.connection.vendor == "sqlite":
                for name, _ in _LIFTED:
                    schema_editor.execute(f"DROP TRIGGER {table}_not_{name}")
            else:
                schema_editor.execute(f"DROP FUNCTION {table}_is_append_only() CASCADE")

    return guard, unguard


def _on_sqlite(table: str, says: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_not_{name} BEFORE {happens} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
        for name, happens in _LIFTED
    ]


def _on_postgresql(table: str, says: str) -> list[str]:
    does = f"EXECUTE FUNCTION {table}_is_append_only()"
    return [
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger AS $$ BEGIN "
        f"RAISE EXCEPTION '{says}'; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW {does}",
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {does}",
    ]
