"""A key is replaced in steps: both open between them, and one is left after them."""

import os
from pathlib import Path
from typing import Any

import pytest

from concord.vault import algorithms, index, keys, renewing
from concord.vault.closed import Damaged, NoKey
from concord.vault.renewing import NotNow

NAME = "K7QM-4TPD"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.CONCORD_KEYS = tmp_path / "keys"
    settings.CONCORD_MASTER_KEY = "5eed" * 16
    return tmp_path / "keys"


def test_between_the_steps_both_open_and_the_new_one_closes() -> None:
    old = keys.make(NAME)
    before = old.lock("Plum", "here")
    renewing.begin(NAME)
    between = keys.cipher(NAME).lock("Plum", "here")
    assert keys.cipher(NAME).open(before, "here") == keys.cipher(NAME).open(between, "here")
    with pytest.raises(Damaged):
        old.open(between, "here")
    renewing.finish(NAME)
    assert keys.cipher(NAME).open(between, "here") == "Plum"
    with pytest.raises(Damaged):
        keys.cipher(NAME).open(before, "here")
    # and done again, it is as it was
    renewing.finish(NAME)
    assert keys.cipher(NAME).open(between, "here") == "Plum"


def test_what_was_begun_twice_opens_with_every_one(folder: Path) -> None:
    keys.make(NAME)
    closed = []
    for _ in range(3):
        closed.append(keys.cipher(NAME).lock("Plum", "here"))
        renewing.begin(NAME)
    assert {keys.cipher(NAME).open(each, "here") for each in closed} == {"Plum"}
    assert keys.path_of(NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (folder / "cases" / "K7").iterdir()] == [NAME]


def test_the_key_of_a_backup_is_put_beside_and_closes_nothing() -> None:
    older = keys.make(NAME)
    copy, closed = keys.path_of(NAME).read_bytes(), older.lock("Plum", "here")
    renewing.begin(NAME)
    renewing.finish(NAME)
    assert renewing.beside(NAME, copy)
    assert not renewing.beside(NAME, copy)
    assert keys.cipher(NAME).open(closed, "here") == "Plum"
    with pytest.raises(Damaged):
        older.open(keys.cipher(NAME).lock("Plum", "here"), "here")
    keys.destroy(NAME, "{}")
    assert not renewing.beside(NAME, copy)


def test_a_key_of_an_algorithm_that_is_not_known_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys.make(NAME)
    monkeypatch.delitem(algorithms.KNOWN, 1)
    keys._known.clear()
    with pytest.raises(NoKey, match="or a later one"):
        keys.cipher(NAME)


def test_a_word_is_sought_by_both_keys_of_the_index_until_the_older_is_gone() -> None:
    (old,) = index.digests_of_name("Plum")
    renewing.begin(index.INDEX)
    ((new, also),) = index.sought_of_name("Plum")
    assert (also, index.digests_of_name("Plum")) == (old, [new])
    assert new != old
    renewing.finish(index.INDEX)
    assert index.sought_of_name("Plum") == [[new]]


def test_one_run_at_a_time_by_the_user_whose_keys_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with renewing.turn(), pytest.raises(NotNow, match="already"), renewing.turn():
        pass
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(NotNow, match="another user's"), renewing.turn():
        pass
