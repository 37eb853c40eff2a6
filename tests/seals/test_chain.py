"""Format 1 of the seals, to the letter: what it sealed must be checked by it for good."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest

from concord.rules.clock import LONDON
from concord.seals import chain
from concord.seals.chain import Row, Seal

HISTORY, SALT, BEFORE = "case/K7QM-4TPD", "5a" * 16, "0b" * 32
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 23, 9, 41, 7, 250_000, tzinfo=UTC)
CONTENT = '{"format":1,"text":{"why":"The child\\u2019s safety"}}'


def hashed(text: str) -> str:
    return sha256(text.encode("ascii")).hexdigest()


def row(**changed: Any) -> Row:
    """The third record of a case, sealed."""
    commitment = chain.commit(
        SALT, "2026-11-23 09:30:00.000000", "2026-11-23 09:41:07.250000", "file", "k3", 7, CONTENT
    )
    link = chain.link_to(BEFORE, HISTORY, 3, commitment)
    whole = Row(
        3, "2026-11-23 09:30:00.000000", "2026-11-23 09:41:07.250000", "file", "k3", 7,
        CONTENT, SALT, commitment, BEFORE, link,
    )  # fmt: skip
    return whole._replace(**changed)


def test_a_history_opens_with_its_name_its_salt_and_what_it_began_with() -> None:
    assert chain.opening(HISTORY, SALT, ["sandwell", ["raising", "school", 0]]) == hashed(
        f'["concord opening 1","{HISTORY}","{SALT}","sandwell",["raising","school",0]]'
    )


def test_a_commitment_is_to_every_word_of_a_record() -> None:
    assert row().commitment == hashed(
        f'["concord record 1","{SALT}","2026-11-23 09:30:00.000000","2026-11-23 09:41:07.250000",'
        f'"file","k3",7,{json.dumps(CONTENT)}]'
    )


def test_a_link_says_after_what_and_where_a_record_stands() -> None:
    commitment = row().commitment
    assert row().link == hashed(f'["concord link 1","{BEFORE}","{HISTORY}",3,"{commitment}"]')


def test_a_new_record_is_sealed_with_a_salt_of_its_own() -> None:
    # given a record; when it is sealed twice
    sealed, again = (
        chain.seal(HISTORY, 3, BEFORE, AT, WRITTEN, "file", "k3", 7, CONTENT) for _ in range(2)
    )
    # then its seal is what each part makes it, and no salt is the same as another
    assert sealed == Seal(
        sealed.salt,
        chain.commit(
            sealed.salt, "2026-11-23 09:30:00.000000", "2026-11-23 09:41:07.250000", "file", "k3",
            7, CONTENT,
        ),
        BEFORE,
        chain.link_to(BEFORE, HISTORY, 3, sealed.commitment),
    )  # fmt: skip
    assert len(bytes.fromhex(sealed.salt)) == 16
    assert sealed.salt != again.salt


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (AT, "2026-11-23 09:30:00.000000"),
        (WRITTEN, "2026-11-23 09:41:07.250000"),
        (datetime(2026, 7, 1, 10, 0, tzinfo=LONDON), "2026-07-01 09:00:00.000000"),
        (
            datetime(2026, 7, 1, 1, 0, 0, 1, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "2026-06-30 19:30:00.000001",
        ),
    ],
)
def test_a_time_is_hashed_in_utc_to_six_decimals_wherever_it_was_told(
    moment: datetime, text: str
) -> None:
    assert chain.stored_time(moment) == text


def test_what_a_row_says_is_the_commitment_to_it() -> None:
    assert chain.says(row()) == row().commitment
    for name, value in (
        ("salt", "5b" * 16), ("at", "2026-11-23 09:30:00.000001"), ("written", ""),
        ("act", "raise"), ("key", "k4"), ("written_by", None), ("content", "{}"),
    ):  # fmt: skip
        assert chain.says(row(**{name: value})) not in (row().commitment, "")


def test_what_no_database_should_hold_says_nothing_and_is_linked_to_nothing() -> None:
    assert chain.says(row(content=b"{}")) == ""
    assert not chain.linked(row(previous=b"0b"), HISTORY)
    assert not chain.linked(row(link=None), HISTORY)
    assert not chain.linked(row(link=row().link.encode()), HISTORY)


def test_a_row_is_linked_in_its_history_at_its_number_after_its_link_alone() -> None:
    assert chain.linked(row(), HISTORY)
    assert not chain.linked(row(), "case/AAAA-AAAA")
    for name, value in (
        ("sequence", 4), ("previous", "0c" * 32), ("commitment", "0d" * 32), ("link", "0e" * 32),
    ):  # fmt: skip
        assert not chain.linked(row(**{name: value}), HISTORY)


def test_a_row_that_was_given_another_number_is_linked_at_its_old_one() -> None:
    moved = row(sequence=9)
    assert chain.linked(moved, HISTORY, 3)
    assert not chain.linked(moved, HISTORY, 9)


@pytest.mark.parametrize(
    ("content", "salt", "closed"),
    [(None, None, True), (None, SALT, False), (CONTENT, None, False), ("", "", False)],
)
def test_a_record_is_closed_where_neither_content_nor_salt_can_be_had(
    content: str | None, salt: str | None, closed: bool
) -> None:
    assert chain.is_closed(row(content=content, salt=salt)) is closed
