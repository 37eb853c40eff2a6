"""Keys: made once, wrapped, their user's alone; what they close opens in its own place only."""

import os
from pathlib import Path
from typing import Any

import pytest

from concord.vault import keys
from concord.vault.cipher import Cipher
from concord.vault.closed import Closed, Damaged, NoKey, Wrong
from concord.vault.master import key_for, master_key

NAME = "K7QM-4TPD"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.CONCORD_KEYS = tmp_path / "keys"
    settings.CONCORD_MASTER_KEY = "5eed" * 16
    return tmp_path / "keys"


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / keys.KEYS).rglob("*") if path.is_file()]


def test_what_one_key_closes_opens_with_it_and_only_where_it_stood() -> None:
    one, other = Cipher(os.urandom(32)), Cipher(os.urandom(32))
    locked = one.lock("Plum Invented, “born” in 2015", "case/A", "record", "1")
    assert one.open(locked, "case/A", "record", "1") == "Plum Invented, “born” in 2015"
    assert locked.isascii()
    assert "Plum" not in locked
    for cipher, about in (
        (other, ("case/A", "record", "1")),
        (one, ("case/A", "record", "2")),
        (one, ("case/B", "record", "1")),
        (one, ()),
    ):
        with pytest.raises(Damaged):
            cipher.open(locked, *about)


def test_the_same_text_is_closed_otherwise_each_time() -> None:
    cipher = Cipher(os.urandom(32))
    assert cipher.lock("the same") != cipher.lock("the same")


def test_no_other_spelling_of_what_is_closed_is_taken() -> None:
    """The last letter before the padding has bits to spare: another letter means the same bytes."""
    cipher = Cipher(os.urandom(32))
    locked = cipher.lock("abcd")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for place in range(len(locked)):
        for letter in letters + " =":
            changed = locked[:place] + letter + locked[place + 1 :]
            if changed != locked:
                with pytest.raises(Damaged):
                    cipher.open(changed)
    odd: list[object] = [locked + " ", locked[:-1], "", None, b"1.", 7, "ü" + locked]
    for each in odd:
        with pytest.raises(Damaged):
            cipher.open(each)


def test_a_key_lies_wrapped_in_a_file_that_is_its_users_alone(folder: Path) -> None:
    made = keys.make(NAME)
    [path] = files(folder)
    assert path == keys.path_of(NAME)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (
        keys.cipher(NAME).open(
            made.lock("typed"),
        )
        == "typed"
    )
    assert list(keys.names()) == [NAME]


def test_a_folder_that_a_group_may_read_gives_keys_that_it_may_read(folder: Path) -> None:
    """For the process that seals and verifies as another user."""
    folder.mkdir(mode=0o750)
    folder.chmod(0o750)
    keys.make(NAME)
    assert keys.path_of(NAME).stat().st_mode & 0o777 == 0o640
    assert keys.path_of(NAME).parent.stat().st_mode & 0o777 == 0o750


def test_a_key_is_never_written_over(folder: Path) -> None:
    before = keys.make(NAME).lock("kept")
    with pytest.raises(FileExistsError):
        keys.make(NAME)
    assert keys.ensure(NAME).open(before) == "kept"
    assert len(files(folder)) == 1


def test_a_key_that_is_gone_opens_nothing_though_a_process_knew_it(folder: Path) -> None:
    keys.make(NAME)
    keys.cipher(NAME)
    keys.path_of(NAME).unlink()
    with pytest.raises(NoKey, match="missing"):
        keys.cipher(NAME)


def test_another_master_key_unwraps_nothing(settings: Any) -> None:
    keys.make(NAME)
    settings.CONCORD_MASTER_KEY = "beef" * 16
    keys._known.clear()
    with pytest.raises(NoKey, match="another master key"):
        keys.cipher(NAME)
    with pytest.raises(Wrong, match="another master key"):
        keys.make("AAAA-AAAA")
    assert not keys.is_there("AAAA-AAAA")


def test_a_key_wrapped_for_one_case_is_none_of_another() -> None:
    keys.make(NAME)
    keys.put(keys.path_of("AAAA-AAAA"), keys.path_of(NAME).read_bytes())
    with pytest.raises(NoKey, match="damaged"):
        keys.cipher("AAAA-AAAA")


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a/b", ".", "A" * 65, "A\n", "\udcff"])
def test_what_is_no_name_leads_nowhere(name: str) -> None:
    with pytest.raises(NoKey):
        keys.cipher(name)


def test_a_crash_while_a_key_is_made_leaves_none_that_is_half(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.check()

    def killed(*_: Any) -> None:
        raise OSError("killed here")

    monkeypatch.setattr(os, "link", killed)
    with pytest.raises(OSError, match="killed here"):
        keys.make(NAME)
    assert not keys.is_there(NAME)
    assert files(folder) == []
    monkeypatch.undo()
    keys.make(NAME)


def test_what_is_no_master_key_is_refused_and_says_how_to_make_one(settings: Any) -> None:
    assert master_key() == bytes.fromhex("5eed" * 16)
    for odd in ("", "plum jam", "ab" * 31, " " + "ab" * 32):
        settings.CONCORD_MASTER_KEY = odd
        with pytest.raises(Closed, match="token_hex"):
            master_key()


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert len({key_for("wrap"), key_for("index"), master_key()}) == 3
    assert key_for("wrap") == key_for("wrap")
