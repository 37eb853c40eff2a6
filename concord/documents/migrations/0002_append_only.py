"""The database itself keeps what was sent, and who opened what."""

from django.db import migrations

from concord.cases.append_only import append_only

guard, unguard = append_only(("documents_sentversion", "documents_opening"), "what was sent and opened is append-only")


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
