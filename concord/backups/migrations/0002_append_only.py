"""The database itself keeps what was restored: a restoring is written down for good."""

from django.db import migrations

from concord.cases.append_only import append_only

guard, unguard = append_only(("backups_restored",), "what was restored is append-only")


class Migration(migrations.Migration):
    dependencies = [("backups", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
