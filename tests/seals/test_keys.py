"""The signing key: made once, its user's alone; and the public keys that are trusted."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from concord.seals.keys import NoKey, new_key, public, read_key, trust, trusted


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a key is to lie, in folders that are not there yet."""
    return tmp_path / "seal" / "private" / "key"


def said(error: pytest.ExceptionInfo[NoKey]) -> str:
    return str(error.value)


def test_a_new_key_is_its_user_s_alone_and_reads_back_as_the_same(path: Path) -> None:
    # given nothing; when a key is made, whatever the user's usual mode for new files
    before = os.umask(0)
    try:
        key = new_key(path)
    finally:
        os.umask(before)
    # then only its user can read it, and it is the key that was given
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert public(read_key(path)) == public(key)
    assert len(bytes.fromhex(public(key))) == 32


def test_a_key_is_never_written_over(path: Path) -> None:
    new_key(path)
    kept = path.read_bytes()
    with pytest.raises(NoKey) as refused:
        new_key(path)
    assert said(refused) == f"{path} is there already. A key is never written over."
    assert path.read_bytes() == kept


def test_a_key_is_on_the_disk_before_it_is_used(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint signed with a key that a power cut took could never be followed by another."""
    forced: list[bytes] = []

    def fsync(handle: int) -> None:
        assert os.fstat(handle).st_ino == path.stat().st_ino
        forced.append(path.read_bytes())

    monkeypatch.setattr("os.fsync", fsync)
    new_key(path)
    assert forced == [path.read_bytes()] != [b""]


def test_where_there_is_no_key_it_says_how_one_is_made(path: Path) -> None:
    with pytest.raises(NoKey) as refused:
        read_key(path)
    assert said(refused) == (
        f"There is no signing key at {path}. `concord seal --new-key` makes one."
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o601, 0o620, 0o602])
def test_a_key_that_others_can_get_at_is_not_used(path: Path, mode: int) -> None:
    new_key(path)
    os.chmod(path, mode)
    with pytest.raises(NoKey) as refused:
        read_key(path)
    assert said(refused) == f"Others can read {path}. Make it its user's alone: chmod 600 {path}."


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o700])
def test_what_its_own_user_may_do_with_it_is_theirs(path: Path, mode: int) -> None:
    key = new_key(path)
    os.chmod(path, mode)
    assert public(read_key(path)) == public(key)


def test_a_key_of_another_user_cannot_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_key(path)

    def shut(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", shut)
    with pytest.raises(NoKey) as refused:
        read_key(path)
    assert said(refused) == f"{path} cannot be read by this user. Run as the user whose key it is."


def written(path: Path, text: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(text)
    os.chmod(path, 0o600)


def test_a_file_that_holds_no_key_is_told_of(path: Path) -> None:
    written(path, b"not a key\n")
    with pytest.raises(NoKey) as refused:
        read_key(path)
    assert said(refused) == f"{path} holds no signing key."


def test_a_key_of_another_kind_is_told_of(path: Path) -> None:
    other = X25519PrivateKey.generate()
    written(path, other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(NoKey) as refused:
        read_key(path)
    assert said(refused) == f"{path} holds a key of another kind than Ed25519."


def test_the_public_key_is_what_others_check_signatures_with() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert public(key) == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"


def test_public_keys_are_kept_once_each_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "public-keys"
    assert trusted(path) == frozenset()
    for key in ("aa", "bb", "aa"):
        trust(path, key)
    assert path.read_bytes() == b"aa\nbb\n"
    assert trusted(path) == {"aa", "bb"}


def test_a_file_that_is_no_list_of_keys_makes_nobody_trusted(tmp_path: Path) -> None:
    path = tmp_path / "public-keys"
    path.write_bytes(b"\xff\xfe aa\n")
    assert trusted(path) == frozenset()
