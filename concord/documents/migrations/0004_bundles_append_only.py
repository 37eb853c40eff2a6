"""The database itself keeps what a referral froze: no bundle is changed or removed."""

from importlib import import_module

from django.db import migrations

before = import_module("concord.documents.migrations.0002_append_only")
TABLE = "documents_bundle"


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for what, done in (("UPDATE", "changed"), ("DELETE", "removed")):
            statement = before.SQLITE.format(table=TABLE, what=what, done=done, says=before.SAYS)
            schema_editor.execute(statement)
        return
    for statement in before.POSTGRESQL:
        schema_editor.execute(statement.format(table=TABLE))


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for done in ("changed", "removed"):
            schema_editor.execute(f"DROP TRIGGER {TABLE}_not_{done}")
    else:
        for name in ("append_only", "not_emptied"):
            schema_editor.execute(f"DROP TRIGGER {TABLE}_{name} ON {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_bundles")]
    operations = [migrations.RunPython(guard, unguard)]
