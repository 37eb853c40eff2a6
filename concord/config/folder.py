"""The data folder: what it is for, and the secrets made in it at first start.

Demonstration and real data never share a folder: a folder is marked for one or the other when
it is first used, and refuses the other ever after.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

MARK = "what-this-folder-holds"


class WrongFolder(ImproperlyConfigured):
    """The folder holds the other kind of data."""


def claim(folder: Path, profile: str) -> None:
    """Mark a folder as holding demonstration or production data. Raises WrongFolder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark = folder / MARK
    if not mark.exists():
        if profile == "production" and (folder / "concord.sqlite3").exists():
            raise WrongFolder(f"{folder} holds unmarked data. Choose an empty folder.")
        mark.write_text(profile)
    held = mark.read_text().strip()
    if held != profile:
        raise WrongFolder(
            f"{folder} holds {held} data, and {profile} data never shares its folder. "
            "Set CONCORD_DATA to another folder."
        )


def secret(folder: Path, name: str) -> str:
    """A secret made at first use, readable by this user alone."""
    return made(folder, name, secrets.token_urlsafe(48)).read_text().strip()


def made(folder: Path, name: str, text: str) -> Path:
    """A file of this name, readable by this user alone; made with this text if it is not there.

    It is whole before it has its name: of two processes that start at once, one makes it.
    """
    path = folder / name
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f".{name}-{secrets.token_hex(8)}"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink()
    return path
