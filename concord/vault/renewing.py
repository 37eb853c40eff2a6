"""A new key in the place of one that is there, step by step, so that it can stop anywhere.

First the new key is put before the old one in the key's own file: what is closed from then on is
closed with the new one, and both open. Once everything is closed with the new one, the old one is
written over. Between the two steps nothing is lost whatever happens: begin and finish again.

What a whole run still has to do is noted in the keys' folder, so that the next goes on with it.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from concord.vault import keys, rings
from concord.vault.closed import NoKey
from concord.vault.index import INDEX
from concord.vault.master import key_for, key_for_before

_UNDER_WAY, _TURN = "anew", ".anew"


class NotNow(Exception):
    """Keys cannot be replaced now; says why, and what to do."""


@contextmanager
def turn() -> Iterator[None]:
    """One run at a time, by the user whose keys they are. Raises NotNow, Wrong."""
    keys.check()
    root = Path(settings.CONCORD_KEYS)
    if root.stat().st_uid != os.geteuid():
        raise NotNow(
            f"The keys in {root} are another user's. Run this as the user that runs the pages: a "
            "key that somebody else made could not be read by it."
        )
    handle = os.open(root / _TURN, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotNow("Keys are being replaced already. Wait until that has ended.") from error
        yield
    finally:
        os.close(handle)


def begin(name: str) -> None:
    """Put a new key of the present algorithm before those of this name. Raises NoKey, Wrong."""
    path = keys.path_of(name)
    _, new = rings.new(name)
    if name == INDEX and not path.exists():
        keys.put(path, new + _from_the_master())
        return
    old = _read(name)
    rings.unwrapped(name, old)
    keys.put_instead(path, new + old)


def finish(name: str) -> None:
    """Leave only the newest key of this name, wrapped with the master key that is set now.

    Done twice it is done once. Raises NoKey, Wrong.
    """
    path = keys.path_of(name)
    old = _read(name)
    (number, key), *_ = rings.unwrapped(name, old)
    with path.open("r+b") as file:
        keys.put_instead(path, rings.wrapped(name, number, key))
        file.write(os.urandom(len(old)))
        file.flush()
        os.fsync(file.fileno())


def beside(name: str, content: bytes) -> bool:
    """Let the keys of another copy of a key's file open too, as from a backup; whether any is new.

    They close nothing, and go when the key is replaced the next time. What the master key does not
    unwrap is left out, and beside a key that is damaged nothing is put. Raises Wrong.
    """
    try:
        here = _read(name)
        known = rings.unwrapped(name, here)
        found = [each for each in rings.unwrapped(name, content) if each not in known]
    except NoKey:
        return False
    if found:
        more = (rings.wrapped(name, number, key) for number, key in found)
        keys.put_instead(keys.path_of(name), b"".join((here, *more)))
    return bool(found)


Noted = dict[str, str]
"""What a run is to do: names, each with the print of its key's file as it was before."""


def noted() -> Noted | None:
    """What a run that was stopped was to do; None where none was."""
    try:
        found: Noted = json.loads(_note().read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    return found


def note(names: Iterable[str]) -> Noted:
    """Write down what a run is going to do, before it begins."""
    made = {name: _print_of(name) for name in names}
    keys.put_instead(_note(), json.dumps(made).encode("ascii"))
    return made


def is_begun(name: str, was: str) -> bool:
    """Whether a new key was put there since a key's file was as it was."""
    return _print_of(name) != was


def is_done(name: str, was: str) -> bool:
    """Whether the older keys are gone, too."""
    return is_begun(name, was) and _is_one(name)


def end() -> None:
    """The run is done: the master key that is set now is the only one from now on."""
    keys.put_instead(Path(settings.CONCORD_KEYS) / keys.MASTER, keys.mark_of_master())
    _note().unlink(missing_ok=True)


def _from_the_master() -> bytes:
    """The key of the index as it was made from the master key: from then on it is kept."""
    made = (key_for(INDEX), key_for_before(INDEX))
    return b"".join(rings.wrapped(INDEX, 1, each) for each in made if each is not None)


def _is_one(name: str) -> bool:
    """Whether a name has no key any more, or one that can be used and no other."""
    try:
        return not keys.is_there(name) or len(rings.unwrapped(name, _read(name))) == 1
    except NoKey:
        return False


def _read(name: str) -> bytes:
    try:
        return keys.path_of(name).read_bytes()
    except FileNotFoundError as error:
        keys.cipher(name)  # says why
        raise NoKey(f"The key of {name} is missing.") from error


def _print_of(name: str) -> str:
    path = keys.path_of(name)
    return sha256(path.read_bytes()).hexdigest()[:32] if path.exists() else ""


def _note() -> Path:
    return Path(settings.CONCORD_KEYS) / _UNDER_WAY
