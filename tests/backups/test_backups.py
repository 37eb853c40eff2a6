"""A drill: an instance is backed up while in use, lost, and put back; nothing of it is readable."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from concord.backups.box import PIECE, NoKey, Reader, Unreadable, Writer, new_key, read_key
from tests.backups.instance import READ, Instance, instance, key

__all__ = ["instance", "key"]

LET_IN = """
import django
django.setup()
from datetime import timedelta
from django.contrib.auth import SESSION_KEY
from django.utils import timezone
from concord.directory import codes, tokens
from concord.directory.founding import first_code
from concord.directory.models import User
from concord.directory.sessions import SessionStore
user, other, *_ = User.objects.order_by("pk")
half = SessionStore()
_, first = first_code(user.email, timezone.now())
signed_in = SessionStore()
signed_in[SESSION_KEY], half["half in"] = str(other.pk), 1
signed_in.save(), half.save()
made = [codes.make(each, "what it opens", timezone.now(), timedelta(hours=1)) for each in
        ("address", "sign_in", "invitation")]
print(user.email, first.replace(" ", ""), signed_in.session_key, half.session_key,
      tokens.make(other, "A program", timedelta(days=7), timezone.now()), *made)
"""
LETS_IN = """
import sys, django
django.setup()
from django.utils import timezone
from concord.directory import codes, tokens
from concord.directory.founding import choose_password
from concord.directory.sessions import SessionStore
email, first, signed_in, half, token, *made = sys.argv[1:]
at = timezone.now()
if choose_password(email, first, "gooseberry fool and cream", at): print("first")
for purpose, code in zip(("address", "sign_in", "invitation"), made):
    if codes.attempt(purpose, "what it opens", code, at).is_right: print(purpose)
for name, key in (("signed in", signed_in), ("half in", half)):
    if SessionStore(key).load(): print(name)
if tokens.whose(token, at): print("token")
"""


def references(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "concord.sqlite3")) as found:
        return {row[0] for row in found.execute("SELECT reference FROM cases_case")}


def restored(folder: Path) -> list[tuple[int, int, int]]:
    with closing(sqlite3.connect(folder / "concord.sqlite3")) as found:
        return found.execute("SELECT cases, records, whole FROM backups_restored").fetchall()


def test_what_was_lost_is_put_back(instance: Instance, key: Path, tmp_path: Path) -> None:
    # Given a backup of everything, which nobody can read without the key,
    before = references(instance.folder)
    files = sorted(each.name for each in (instance.folder / "files").rglob("*") if each.is_file())
    backup = tmp_path / "tonight.concord"
    done = instance.concord("backup", backup, "--key", key)
    assert done.returncode == 0, done.stderr
    assert b"Plum" not in backup.read_bytes()
    raw = b"".join(path.read_bytes() for path in instance.folder.glob("concord.sqlite3*"))
    assert b"decision_challenged" not in raw
    assert backup.stat().st_mode & 0o077 == 0
    assert not list(instance.folder.glob(".backup-*")), "no copy in the clear stays behind"
    # when the disk is lost but for the checkpoints, which lie elsewhere,
    after = instance.elsewhere(tmp_path / "anew")
    done = after.concord("restore", backup, "--key", key)
    # then all is as it was, it is verified, and it is written down that it was put back.
    assert done.returncode == 0, done.stderr
    assert "Verified: nothing is missing" in done.stdout
    assert references(after.folder) == before
    assert sorted(e.name for e in (after.folder / "files").rglob("*") if e.is_file()) == files
    assert restored(after.folder) == [(1, 1, 1)]


@pytest.mark.dear
def test_an_older_backup_is_put_back_only_on_request_and_what_is_missing_is_named(
    instance: Instance, key: Path, tmp_path: Path
) -> None:
    # Given a backup, and a case raised and sealed after it,
    backup = tmp_path / "old.concord"
    assert instance.concord("backup", backup, "--key", key).returncode == 0
    later, _, _ = instance.case("second")
    assert instance.concord("seal", "--once").returncode == 0
    # when it is put back, then first only on request,
    refused = instance.concord("restore", backup, "--key", key)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert later in references(instance.folder)
    # then with what is missing named, and what was there kept.
    done = instance.concord("restore", backup, "--key", key, "--replace")
    assert done.returncode == 1
    assert f"{later}: " in done.stderr
    assert later not in references(instance.folder)
    assert restored(instance.folder) == [(1, 1, 0)]
    kept = next(tmp_path.glob("before-restore-*.concord"))
    done = instance.concord("restore", kept, "--key", key, "--replace")
    assert done.returncode == 0, done.stderr
    assert later in references(instance.folder)


@pytest.mark.dear
def test_no_session_and_no_code_comes_back_with_a_backup(
    instance: Instance, key: Path, tmp_path: Path
) -> None:
    # Given sessions, and codes still open, in a backup,
    backup = tmp_path / "tonight.concord"
    waiting = instance.python(LET_IN).split()
    assert instance.concord("backup", backup, "--key", key).returncode == 0
    # (each of which lets in where nothing was put back)
    let_in = ["first", "address", "sign_in", "invitation", "signed in", "half in", "token"]
    assert instance.python(LETS_IN, *waiting).splitlines() == let_in
    # when it is put back there, where the instance's secret is the same,
    done = instance.concord("restore", backup, "--key", key, "--replace")
    # then it is said that they ended, and none of them lets anybody in.
    assert done.returncode == 0, done.stderr
    assert "Ended: 2 sessions, and 4 codes that were still open." in done.stdout
    assert "Tokens for the API that ended too: 1." in done.stdout
    assert instance.python(LETS_IN, *waiting) == ""


@pytest.mark.dear
def test_what_is_wrong_with_a_backup_is_said_and_nothing_is_touched(
    instance: Instance, key: Path, tmp_path: Path
) -> None:
    backup, other = tmp_path / "tonight.concord", tmp_path / "other.key"
    instance.concord("backup", backup, "--key", key)
    instance.concord("backup", "--new-key", other)
    before = references(instance.folder)
    whole = backup.read_bytes()
    for name, content, named, says in (
        ("cut", whole[:-40], key, "cut short"),
        ("bent", whole[:200] + bytes([whole[200] ^ 1]) + whole[201:], key, "damaged"),
        ("longer", whole + b"x", key, "added"),
        ("none", b"something else", key, "no backup of Concord"),
        ("foreign", whole, other, "another key"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        done = instance.concord("restore", path, "--key", named, "--replace")
        assert done.returncode == 1, name
        assert says in done.stderr, (name, done.stderr)
        assert "Traceback" not in done.stderr
    assert references(instance.folder) == before
    assert not list(tmp_path.glob("before-restore-*")), "nothing was put back, so nothing is kept"
    again = instance.concord("backup", backup, "--key", key)
    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert "Name the key" in instance.concord("backup", tmp_path / "x").stderr
    nowhere = instance.concord("backup", tmp_path / "no" / "x", "--key", key).stderr
    assert nowhere == f"There is no folder {tmp_path / 'no'}. Make it first, or name another.\n"
    said = json.loads(instance.concord("restore", backup, "--key", key, "--check").stdout)
    assert said["cases"] == len(before)


@pytest.mark.dear
def test_a_backup_has_no_key_in_it_and_the_keys_have_one_of_their_own(
    instance: Instance, key: Path, tmp_path: Path
) -> None:
    # Given a backup of everything but the keys, one of the keys, and the master key on paper,
    backup, ring = tmp_path / "tonight.concord", tmp_path / "keys.concord"
    assert instance.concord("backup", backup, "--key", key).returncode == 0
    done = instance.concord("backup", ring, "--keys", "--key", key)
    assert done.returncode == 0, done.stderr
    assert "all keys that are here, 1 in number" in done.stdout
    assert ring.stat().st_mode & 0o077 == 0
    [wrapped] = (instance.folder / "keys").rglob("????-????")
    assert wrapped.read_bytes() not in ring.read_bytes()
    # when the machine is lost,
    after = instance.elsewhere(tmp_path / "anew", CONCORD_KEYS=str(tmp_path / "anew" / "keys"))
    done = after.concord("restore", backup, "--key", key)
    # then the database alone opens nothing, and that is said,
    assert done.returncode == 1
    assert "The keys of 1 cases are not here" in done.stderr
    assert "What was written after" not in done.stderr
    assert restored(after.folder) == [(1, 1, 1)]
    found = after.concord("verify")
    assert found.returncode == 1
    assert "key missing" in found.stderr
    # and with the keys all is as it was; put back twice, they change nothing.
    done = after.concord("restore", ring, "--keys", "--key", key)
    assert (done.returncode, done.stdout[:17]) == (0, "Put back: 1 keys,"), done.stderr
    assert after.concord("verify").returncode == 0
    assert "Plum Invented" in after.python(READ)
    assert "Put back: 0 keys" in after.concord("restore", ring, "--keys", "--key", key).stdout


@pytest.mark.dear
def test_a_backup_of_keys_is_taken_for_no_other_and_the_reverse(
    instance: Instance, key: Path, tmp_path: Path
) -> None:
    backup, ring = tmp_path / "tonight.concord", tmp_path / "keys.concord"
    instance.concord("backup", backup, "--key", key)
    instance.concord("backup", ring, "--keys", "--key", key)
    for arguments, says in (
        ((ring, "--check"), "put it back with --keys"),
        ((backup, "--keys"), "put it back without --keys"),
    ):
        done = instance.concord("restore", *arguments, "--key", key)
        assert done.returncode == 1
        assert says in done.stderr
        assert "Traceback" not in done.stderr
    said = instance.concord("restore", ring, "--keys", "--check", "--key", key).stdout
    assert json.loads(said)["keys"] == 1
    whole = ring.read_bytes()
    ring.write_bytes(whole[:-40])
    done = instance.concord("restore", ring, "--keys", "--key", key)
    assert (done.returncode, "cut short" in done.stderr) == (1, True)


@pytest.mark.dear
@pytest.mark.postgres
def test_the_same_drill_on_postgresql(
    postgres_url: str, postgres_tables: str, tmp_path: Path
) -> None:
    base, _, query = postgres_url.partition("?")
    import psycopg

    host = query.removeprefix("host=")
    with psycopg.connect(f"host={host} user=concord dbname=postgres", autocommit=True) as server:
        for name in ("drill", "anew"):
            server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE drill TEMPLATE {postgres_tables}")
        server.execute("CREATE DATABASE anew")
    at = base.rpartition("/")[0]
    instance = Instance(tmp_path / "data", DATABASE_URL=f"{at}/drill?{query}")
    instance.cast()
    reference, _, _ = instance.case("first")
    assert instance.concord("seal", "--once").returncode == 0
    key, backup = tmp_path / "key", tmp_path / "tonight.concord"
    instance.concord("backup", "--new-key", key)
    done = instance.concord("backup", backup, "--key", key)
    assert done.returncode == 0, done.stderr
    after = instance.elsewhere(tmp_path / "anew", DATABASE_URL=f"{at}/anew?{query}")
    done = after.concord("restore", backup, "--key", key)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(f"host={host} user=concord dbname=anew") as found:
        assert found.execute("SELECT reference FROM cases_case").fetchall() == [(reference,)]
        assert found.execute("SELECT whole FROM backups_restored").fetchall() == [(True,)]
    later, _, _ = instance.case("second")
    assert instance.concord("seal", "--once").returncode == 0
    done = instance.concord("restore", backup, "--key", key, "--replace")
    assert done.returncode == 1
    assert f"{later}: " in done.stderr


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_any_length_comes_back_as_it_was(size: int) -> None:
    content, secret = os.urandom(size), os.urandom(32)
    file = BytesIO()
    box = Writer(file, secret)
    box.write(content)
    box.close()
    file.seek(0)
    assert Reader(file, secret).read() == content


def test_pieces_that_changed_places_are_refused() -> None:
    secret, file = os.urandom(32), BytesIO()
    box = Writer(file, secret)
    box.write(os.urandom(3 * PIECE))
    box.close()
    whole = file.getvalue()
    head, size = len(whole) - (3 * (PIECE + 20)), PIECE + 20
    first, second, third = (whole[head + i * size : head + (i + 1) * size] for i in range(3))
    with pytest.raises(Unreadable):
        Reader(BytesIO(whole[:head] + second + first + third), secret).read()
    with pytest.raises(Unreadable):
        Reader(BytesIO(whole[:head] + first + third), secret).read()


@pytest.fixture
def keyfile(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "key"
    new_key(path)
    yield path


def test_a_key_is_its_users_alone_and_never_written_over(keyfile: Path, tmp_path: Path) -> None:
    assert len(read_key(keyfile)) == 32
    with pytest.raises(NoKey, match="never written over"):
        new_key(keyfile)
    keyfile.chmod(0o644)
    with pytest.raises(NoKey, match="chmod 600"):
        read_key(keyfile)
    with pytest.raises(NoKey, match="--new-key"):
        read_key(tmp_path / "none")
    (tmp_path / "odd").write_text("plum jam")
    (tmp_path / "odd").chmod(0o600)
    with pytest.raises(NoKey, match="holds no key"):
        read_key(tmp_path / "odd")
