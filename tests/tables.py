"""All tables without a row: made once by every migration, then copied where a test begins anew.

To go through every migration takes ten seconds of a processor. What is about migrating, or about
the first start of an empty folder, does not begin here.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
NAME = "concord.sqlite3"


def put_into(folder: Path) -> None:
    """Put an SQLite database with all tables into the folder of an instance; no secret, no key."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_made(), folder / NAME)


def name_in_memory() -> str:
    """What the tests' own database is called, if it is SQLite in memory; else nothing."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return ""
    creation: Any = connection.creation
    name = str(creation._get_test_db_name())
    return name if creation.is_in_memory_db(name) else ""


def in_memory(name: str) -> sqlite3.Connection:
    """A database of SQLite in memory with all tables; it lasts as long as the connection."""
    kept = sqlite3.connect(name, uri=True, check_same_thread=False)
    made = sqlite3.connect(_made())
    made.backup(kept)
    made.close()
    return kept


def apart() -> dict[str, str]:
    """The environment of this process without what it says of an instance of Concord."""
    ours = ("CONCORD_", "DATABASE_", "DJANGO_SETTINGS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _made() -> Path:
    """The file, beside the environment that made it; a changed migration makes another."""
    files = sorted([*ROOT.glob("concord/*/migrations/*.py"), ROOT / "requirements/dev.lock"])
    state = hashlib.sha256(b"".join(each.read_bytes() for each in files)).hexdigest()[:16]
    made = Path(sys.prefix) / f"tables-{state}.sqlite3"
    with (Path(sys.prefix) / "tables.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for old in made.parent.glob("tables-*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory() as folder:
                migrate(Path(folder))
                shutil.copyfile(Path(folder) / NAME, made.with_suffix(".new"))
            made.with_suffix(".new").rename(made)
    return made


def migrate(folder: Path, **more: str) -> None:
    """Make all tables, as an instance in this folder would."""
    found = subprocess.run(
        [sys.executable, "-c", "from django.core.management import execute_from_command_line as c; "
         "c(['', 'migrate', '--verbosity', '0'])"],
        cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        env=apart() | {"CONCORD_DATA": str(folder), "PYTHONPATH": str(ROOT),
                    "DJANGO_SETTINGS_MODULE": "concord.config.settings", **more},
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
