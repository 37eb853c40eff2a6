"""An instance that was made once, stood up again for each module that begins where it began.

To make one takes half a minute of a processor, and a dozen modules begin with the same. On SQLite
its rows are copied, with what it keeps in folders; elsewhere it is made each time.
"""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from tests.pages.world import World

LASTS = 20 * 60
"""Seconds. What is open for half an hour or an hour is to be so for a whole module."""


@dataclass(frozen=True)
class _Made:
    """What an instance held once it was made, and when that was (of the monotonic clock)."""

    world: World
    rows: sqlite3.Connection
    folders: "tempfile.TemporaryDirectory[str]"
    since: float


_made: dict[str, _Made] = {}


@contextmanager
def taken_back() -> Iterator[None]:
    """What a module puts into the database is gone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def standing(name: str, make: Callable[[], World]) -> Iterator[World]:
    """The instance of this name until the end of the block; `make` makes it where there is none."""
    kept = {each: getattr(settings, each) for each in ("CONCORD_FILES", "CONCORD_KEYS")}
    with tempfile.TemporaryDirectory() as folder:
        for each in kept:
            setattr(settings, each, Path(folder) / each)
        try:
            if connection.vendor == "sqlite":
                yield from _stood_up(name, make, Path(folder))
            else:
                with taken_back():
                    yield make()
        finally:
            for each, path in kept.items():
                setattr(settings, each, path)


def _stood_up(name: str, make: Callable[[], World], folder: Path) -> Iterator[World]:
    nothing = _rows()
    made = _made.get(name)
    try:
        if made is None or time.monotonic() - made.since > LASTS:
            made = _made[name] = _remembered(make(), folder)
        else:
            made.rows.backup(_connected())
            shutil.copytree(made.folders.name, folder, dirs_exist_ok=True)
        with taken_back():
            yield _as_it_was(made.world)
    finally:
        nothing.backup(_connected())
        nothing.close()


def _remembered(world: World, folder: Path) -> _Made:
    kept = tempfile.TemporaryDirectory()
    shutil.copytree(folder, kept.name, dirs_exist_ok=True)
    return _Made(_as_it_was(world), _rows(), kept, time.monotonic())


def _as_it_was(world: World) -> World:
    """The same people in browsers of their own: what one module signs out is in for the next."""
    return replace(
        world, clients={who: _browser(client) for who, client in world.clients.items()},
        cases=dict(world.cases), tokens=dict(world.tokens), numbers=dict(world.numbers),
        codes=dict(world.codes),
    )  # fmt: skip


def _browser(client: Client) -> Client:
    other = copy(client)
    other.cookies = copy(client.cookies)
    return other


def _rows() -> sqlite3.Connection:
    """A copy of all rows as they are now."""
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    _connected().backup(kept)
    return kept


def _connected() -> Any:
    connection.ensure_connection()
    return connection.connection
