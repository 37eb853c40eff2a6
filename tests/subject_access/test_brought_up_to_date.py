"""A request that was written down before there were keys is encrypted as the database is migrated."""

from pathlib import Path

import pytest

from tests.backups.instance import Instance

OLDER = """
import django
django.setup()
from django.core.management import call_command
from django.utils import timezone
from datetime import date
from concord.cases.models import Case
from concord.cases.doorway import viewer
from concord.directory.models import User
from concord.subject_access.models import Request, Step, StepKind
from concord.subject_access.requests import Asked, begin, gather, standing_of
case = Case.objects.get()
who = viewer(User.objects.get(posts__role="business_manager", posts__partnership=case.partnership), timezone.now())
asked = Asked("Plum Invented", date(2015, 4, 3), "Rowan Madeup", "parent", date(2026, 11, 2), date(2026, 11, 2), "Passport canary", "")
made = begin(case.partnership, asked, who)
assert gather(standing_of(made), who)
call_command("migrate", "subject_access", "0002_append_only", verbosity=0)
"""
LOOK = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import DatabaseError
from concord.subject_access.models import Piece, Request, Step
made = Request.objects.get()
assert (made.child, made.born.isoformat(), made.asked_by) == ("Plum Invented", "2015-04-03", "Rowan Madeup")
assert Step.objects.first().note == "Passport canary"
assert any("Plum Invented" in each.text for each in Piece.objects.all())
for table in (Request, Step, Piece):
    try:
        table.objects.all()._raw_delete(using="default")
    except DatabaseError as error:
        assert "append-only" in str(error)
    else:
        raise AssertionError(table)
print("whole")
"""


def rows(instance: Instance) -> str:
    return instance.python(
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "for table in ('request', 'step', 'piece'):\n"
        "    cursor.execute('SELECT * FROM subject_access_' + table)\n"
        "    print(cursor.fetchall())"
    )


def drill(instance: Instance) -> None:
    # given a request of the version before, in plain
    instance.cast()
    assert instance.case("first")
    instance.python(OLDER)
    assert "Rowan Madeup" in rows(instance)
    assert "Passport canary" in rows(instance)
    # when the database is brought up to date
    assert instance.python(LOOK).strip() == "whole"
    # then nothing of it is in plain
    for words in ("Rowan Madeup", "Passport canary", "Plum Invented", "2015-04-03"):
        assert words not in rows(instance), words


@pytest.mark.dear
def test_what_was_plain_is_closed_and_still_append_only(tmp_path: Path) -> None:
    drill(Instance(tmp_path / "data"))


@pytest.mark.dear
@pytest.mark.postgres
def test_so_it_is_on_postgresql(postgres_url: str, postgres_tables: str, tmp_path: Path) -> None:
    import psycopg

    base, _, query = postgres_url.partition("?")
    host = query.removeprefix("host=")
    with psycopg.connect(f"host={host} user=concord dbname=postgres", autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS requests")
        server.execute(f"CREATE DATABASE requests TEMPLATE {postgres_tables}")
    url = f"{base.rpartition('/')[0]}/requests?{query}"
    drill(Instance(tmp_path / "data", DATABASE_URL=url))
