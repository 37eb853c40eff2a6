"""What was searched for, and what a review found, is encrypted. Seals are over what it says."""

from importlib import import_module

from django.db import migrations

from concord.vault.fields import LockedText, convert

before = import_module("concord.looks.migrations.0002_append_only")


COLUMNS = {"looks_seen": "search", "looks_review": "note"}


def lock_all(apps, schema_editor):
    """Encrypt what is there."""
    for table, column in COLUMNS.items():
        convert(schema_editor, table, {column: str}, "'looks'")


def open_all(apps, schema_editor):
    """Put it back, readable."""
    for table, column in COLUMNS.items():
        convert(schema_editor, table, {column: str}, "'looks'", opens=True)


class Migration(migrations.Migration):
    dependencies = [("looks", "0004_emergency")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("review", "note", LockedText(blank=True)),
                migrations.AlterField("seen", "search", LockedText(blank=True)),
            ]
        ),
        migrations.RunPython(before.unguard, before.guard),
        migrations.RunPython(lock_all, open_all),
        migrations.RunPython(before.guard, before.unguard),
    ]
