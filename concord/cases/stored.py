"""Cases and records exactly as the database holds them, past the mapper, for those who check.

Values come as they are stored, wrong kinds and broken text too: whoever changed something did not
ask the models. Everything is read within one moment of the database, in the order of the chain.
"""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol

from django.db import connection

from concord.cases.contents import reader
from concord.cases.openings import history_of, opening
from concord.seals import chain
from concord.seals.chain import Row
from concord.seals.checking import Opening

_CASES = """
    SELECT c.id, c.reference, c.salt, c.genesis, c.head, c.last_sequence, p.slug,
           c.policy_id, c.policy_version, c.calendar_version, {opened}, {facts},
           (SELECT count(*) FROM cases_registered d WHERE d.case_id = c.id AND d.kind = 'disposed')
    FROM cases_case c LEFT JOIN directory_partnership p ON p.id = c.partnership_id
    WHERE c.id >= %s AND c.id <= %s ORDER BY c.id
"""
_PARTIES = """
    SELECT t.case_id, t.side, a.slug, t.place
    FROM cases_caseparty t LEFT JOIN directory_agency a ON a.id = t.agency_id
    WHERE t.case_id >= %s AND t.case_id <= %s ORDER BY t.case_id, t.place, t.id
"""
_ENTRIES = """
    SELECT e.case_id, e.sequence, {at}, {written}, e.act, e.key, e.written_by_id, e.content,
           e.commitment, e.previous, e.link
    FROM cases_entry e
    WHERE e.case_id >= %s AND e.case_id <= %s{after} ORDER BY e.case_id, e.sequence, e.id
"""
_ENDS = "SELECT c.id, c.reference, c.last_sequence, c.head FROM cases_case c ORDER BY c.id"
FIRST, LAST = -(2**62), 2**62
_names = itertools.count()


class Stored(NamedTuple):
    """A case's opening and its rows; `number` is its key. Without an opening: rows of no case."""

    number: Any
    opening: Opening | None
    rows: Iterator[Row]


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read within comes from one moment of the database. Holds up no writer."""
    if connection.in_atomic_block:
        with _plain_text():
            yield
        return
    connection.ensure_connection()
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(
            "BEGIN DEFERRED" if is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        )
    try:
        with _plain_text():
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def histories(first: int = FIRST, last: int = LAST) -> Iterator[Stored]:
    """Every case from one key to another, and rows that belong to none. Within `one_moment`.

    The rows of each are to be read before the next is asked for.
    """
    openings = _openings(first, last)
    rows = plain_rows(_entries(), [first, last])
    waiting = next(rows, None)
    case = next(openings, None)

    def of(number: Any, reference: object) -> Iterator[Row]:
        nonlocal waiting
        read = reader(reference)
        while waiting is not None and waiting[0] == number:
            row = read(waiting[1:])
            waiting = next(rows, None)
            yield row

    while case is not None or waiting is not None:
        if waiting is not None and (case is None or waiting[0] < case[0]):
            stray = waiting[0]
            yield Stored(stray, None, of(stray, None))
            continue
        assert case is not None
        yield Stored(case[0], case[2], of(case[0], case[1]))
        case = next(openings, None)


class Source(Protocol):
    """Histories besides the cases', that are sealed and verified with them."""

    prefix: str

    def prepare(self) -> None:
        """Before something is sealed."""

    def ends(self) -> Iterator[tuple[str, int, str]]:
        """Each history, its number of records, and its last link. Within `one_moment`."""

    def grown(self, known: Mapping[str, tuple[int, str]]) -> "Iterator[Growth]":
        """Those that do not end as is known. Within `one_moment`."""

    def histories(self) -> Iterator[Stored]:
        """All of them. Within `one_moment`."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A history that ends otherwise than it did, and its rows after any number."""

    history: str
    count: int
    opening: Opening
    rows: Callable[[int], Iterator[Row]]


def ends() -> Iterator[tuple[int, str, int, str]]:
    """Each case's key, history, number of records and head, as kept. Within `one_moment`."""
    for number, reference, count, head in plain_rows(_ENDS, []):
        yield number, history_of(str(reference)), count, head


def grown(known: Mapping[str, tuple[int, str]]) -> Iterator[Growth]:
    """The histories whose number of records and head are not as `known`. Within `one_moment`."""
    for number, history, count, head in ends():
        if known.get(history) != (count, head):
            for _, reference, opening in _openings(number, number):
                if count or history in known:
                    yield Growth(history, count, opening, partial(rows_after, number, reference))


def rows_after(number: int, reference: object, sequence: int) -> Iterator[Row]:
    """The rows of one case (its key, its reference) after a sequence number. In `one_moment`."""
    read = reader(reference)
    for row in plain_rows(_entries(" AND e.sequence > %s"), [number, number, sequence]):
        yield read(row[1:])


def what_opened(number: int) -> tuple[str, list[Any]]:
    """The salt of a case's opening (its key), and what is sealed of it. Within `one_moment`."""
    [(row, parties)] = _cases(number, number)
    return row[2], _began(row, parties)


def _openings(first: int, last: int) -> Iterator[tuple[Any, Any, Opening]]:
    for row, parties in _cases(first, last):
        yield row[0], row[1], _opening(row, parties)


def _cases(first: int, last: int) -> Iterator[tuple[Sequence[Any], list[Sequence[Any]]]]:
    """The rows of cases, each with its parties."""
    parties = plain_rows(_PARTIES, [first, last])
    waiting = next(parties, None)
    columns = {"opened": time_text("c.opened"), "facts": _json("c.facts")}
    for row in plain_rows(_CASES.format(**columns), [first, last]):
        mine: list[Sequence[Any]] = []
        while waiting is not None and waiting[0] <= row[0]:
            if waiting[0] == row[0]:
                mine.append(waiting[1:])
            waiting = next(parties, None)
        yield row, mine


def _opening(row: Sequence[Any], parties: Sequence[Sequence[Any]]) -> Opening:
    _, reference, salt, begins, head, last = row[:6]
    history, is_disposed = history_of(str(reference)), bool(row[-1])
    try:
        opens = chain.opening(history, salt, _began(row, parties))
    except (TypeError, ValueError, RecursionError):
        opens = ""
    if is_disposed and salt == "":
        opens = begins  # the facts went with the case, and so did the salt of what it began with
    return Opening(history, begins, opens, last, head, is_disposed)


def _began(row: Sequence[Any], parties: Sequence[Sequence[Any]]) -> list[Any]:
    partnership, *policy, opened, facts, _ = row[6:]
    return opening(partnership, policy, opened, json.loads(facts), parties)


def _entries(after: str = "") -> str:
    return _ENTRIES.format(at=time_text("e.at"), written=time_text("e.written"), after=after)


def time_text(column: str) -> str:
    """A time's text as it is hashed: to six decimals, which SQLite's text leaves out when none."""
    if connection.vendor == "sqlite":
        return f"CASE length({column}) WHEN 19 THEN {column} || '.000000' ELSE {column} END"
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"


def _json(column: str) -> str:
    return column if connection.vendor == "sqlite" else f"{column}::text"


def plain_rows(statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows as the database's own driver gives them, some at a time."""
    raw: Any = connection.connection
    if connection.vendor == "sqlite":
        yield from raw.execute(statement.replace("%s", "?"), values)
        return
    with raw.cursor(name=f"concord_{next(_names)}") as cursor:
        cursor.itersize = 5000
        yield from cursor.execute(statement, values)


@contextmanager
def _plain_text() -> Iterator[None]:
    """On SQLite, text that is no text any more is read too, so that it can be told of."""
    if connection.vendor != "sqlite":
        yield
        return
    raw: Any = connection.connection
    usual = raw.text_factory
    raw.text_factory = _text
    try:
        yield
    finally:
        raw.text_factory = usual


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")
