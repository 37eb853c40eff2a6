"""`concord migrate`: the tables made or brought up to date, and who serves given its rights."""

import argparse
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any


def add_migrating(commands: Any) -> None:
    """Add the command and its options."""
    says = "make the tables or bring them up to date; on PostgreSQL, as the user that owns them"
    one: argparse.ArgumentParser = commands.add_parser("migrate", help=says, description=says)
    one.set_defaults(command=_migrate)
    one.add_argument(
        "--serves", metavar="USER",
        help="the database's user that serves: it may read and write rows, and alter no table",
    )  # fmt: skip


def _migrate(arguments: argparse.Namespace) -> int:
    from concord.cli.instance import on_an_instance

    return on_an_instance("")(migrate)(arguments)


def migrate(arguments: argparse.Namespace) -> int:
    """Bring the database up to date, and let a user serve. Exit 1 where that one may do more."""
    from django.utils import timezone

    from concord.cases.database_users import (
        CannotServe,
        let_serve,
        must_be_able_to_serve,
        too_much,
        who_serves,
    )
    from concord.cli import instance

    try:
        if arguments.serves is not None:
            must_be_able_to_serve(arguments.serves)
    except CannotServe as error:
        print(error, file=sys.stderr)
        return 1
    instance.must_own_the_tables()
    done = bring_up_to_date(timezone.now())
    print("The tables were brought up to date." if done else "The tables are up to date.")
    wrong = 0
    for user in sorted({*who_serves(), *([arguments.serves] if arguments.serves else [])}):
        let_serve(user)
        print(f"The user '{user}' may serve: it reads and writes rows, and alters no table.")
        for each in too_much(user):
            print(f"But '{user}' {each}. Take that from it.", file=sys.stderr)
            wrong = 1
    return wrong


def bring_up_to_date(at: datetime) -> bool:
    """Make or change the tables where any wait for it, and give whoever serves their rights anew.

    A SQLite database that holds something is backed up first. Whether anything waited; `at` is
    aware. Raises NoInstance where the database's user may not change its tables.
    """
    from django.db import connection

    from concord.cli import instance

    if not instance.waits():
        return False
    instance.must_own_the_tables(instance.WAITS)
    if connection.vendor == "sqlite" and not instance.is_new():
        kept = back_up(Path(str(connection.settings_dict["NAME"])), at)
        print(f"Backed up to {kept} before changing the database.", file=sys.stderr)
    connection.close()
    instance.migrate()
    return True


def back_up(database: Path, at: datetime) -> Path:
    """A whole copy of a SQLite database, taken while it may be in use."""
    folder = database.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"concord-{at:%Y%m%dT%H%M%S}.sqlite3"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    shutil.copymode(database, target)
    return target
