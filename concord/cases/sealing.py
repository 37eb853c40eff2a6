"""Seals what was written since the last checkpoint. Runs as a process of its own, with its own key.

Nothing is signed that does not follow from what was signed before: a history that was changed is
left out, and told of. The file is written, and forced to the disk, before the database is told.
"""

import fcntl
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import TracebackType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db.models import Max

from concord.cases import models
from concord.cases.stored import Growth, Source, ends, grown, one_moment
from concord.seals import checkpoints
from concord.seals.chain import Row, is_closed, linked, says
from concord.seals.checking import MARK, Finding, Kind
from concord.seals.checkpoints import Checkpoint, Checkpoints, Entry
from concord.seals.keys import public, trust, trusted

MOST = 20_000
"""About how many records one checkpoint seals at most."""


class NotSealed(Exception):
    """No checkpoint can be made; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the checkpoints and the public keys lie: outside the database."""

    folder: Path

    @property
    def file(self) -> Path:
        """The checkpoints, one a line."""
        return self.folder / "checkpoints.jsonl"

    @property
    def keys(self) -> Path:
        """The public keys that are trusted, one a line."""
        return self.folder / "public-keys"


class Sealer:
    """Makes checkpoints, one process at a time for each file. To be used in a `with`.

    Raises NotSealed where another process seals, or where the file does not hold.
    """

    _file: int

    def __init__(self, places: Places, key: Ed25519PrivateKey, also: Sequence[Source] = ()) -> None:
        self.places = places
        self.also = also
        self._key = key
        self._last: Checkpoint | None = None
        self._ends: dict[str, tuple[int, str]] = {}
        self._untold: list[Checkpoint] = []

    def __enter__(self) -> "Sealer":
        self.places.folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(
            self.places.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644
        )  # fmt: skip
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise NotSealed("Another process seals already.") from error
        try:
            self._begin()
        except BaseException:
            os.close(self._file)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        os.close(self._file)

    def _begin(self) -> None:
        trust(self.places.keys, public(self._key))
        held = checkpoints.read(self.places.file, trusted(self.places.keys))
        if held.finding is not None:
            wrong = held.finding
            raise NotSealed(
                f"Checkpoint {wrong.sequence} in {self.places.file} does not hold ({wrong.kind}: "
                f"{wrong.says}). Find out what happened to the file before anything more is sealed."
            )
        known = models.Checkpoint.objects.aggregate(Max("number"))["number__max"] or 0
        if known > len(held.digests):
            raise NotSealed(
                f"The database knows checkpoint {known}, and {self.places.file} has "
                f"{len(held.digests)}. Put the whole file back before anything more is sealed."
            )
        self._drop_what_was_not_finished()
        self._last = held.last
        self._ends = {
            history: (anchor.count, anchor.heads[anchor.count])
            for history, anchor in held.anchors.items()
        }
        self._tell_the_database(held)

    def _drop_what_was_not_finished(self) -> None:
        """A line without an end was being written when the machine stopped: nobody has it."""
        content = self.places.file.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.ftruncate(self._file, whole)

    def _tell_the_database(self, held: Checkpoints) -> None:
        """What a stop between the file and the database left untold; not to one rolled back."""
        known = set(models.Checkpoint.objects.values_list("number", flat=True))
        if len(known) == len(held.digests) or not self._is_up_to_date(held):
            return
        for each in checkpoints.signed(self.places.file):
            assert isinstance(each, checkpoints.Signed)
            if each.body.number not in known:
                _note(each.body)

    def _is_up_to_date(self, held: Checkpoints) -> bool:
        with one_moment():
            there: dict[str, object] = {history: count for _, history, count, _ in ends()}
            for source in self.also:
                there.update({history: count for history, count, _ in source.ends()})
        return all(_number(there.get(name)) >= a.count for name, a in held.anchors.items())

    def seal(self, at: datetime) -> tuple[Checkpoint | None, list[Finding]]:
        """Seal what is new, about `MOST` records; the checkpoint, and what could not be sealed.

        None where nothing is new. `at` is aware.
        """
        self._tell()
        entries, findings, records = [], [], 0
        for source in self.also:
            source.prepare()
        with one_moment():
            for each in chain(grown(self._ends), *(s.grown(self._ends) for s in self.also)):
                entry, wrong = _entry(each, self._ends.get(each.history))
                if wrong is not None:
                    findings.append(wrong)
                elif entry is not None:
                    entries.append(entry)
                    records += entry.last - entry.first + 1
                if records >= MOST:
                    break
        if not entries:
            return None, findings
        body, line = checkpoints.make(self._last, entries, self._key, at)
        self._write(line)
        self._last = body
        self._ends.update({each.history: (each.last, each.head) for each in entries})
        self._untold.append(body)
        self._tell()
        return body, findings

    def _tell(self) -> None:
        """Tell the database what stands in the file; again, where it was away the last time."""
        while self._untold:
            _note(self._untold[0])
            self._untold.pop(0)

    def _write(self, line: bytes) -> None:
        while line:
            line = line[os.write(self._file, line) :]
        os.fsync(self._file)


def _entry(new: Growth, end: tuple[int, str] | None) -> tuple[Entry | None, Finding | None]:
    """What a checkpoint says of a history that has grown, or why nothing can be said."""
    count, head = end or (0, new.opening.genesis)
    if new.opening.genesis != new.opening.opens:
        return None, Finding(Kind.ALTERED, new.history, 0, "its opening is not what it was")
    marks = []
    for n, row in enumerate(new.rows(count), start=count + 1):
        if row.sequence != n or row.previous != head or not _holds(row, new.history):
            return None, Finding(
                Kind.ALTERED, new.history, n, "it does not follow from what was sealed"
            )
        marks.append(row.commitment[:MARK])
        head = row.link
    if not marks:
        after = _number(new.count) + 1
        return None, Finding(
            Kind.TRUNCATED, new.history, after, "it ends otherwise than it was sealed"
        )
    return Entry(new.history, count + 1, count + len(marks), head, "".join(marks)), None


def _number(kept: object) -> int:
    """A number of records as it is kept; none where whoever changed it put something else there."""
    return kept if isinstance(kept, int) else 0


def _holds(row: Row, history: str) -> bool:
    """Whether it is what its link says; without its key only the link can be checked."""
    return linked(row, history) and (is_closed(row) or says(row) == row.commitment)


def _note(body: Checkpoint) -> None:
    made = datetime.strptime(body.made, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    models.Checkpoint.objects.create(
        number=body.number, made=made, digest=body.digest(), records=body.records
    )
