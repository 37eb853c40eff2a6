"""A database of a campaign's own: SQLite in its folder, or a PostgreSQL server started there."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """The DATABASE_URL of a new database, while it runs: "" is SQLite. `name` says which."""
    if name == "sqlite":
        yield ""
        return
    home = folder / "postgresql"
    home.mkdir()
    folder.chmod(0o755)
    as_user: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root
        shutil.chown(home, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = str(home / "data")
    _run([*as_user, _program("initdb"), "-D", data, "-A", "trust", "-U", "concord"], home)
    control = [*as_user, _program("pg_ctl"), "-D", data, "-w"]
    options = f"-k {home} -c listen_addresses= -c max_connections=60"
    _run([*control, "-l", str(home / "log"), "-o", options, "start"], home)
    try:
        yield f"postgresql://concord@/postgres?host={home}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True, cwd=home)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd=folder)


def _program(name: str) -> str:
    """A PostgreSQL program, from the newest that Debian installed or from the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name) or name
