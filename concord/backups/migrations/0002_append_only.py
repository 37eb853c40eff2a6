"""The database itself keeps what was restored: a restoring is written down for good."""

from django.db import migrations

TABLES = ("backups_restored",)
SAYS = "what was restored is append-only"
SQLITE = """
CREATE TRIGGER {table}_not_{done} BEFORE {what} ON {table}
BEGIN SELECT RAISE(ABORT, '{says}'); END
"""
REFUSING = f"""
CREATE FUNCTION backups_is_append_only() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION '{SAYS}';
END $$ LANGUAGE plpgsql
"""
POSTGRESQL = (
    """
    CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION backups_is_append_only()
    """,
    """
    CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION backups_is_append_only()
    """,
)


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for what, done in (("UPDATE", "changed"), ("DELETE", "removed")):
                schema_editor.execute(
                    SQLITE.format(table=table, what=what, done=done, says=SAYS)
                )
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
        return
    schema_editor.execute("DROP FUNCTION backups_is_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("backups", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
