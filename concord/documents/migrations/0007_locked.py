"""What was sent, and what a referral froze, is encrypted with its case's key."""

from importlib import import_module

from django.db import migrations

from concord.vault.fields import LockedText, convert

sent = import_module("concord.documents.migrations.0002_append_only")
bundles = import_module("concord.documents.migrations.0004_bundles_append_only")
CASE = "(SELECT reference FROM cases_case c WHERE c.id = case_id)"


TABLES = ("documents_sentversion", "documents_bundle")


def lock_all(apps, schema_editor):
    """Encrypt what is there."""
    for table in TABLES:
        convert(schema_editor, table, {"document": str}, CASE)


def open_all(apps, schema_editor):
    """Put it back, readable."""
    for table in TABLES:
        convert(schema_editor, table, {"document": str}, CASE, opens=True)


class Migration(migrations.Migration):
    dependencies = [("documents", "0006_templates_append_only"), ("cases", "0013_locked")]
    operations = [
        # in the database nothing changes but what the columns hold: the tables keep their guard
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("bundle", "document", LockedText()),
                migrations.AlterField("sentversion", "document", LockedText()),
            ]
        ),
        migrations.RunPython(sent.unguard, sent.guard),
        migrations.RunPython(bundles.unguard, bundles.guard),
        migrations.RunPython(lock_all, open_all),
        migrations.RunPython(bundles.guard, bundles.unguard),
        migrations.RunPython(sent.guard, sent.unguard),
    ]
