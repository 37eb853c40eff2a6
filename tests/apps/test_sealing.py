"""The process that seals: what it signs and what it never signs, and what a stop leaves behind."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from concord.cases import ledger, models, sealing
from concord.cases.sealing import NotSealed, Places, Sealer
from concord.rules.clock import LONDON
from concord.seals.checking import MARK, Finding, Kind
from concord.seals.checkpoints import Entry, make, read
from concord.seals.keys import public, trusted
from tests.apps.test_acting import opening, record
from tests.seals.shelf import Shelf, row, two_histories

pytestmark = pytest.mark.django_db

AT = datetime(2026, 7, 1, 10, 30, 15, 250_000, tzinfo=LONDON)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Folders that are not there yet."""
    return Places(tmp_path / "var" / "seal")


@pytest.fixture
def shelf() -> Shelf:
    """Two histories: one of three records, one of a single record."""
    return two_histories()


@pytest.fixture
def sealer(places: Places, shelf: Shelf) -> Iterator[Sealer]:
    with Sealer(places, KEY, [shelf]) as sealer:
        yield sealer


def entry(shelf: Shelf, history: str, first: int, last: int) -> Entry:
    rows = shelf.rows[history][first - 1 : last]
    marks = "".join(each.commitment[:MARK] for each in rows)
    return Entry(history, first, last, rows[-1].link, marks)


def noted() -> list[tuple[int, datetime, str, int]]:
    """The checkpoints of which the database was told."""
    rows = models.Checkpoint.objects.order_by("number")
    return list(rows.values_list("number", "made", "digest", "records"))


def handles() -> set[str]:
    """The files that this process has open."""
    return set(os.listdir("/proc/self/fd"))


# --- what is sealed ---------------------------------------------------------------------------


def test_what_is_new_is_signed_written_and_told(
    sealer: Sealer, places: Places, shelf: Shelf
) -> None:
    # given two histories; when they are sealed, and one grows and is sealed again
    first, wrong = sealer.seal(AT)
    body, line = make(None, [entry(shelf, "shelf/a", 1, 3), entry(shelf, "shelf/b", 1, 1)], KEY, AT)
    assert (first, wrong) == (body, [])
    shelf.write("shelf/a", 2)
    second, wrong = sealer.seal(AT)
    following, next_line = make(body, [entry(shelf, "shelf/a", 4, 5)], KEY, AT)
    assert (second, wrong) == (following, [])
    # then both stand in the file, and the database knows them
    assert places.file == places.folder / "checkpoints.jsonl"
    assert places.file.read_bytes() == line + next_line
    at = datetime(2026, 7, 1, 9, 30, 15, tzinfo=UTC)
    assert noted() == [(1, at, body.digest(), 4), (2, at, following.digest(), 6)]
    # and nothing is sealed twice
    assert sealer.seal(AT) == (None, [])
    assert places.file.read_bytes() == line + next_line
    assert shelf.prepared == 3


def test_cases_are_sealed_with_what_else_there_is_and_never_twice(
    cast: object, sealer: Sealer, places: Places, shelf: Shelf
) -> None:
    # given a case besides; when all is sealed, and the case grows
    case = opening(None).case
    made, wrong = sealer.seal(AT)
    assert made is not None
    assert (made.entries, made.records, wrong) == (3, 5, [])
    assert sealer.seal(AT) == (None, [])
    ledger.act(case.reference, record(), None)
    made, wrong = sealer.seal(AT)
    # then its new record alone is sealed
    assert made is not None
    assert (made.entries, made.records, wrong) == (1, 6, [])
    held = read(places.file, trusted(places.keys))
    assert held.anchors[f"case/{case.reference}"].count == 2


def test_its_public_key_lies_beside_and_everybody_can_read_the_file(
    places: Places, shelf: Shelf
) -> None:
    before = os.umask(0)
    try:
        with Sealer(places, KEY, [shelf]):
            pass
    finally:
        os.umask(before)
    assert places.keys == places.folder / "public-keys"
    assert trusted(places.keys) == {public(KEY)}
    assert places.file.stat().st_mode & 0o777 == 0o644


def test_another_start_goes_on_where_the_last_stopped(places: Places, shelf: Shelf) -> None:
    with Sealer(places, KEY, [shelf]) as sealer:
        first, _ = sealer.seal(AT)
    shelf.write("shelf/b")
    with Sealer(places, OTHER, [shelf]) as sealer:
        second, wrong = sealer.seal(AT)
    assert first is not None
    assert second is not None
    assert (second.number, second.previous, second.records) == (2, first.digest(), 5)
    assert wrong == []
    assert read(places.file, trusted(places.keys)).anchors["shelf/b"].count == 2


@pytest.mark.parametrize(
    ("most", "sealed"), [(2, ["a"]), (3, ["a"]), (4, ["a", "b"]), (5, ["a", "b", "c"])]
)
def test_a_checkpoint_seals_about_so_many_records_and_the_next_goes_on(
    sealer: Sealer, places: Places, shelf: Shelf, monkeypatch: pytest.MonkeyPatch,
    most: int, sealed: list[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(sealing, "MOST", most)
    shelf.write("shelf/c", 2)
    sealer.seal(AT)
    held = read(places.file, trusted(places.keys))
    assert list(held.anchors) == [f"shelf/{name}" for name in sealed]
    for _ in range(2):
        sealer.seal(AT)
    assert len(read(places.file, trusted(places.keys)).anchors) == 3


def test_how_much_a_checkpoint_seals_counts_what_is_new_alone(
    sealer: Sealer, places: Places, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealer.seal(AT)
    monkeypatch.setattr(sealing, "MOST", 2)
    for history in ("shelf/a", "shelf/b", "shelf/c"):
        shelf.write(history)
    made, _ = sealer.seal(AT)
    assert made is not None
    assert (made.entries, made.records) == (2, 6)


# --- what is never signed ---------------------------------------------------------------------


def wrong(kind: Kind, sequence: int, says: str) -> list[Finding]:
    return [Finding(kind, "shelf/a", sequence, says)]


NOT_FOLLOWING = "it does not follow from what was sealed"


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[3]._replace(content='{"why":"other"}'),
        lambda rows: rows[3]._replace(link="0" * 64),
        lambda rows: rows[3]._replace(sequence=9),
        # each by itself: whole, and sealed with another number, or after another record
        lambda rows: row("shelf/a", 5, rows[2].link),
        lambda rows: row("shelf/a", 4, rows[1].link),
        lambda rows: row("shelf/z", 4, rows[2].link),
    ],
)
def test_what_does_not_follow_is_left_out_and_told_of(
    sealer: Sealer, places: Places, shelf: Shelf, change: Any
) -> None:
    # given what was sealed; when two histories grow, and the one is not whole
    sealer.seal(AT)
    shelf.write("shelf/a", 2)
    shelf.write("shelf/b")
    shelf.rows["shelf/a"][3] = change(shelf.rows["shelf/a"])
    made, findings = sealer.seal(AT)
    # then the other is sealed alone
    assert findings == wrong(Kind.ALTERED, 4, NOT_FOLLOWING)
    assert made is not None
    assert (made.entries, made.records) == (1, 5)
    assert read(places.file, trusted(places.keys)).anchors["shelf/a"].count == 3


def test_another_opening_is_left_out_and_told_of(sealer: Sealer, shelf: Shelf) -> None:
    shelf.opens["shelf/a"] = "0" * 64
    made, findings = sealer.seal(AT)
    assert findings == wrong(Kind.ALTERED, 0, "its opening is not what it was")
    assert made is not None
    assert made.records == 1


def test_a_history_that_does_not_grow_and_ends_otherwise_is_told_of(
    sealer: Sealer, shelf: Shelf
) -> None:
    ends = "it ends otherwise than it was sealed"
    sealer.seal(AT)
    whole = list(shelf.rows["shelf/a"])
    shelf.heads["shelf/a"] = "0" * 64
    assert sealer.seal(AT) == (None, wrong(Kind.TRUNCATED, 4, ends))
    shelf.heads.clear()
    shelf.rows["shelf/a"] = whole[:2]
    assert sealer.seal(AT) == (None, wrong(Kind.TRUNCATED, 3, ends))


def test_a_number_of_records_that_is_none_stops_nobody_else_s_sealing(
    sealer: Sealer, places: Places, shelf: Shelf
) -> None:
    # given what was sealed; when somebody writes a word where a number of records is kept
    sealer.seal(AT)
    shelf.counts["shelf/a"] = "many"
    shelf.write("shelf/b")
    made, findings = sealer.seal(AT)
    # then it is told of, and the others are sealed, now and after another start
    assert findings == wrong(Kind.TRUNCATED, 1, "it ends otherwise than it was sealed")
    assert made is not None
    assert made.records == 5
    sealer.__exit__(None, None, None)
    shelf.write("shelf/b")
    sealer.__enter__()
    again, _ = sealer.seal(AT)
    assert again is not None
    assert again.number == 3


def test_what_was_disposed_of_is_sealed_by_its_links(sealer: Sealer, shelf: Shelf) -> None:
    closed = [each._replace(content=None, salt=None) for each in shelf.rows["shelf/a"]]
    shelf.rows["shelf/a"] = closed
    made, findings = sealer.seal(AT)
    assert made is not None
    assert (made.records, findings) == (4, [])
    shelf.write("shelf/a")
    shelf.rows["shelf/a"][3] = closed[2]._replace(sequence=4, previous=closed[2].link)
    assert sealer.seal(AT) == (None, wrong(Kind.ALTERED, 4, NOT_FOLLOWING))


# --- where nothing is sealed ------------------------------------------------------------------


def test_two_never_seal_at_once_and_the_second_leaves_nothing_open(
    sealer: Sealer, places: Places
) -> None:
    before = handles()
    with pytest.raises(NotSealed, match=r"^Another process seals already\.$"):
        Sealer(places, KEY).__enter__()
    assert handles() == before


def test_a_file_that_does_not_hold_stops_all_sealing_until_it_is_put_right(
    places: Places, shelf: Shelf
) -> None:
    with Sealer(places, KEY, [shelf]) as sealer:
        sealer.seal(AT)
    kept = places.file.read_bytes()
    places.file.write_bytes(kept.replace(b'"records":4', b'"records":5'))
    with pytest.raises(NotSealed) as stopped:
        Sealer(places, KEY, [shelf]).__enter__()
    assert str(stopped.value) == (
        f"Checkpoint 1 in {places.file} does not hold (bad signature: its signature does not "
        "hold). Find out what happened to the file before anything more is sealed."
    )
    # and whoever was stopped holds nothing any more
    places.file.write_bytes(kept)
    with Sealer(places, KEY, [shelf]) as sealer:
        assert sealer.seal(AT) == (None, [])


def test_a_file_that_has_lost_its_end_stops_all_sealing(places: Places, shelf: Shelf) -> None:
    with Sealer(places, KEY, [shelf]) as sealer:
        sealer.seal(AT)
        shelf.write("shelf/b")
        sealer.seal(AT)
    first = places.file.read_bytes().splitlines(keepends=True)[0]
    places.file.write_bytes(first)
    with pytest.raises(NotSealed) as stopped:
        Sealer(places, KEY, [shelf]).__enter__()
    assert str(stopped.value) == (
        f"The database knows checkpoint 2, and {places.file} has 1. Put the whole file back "
        "before anything more is sealed."
    )
