"""The database as one file, taken while it is in use; and put back whole or not at all."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from django.db import connection

NOBODYS = ("--no-owner", "--no-acl")


class NotDone(Exception):
    """The database could not be copied or put back; says why."""


def copy_to(target: Path) -> None:
    """Write the database to a new file. Whoever works on it is not held up. Raises NotDone."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(_path())) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    # users are the database server's own: another has others, and a restore gives them rights anew
    _run("pg_dump", "--format=custom", *NOBODYS, f"--file={target}", *_where())


def put_back(source: Path) -> None:
    """Put the database back from a file that `copy_to` wrote. Raises NotDone: nothing changed."""
    connection.close()
    if connection.vendor == "sqlite":
        _check(source)
        path = _path()
        waiting = path.with_name(path.name + ".restoring")
        shutil.copyfile(source, waiting)
        os.chmod(waiting, 0o600)
        with waiting.open("rb") as file:
            os.fsync(file.fileno())
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        waiting.rename(path)
        return
    _run("pg_restore", "--clean", "--if-exists", *NOBODYS, "--exit-on-error",
         "--single-transaction", *_where("--dbname"), str(source))  # fmt: skip


def _check(source: Path) -> None:
    with closing(sqlite3.connect(source)) as held:
        try:
            says = held.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            says = str(error)
    if says != "ok":
        raise NotDone(f"The database in the backup is damaged: {says}.")


def _path() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _where(name: str = "--dbname") -> list[str]:
    """Which database, for PostgreSQL's own programs; the password goes by the environment."""
    settings = connection.settings_dict
    found = [f"{name}={settings['NAME']}"]
    for option, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if settings[key]:
            found.append(f"{option}={settings[key]}")
    return found


def _run(program: str, *arguments: str) -> None:
    found = _program(program)
    environment = dict(os.environ)
    if connection.settings_dict["PASSWORD"]:
        environment["PGPASSWORD"] = str(connection.settings_dict["PASSWORD"])
    command: Sequence[str] = [found, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotDone(f"{program} failed: {' '.join(done.stderr.split())[:500]}")


def _program(name: str) -> str:
    """A PostgreSQL program, from the path or from the newest that Debian installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(debian[-1]) if debian else "")
    if not found:
        raise NotDone(f"{name} is not here: install PostgreSQL's client programs.")
    return found
