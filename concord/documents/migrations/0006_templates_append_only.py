"""The database itself keeps the partnerships' templates: no version or choice is changed."""

from django.db import migrations

from concord.cases.append_only import append_only

guard, unguard = append_only(
    ("documents_wordtemplate", "documents_templatechoice"),
    "no version or choice of a template is changed or removed",
)


class Migration(migrations.Migration):
    dependencies = [("documents", "0005_word_templates")]
    operations = [migrations.RunPython(guard, unguard)]
