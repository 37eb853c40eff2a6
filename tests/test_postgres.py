"""The same ledger, doorways and pages on PostgreSQL: the same tests, another database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.postgres
def test_the_ledger_and_pages_hold_on_postgresql(postgres_url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": postgres_url}
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "auto", "tests/apps", "tests/notifications", "tests/subject_access", "tests/retention", "-p", "no:cacheprovider"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(found.stdout[-3000:])  # noqa: T201
    assert found.returncode == 0
    assert " passed" in found.stdout
