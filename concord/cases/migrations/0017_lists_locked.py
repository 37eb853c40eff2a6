"""What lists, drafts, files and invitations say is encrypted, and children are found by digests."""

import os
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import migrations

from concord.vault import keys
from concord.vault.fields import convert
from concord.vault.index import digest_of_date, digests_of_name
from concord.vault.streams import MAGIC, locked, opened

CASE = "(SELECT reference FROM cases_case c WHERE c.id = case_id)"


TYPING = f"coalesce({CASE}, 'typing')"
COLUMNS = (
    ("cases_child", ("name", "born"), CASE),
    ("cases_enclosure", ("name",), CASE),
    ("cases_invitation", ("name", "post", "email"), CASE),
    ("cases_draft", ("data", "said"), TYPING),
)


def lock_all(apps, schema_editor):
    """Encrypt what is there. Files first: they lie outside the transaction, and are done once."""
    _files(schema_editor, _lock)
    _index(schema_editor)
    for table, columns, named in COLUMNS:
        convert(schema_editor, table, dict.fromkeys(columns, str), named)


def open_all(apps, schema_editor):
    """Put it back, readable."""
    _files(schema_editor, _open)
    for table, columns, named in COLUMNS:
        convert(schema_editor, table, dict.fromkeys(columns, str), named, opens=True)


def _index(schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, name, born FROM cases_child")
        rows = [
            (child, digest)
            for child, name, born in cursor.fetchall()
            for digest in (
                *digests_of_name(name), *([digest_of_date(_date(born))] if born else ()),
            )
        ]  # fmt: skip
        cursor.executemany("INSERT INTO cases_childword (child_id, digest) VALUES (%s, %s)", rows)


def _date(born):
    return born if isinstance(born, date) else date.fromisoformat(str(born)[:10])


def _files(schema_editor, change):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT case_id, kept, {CASE} FROM cases_enclosure")
        for case, name, reference in cursor.fetchall():
            path = Path(settings.CONCORD_FILES) / str(case) / name
            if path.exists():
                with path.open("rb") as file:
                    is_closed = file.read(len(MAGIC)) == MAGIC
                    file.seek(0)
                    if is_closed is (change is _open):
                        _put(path, change(file, name, keys.cipher(reference)))


def _lock(file, name, key):
    return locked(key, iter(lambda: file.read(1 << 16), b""), name)


def _open(file, name, key):
    return opened(key, file, name)


def _put(path, pieces):
    """Write a file anew in its place, whole or not at all."""
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as made:
        for piece in pieces:
            made.write(piece)
        made.flush()
        os.fsync(made.fileno())
    part.rename(path)


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_locked_columns")]
    operations = [migrations.RunPython(lock_all, open_all)]
