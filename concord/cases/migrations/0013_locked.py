"""Every case gets a key, and what its records say is encrypted with it, with the salt of each seal."""

from importlib import import_module

from django.db import migrations

from concord.cases.openings import history_of
from concord.vault import keys

before = import_module("concord.cases.migrations.0002_append_only")
SALT = 32


def about(reference, commitment):
    return history_of(reference), "record", commitment


def lock_all(apps, schema_editor):
    """Encrypt what was written before there were keys. The seals stay: they are over what it says."""
    _each(
        schema_editor, keys.ensure, "SELECT id, content, commitment, salt", "UPDATE cases_entry SET"
        " content = %s, salt = '' WHERE id = %s",
        lambda key, reference, content, commitment, salt: (
            key.lock(salt + content, *about(reference, commitment)),
        ),
    )  # fmt: skip


def open_all(apps, schema_editor):
    """Put back what it says, readable."""

    def opened(key, reference, content, commitment, _):
        text = key.open(content, *about(reference, commitment))
        return text[SALT:], text[:SALT]

    _each(
        schema_editor, keys.cipher, "SELECT id, content, commitment, salt",
        "UPDATE cases_entry SET content = %s, salt = %s WHERE id = %s", opened,
    )  # fmt: skip


def _each(schema_editor, key_of, select, update, change):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, reference FROM cases_case ORDER BY id")
        for number, reference in cursor.fetchall():
            cursor.execute(f"{select} FROM cases_entry WHERE case_id = %s", [number])
            rows = cursor.fetchall()
            if rows:
                key = key_of(reference)
                cursor.executemany(
                    update, [(*change(key, reference, *row[1:]), row[0]) for row in rows]
                )


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_register")]
    operations = [
        migrations.RunPython(before.unguard, before.guard),
        migrations.RunPython(lock_all, open_all),
        migrations.RunPython(before.guard, before.unguard),
    ]
