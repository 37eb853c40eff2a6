"""The database itself keeps the looks: no look is changed or removed, and no review of one."""

from django.db import migrations

from concord.cases.append_only import append_only

guard, unguard = append_only(
    ("looks_seen", "looks_seencase", "looks_unusual", "looks_review"),
    "who has looked is append-only",
)


class Migration(migrations.Migration):
    dependencies = [("looks", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
