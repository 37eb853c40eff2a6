"""No two records follow the same one. SQLite makes the table anew for it, so the guard follows."""

from importlib import import_module

from django.db import migrations, models

before = import_module("concord.cases.migrations.0002_append_only")


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_sealed")]
    operations = [
        migrations.AddConstraint(
            "entry",
            models.UniqueConstraint(fields=("case", "previous"), name="entry_follows_one"),
        ),
        migrations.RunPython(before.guard, before.unguard),
    ]
