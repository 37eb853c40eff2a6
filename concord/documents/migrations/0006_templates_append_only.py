"""The database itself keeps the partnerships' templates: no version or choice is changed."""

from importlib import import_module

from django.db import migrations

before = import_module("concord.documents.migrations.0002_append_only")
TABLES = ("documents_wordtemplate", "documents_templatechoice")


def guard(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for what, done in (("UPDATE", "changed"), ("DELETE", "removed")):
                schema_editor.execute(
                    before.SQLITE.format(table=table, what=what, done=done, says=before.SAYS)
                )
        else:
            for statement in before.POSTGRESQL:
                schema_editor.execute(statement.format(table=table))


def unguard(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for done in ("changed", "removed"):
                schema_editor.execute(f"DROP TRIGGER {table}_not_{done}")
        else:
            for name in ("append_only", "not_emptied"):
                schema_editor.execute(f"DROP TRIGGER {table}_{name} ON {table}")


class Migration(migrations.Migration):
    dependencies = [("documents", "0005_word_templates")]
    operations = [migrations.RunPython(guard, unguard)]
