"""What the tables held before it was encrypted is written over on the disk too."""

from django.db import migrations


def write_over(apps, schema_editor):
    """Databases keep what was changed in pages that are free: these are made anew."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM FULL cases_entry")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0014_no_salt_in_the_clear")]
    operations = [migrations.RunPython(write_over, migrations.RunPython.noop, atomic=False)]
