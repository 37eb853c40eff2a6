"""The database itself keeps what was sent, and who opened what: no row is changed or removed."""

from django.db import migrations

TABLES = ("documents_sentversion", "documents_opening")
SAYS = "what was sent and opened is append-only"
SQLITE = """
CREATE TRIGGER {table}_not_{done} BEFORE {what} ON {table}
BEGIN SELECT RAISE(ABORT, '{says}'); END
"""
REFUSING = f"""
CREATE FUNCTION documents_is_append_only() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION '{SAYS}';
END $$ LANGUAGE plpgsql
"""
POSTGRESQL = (
    """
    CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION documents_is_append_only()
    """,
    """
    CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION documents_is_append_only()
    """,
)


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for what, done in (("UPDATE", "changed"), ("DELETE", "removed")):
                statement = SQLITE.format(table=table, what=what, done=done, says=SAYS)
                schema_editor.execute(statement)
        return
    schema_editor.execute(REFUSING)
    for table in TABLES:
        for statement in POSTGRESQL:
            schema_editor.execute(statement.format(table=table))


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for done in ("changed", "removed"):
                schema_editor.execute(f"DROP TRIGGER {table}_not_{done}")
    else:
        schema_editor.execute("DROP FUNCTION documents_is_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
