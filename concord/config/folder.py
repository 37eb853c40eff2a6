"""The data folder: what it is for, and the secrets made in it at first start.

Demonstration and real data never share a folder: a folder is marked for one or the other when
it is first used, and refuses the other ever after.
"""

import os
import secrets
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
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
