"""A key for each case: a file of its own, wrapped with the master key, outside the database.

A key is made once, and no other is put in its place but by `renewing`. It is whole on the disk
before its name is known. What a process has unwrapped it remembers only while that file lies there
unchanged: once a key is destroyed, no process opens anything with it.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from concord.vault import algorithms, rings
from concord.vault.cipher import Cipher
from concord.vault.closed import Damaged, Destroyed, NoKey, Wrong
from concord.vault.master import cipher_for

KEYS, DESTROYED, MASTER = "cases", "destroyed", "master"
MOST = 20_000
"""How many unwrapped keys a process remembers."""
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")

Seen = tuple[str, int, int]
_known: dict[str, tuple[Seen, Cipher]] = {}


def make(name: str) -> Cipher:
    """Make a new key of this name (a case's reference). Raises FileExistsError, NoKey, Wrong."""
    check()
    path = path_of(name)
    if is_destroyed(name):
        raise FileExistsError(17, "a key of this name was destroyed", str(path))
    key, wrapped = rings.new(name)
    put(path, wrapped)
    return Cipher(key)


def check() -> None:
    """That the master key is the one that the keys here are wrapped with. Raises Wrong.

    The first use of the folder says which it is: two master keys would leave cases that only one
    of them opens.
    """
    path = Path(settings.CONCORD_KEYS) / MASTER
    try:
        with suppress(FileExistsError):
            if not path.exists():
                put(path, mark_of_master())
        begins, _, marked = path.read_bytes().partition(b"\n")
        number = next((n for n in algorithms.KNOWN if rings.line(n) == begins + b"\n"), 1)
        cipher_for("wrap", number).open_bytes(marked, MASTER)
    except Damaged as error:
        raise Wrong(
            f"The keys in {settings.CONCORD_KEYS} are wrapped with another master key than the one "
            "that is set. Set the one that was kept apart."
        ) from error
    except OSError as error:
        raise Wrong(f"The keys' folder {path.parent} cannot be used: {error.strerror}.") from error


def mark_of_master() -> bytes:
    """By which the master key is known again. Raises Wrong."""
    number = algorithms.PRESENT
    return rings.line(number) + cipher_for("wrap", number).lock_bytes(b"", MASTER)


def ensure(name: str) -> Cipher:
    """The key of this name, made if there is none yet. Raises NoKey, Wrong."""
    return cipher(name) if is_there(name) else make(name)


def cipher(name: str) -> Cipher:
    """What opens and closes things with the key of this name. Raises Destroyed, NoKey, Wrong."""
    where = _where(name)
    try:
        there = os.stat(where)
        seen = (where, there.st_ino, there.st_mtime_ns)
        known = _known.get(name)
        if known is not None and known[0] == seen:
            return known[1]
        wrapped = Path(where).read_bytes()
    except FileNotFoundError as error:
        _known.pop(name, None)
        if is_destroyed(name):
            raise Destroyed(f"The key of {name} was destroyed, with what it opened.") from error
        raise NoKey(f"The key of {name} is missing.") from error
    except OSError as error:
        raise NoKey(f"The key of {name} cannot be read: {error.strerror}.") from error
    found = rings.cipher_of(name, wrapped)
    if len(_known) >= MOST:
        _known.clear()
    _known[name] = (seen, found)
    return found


def is_there(name: str) -> bool:
    """Whether there is a key of this name."""
    return path_of(name).exists()


def destroy(name: str, says: str) -> None:
    """Destroy the key of this name, for good. `says` is kept in its place: why, and nothing of what
    it opened. Done twice it is done once.

    That it is destroyed is on the disk before the key goes: from then on no key of this name is
    made here or put back from a backup.
    """
    path = path_of(name)
    with suppress(FileExistsError):
        put(_folder(DESTROYED) / name, says.encode())
    _known.pop(name, None)
    try:
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    _force(path.parent)


def is_destroyed(name: str) -> bool:
    """Whether the key of this name was destroyed."""
    return (_folder(DESTROYED) / name).exists()


def destroyed() -> Iterator[tuple[str, str]]:
    """The names of the keys that were destroyed, each with what is kept in its place."""
    for path in sorted(_folder(DESTROYED).glob("*")):
        if _NAME.fullmatch(path.name):
            yield path.name, path.read_text(encoding="utf-8")


def names(beginning: str = "") -> Iterator[str]:
    """The names of all keys that are there, or of those alone that begin so."""
    for path in sorted(_folder(KEYS).glob(f"{beginning[:2] or '*'}/{beginning}*")):
        if _NAME.fullmatch(path.name):
            yield path.name


def path_of(name: str) -> Path:
    """Where the key of this name lies. Raises NoKey for what is no name."""
    return Path(_where(name))


def _where(name: str) -> str:
    """The same as text: it is asked for each thing that is opened, and joining paths takes long."""
    if not _NAME.fullmatch(name):
        raise NoKey("There is no key of such a name.")
    return f"{settings.CONCORD_KEYS}/{KEYS}/{name[:2]}/{name}"


def put(path: Path, content: bytes) -> None:
    """Write a new file, whole or not at all. Raises FileExistsError.

    Its user alone can read it, and the folder's group where the folder lets it.
    """
    part = _written(path, content)
    try:
        os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
    _force(path.parent)


def put_instead(path: Path, content: bytes) -> None:
    """Write a file in the place of one that is there: at every moment one of the two is whole."""
    part = _written(path, content)
    try:
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _force(path.parent)


def _written(path: Path, content: bytes) -> Path:
    """The content on the disk, in a file beside the one that it is for."""
    folder = path.parent
    if not folder.exists():
        _made(folder)
    part = folder / f".{secrets.token_hex(8)}"
    mode = 0o600 | (folder.stat().st_mode & 0o040)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


def _made(folder: Path) -> None:
    """Make a folder and those above it, as the nearest that is there is."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    mode = folder.stat().st_mode & 0o2050 if folder.is_relative_to(settings.CONCORD_KEYS) else 0
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        each.chmod(0o700 | mode)
        _force(each.parent)


def _folder(kind: str) -> Path:
    return Path(settings.CONCORD_KEYS) / kind


def _force(folder: Path) -> None:
    """The folder's own list of names is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
