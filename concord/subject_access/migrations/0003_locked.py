"""What is held about a child is encrypted here too: by its case's key, or by the request's own."""

from importlib import import_module

from django.db import migrations

from concord.vault import keys
from concord.vault.fields import LockedDate, LockedText, convert

before = import_module("concord.subject_access.migrations.0002_append_only")
REQUEST = "(SELECT reference FROM subject_access_request r WHERE r.id = request_id)"
PIECE = (
    "(SELECT c.reference FROM subject_access_piece p JOIN cases_case c ON c.id = p.case_id "
    "WHERE p.id = {})"
)
CLOSED = {
    "subject_access_request": (("child", "born", "asked_by", "note"), "reference"),
    "subject_access_step": (("note",), REQUEST),
    "subject_access_piece": (
        ("text",), "(SELECT reference FROM cases_case c WHERE c.id = case_id)",
    ),
    "subject_access_redaction": (("words", "why"), PIECE.format("piece_id")),
    "subject_access_said": (
        ("note",),
        PIECE.format("(SELECT d.piece_id FROM subject_access_redaction d WHERE d.id = redaction_id)"),
    ),
    "subject_access_release": (("whole", "given"), REQUEST),
}  # fmt: skip


def lock_all(apps, schema_editor):
    """Make each request's key, and encrypt what is there."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT reference FROM subject_access_request")
        for (reference,) in cursor.fetchall():
            if not keys.is_there(reference):
                keys.make(reference)
    for table, (columns, named) in CLOSED.items():
        convert(schema_editor, table, dict.fromkeys(columns, str), named)


def open_all(apps, schema_editor):
    """Put it back, readable."""
    for table, (columns, named) in CLOSED.items():
        convert(schema_editor, table, dict.fromkeys(columns, str), named, opens=True)


class Migration(migrations.Migration):
    dependencies = [("subject_access", "0002_append_only"), ("cases", "0017_lists_locked")]
    operations = [
        migrations.RunPython(before.unguard, before.guard),
        migrations.AlterField("request", "child", LockedText()),
        migrations.AlterField("request", "born", LockedDate()),
        migrations.AlterField("request", "asked_by", LockedText()),
        # in the database nothing changes but what these columns hold
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("request", "note", LockedText(blank=True)),
                migrations.AlterField("step", "note", LockedText(blank=True)),
                migrations.AlterField("piece", "text", LockedText()),
                migrations.AlterField("redaction", "words", LockedText(blank=True)),
                migrations.AlterField("redaction", "why", LockedText()),
                migrations.AlterField("said", "note", LockedText(blank=True)),
                migrations.AlterField("release", "whole", LockedText()),
                migrations.AlterField("release", "given", LockedText()),
            ]
        ),
        migrations.RunPython(lock_all, open_all),
        migrations.RunPython(before.guard, before.unguard),
    ]
