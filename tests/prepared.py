"""The demonstration as its first start leaves it: built once for a run, then copied to be served.

That an empty folder is served too is shown by tests/notifications/test_processes.py.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import once, tables

PREPARE = "import django; django.setup()\nfrom concord.config.serve import prepare; prepare()"


def put_into(folder: Path, factory: pytest.TempPathFactory) -> None:
    """Put a demonstration into an empty folder, with its secrets and its keys."""
    once.copied("prepared", _build, folder, factory)


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a process of the demonstration in this folder."""
    return tables.apart() | {"CONCORD_DATA": str(folder), "PYTHONPATH": str(tables.ROOT)} | more


def _build(folder: Path) -> None:
    tables.put_into(folder)
    settings = {"DJANGO_SETTINGS_MODULE": "concord.config.settings"}
    found = subprocess.run(
        [sys.executable, "-c", PREPARE], cwd=tables.ROOT, env=surroundings(folder, **settings),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
