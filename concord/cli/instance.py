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
    from django.db.migrations.executor import MigrationExecutor

Command = Callable[[Namespace], int]


class NoInstance(Exception):
    """There is no such instance to work on; says what to do."""


def on_an_instance(profile: str) -> Callable[[Command], Command]:
    """A command on the instance that the environment names, with its settings read.

    `profile` is taken where the environment names none; where it is empty, settings.py says.
    What is wrong with the instance or its database is told in a line, and the exit code is 1.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def on_it(arguments: Namespace) -> int:
            from django.db import Error

            try:
                _connect(profile)
                return command(arguments)
            except NoInstance as error:
                print(error, file=sys.stderr)
            except Closed as error:
                print(
                    f"{error} See docs/how-to/back-up-and-restore.md for what to do without it.",
                    file=sys.stderr,
                )
            except Error as error:
                says = " ".join(str(error).split())
                print(f"The database cannot be used: {says}.", file=sys.stderr)
            return 1

        return on_it

    return decorate


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


def is_new() -> bool:
    """Whether the database has no tables yet. A SQLite file that is not there is not made."""
    from django.db import connection

    if connection.vendor == "sqlite" and not _file_exists():
        return True
    return not _migrations().loader.applied_migrations


def must_be_of_this_version() -> None:
    """Raises NoInstance if the database is older than this version of Concord."""
    executor = _migrations()
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NoInstance(
            "The database is of an earlier version. Start `bin/serve` once, which backs it up "
            "and brings it up to date; then retry."
        )


def must_be_ready() -> None:
    """Raises NoInstance unless the database is there and of this version."""
    if is_new():
        raise NoInstance(
            "There is no data here yet. Set CONCORD_DATA (and CONCORD_PROFILE, for real data) to "
            "where it is, or begin with `concord setup`."
        )
    must_be_of_this_version()


def migrate() -> None:
    """Make the tables of a new database."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _migrations() -> "MigrationExecutor":
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    return MigrationExecutor(connection)


def _file_exists() -> bool:
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    return "memory" in name or Path(name).exists()
