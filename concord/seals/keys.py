"""The key that signs checkpoints: made once, readable by its own user alone, never by the pages'.

Beside the checkpoints lie the public keys, one a line; whoever verifies trusts these, or the one
that a witness noted.
"""

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


class NoKey(Exception):
    """There is no signing key to be used; says what to do."""


def new_key(path: Path) -> Ed25519PrivateKey:
    """Make a signing key, in a file that only this user can read. Raises NoKey if one is there."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise NoKey(f"{path} is there already. A key is never written over.") from error
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return key


def read_key(path: Path) -> Ed25519PrivateKey:
    """The signing key. Raises NoKey where it is missing, is none, or others can read it."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise NoKey(f"Others can read {path}. Make it its user's alone: chmod 600 {path}.")
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise NoKey(
            f"There is no signing key at {path}. `concord seal --new-key` makes one."
        ) from error
    except PermissionError as error:
        raise NoKey(
            f"{path} cannot be read by this user. Run as the user whose key it is."
        ) from error
    except ValueError as error:
        raise NoKey(f"{path} holds no signing key.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(f"{path} holds a key of another kind than Ed25519.")
    return key


def public(key: Ed25519PrivateKey) -> str:
    """The public key, in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def trusted(path: Path) -> frozenset[str]:
    """The public keys that lie beside the checkpoints; none where there is no such file."""
    try:
        return frozenset(path.read_text(encoding="ascii").split())
    except (FileNotFoundError, UnicodeDecodeError):
        return frozenset()


def trust(path: Path, key: str) -> None:
    """Put a public key (hexadecimal) with those that are trusted."""
    if key not in trusted(path):
        with path.open("a", encoding="ascii") as file:
            file.write(key + "\n")
