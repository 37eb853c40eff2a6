"""What is dear to make is made once for a run, by whichever core needs it first, and copied."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def copied(
    name: str, make: Callable[[Path], None], into: Path, factory: pytest.TempPathFactory
) -> None:
    """Put what `make` puts into an empty folder into this one. `name`: what it is called."""
    run = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        run = run.parent
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made, half = run / f"once-{name}", run / f"half-{name}"
        if not made.exists():
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(mode=0o700)
            make(half)
            half.rename(made)
    shutil.copytree(made, into, dirs_exist_ok=True)
