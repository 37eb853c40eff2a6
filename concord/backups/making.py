"""Making a backup, and putting an instance back from one."""

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, cast

from django.conf import settings
from django.db import connection

from concord.backups.box import Reader, Unreadable, Writer
from concord.backups.databases import copy_to, put_back
from concord.backups.keyrings import ABOUT as KEYS
from concord.cases.models import Case, Entry

ABOUT, DATABASE, FILES, SCHEDULES = "about.json", "database", "files", "retention"


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says of itself. `made` is an aware moment, in ISO 8601."""

    made: str
    database: str
    """SQLite or PostgreSQL: a backup goes back into the same kind."""
    cases: int
    records: int

    @property
    def moment(self) -> datetime:
        """When it was made (aware)."""
        return datetime.fromisoformat(self.made)


def back_up(target: Path, key: bytes, at: datetime) -> About:
    """Write the whole instance to a new, encrypted file. `at` is an aware datetime.

    The database is copied first and the files after: every file that the database names was on
    the disk before its record was. Raises FileExistsError, NotDone.
    """
    about = About(at.isoformat(), connection.vendor, Case.objects.count(), Entry.objects.count())
    with _folder() as folder:
        copy_to(folder / DATABASE)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                _write(Writer(file, key), about, folder / DATABASE)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return about


def _write(box: Writer, about: About, database: Path) -> None:
    with tarfile.open(fileobj=cast(IO[bytes], box), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        said = database.with_name(ABOUT)
        said.write_text(json.dumps(asdict(about)), encoding="utf-8")
        tar.add(said, ABOUT)
        tar.add(database, DATABASE)
        for name, kept in _folders().items():
            for path in sorted(kept.rglob("*")) if kept.exists() else ():
                if path.is_file() and not path.is_symlink():
                    tar.add(path, f"{name}/{path.relative_to(kept).as_posix()}")
    box.close()


def _folders() -> dict[str, Path]:
    """The folders of the instance that go with its database: the files of its cases, and its
    schedules of retention, without which a case would fall due by the house's own.
    """
    return {FILES: Path(settings.CONCORD_FILES), SCHEDULES: Path(settings.CONCORD_RETENTION)}


def about(source: Path, key: bytes) -> About:
    """What a backup says of itself, once the whole of it has been read and checked.

    Raises Unreadable.
    """
    with _folder() as folder:
        return _unpack(source, key, folder)


def restore(source: Path, key: bytes, first: Callable[[], None]) -> About:
    """Put the instance back as the backup has it: its database, its files, and its schedules.

    The backup is read and checked whole before anything is touched, or `first` is called: that is
    where what is there now is kept. Files that are newer than the backup stay: no record names
    them, and the loop tidies them away. Raises Unreadable, NotDone.
    """
    with _folder() as folder:
        found = _unpack(source, key, folder)
        if found.database != connection.vendor:
            raise Unreadable(
                f"The backup is of {found.database}, and this instance runs on "
                f"{connection.vendor}. Point DATABASE_URL at a database of the same kind."
            )
        first()
        for name, kept in _folders().items():
            _put_files_back(folder / name, kept)
        put_back(folder / DATABASE)
    return found


def _unpack(source: Path, key: bytes, folder: Path) -> About:
    with source.open("rb") as file:
        box = Reader(file, key)
        try:
            with tarfile.open(fileobj=cast(IO[bytes], box), mode="r|") as tar:
                for member in tar:
                    _take_out(tar, member, folder)
        except tarfile.TarError as error:
            raise Unreadable("The backup is damaged: nothing of it is used.") from error
        while box.read(1 << 20):
            pass  # to the last piece, which alone says that the file is whole
    try:
        return About(**json.loads((folder / ABOUT).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError) as error:
        raise Unreadable("The backup does not say what it is of.") from error


def _take_out(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    name = PurePosixPath(member.name)
    if member.name == KEYS:
        raise Unreadable("This is a backup of keys: put it back with --keys.")
    is_ours = member.name in (ABOUT, DATABASE) or member.name.partition("/")[0] in _folders()
    if not member.isreg() or name.is_absolute() or ".." in name.parts or not is_ours:
        raise Unreadable(f"The backup holds something that no backup holds: {member.name[:80]}.")
    content = tar.extractfile(member)
    assert content is not None
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file, 1 << 20)


def _put_files_back(folder: Path, kept: Path) -> None:
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        target = kept / path.relative_to(folder)
        if not path.is_file() or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        waiting = target.with_name(target.name + ".part")
        shutil.copyfile(path, waiting)
        os.chmod(waiting, 0o600)
        with waiting.open("rb") as file:
            os.fsync(file.fileno())
        waiting.rename(target)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of one's own beside the data, gone afterwards: what is in it is not encrypted."""
    data = Path(settings.DATA)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=data) as name:
        yield Path(name)
