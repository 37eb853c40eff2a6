"""What all tables held before it was encrypted is written over on the disk too."""

from django.db import migrations

TABLES = (
    "cases_child", "cases_draft", "cases_enclosure", "cases_invitation", "documents_sentversion",
    "documents_bundle", "looks_seen", "looks_review",
)  # fmt: skip


def write_over(apps, schema_editor):
    """Databases keep what was changed in pages that are free: these are made anew."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for table in TABLES:
                cursor.execute(f"VACUUM FULL {table}")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("looks", "0005_locked"), ("documents", "0007_locked"), ("cases", "0017_lists_locked"),
    ]  # fmt: skip
    operations = [migrations.RunPython(write_over, migrations.RunPython.noop, atomic=False)]
