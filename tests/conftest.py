"""What all tests share: a browser, and PostgreSQL made for the run."""

import importlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import connection
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests import tables
from tests.turns import left_out

# Playwright's own loop would make Django refuse the database in journeys.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The same examples on every run: a change is judged by what it changed. `bin/campaign` searches.
settings.register_profile("fixed", derandomize=True)
settings.register_profile("search", derandomize=False, print_blob=True)
settings.load_profile("search" if os.environ.get("CONCORD_SEARCH") else "fixed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A run that takes parts by turns leaves out most of what is dear."""
    left = set(left_out(items))
    if left:
        config.hook.pytest_deselected(items=list(left))
        items[:] = [each for each in items if each not in left]


CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium_here() -> str:
    """The shell of Chromium that has no window, at half of the cost; else Chromium."""
    return shutil.which("chromium-headless-shell") or "/usr/bin/chromium"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless: one for the whole run, as Playwright runs once a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_here(), args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Whether the tests' own database has its tables before Django would make each in turn: it is
    a file of SQLite.
    """
    return connection.vendor == "sqlite" and bool(connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_keepdb: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """That file goes with the run."""
    if django_db_keepdb:
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        tables.put_at(path)
        connection.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture
def guard_again(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Puts the append-only guard back after a test whose tables were emptied."""
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for guards in _guards():
            guards.guard(apps, editor)


@pytest.fixture
def real_transactions(guard_again: None, transactional_db: None) -> Iterator[None]:
    """Transactions that commit. The guard is lifted only to empty the tables afterwards."""
    yield
    with connection.schema_editor() as editor:
        for guards in reversed(_guards()):
            guards.unguard(apps, editor)


@pytest.fixture(scope="session", autouse=True)
def keys_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The keys of the run's cases go with it."""
    django_settings.CONCORD_KEYS = tmp_path_factory.mktemp("keys")


AS_REAL = ScryptPasswordHasher.work_factor


@pytest.fixture(scope="session", autouse=True)
def hashed_quickly() -> Iterator[None]:
    """Passwords and codes are hashed in the same way at a hundredth of the cost, which is a third
    of a second each time, on purpose.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScryptPasswordHasher, "work_factor", AS_REAL >> 7)
        yield


@pytest.fixture
def hashed_as_real(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the whole cost: where it is told from the time whether somebody was hashed for."""
    monkeypatch.setattr(ScryptPasswordHasher, "work_factor", AS_REAL)


@pytest.fixture(scope="session", autouse=True)
def pages_loaded() -> None:
    """Every page is there before a test puts the clock of one on: who loads later keeps that clock."""
    importlib.import_module(django_settings.ROOT_URLCONF)


GUARDS = (
    "concord.cases.migrations.0002_append_only",
    "concord.cases.migrations.0010_checkpoints",
    "concord.cases.migrations.0012_register",
    "concord.documents.migrations.0002_append_only",
    "concord.documents.migrations.0004_bundles_append_only",
    "concord.documents.migrations.0006_templates_append_only",
    "concord.looks.migrations.0002_append_only",
    "concord.looks.migrations.0003_sealed",
    "concord.backups.migrations.0002_append_only",
    "concord.subject_access.migrations.0002_append_only",
)


def _guards() -> list[Any]:
    return [importlib.import_module(each) for each in GUARDS]


def _program(name: str) -> str:
    """A PostgreSQL program, from the newest that Debian installed or from the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if found:
        return str(found[-1])
    on_path = shutil.which(name)
    if on_path is None:
        pytest.fail(f"PostgreSQL's {name} is not here: install postgresql, as .ci/run does.")
    return on_path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own, in a temporary folder, on a socket of its own."""
    folder = Path(tempfile.mkdtemp(prefix="concord-pg-"))
    data = folder / "data"
    as_user: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    # What it holds is thrown away: nothing of it has to outlive the machine.
    careless = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    options = f"-k {folder} -c listen_addresses= {careless}"
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


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of that server with all tables and no row, to be the template of others."""
    name = "tables"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    url = postgres_url.replace("/postgres?", f"/{name}?")
    tables.migrate(tmp_path_factory.mktemp(name), DATABASE_URL=url)
    return name
