"""The file of checkpoints: only its key signs, and any change of it is found and placed."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from concord.seals import tree
from concord.seals.checking import MARK, Kind
from concord.seals.checkpoints import Checkpoint, Entry, canonical, make, read
from concord.seals.keys import NoKey, new_key, public, read_key, trust, trusted

AT = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {public(KEY)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three checkpoints: two cases grow, then one of them twice more."""
    path, last = tmp_path / "checkpoints.jsonl", None
    for entries in (
        [entry("case/A", 1, 2), entry("case/B", 1, 1)], [entry("case/A", 3, 3)],
        [entry("case/A", 4, 6)],
    ):  # fmt: skip
        last, line = make(last, entries, KEY, AT)
        with path.open("ab") as out:
            out.write(line)
    return path


def entry(history: str, first: int, last: int) -> Entry:
    return Entry(
        history, first, last, f"{last:064d}", "".join(f"{n:016d}" for n in range(first, last + 1))
    )


def found(path: Path, keys: Any = KEYS) -> tuple[Kind, int] | None:
    finding = read(path, keys).finding
    return (finding.kind, finding.sequence) if finding else None


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def rewrite(path: Path, changed: list[dict[str, Any]]) -> None:
    path.write_bytes(b"".join(canonical(each) + b"\n" for each in changed))


def test_what_was_sealed_is_read_back(file: Path) -> None:
    held = read(file, KEYS)
    assert held.finding is None
    assert isinstance(held.last, Checkpoint)
    assert (held.last.number, held.last.records) == (3, 7)
    assert held.anchors["case/A"].marks == [f"{n:0{MARK}d}" for n in range(1, 7)]
    assert held.anchors["case/A"].heads == {2: f"{2:064d}", 3: f"{3:064d}", 6: f"{6:064d}"}
    assert [held.count_at("case/A", number) for number in range(4)] == [0, 2, 3, 6]


def test_another_key_is_not_believed(file: Path) -> None:
    other = Ed25519PrivateKey.generate()
    assert found(file, {public(other)}) == (Kind.BAD_SIGNATURE, 1)
    changed = lines(file)
    before = Checkpoint(
        *(
            changed[1]["body"][name]
            for name in ("checkpoint", "made", "previous", "root", "entries", "records", "key")
        )
    )
    _, line = make(before, [entry("case/A", 4, 4)], other, AT)
    file.write_bytes(b"".join(canonical(each) + b"\n" for each in changed[:2]) + line)
    assert found(file) == (Kind.BAD_SIGNATURE, 3)


@pytest.mark.parametrize(("name", "value"), [
    ("made", "2026-11-24T22:00:00Z"), ("records", 5), ("root", "0" * 64), ("previous", ""),
    ("checkpoint", 7), ("key", ["x"]), ("entries", None),
])  # fmt: skip
def test_no_word_of_a_body_can_be_changed(file: Path, name: str, value: object) -> None:
    changed = lines(file)
    changed[1]["body"][name] = value
    rewrite(file, changed)
    assert found(file) == (Kind.BAD_SIGNATURE, 2)


def test_what_is_listed_is_bound_to_what_is_signed(file: Path) -> None:
    for place, value in ((0, "case/C"), (1, 2), (3, "0" * 64), (4, "f" * MARK)):
        changed = lines(file)
        changed[1]["entries"][0][place] = value
        before = file.read_bytes()
        rewrite(file, changed)
        assert found(file) == (Kind.ALTERED, 2)
        file.write_bytes(before)


def test_a_checkpoint_taken_out_doubled_or_moved_is_found(file: Path) -> None:
    one, two, three = lines(file)
    rewrite(file, [one, three])
    assert found(file) == (Kind.MISSING, 2)
    rewrite(file, [one, one, two, three])
    assert found(file) == (Kind.REORDERED, 2)
    rewrite(file, [two, one, three])
    assert found(file) == (Kind.MISSING, 1)


@pytest.mark.parametrize("junk", [b"{}\n", b"[1]\n", b"\xff\xfe\n", b"[" * 100_000 + b"\n", b"\n"])
def test_a_line_that_is_none_is_told_of_and_ends_nothing_loudly(file: Path, junk: bytes) -> None:
    file.write_bytes(file.read_bytes() + junk)
    assert found(file) == (Kind.ALTERED, 4)
    assert len(read(file, KEYS).digests) == 3


def test_a_line_that_was_being_written_is_not_counted(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-10])
    assert found(file) is None
    assert len(read(file, KEYS).digests) == 2


def test_a_proof_leads_from_each_leaf_to_the_root_and_from_no_other() -> None:
    for length in range(1, 18):
        leaves = [f"leaf {n}".encode() for n in range(length)]
        top = tree.root(leaves)
        for place, leaf in enumerate(leaves):
            steps = tree.path(leaves, place)
            assert tree.climb(leaf, steps) == top
            assert tree.climb(leaf + b"!", steps) != top


def test_a_key_is_its_user_s_alone_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with pytest.raises(NoKey, match="--new-key"):
        read_key(path)
    key = new_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert public(read_key(path)) == public(key)
    with pytest.raises(NoKey, match="never written over"):
        new_key(path)
    os.chmod(path, 0o640)
    with pytest.raises(NoKey, match="chmod 600"):
        read_key(path)


def test_public_keys_are_kept_once_each(tmp_path: Path) -> None:
    path = tmp_path / "public-keys"
    assert trusted(path) == frozenset()
    for key in ("aa", "bb", "aa"):
        trust(path, key)
    assert path.read_text() == "aa\nbb\n"
