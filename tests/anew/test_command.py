"""`concord keys anew` on whole instances: a file of SQLite, and PostgreSQL by its owner."""

from pathlib import Path

import psycopg
import pytest

from tests.backups.instance import READ, Instance, instance, key
from tests.retention.test_backups import both

__all__ = ["instance", "key"]


def keys_of(of: Instance) -> dict[str, bytes]:
    folder = of.folder / "keys" / "cases"
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.dear
def test_the_command_replaces_all_and_an_older_backup_can_still_be_put_back(
    instance: Instance, key: Path, tmp_path: Path
) -> None:
    # Given backups from before, of both kinds,
    database, keys = both(instance, key, tmp_path, "before")
    said, old = instance.python(READ), keys_of(instance)
    # when all is encrypted anew, then it says so, and everything reads and verifies as before;
    came = instance.concord("keys", "anew")
    assert came.returncode == 0, came.stderr
    assert "2 keys are new (AES-256-GCM)" in came.stdout
    assert "1 files were encrypted anew" in came.stdout
    now = keys_of(instance)
    assert now.keys() == {*old, "index"}
    assert not {now[name] for name in old} & set(old.values())
    assert instance.python(READ) == said
    assert instance.concord("verify").returncode == 0
    (case,) = old
    one = instance.concord("keys", "anew", "--case", case.lower().replace("-", ""))
    assert "1 keys are new" in one.stdout, one.stderr
    assert instance.concord("verify").returncode == 0
    wrong = instance.concord("keys", "anew", "--case", "AAAA-AAAA")
    assert (wrong.returncode, "There is no case AAAA-AAAA here" in wrong.stderr) == (1, True)
    # an empty variable in a script is not taken for all
    empty = instance.concord("keys", "anew", "--case", "")
    assert (empty.returncode, "--case names no case" in empty.stderr) == (1, True)
    assert "Traceback" not in wrong.stderr
    # and where the older database is put back, the older key opens it, till all is anew again.
    assert "Put back: 1 keys" in instance.concord("restore", keys, "--keys", "--key", key).stdout
    back = instance.concord("restore", database, "--key", key, "--replace")
    assert "Traceback" not in back.stderr
    assert instance.python(READ) == said
    assert instance.concord("keys", "anew").returncode == 0
    assert instance.python(READ) == said
    assert instance.concord("summaries", "check").returncode == 0
    assert instance.concord("verify").returncode == 0


@pytest.mark.dear
@pytest.mark.postgres
def test_on_postgresql_it_waits_until_nobody_else_is_connected(
    postgres_url: str, postgres_tables: str, tmp_path: Path
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE anew TEMPLATE {postgres_tables}")
        server.execute("CREATE ROLE anew_serving LOGIN")
    url = postgres_url.replace("/postgres?", "/anew?")
    instance = Instance(tmp_path / "data", DATABASE_URL=url)
    instance.cast()
    instance.case("first")
    assert instance.concord("seal", "--once").returncode == 0
    said, old = instance.python(READ), keys_of(instance)
    # Given somebody else who is connected, then nothing is changed;
    with psycopg.connect(url):
        busy = instance.concord("keys", "anew")
    assert (busy.returncode, keys_of(instance)) == (1, old)
    assert "Others are connected to the database. Stop bin/serve" in busy.stderr
    # and whoever only serves is told who can do it;
    assert instance.concord("migrate", "--serves", "anew_serving").returncode == 0
    serving = Instance(instance.folder, DATABASE_URL=url.replace("//concord@", "//anew_serving@"))
    told = serving.concord("keys", "anew")
    assert (told.returncode, keys_of(instance)) == (1, old)
    assert "Only the owner of the tables can do this" in told.stderr
    # and once it is alone, the owner's run encrypts all anew, and nobody can change a record.
    came = instance.concord("keys", "anew")
    assert came.returncode == 0, came.stderr
    assert not set(keys_of(instance).values()) & set(old.values())
    assert instance.python(READ) == said
    assert instance.concord("verify").returncode == 0
    with psycopg.connect(url) as other, pytest.raises(psycopg.Error, match="append-only"):
        other.execute("UPDATE cases_entry SET content = content")
