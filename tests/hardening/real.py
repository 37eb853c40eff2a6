"""A real instance of its own, in a process of its own: its settings are read once a process."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SECRET = "a-secret-made-for-these-tests-alone-0123456789-ABCDEFGHIJKLMNOPQ"
CLEARED = ("CONCORD_", "DATABASE_URL", "DJANGO_")


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a real instance; a variable that is given as empty is not set."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(CLEARED)}
    wanted = {
        "PYTHONPATH": str(ROOT), "CONCORD_PROFILE": "production", "CONCORD_DATA": str(folder),
        "CONCORD_SECRET_KEY": SECRET, "CONCORD_MASTER_KEY": "5eed" * 16,
        "CONCORD_HOSTS": "concord.example.org", **more,
    }  # fmt: skip
    return ours | {name: value for name, value in wanted.items() if value}


def concord(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command of the instance in this folder."""
    return _run(["-m", "concord", *arguments], surroundings(folder, **more))


def asked(folder: Path, script: str, **more: str) -> str:
    """What a script prints that is run on the instance in this folder."""
    settings = {"DJANGO_SETTINGS_MODULE": "concord.config.settings"}
    begin = "import django; django.setup()\n"
    found = _run(["-c", begin + script], surroundings(folder, **settings, **more))
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def _run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def until_it_answers(port: int) -> None:
    """Wait for a server that was begun on this port of loopback."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the server did not begin")
