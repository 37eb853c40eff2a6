"""Cases can be disposed of; what the register says is encrypted with the keys of its cases."""

from django.db import migrations, models

from concord.cases.append_only import append_only
from concord.vault.cipher import MARK
from concord.vault.closed import NoKey
from concord.vault.keys import cipher

guard, unguard = append_only(("cases_registered",), "the register is append-only")
ROWS = """
    SELECT r.id, r.content, r.salt, r.commitment, p.slug, c.reference
    FROM cases_registered r JOIN cases_case c ON c.id = r.case_id
    JOIN directory_partnership p ON p.id = r.partnership_id WHERE r.kind <> 'disposed'
"""
CHANGE = "UPDATE cases_registered SET content = %s, salt = %s WHERE id = %s"


def lock_all(apps, schema_editor):
    """Close what is open. A line whose case has no key here stays as it is."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(ROWS)
        for number, content, salt, commitment, slug, reference in cursor.fetchall():
            if not content.startswith(MARK):
                try:
                    key = cipher(reference)
                except NoKey:
                    continue
                closed = key.lock(salt + content, f"register/{slug}", "line", commitment)
                cursor.execute(CHANGE, [closed, "", number])


def open_all(apps, schema_editor):
    """Put it back, readable."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(ROWS)
        for number, content, _, commitment, slug, reference in cursor.fetchall():
            if content.startswith(MARK):
                text = cipher(reference).open(content, f"register/{slug}", "line", commitment)
                cursor.execute(CHANGE, [text[32:], text[:32], number])


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_called_back")]
    operations = [
        migrations.AddField("case", "disposed", models.DateTimeField(null=True)),
        migrations.RunPython(unguard, guard),
        migrations.RunPython(lock_all, open_all),
        migrations.RunPython(guard, unguard),
        migrations.AlterField(
            model_name="registered",
            name="kind",
            field=models.CharField(choices=[("opened", "A case was opened in an emergency"), ("reviewed", "An opening in an emergency was reviewed"), ("called_back", "What was sent wrongly was called back"), ("answered", "What was done about a breach"), ("restored", "What was called back by mistake is open again"), ("held", "A legal hold was placed"), ("lifted", "A legal hold was lifted"), ("told", "A person said what was not known of how long a case is kept"), ("proposed", "Disposal was proposed"), ("turned_down", "Disposal was turned down"), ("disposed", "A case was disposed of")], max_length=20),
        ),
    ]
