"""What a stop of the sealing process leaves behind, and how the next start puts it right."""

import os
from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError

from concord.cases import sealing
from concord.cases.sealing import Places, Sealer
from concord.rules.clock import LONDON
from concord.seals.checkpoints import read
from concord.seals.keys import trusted
from tests.apps.test_sealing import noted, places, sealer, shelf
from tests.seals.shelf import Shelf, genesis

pytestmark = pytest.mark.django_db

AT = datetime(2026, 7, 1, 10, 30, 15, 250_000, tzinfo=LONDON)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


__all__ = ["places", "sealer", "shelf"]


@pytest.mark.parametrize("half", [b'{"body":{"checkpoint":2', b"x", b""])
def test_a_line_that_was_being_written_is_taken_away(
    places: Places, shelf: Shelf, half: bytes
) -> None:
    with Sealer(places, KEY, [shelf]) as sealer:
        sealer.seal(AT)
    whole = places.file.read_bytes()
    places.file.write_bytes(whole + half)
    with Sealer(places, KEY, [shelf]):
        assert places.file.read_bytes() == whole


def test_a_line_goes_whole_into_the_file_though_the_system_takes_it_in_pieces(
    sealer: Sealer, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr("os.write", lambda file, line: write(file, line[:100]))
    made, _ = sealer.seal(AT)
    assert made is not None
    assert len(places.file.read_bytes()) > 200
    assert read(places.file, trusted(places.keys)).last == made


def test_it_is_on_the_disk_before_the_database_is_told(
    sealer: Sealer, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def forced(file: int) -> None:
        assert os.fstat(file).st_ino == places.file.stat().st_ino
        done.append(f"{len(places.file.read_bytes().splitlines())} line on the disk")

    monkeypatch.setattr("os.fsync", forced)
    monkeypatch.setattr(sealing, "_note", lambda body: done.append(f"told of {body.number}"))
    sealer.seal(AT)
    assert done == ["1 line on the disk", "told of 1"]


def test_what_the_database_could_not_be_told_it_is_told_the_next_time(
    sealer: Sealer, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: object) -> None:
        raise DatabaseError("It is away.")

    with monkeypatch.context() as broken:
        broken.setattr(sealing, "_note", away)
        with pytest.raises(DatabaseError):
            sealer.seal(AT)
        assert noted() == []
    assert sealer.seal(AT) == (None, [])
    assert [each[0] for each in noted()] == [1]
    assert sealer.seal(AT) == (None, [])
    assert len(places.file.read_bytes().splitlines()) == 1


@pytest.fixture
def untold(places: Places, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three checkpoints, of which the database was told the first: then came a stop."""
    with monkeypatch.context() as stopped, Sealer(places, KEY, [shelf]) as sealer:
        sealer.seal(AT)
        stopped.setattr(sealing, "_note", lambda _: None)
        for history in ("shelf/c", "shelf/a"):
            shelf.write(history)
            sealer.seal(AT)


def test_what_a_stop_left_untold_is_told_at_the_next_start(
    untold: None, places: Places, shelf: Shelf
) -> None:
    assert [each[0] for each in noted()] == [1]
    with Sealer(places, KEY, [shelf]):
        pass
    held = read(places.file, trusted(places.keys))
    assert [each[0] for each in noted()] == [1, 2, 3]
    assert [each[2] for each in noted()] == held.digests


def test_a_database_whose_numbers_are_none_is_not_told(
    untold: None, places: Places, shelf: Shelf
) -> None:
    shelf.counts["shelf/a"] = "many"
    with Sealer(places, KEY, [shelf]):
        pass
    assert [each[0] for each in noted()] == [1]


@pytest.mark.parametrize("history", ["shelf/a", "shelf/c"])
def test_an_older_copy_of_the_database_is_not_told(
    untold: None, places: Places, shelf: Shelf, history: str
) -> None:
    """It is to be found out, not made to look as though it knew: one history is behind the file,
    or is not there at all."""
    shelf.rows[history] = shelf.rows[history][:-1]
    if not shelf.rows[history]:
        del shelf.rows[history]
    with Sealer(places, KEY, [shelf]):
        pass
    assert [each[0] for each in noted()] == [1]


def test_where_all_is_told_nothing_is_told_again(places: Places, shelf: Shelf) -> None:
    with Sealer(places, KEY, [shelf]) as sealer:
        sealer.seal(AT)
    before = noted()
    with Sealer(places, KEY, [shelf]):
        assert noted() == before


def test_the_shelf_is_sealed_as_a_history_is() -> None:
    """What these tests stand on: a shelf's first row follows the opening that it says."""
    shelf = Shelf()
    shelf.write("shelf/a", 2)
    first, second = shelf.rows["shelf/a"]
    assert (first.previous, second.previous) == (genesis("shelf/a"), first.link)
    assert replace(shelf.anchor("shelf/a"), heads={}).count == 2
