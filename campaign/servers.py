"""A PostgreSQL server of one's own, for as long as a run takes."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoServer(Exception):
    """PostgreSQL is not installed here; the words say what to do."""


@contextmanager
def on_database(name: str) -> Iterator[None]:
    """This process and those that it begins use SQLite, or a PostgreSQL server of one's own."""
    os.environ.pop("DATABASE_URL", None)
    if name == "sqlite":
        yield
        return
    with postgresql() as url:
        os.environ["DATABASE_URL"] = url
        yield


@contextmanager
def postgresql() -> Iterator[str]:
    """Its address, for DATABASE_URL: in a temporary folder, on a socket there. Raises NoServer.

    It does not wait for the disk: what is killed in a run are Concord's processes, not the server.
    """
    folder = Path(tempfile.mkdtemp(prefix="concord-pg-"))
    data = folder / "data"
    as_user: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    subprocess.run(
        [*as_user, _program("initdb"), "-D", str(data), "-A", "trust", "-U", "concord"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    control = [*as_user, _program("pg_ctl"), "-D", str(data), "-w"]
    log = ["-l", str(folder / "log"), "-o", options]
    subprocess.run([*control, *log, "start"], check=True, capture_output=True, cwd=folder)
    try:
        yield f"postgresql://concord@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """A PostgreSQL program, from the newest that Debian installed or from the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if found:
        return str(found[-1])
    on_path = shutil.which(name)
    if on_path is None:
        raise NoServer(f"PostgreSQL's {name} is not here: install postgresql, as .ci/run does.")
    return on_path
