"""On PostgreSQL the user that serves owns nothing: it records acts, and takes no guard off them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.backups.instance import Instance
from tests.hardening.real import asked, concord
from tests.notifications.peer import free_port

OWNER, SERVING = "rights_owner", "rights_serving"
STEPS = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
import psycopg
from concord.cli.main import main
from concord.config import serve

def done(step):
    if isinstance(step, str):
        with psycopg.connect({as_superuser!r}, autocommit=True) as there:
            there.execute(step)
        return None
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = serve.main() if step == ["serve"] else main(step)
    return [code, out.getvalue(), err.getvalue()]

said = [done(step) for step in {steps!r}]
print(json.dumps([each for each in said if each is not None]))
"""
ACT = """
import json, sys
import django; django.setup()
from django.test import Client
from concord.demo.cast import build_cast
build_cast()
from concord.cases.models import Case
from concord.cli.main import main
from concord.directory.models import User
from tests.apps.test_pages import answered, text
browser = Client()
teacher = User.objects.get(posts__role="practitioner", posts__agency__slug="sandwell-school")
browser.post("/sign-in/as", {"person": str(teacher.pk)})
browser.post(f"/raise/{answered(browser)}/check")
reference = Case.objects.get().reference
page = text(browser.get(f"/case/{reference}"))
key, backup = sys.argv[1:]
codes = [main([*step, "--once"]) for step in (["loop"], ["worker"], ["seal"])]
codes += [main([*step, "--key", key]) for step in
          (["backup", "--new-key", key], ["backup", backup], ["restore", backup, "--replace"])]
print()
print(json.dumps([reference, page, codes]))
"""


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Database:
    """A database of its own on the tests' server, whose tables one user owns and another serves."""

    host: str
    folder: Path

    def url(self, user: str) -> str:
        """How this user reaches it."""
        return f"postgresql://{user}@/rights?host={self.host}"

    def run(self, user: str, *statements: str) -> None:
        """Run statements as this user, each committed."""
        with psycopg.connect(self.url(user), autocommit=True) as there:
            for each in statements:
                there.execute(each)

    def concord(self, user: str, *steps: Sequence[str] | str) -> list[Said]:
        """Commands of the real instance as this user, one after the other in one process.

        A step that is a text is a statement, which a superuser runs in between.
        """
        given = [step if isinstance(step, str) else list(step) for step in steps]
        script = STEPS.format(as_superuser=self.url("concord"), steps=given)
        more = {"DATABASE_URL": self.url(user), "PORT": str(free_port())}
        return [Said(*each) for each in json.loads(asked(self.folder, script, **more))]


@pytest.fixture(scope="module")
def database(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Migrated by its owner, who let another user serve, after trying others that own or are all."""
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE ROLE {OWNER} LOGIN")
        server.execute(f"CREATE ROLE {SERVING} LOGIN")
        server.execute(f"CREATE DATABASE rights OWNER {OWNER}")
        found = Database(postgres_url.partition("host=")[2], tmp_path_factory.mktemp("rights"))
        one, other, none, done, checked = found.concord(
            OWNER,
            *(("migrate", "--serves", user) for user in ("concord", OWNER, "nobody_x", SERVING)),
            ("check", "--deploy"),
        )
        for refused, says in (
            (one, "'concord' is a superuser"),
            (other, f"'{OWNER}' owns the database or its schema"),
            (none, "has no user 'nobody_x'. Make it first: createuser"),
        ):
            assert refused.code == 1
            assert says in refused.err
        assert (done.code, done.err) == (0, "")
        assert f"'{SERVING}' may serve" in done.out
        assert f"concord.E021: The database's user that serves, '{OWNER}', owns" in checked.err
        assert "concord migrate --serves" in checked.err
        yield found
        server.execute("DROP DATABASE rights WITH (FORCE)")
        server.execute(f"DROP ROLE {SERVING}")
        server.execute(f"DROP ROLE {OWNER}")


@pytest.mark.dear
@pytest.mark.postgres
def test_whoever_serves_takes_no_guard_off_and_alters_no_table(database: Database) -> None:
    for statement in (
        "ALTER TABLE cases_entry ADD COLUMN more text",
        "ALTER TABLE cases_entry DISABLE TRIGGER USER",
        "DROP TRIGGER cases_entry_append_only ON cases_entry",
        "CREATE OR REPLACE FUNCTION cases_entry_is_append_only() RETURNS trigger"
        " AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql",
        "TRUNCATE cases_summary",
        "UPDATE cases_entry SET act = 'none'",
        "DELETE FROM cases_checkpoint",
        "UPDATE looks_seen SET user_id = NULL",
        "DELETE FROM django_migrations",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', 'none', now())",
        "CREATE TABLE beside (n int)",
        "DROP TABLE looks_seen",
        "DROP SCHEMA public CASCADE",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.run(SERVING, statement)
            pytest.fail(f"The user that serves may: {statement}")
    # and tables to come are open to it
    later = "CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY, word text)"
    database.run(OWNER, later)
    writes = ("INSERT INTO later (word) VALUES ('plum')", "UPDATE later SET word = ''")
    database.run(SERVING, *writes, "DELETE FROM later")
    database.run(OWNER, "DROP TABLE later")


@pytest.mark.postgres
def test_the_check_names_what_the_user_that_serves_may_do_too_much(database: Database) -> None:
    check = ("check", "--deploy")
    clean, over, wrong = database.concord(
        SERVING, check,
        f"ALTER ROLE {SERVING} SUPERUSER", check, f"ALTER ROLE {SERVING} NOSUPERUSER",
        f"GRANT TRIGGER ON cases_entry TO {SERVING}", f"GRANT UPDATE ON looks_seen TO {SERVING}",
        f"GRANT CREATE ON SCHEMA public TO {SERVING}", check,
    )  # fmt: skip
    assert (clean.code, clean.err) == (0, "")
    assert f"'{SERVING}', is a superuser: it could take the guard off" in over.err
    assert wrong.code == 1
    for says in (
        "may empty tables, or put triggers on them: cases_entry: ",
        "may change what only grows, or what was migrated: looks_seen: ",
        "may make tables and functions of its own: ",
    ):
        assert f"concord.E021: The database's user that serves, '{SERVING}', {says}" in wrong.err
    # and whoever migrates takes that from it again
    [again] = database.concord(OWNER, ("migrate",))
    assert (again.code, again.err) == (0, "")
    assert f"'{SERVING}' may serve" in again.out


@pytest.mark.dear
@pytest.mark.postgres
def test_what_waits_to_be_migrated_or_given_is_told_with_what_to_run(database: Database) -> None:
    # Given a database of an earlier version, when whoever serves starts each part of the service,
    waiting = "app = 'backups' AND name = '0002_append_only'"
    parts = (("serve",), ("loop",), ("worker",), ("migrate",), ("migrate", "--serves", SERVING))
    said = database.concord(
        SERVING, f"DELETE FROM django_migrations WHERE {waiting}", *parts,
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('backups', '0002_append_only', now())",
        f"REVOKE SELECT ON django_migrations FROM {SERVING}", ("serve",), ("loop",),
        f"REVOKE USAGE ON SCHEMA public FROM PUBLIC, {SERVING}", ("worker",),
        f"GRANT USAGE ON SCHEMA public TO {SERVING}",
        f"GRANT SELECT ON django_migrations TO {SERVING}",
    )  # fmt: skip
    # then it ends, with what to run in one line; as where the user was given nothing to read.
    assert len(said) == 8
    for each in said:
        assert (each.code, each.err.count("\n")) == (1, 1), each
        assert f"concord migrate --serves {SERVING}" in each.err
    assert [each for each in said[:5] if f"its user '{SERVING}' may not" not in each.err] == []
    assert "permission denied for table django_migrations" in said[6].err


@pytest.mark.dear
@pytest.mark.postgres
def test_whoever_serves_records_an_act_and_all_of_it_is_backed_up_and_put_back(
    database: Database, tmp_path: Path
) -> None:
    # Given a concern raised through the site by the user that serves, and read, told and sealed,
    # when that user backs it up, and is not let put it back, but the owner is,
    key, backup = str(tmp_path / "key"), str(tmp_path / "tonight.concord")
    served = Instance(tmp_path / "data", DATABASE_URL=database.url(SERVING))
    reference, page, codes = json.loads(served.python(ACT, key, backup).splitlines()[-1])
    assert "Plum Invented" in page
    assert codes == [0, 0, 0, 0, 0, 1]
    owned = Instance(tmp_path / "data", DATABASE_URL=database.url(OWNER))
    done = owned.concord("restore", backup, "--key", key, "--replace")
    # then all of it is there, and whoever serves goes on, and may do no more than before.
    assert done.returncode == 0, done.stderr
    assert f"May serve again: {SERVING}." in done.stdout
    with psycopg.connect(database.url(SERVING), autocommit=True) as there:
        assert there.execute("SELECT reference FROM cases_case").fetchall() == [(reference,)]
        there.execute("UPDATE notifications_heartbeat SET stuck = 0")
        for statement in ("UPDATE cases_entry SET act = ''", "DELETE FROM django_migrations"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                there.execute(statement)


def test_sqlite_has_no_users_and_says_so(tmp_path: Path) -> None:
    refused = concord(tmp_path, "migrate", "--serves", "anybody")
    assert refused.returncode == 1
    assert refused.stderr.startswith("SQLite has no users")
    assert not list(tmp_path.glob("*.sqlite3"))
    assert concord(tmp_path, "migrate").stdout == "The tables were brought up to date.\n"
