"""The tables of subject access: append-only, by the database itself."""

from django.db import migrations

from concord.cases.append_only import append_only

TABLES = ("request", "step", "piece", "redaction", "said", "release", "handed")
guard, unguard = append_only(
    tuple(f"subject_access_{name}" for name in TABLES),
    "what was asked for, left out and given is append-only",
)


class Migration(migrations.Migration):
    dependencies = [("subject_access", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
