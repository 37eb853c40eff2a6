"""The chain of one history: each record committed to with a salt, and linked to the one before.

A commitment says what a record says, and a link where it stands. Without its salt a commitment
gives nothing away: content and salt can be destroyed one day, and the chain still holds.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple


class Row(NamedTuple):
    """A record as it was sealed, times as text (`stored_time`), with its seal.

    Without its key a record has neither content nor salt: None.
    """

    sequence: Any
    at: Any
    written: Any
    act: Any
    key: Any
    written_by: Any
    content: Any
    salt: Any
    commitment: Any
    previous: Any
    link: Any


@dataclass(frozen=True, slots=True)
class Seal:
    """What is kept beside a record: hexadecimal text, the hashes SHA-256."""

    salt: str
    commitment: str
    previous: str
    link: str


def new_salt() -> str:
    """128 random bits, in hexadecimal."""
    return secrets.token_hex(16)


def stored_time(moment: datetime) -> str:
    """A moment (aware) as it is hashed: in UTC, with six decimals, as "2026-11-23 09:30:00.000000".

    Both databases keep six decimals: what is hashed is never finer than what is stored.
    """
    return moment.astimezone(UTC).isoformat(sep=" ", timespec="microseconds")[:26]


def opening(history: str, salt: str, says: Sequence[Any]) -> str:
    """The link that a history's first record follows: its name, and what it began with."""
    return _hash("concord opening 1", history, salt, *says)


def commit(
    salt: Any, at: Any, written: Any, act: Any, key: Any, written_by: Any, content: Any
) -> str:
    """The commitment to what a record says. Raises TypeError for what no database should hold."""
    return _hash("concord record 1", salt, at, written, act, key, written_by, content)


def link_to(previous: Any, history: str, sequence: Any, commitment: Any) -> str:
    """The link of a record: which history, at which number, after which link, saying what."""
    return _hash("concord link 1", previous, history, sequence, commitment)


def seal(
    history: str, sequence: int, previous: str, at: datetime, written: datetime,
    act: str, key: str, written_by: int | None, content: str,
) -> Seal:  # fmt: skip
    """The seal of a new record (times aware), that follows the link `previous`."""
    salt = new_salt()
    commitment = commit(
        salt, stored_time(at), stored_time(written), act, key, written_by, content
    )  # fmt: skip
    return Seal(salt, commitment, previous, link_to(previous, history, sequence, commitment))


def says(row: Row) -> str:
    """The commitment to what a row says now; empty where no record could say it."""
    try:
        return commit(
            row.salt, row.at, row.written, row.act, row.key, row.written_by, row.content
        )  # fmt: skip
    except TypeError:
        return ""


def linked(row: Row, history: str, sequence: int | None = None) -> bool:
    """Whether a row's link is that of its own values; with `sequence`, at that number instead."""
    at = row.sequence if sequence is None else sequence
    try:
        made = link_to(row.previous, history, at, row.commitment)
    except TypeError:
        return False
    return isinstance(row.link, str) and row.link == made


def is_closed(row: Row) -> bool:
    """Whether what a record says cannot be read, as there is no key to it: neither content nor
    salt.
    """
    return row.content is None and row.salt is None


_json = json.JSONEncoder(separators=(",", ":")).encode


def _hash(*parts: Any) -> str:
    return sha256(_json(parts).encode()).hexdigest()
