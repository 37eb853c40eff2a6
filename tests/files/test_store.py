"""The store: whole on disk or not there, for this user alone, under names nobody can guess."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from concord.files import store
from concord.vault.cipher import Cipher
from concord.vault.closed import Damaged

KEY = Cipher(bytes(32))


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.CONCORD_FILES = tmp_path / "files"
    return tmp_path / "files"


def test_what_is_saved_is_read_again_and_is_this_users_alone(folder: Path) -> None:
    name = store.save(7, [b"one", b"two"], KEY)
    assert b"".join(store.open_file(7, name, KEY)) == b"onetwo"
    path = folder / "7" / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_is_forced_to_the_disk_before_it_has_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    force = os.fsync

    def watched(handle: int) -> None:
        seen.append([path.name for path in (folder / "7").iterdir()])
        force(handle)

    monkeypatch.setattr(os, "fsync", watched)
    name = store.save(7, [b"one"], KEY)
    assert seen[0] == [name + store.UNFINISHED]
    assert seen[1] == [name]


def test_what_fails_half_way_leaves_nothing(folder: Path) -> None:
    def half() -> Iterator[bytes]:
        yield b"one"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        store.save(7, half(), KEY)
    assert list((folder / "7").iterdir()) == []


@pytest.mark.parametrize("name", ["../8/x", "", "a" * 32, "/etc/passwd", "0" * 31 + "/"])
def test_no_name_leads_anywhere_else(name: str) -> None:
    store.save(7, [b"one"], KEY)
    with pytest.raises(store.NotKept):
        store.open_file(7, name, KEY)


def test_a_file_is_found_in_its_own_case_alone(folder: Path) -> None:
    name = store.save(7, [b"one"], KEY)
    with pytest.raises(store.NotKept):
        store.open_file(8, name, KEY)
    store.delete(8, name)
    assert b"".join(store.open_file(7, name, KEY)) == b"one"
    store.delete(7, name)
    with pytest.raises(store.NotKept):
        store.open_file(7, name, KEY)


def test_a_name_that_was_made_to_lead_elsewhere_is_not_followed(folder: Path) -> None:
    name = store.save(7, [b"one"], KEY)
    secret = folder / "secret"
    secret.write_bytes(b"not of this case")
    (folder / "7" / name).unlink()
    (folder / "7" / name).symlink_to(secret)
    with pytest.raises(store.NotKept):
        store.open_file(7, name, KEY)


def test_what_a_crash_left_is_swept_after_a_day_and_nothing_else(folder: Path) -> None:
    wanted, orphan, new = (store.save(7, [b"one"], KEY) for _ in range(3))
    unfinished = folder / "7" / ("0" * 32 + store.UNFINISHED)
    unfinished.write_bytes(b"half")
    at = datetime.now(UTC)
    old = (at - timedelta(days=2)).timestamp()
    for name in (wanted, orphan, unfinished.name):
        os.utime(folder / "7" / name, (old, old))
    assert store.sweep({wanted}, at) == 2
    assert {path.name for path in (folder / "7").iterdir()} == {wanted, new}


def test_a_file_lies_encrypted_and_opens_with_its_key_and_name_alone(folder: Path) -> None:
    name, other = store.save(7, [b"what was seen"] * 9, KEY), store.save(7, [b"else"], KEY)
    lies = (folder / "7" / name).read_bytes()
    assert b"what was seen" not in lies
    with pytest.raises(Damaged):
        b"".join(store.open_file(7, name, Cipher(b"\1" * 32)))
    (folder / "7" / other).write_bytes(lies)
    with pytest.raises(Damaged):
        b"".join(store.open_file(7, other, KEY))
    (folder / "7" / name).write_bytes(b"what was seen")
    with pytest.raises(Damaged):
        b"".join(store.open_file(7, name, KEY))
