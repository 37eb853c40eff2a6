"""The one doorway to kept files: save, open, delete. Nothing else touches the folder.

A file is kept under a random name in its case's own folder, readable by this user alone, and is
whole on the disk before its name is known to anybody. It is encrypted with its case's own key, here
and nowhere else: contents go in and out as chunks of bytes, never as a path.
"""

import os
import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from concord.vault.cipher import Cipher
from concord.vault.streams import locked, opened

UNFINISHED = ".part"
GRACE = timedelta(days=1)
"""How old a file is before it can be taken for one that no record will name."""
_NAME = re.compile(r"[0-9a-f]{32}")


class NotKept(LookupError):
    """There is no such file."""


def save(case: int, content: Iterable[bytes], key: Cipher) -> str:
    """Keep a file of a case (its number, its key) and return its name in the store.

    It is written under another name, forced to the disk, and only then given its own.
    """
    folder = _folder(case)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    _write(folder, name, content, key)
    return name


def close_again(case: int, key: Cipher) -> int:
    """Close every file of a case again with the key that closes now; how many. Raises Damaged.

    Each stays whole in its place until it is written: it can stop anywhere, and be done again.
    """
    folder = _folder(case)
    names = [path.name for path in folder.iterdir()] if folder.exists() else []
    kept = [name for name in names if _NAME.fullmatch(name)]
    for name in kept:
        _write(folder, name, open_file(case, name, key), key)
    return len(kept)


def _write(folder: Path, name: str, content: Iterable[bytes], key: Cipher) -> None:
    part = folder / (name + UNFINISHED)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in locked(key, content, name):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.rename(folder / name)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    for each in (folder, folder.parent):
        _force(each)


def open_file(case: int, name: str, key: Cipher) -> Iterator[bytes]:
    """The content of a kept file, in chunks. Raises NotKept, before the first chunk; Damaged at one
    that is not as it was kept.
    """
    try:
        handle = os.open(_path(case, name), os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise NotKept(name) from error
    return _chunks(os.fdopen(handle, "rb"), name, key)


def _chunks(file: BinaryIO, name: str, key: Cipher) -> Iterator[bytes]:
    with file:
        yield from opened(key, file, name)


def delete(case: int, name: str) -> None:
    """Remove a file, for good. One that is not there is removed already."""
    _path(case, name).unlink(missing_ok=True)


def delete_all(case: int) -> None:
    """Remove every file of a case, for good, with what a crash left of one."""
    folder = _folder(case)
    if not folder.exists():
        return
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
    _force(folder)
    folder.rmdir()


def sweep(wanted: Collection[str], at: datetime) -> int:
    """Remove what a crash left behind: files older than a day whose names are not wanted.

    `at` is aware. Returns how many were removed.
    """
    before = (at - GRACE).astimezone(UTC).timestamp()
    removed = 0
    for path in _root().glob("*/*"):
        if path.name not in wanted and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _root() -> Path:
    return Path(settings.CONCORD_FILES)


def _folder(case: int) -> Path:
    return _root() / str(int(case))


def _path(case: int, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise NotKept(name)
    return _folder(case) / name


def _force(folder: Path) -> None:
    """The folder's own list of names is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
