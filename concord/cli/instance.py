"""An instance at the terminal: its settings read, its database found."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from concord.vault.closed import Closed

if TYPE_CHECKING:
    from django.db import Error
    from django.db.migrations.executor import MigrationExecutor

Command = Callable[[Namespace], int]
LACKS_A_RIGHT = "42501"
"""PostgreSQL's word (SQLSTATE) for a user that may not do what was asked."""
GIVE_RIGHTS = (
    "Run `concord migrate --serves {user}` with DATABASE_URL naming the user that owns the tables; "
    "then retry."
)
WAITS = "The tables of the database are to be made or brought up to date first"


class NoInstance(Exception):
    """There is no such instance to work on; says what to do."""


def on_an_instance(profile: str, only_looks: bool = False) -> Callable[[Command], Command]:
    """A command on the instance that the environment names, with its settings read.

    `profile` is taken where the environment names none; where it is empty, settings.py says.
    What is wrong with the instance or its database is told in a line, and the exit code is 1.
    So is a database or mail server that would not have to prove who it is, unless the command
    `only_looks` at the settings.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def on_it(arguments: Namespace) -> int:
            from django.db import Error

            try:
                _connect(profile)
                if not only_looks:
                    _must_send_safely()
                return command(arguments)
            except NoInstance as error:
                print(error, file=sys.stderr)
            except Closed as error:
                print(
                    f"{error} See docs/how-to/back-up-and-restore.md for what to do without it.",
                    file=sys.stderr,
                )
            except Error as error:
                print(unusable(error), file=sys.stderr)
            return 1

        return on_it

    return decorate


def unusable(error: "Error") -> str:
    """What to tell of a fault of the database, and what to do where its user lacks a right."""
    says = f"The database cannot be used: {' '.join(str(error).split())}."
    if getattr(error.__cause__, "sqlstate", "") != LACKS_A_RIGHT:
        return says
    return f"{says} {GIVE_RIGHTS.format(user=settings.DATABASES['default']['USER'] or 'USER')}"


def _connect(profile: str) -> None:
    if settings.configured:
        return
    if profile:
        os.environ.setdefault("CONCORD_PROFILE", profile)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise NoInstance(str(error)) from error


def _must_send_safely() -> None:
    """Raises NoInstance where real data would go to a server that need not prove who it is."""
    from django.core.checks import run_checks

    if settings.DEMONSTRATION:
        return
    for each in run_checks(tags=["onward"], include_deployment_checks=True):
        raise NoInstance(f"{each.msg} {each.hint}")


def is_new() -> bool:
    """Whether the database has no tables yet. A SQLite file that is not there is not made."""
    from django.db import connection

    if connection.vendor == "sqlite" and not _file_exists():
        return True
    return not _migrations().loader.applied_migrations


def waits() -> bool:
    """Whether tables are to be made or changed before this version can work on the database."""
    executor = _migrations()
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def must_be_of_this_version() -> None:
    """Raises NoInstance if the database is older than this version of Concord."""
    if not waits():
        return
    must_own_the_tables(WAITS)
    raise NoInstance(
        "The database is of an earlier version. Start `bin/serve` once, or run `concord migrate`: "
        "either brings it up to date, and backs SQLite up first. Then retry."
    )


def must_own_the_tables(why: str = "This makes or changes the tables of the database") -> None:
    """Raises NoInstance where the database's user may not make or change its tables.

    `why` is what it is told for.
    """
    from concord.cases.database_users import may_migrate, name

    if not may_migrate():
        user = name()
        raise NoInstance(
            f"{why}, and its user '{user}' may not do that, as is right for one that serves. "
            f"{GIVE_RIGHTS.format(user=user)}"
        )


def must_be_ready() -> None:
    """Raises NoInstance unless the database is there and of this version."""
    if is_new():
        must_own_the_tables(WAITS)
        raise NoInstance(
            "There is no data here yet. Set CONCORD_DATA (and CONCORD_PROFILE, for real data) to "
            "where it is, or begin with `concord setup`."
        )
    must_be_of_this_version()


def migrate() -> tuple[str, ...]:
    """Make the tables, or bring them up to date, and give whoever serves their rights anew.

    The database's users that may serve; none on SQLite.
    """
    from django.core.management import call_command

    from concord.cases.database_users import let_serve, who_serves

    call_command("migrate", verbosity=0)
    serving = who_serves()
    for user in serving:
        let_serve(user)
    return serving


def _migrations() -> "MigrationExecutor":
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    return MigrationExecutor(connection)


def _file_exists() -> bool:
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    return "memory" in name or Path(name).exists()
