"""The database itself keeps the ledger append-only: no entry is changed or removed."""

from django.db import migrations

SQLITE = [
    """
    CREATE TRIGGER cases_entry_not_changed BEFORE UPDATE ON cases_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: correct a record with another'); END
    """,
    """
    CREATE TRIGGER cases_entry_not_removed BEFORE DELETE ON cases_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no record is removed'); END
    """,
]
POSTGRESQL = [
    """
    CREATE FUNCTION cases_entry_is_append_only() RETURNS trigger AS $$
    BEGIN
      RAISE EXCEPTION 'the ledger is append-only: correct a record with another';
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER cases_entry_append_only BEFORE UPDATE OR DELETE ON cases_entry
    FOR EACH ROW EXECUTE FUNCTION cases_entry_is_append_only()
    """,
    """
    CREATE TRIGGER cases_entry_not_emptied BEFORE TRUNCATE ON cases_entry
    FOR EACH STATEMENT EXECUTE FUNCTION cases_entry_is_append_only()
    """,
]


def guard(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER cases_entry_not_changed")
        schema_editor.execute("DROP TRIGGER cases_entry_not_removed")
    else:
        schema_editor.execute("DROP FUNCTION cases_entry_is_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
