"""A backup of the keys alone, and putting back the keys that are missing.

It is kept apart from the backups of the database: whoever has one of the two reads nothing. The
master key is in neither.
"""

import json
import os
import tarfile
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, cast

from django.conf import settings

from concord.backups.box import Reader, Unreadable, Writer
from concord.vault.keys import DESTROYED, KEYS, MASTER, put
from concord.vault.renewing import beside

ABOUT = "about-keys.json"


@dataclass(frozen=True, slots=True)
class AboutKeys:
    """What a backup of keys says of itself. `made` is an aware moment, in ISO 8601."""

    made: str
    keys: int


@dataclass(frozen=True, slots=True)
class PutBack:
    """What came of putting keys back: new ones, those that were there, those never to return."""

    made: str
    added: int
    there: int
    destroyed: int


def back_up_keys(target: Path, key: bytes, at: datetime) -> AboutKeys:
    """Write all keys, wrapped as they are, to a new encrypted file. `at` is an aware datetime.

    Raises FileExistsError.
    """
    root = Path(settings.CONCORD_KEYS)
    found = [path for kind in (KEYS, DESTROYED) for path in _files(root / kind)]
    found += [path for path in (root / MASTER,) if path.is_file()]
    about = AboutKeys(at.isoformat(), sum(KEYS in path.relative_to(root).parts for path in found))
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            box = Writer(file, key)
            with tarfile.open(fileobj=cast(IO[bytes], box), mode="w|") as tar:
                _add(tar, ABOUT, json.dumps(asdict(about)).encode())
                for path in found:
                    _add(tar, path.relative_to(root).as_posix(), path.read_bytes())
            box.close()
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return about


def restore_keys(source: Path, key: bytes) -> PutBack:
    """Put back the keys that are missing here. Those that are here stay as they are: where the
    backup has another key of that name, that one opens too what it closed. Those that were
    destroyed stay destroyed. The file is read and checked whole first. Raises Unreadable.
    """
    about, held = _read(source, key)
    root = Path(settings.CONCORD_KEYS)
    destroyed = {path.name for path in _files(root / DESTROYED)}
    destroyed |= {PurePosixPath(name).name for name in held if name.startswith(DESTROYED)}
    added = there = 0
    for name, content in held.items():
        is_key = name.startswith(KEYS)
        if is_key and PurePosixPath(name).name in destroyed:
            continue
        try:
            put(root / name, content)
            added += is_key
        except FileExistsError:
            is_another = is_key and beside(PurePosixPath(name).name, content)
            added += is_another
            there += is_key and not is_another
    gone = sum(name.startswith(KEYS) and PurePosixPath(name).name in destroyed for name in held)
    return PutBack(about.made, added, there, gone)


def about_keys(source: Path, key: bytes) -> AboutKeys:
    """What a backup of keys says of itself, once the whole of it was read. Raises Unreadable."""
    return _read(source, key)[0]


def _read(source: Path, key: bytes) -> tuple[AboutKeys, dict[str, bytes]]:
    held: dict[str, bytes] = {}
    with source.open("rb") as file:
        box = Reader(file, key)
        try:
            with tarfile.open(fileobj=cast(IO[bytes], box), mode="r|") as tar:
                for member in tar:
                    held[_name(member)] = tar.extractfile(member).read()  # type: ignore[union-attr]
        except tarfile.TarError as error:
            raise Unreadable("The backup is damaged: nothing of it is used.") from error
        while box.read(1 << 20):
            pass  # to the last piece, which alone says that the file is whole
    try:
        return AboutKeys(**json.loads(held.pop(ABOUT))), held
    except (KeyError, ValueError, TypeError) as error:
        raise Unreadable("The backup does not say what it is of.") from error


def _name(member: tarfile.TarInfo) -> str:
    name = PurePosixPath(member.name)
    if member.name == "about.json":
        raise Unreadable("This is a backup of the database: put it back without --keys.")
    is_ours = member.name in (ABOUT, MASTER) or name.parts[:1] in ((KEYS,), (DESTROYED,))
    if not member.isreg() or name.is_absolute() or ".." in name.parts or not is_ours:
        raise Unreadable(f"The backup holds something that no backup holds: {member.name[:80]}.")
    return member.name


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*")) if folder.exists() else []
    return [p for p in found if p.is_file() and not p.is_symlink() and not p.name.startswith(".")]


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, BytesIO(content))
