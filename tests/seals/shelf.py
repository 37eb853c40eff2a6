"""Histories on a shelf: sealed rows of no table, to be sealed and verified with the cases'."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from concord.cases.stored import Growth, Stored
from concord.seals.chain import Row, opening, seal, stored_time
from concord.seals.checking import MARK, Anchor, Opening

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def genesis(history: str) -> str:
    """The link that a history's first row follows."""
    return opening(history, "5a17", ["sandwell"])


def row(history: str, n: int, previous: str, content: str = "{}") -> Row:
    """A sealed row."""
    at = stored_time(AT)
    sealed = seal(history, n, previous, AT, AT, "file", f"k{n}", 7, content)
    return Row(
        n, at, at, "file", f"k{n}", 7, content,
        sealed.salt, sealed.commitment, sealed.previous, sealed.link,
    )  # fmt: skip


@dataclass
class Shelf:
    """Any number of histories, each with its rows; what is kept beside them may be put wrong."""

    prefix: str = "shelf/"
    rows: dict[str, list[Row]] = field(default_factory=dict)
    opens: dict[str, str] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    disposed: set[str] = field(default_factory=set)
    strays: list[Stored] = field(default_factory=list)
    prepared: int = 0

    def write(self, history: str, count: int = 1) -> None:
        """Some more rows of a history."""
        rows = self.rows.setdefault(history, [])
        for _ in range(count):
            rows.append(row(history, len(rows) + 1, self.head(history)))

    def head(self, history: str) -> str:
        """The link that the history is said to end with."""
        rows = self.rows[history]
        return self.heads.get(history) or (rows[-1].link if rows else genesis(history))

    def count(self, history: str) -> Any:
        """How many rows it is said to have."""
        return self.counts.get(history, len(self.rows[history]))

    def anchor(self, history: str) -> Anchor:
        """What checkpoints would say of a history, had they sealed it as it is."""
        rows = self.rows[history]
        return Anchor([each.commitment[:MARK] for each in rows], {len(rows): rows[-1].link})

    def _opening(self, history: str) -> Opening:
        begins, count = genesis(history), self.count(history)
        opens = self.opens.get(history, begins)
        is_disposed = history in self.disposed
        return Opening(history, begins, opens, count, self.head(history), is_disposed)

    def prepare(self) -> None:
        """Counts how often it was asked for."""
        self.prepared += 1

    def ends(self) -> Iterator[tuple[str, int, str]]:
        """Each history, its number of rows, its head."""
        for history in self.rows:
            yield history, self.count(history), self.head(history)

    def grown(self, known: Mapping[str, tuple[int, str]]) -> Iterator[Growth]:
        """Those that do not end as is known."""
        for history, count, head in self.ends():
            if known.get(history) != (count, head):
                rows = self.rows[history]
                yield Growth(
                    history, count, self._opening(history),
                    lambda after, rows=rows: iter(rows[after:]),  # type: ignore[misc]
                )  # fmt: skip

    def histories(self) -> Iterator[Stored]:
        """All of them, after the rows of none."""
        yield from self.strays
        for history, rows in self.rows.items():
            yield Stored(history, self._opening(history), iter(rows))


def two_histories() -> Shelf:
    """One of three records, "shelf/a", and one of a single record, "shelf/b"."""
    shelf = Shelf()
    shelf.write("shelf/a", 3)
    shelf.write("shelf/b")
    return shelf
