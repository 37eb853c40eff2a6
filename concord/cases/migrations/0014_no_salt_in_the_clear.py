"""The column of salts goes: they are with what they were salted for."""

from importlib import import_module

from django.db import migrations, models

before = import_module("concord.cases.migrations.0002_append_only")


def guard_anew(apps, schema_editor):
    """On the way back SQLite makes the table anew, without its guard."""
    if schema_editor.connection.vendor == "sqlite":
        before.guard(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_locked")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, guard_anew),
        # so that the way back finds something to begin with; in the database nothing changes
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("entry", "salt", models.CharField(max_length=32, default=""))
            ]
        ),
        migrations.RemoveField("entry", "salt"),
    ]
