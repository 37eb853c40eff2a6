"""All tables without a row: made once by every migration, then copied where a test begins anew.

To go through every migration takes ten seconds of a processor. What is about migrating, or about
the first start of an empty folder, does not begin here.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAME = "concord.sqlite3"


def put_into(folder: Path) -> None:
    """Put an SQLite database with all tables into the folder of an instance; no secret, no key."""
    folder.mkdir(parents=True, exist_ok=True)
    put_at(folder / NAME)


def put_at(path: Path) -> None:
    """Put such a database at a path."""
    shutil.copyfile(_made(), path)


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
