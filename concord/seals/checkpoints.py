"""Checkpoints: what every history ends with at a moment, signed, in a file that only grows.

One checkpoint is one line. Its body is signed with Ed25519 and holds the digest of the body
before; its entries, one for each history that has grown, are bound to it by a tree of hashes. An
entry lists the history, its first and last new number, the link of the last, and a mark of each
new record: the first sixteen letters of its commitment. Nothing in it names anybody.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from concord.seals import tree
from concord.seals.checking import MARK, Anchor, Finding, Kind

SIGNED = b"concord checkpoint 1\n"
HISTORY = "checkpoints"
"""Where a finding is about the checkpoints themselves."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a checkpoint says of one history that has grown since the one before."""

    history: str
    first: int
    last: int
    head: str
    marks: str

    def plain(self) -> list[Any]:
        """As it stands in the file."""
        return [self.history, self.first, self.last, self.head, self.marks]

    def leaf(self) -> bytes:
        """As it is hashed into the tree."""
        return canonical(self.plain())


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The body of a checkpoint: number, moment, and what binds it to the rest."""

    number: int
    made: str
    previous: str
    root: str
    entries: int
    records: int
    """How many records are anchored with it and before."""
    key: str

    def plain(self) -> dict[str, Any]:
        """As it stands in the file and is signed."""
        return {
            "checkpoint": self.number, "made": self.made, "previous": self.previous,
            "root": self.root, "entries": self.entries, "records": self.records, "key": self.key,
        }  # fmt: skip

    def digest(self) -> str:
        """What witnesses are given: the SHA-256 of the body."""
        return sha256(canonical(self.plain())).hexdigest()


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint whose signature holds, with its entries."""

    body: Checkpoint
    entries: tuple[Entry, ...]
    signature: str


@dataclass(slots=True)
class Checkpoints:
    """All that a file of checkpoints says, up to the first line that does not hold."""

    last: Checkpoint | None = None
    digests: list[str] = field(default_factory=list)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    counts: list[dict[str, int]] = field(default_factory=list)
    """For each checkpoint, how many records of the histories in it were anchored then."""
    finding: Finding | None = None

    def count_at(self, history: str, number: int) -> int:
        """How many records of a history were anchored at a checkpoint, by its number."""
        for counts in reversed(self.counts[:number]):
            if history in counts:
                return counts[history]
        return 0


def canonical(value: Any) -> bytes:
    """JSON in ASCII, keys sorted, no spaces: the one way to write a value that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def make(
    before: Checkpoint | None, entries: Sequence[Entry], key: Ed25519PrivateKey, at: datetime
) -> tuple[Checkpoint, bytes]:
    """The next checkpoint, and its line for the file. `at` is aware."""
    grown = sum(each.last - each.first + 1 for each in entries)
    body = Checkpoint(
        number=before.number + 1 if before else 1,
        made=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        previous=before.digest() if before else "",
        root=tree.root([each.leaf() for each in entries]),
        entries=len(entries),
        records=grown + (before.records if before else 0),
        key=key.public_key().public_bytes_raw().hex(),
    )
    line = {
        "body": body.plain(),
        "entries": [each.plain() for each in entries],
        "signature": key.sign(SIGNED + canonical(body.plain())).hex(),
    }
    return body, canonical(line) + b"\n"


def signed(path: Path) -> Iterable[Signed | Finding]:
    """The checkpoints of a file one by one, each as it stands; a finding ends them.

    A last line without an end is one that was being written when the machine stopped.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                yield _read(line)
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                yield Finding(Kind.ALTERED, HISTORY, number, "the line is no checkpoint")
                return


def read(path: Path, keys: Collection[str]) -> Checkpoints:
    """All that a file says, checked; `keys` are the public keys that are trusted (hexadecimal)."""
    found = Checkpoints()
    for number, each in enumerate(signed(path), start=1):
        wrong = each if isinstance(each, Finding) else _wrong(found, each, number, keys)
        if wrong is not None:
            found.finding = wrong
            return found
        assert isinstance(each, Signed)
        _take(found, each)
    return found


def _read(line: bytes) -> Signed:
    data = json.loads(line)
    names = ("checkpoint", "made", "previous", "root", "entries", "records", "key")
    body = Checkpoint(*(data["body"][name] for name in names))
    if canonical({**data, "body": body.plain()}) + b"\n" != line:
        raise ValueError  # written otherwise than a checkpoint is
    return Signed(body, tuple(Entry(*each) for each in data["entries"]), str(data["signature"]))


def _wrong(found: Checkpoints, one: Signed, number: int, keys: Collection[str]) -> Finding | None:
    """What is wrong with the next checkpoint; None if it holds."""
    body = one.body
    if str(body.key) not in keys:
        return Finding(Kind.BAD_SIGNATURE, HISTORY, number, "it is signed with an unknown key")
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(body.key))
        key.verify(bytes.fromhex(one.signature), SIGNED + canonical(body.plain()))
    except (InvalidSignature, ValueError, TypeError):
        return Finding(Kind.BAD_SIGNATURE, HISTORY, number, "its signature does not hold")
    if body.number != number:
        kind = Kind.MISSING if body.number > number else Kind.REORDERED
        return Finding(kind, HISTORY, number, f"checkpoint {body.number} stands in its place")
    if body.previous != (found.last.digest() if found.last else ""):
        return Finding(Kind.FORKED, HISTORY, number, "it does not follow the one before")
    is_whole = body.root == tree.root([each.leaf() for each in one.entries])
    if not is_whole or body.entries != len(one.entries) or not _follow(found, one.entries):
        return Finding(Kind.ALTERED, HISTORY, number, "what it lists is not what was signed")
    return None


def _follow(found: Checkpoints, entries: Sequence[Entry]) -> bool:
    """Whether each entry goes on where the history was left, with a mark for each record."""
    return all(
        each.first == found.anchors.get(each.history, Anchor()).count + 1
        and len(each.marks) == MARK * (each.last - each.first + 1)
        for each in entries
    )


def _take(found: Checkpoints, one: Signed) -> None:
    found.last = one.body
    found.digests.append(one.body.digest())
    found.counts.append({each.history: each.last for each in one.entries})
    for each in one.entries:
        anchor = found.anchors.setdefault(each.history, Anchor())
        anchor.marks += [each.marks[at : at + MARK] for at in range(0, len(each.marks), MARK)]
        anchor.heads[each.last] = each.head
