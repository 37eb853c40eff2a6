"""The database itself keeps what a referral froze: no bundle is changed or removed."""

from django.db import migrations

from concord.cases.append_only import append_only

guard, unguard = append_only(("documents_bundle",), "what was sent and opened is append-only")


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_bundles")]
    operations = [migrations.RunPython(guard, unguard)]
