"""The file of checkpoints: only its key signs, and any change of it is found and placed."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from concord.rules.clock import LONDON
from concord.seals.checking import MARK, Finding, Kind
from concord.seals.checkpoints import Checkpoint, Checkpoints, Entry, canonical, make, read
from concord.seals.keys import public

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


def found(path: Path, keys: Any = KEYS) -> Finding | None:
    return read(path, keys).finding


def told(kind: Kind, sequence: int, says: str) -> Finding:
    return Finding(kind, "checkpoints", sequence, says)


UNKNOWN_KEY = "it is signed with an unknown key"
NOT_SIGNED = "its signature does not hold"
NOT_LISTED = "what it lists is not what was signed"
NO_CHECKPOINT = "the line is no checkpoint"
FOLLOWS = "it does not follow the one before"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def rewrite(path: Path, changed: list[dict[str, Any]]) -> None:
    path.write_bytes(b"".join(canonical(each) + b"\n" for each in changed))


def append(path: Path, entries: list[Entry], /, **changed: Any) -> None:
    """One more checkpoint, as a key that is trusted may sign it: `changed` of its body."""
    before = read(path, KEYS).last
    assert before is not None
    body = replace(make(before, entries, KEY, AT)[0], **changed)
    line = {
        "body": body.plain(), "entries": [each.plain() for each in entries],
        "signature": KEY.sign(b"concord checkpoint 1\n" + canonical(body.plain())).hex(),
    }  # fmt: skip
    path.write_bytes(path.read_bytes() + canonical(line) + b"\n")


def test_a_checkpoint_is_written_to_the_letter_as_format_1_is() -> None:
    """Whoever checks it with other tools comes to the same bytes: they are here in full."""
    # given two cases that have grown, and a moment told in summer time
    entries = [entry("case/A", 1, 2), entry("case/B", 1, 1)]
    at = datetime(2026, 7, 1, 10, 0, 59, 999_999, tzinfo=LONDON)
    # when it is made
    body, line = make(None, entries, KEY, at)
    # then each of its parts is what the format says
    one = f'["case/A",1,2,"{2:064d}","{1:016d}{2:016d}"]'.encode()
    two = f'["case/B",1,1,"{1:064d}","{1:016d}"]'.encode()
    pair = b"\1" + sha256(b"\0" + one).digest() + sha256(b"\0" + two).digest()
    signed_text = (
        f'{{"checkpoint":1,"entries":2,"key":"{public(KEY)}","made":"2026-07-01T09:00:59Z",'
        f'"previous":"","records":3,"root":"{sha256(pair).hexdigest()}"}}'
    ).encode()
    signature = KEY.sign(b"concord checkpoint 1\n" + signed_text).hex()
    assert line == (
        b'{"body":' + signed_text + b',"entries":[' + one + b"," + two + b'],"signature":"'
        + signature.encode() + b'"}\n'
    )  # fmt: skip
    assert body.digest() == sha256(signed_text).hexdigest()
    # and the next one holds the digest of this, and counts on
    following, _ = make(body, [entry("case/A", 3, 3)], KEY, at)
    assert (following.number, following.records) == (2, 4)
    assert following.previous == body.digest()


def test_text_that_is_hashed_is_written_in_one_way_alone() -> None:
    assert canonical({"b": [1, "ä"], "a": None}) == b'{"a":null,"b":[1,"\\u00e4"]}'


def test_where_there_is_no_file_there_is_no_checkpoint(tmp_path: Path) -> None:
    assert read(tmp_path / "none", KEYS) == Checkpoints()


def test_what_was_sealed_is_read_back(file: Path) -> None:
    held = read(file, KEYS)
    assert held.finding is None
    assert isinstance(held.last, Checkpoint)
    assert (held.last.number, held.last.records) == (3, 7)
    assert held.anchors["case/A"].marks == [f"{n:0{MARK}d}" for n in range(1, 7)]
    assert held.anchors["case/A"].heads == {2: f"{2:064d}", 3: f"{3:064d}", 6: f"{6:064d}"}
    assert [held.count_at("case/A", number) for number in range(4)] == [0, 2, 3, 6]
    assert [held.count_at("case/B", number) for number in range(4)] == [0, 1, 1, 1]
    assert held.count_at("case/C", 3) == 0
    assert held.digests == [
        sha256(canonical(each["body"])).hexdigest() for each in lines(file)
    ]  # fmt: skip


def test_another_key_is_not_believed(file: Path) -> None:
    other = Ed25519PrivateKey.generate()
    assert found(file, {public(other)}) == told(Kind.BAD_SIGNATURE, 1, UNKNOWN_KEY)
    changed = lines(file)
    before = Checkpoint(
        *(
            changed[1]["body"][name]
            for name in ("checkpoint", "made", "previous", "root", "entries", "records", "key")
        )
    )
    _, line = make(before, [entry("case/A", 4, 4)], other, AT)
    file.write_bytes(b"".join(canonical(each) + b"\n" for each in changed[:2]) + line)
    assert found(file) == told(Kind.BAD_SIGNATURE, 3, UNKNOWN_KEY)


@pytest.mark.parametrize(("name", "value"), [
    ("made", "2026-11-24T22:00:00Z"), ("records", 5), ("root", "0" * 64), ("previous", ""),
    ("checkpoint", 7), ("key", ["x"]), ("entries", None),
])  # fmt: skip
def test_no_word_of_a_body_can_be_changed(file: Path, name: str, value: object) -> None:
    changed = lines(file)
    changed[1]["body"][name] = value
    rewrite(file, changed)
    says = UNKNOWN_KEY if name == "key" else NOT_SIGNED
    assert found(file) == told(Kind.BAD_SIGNATURE, 2, says)


def test_a_signature_that_is_none_does_not_hold(file: Path) -> None:
    for signature in ("", "no", "00" * 64, None):
        changed = lines(file)
        changed[1]["signature"] = signature
        before = file.read_bytes()
        rewrite(file, changed)
        assert found(file) == told(Kind.BAD_SIGNATURE, 2, NOT_SIGNED)
        file.write_bytes(before)


def test_what_is_listed_is_bound_to_what_is_signed(file: Path) -> None:
    for place, value in ((0, "case/C"), (1, 2), (3, "0" * 64), (4, "f" * MARK)):
        changed = lines(file)
        changed[1]["entries"][0][place] = value
        before = file.read_bytes()
        rewrite(file, changed)
        assert found(file) == told(Kind.ALTERED, 2, NOT_LISTED)
        file.write_bytes(before)


MARKS_OF_TWO = entry("case/B", 2, 3).marks


@pytest.mark.parametrize(
    ("entries", "changed"),
    [
        # it says of itself that it lists more than it does
        ([entry("case/B", 2, 2)], {"entries": 2}),
        # a history goes on where it was not left
        ([entry("case/B", 3, 3)], {}),
        ([entry("case/B", 1, 1)], {}),
        ([entry("case/C", 2, 2)], {}),
        ([entry("case/C", 1, 1), entry("case/B", 3, 3)], {}),
        # or has fewer marks than new records, or more
        ([replace(entry("case/B", 2, 4), marks=MARKS_OF_TWO)], {}),
        ([replace(entry("case/B", 2, 2), marks=MARKS_OF_TWO)], {}),
        ([replace(entry("case/B", 2, 2), marks=MARKS_OF_TWO[:-1])], {}),
        ([entry("case/C", 1, 1), replace(entry("case/B", 2, 2), marks="")], {}),
    ],
)
def test_what_was_signed_and_does_not_follow_is_not_believed_either(
    file: Path, entries: list[Entry], changed: dict[str, Any]
) -> None:
    append(file, entries, **changed)
    assert found(file) == told(Kind.ALTERED, 4, NOT_LISTED)


def test_what_follows_is_believed(file: Path) -> None:
    append(file, [entry("case/C", 1, 3), entry("case/B", 2, 3)])
    assert found(file) is None
    assert read(file, KEYS).anchors["case/B"].count == 3


def test_one_that_follows_another_past_is_found(file: Path) -> None:
    append(file, [entry("case/B", 2, 2)], previous="0" * 64)
    assert found(file) == told(Kind.FORKED, 4, FOLLOWS)
    first = file.read_bytes().splitlines(keepends=True)[0]
    file.write_bytes(first)
    append(file, [entry("case/B", 2, 2)], previous="")
    assert found(file) == told(Kind.FORKED, 2, FOLLOWS)


def test_a_checkpoint_taken_out_doubled_or_moved_is_found(file: Path) -> None:
    one, two, three = lines(file)
    rewrite(file, [one, three])
    assert found(file) == told(Kind.MISSING, 2, "checkpoint 3 stands in its place")
    rewrite(file, [one, one, two, three])
    assert found(file) == told(Kind.REORDERED, 2, "checkpoint 1 stands in its place")
    rewrite(file, [two, one, three])
    assert found(file) == told(Kind.MISSING, 1, "checkpoint 2 stands in its place")


def test_a_line_written_in_another_way_is_no_checkpoint(file: Path) -> None:
    one, two, three = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(one + two.replace(b'"body":', b'"body": ') + three)
    assert found(file) == told(Kind.ALTERED, 2, NO_CHECKPOINT)
    assert len(read(file, KEYS).digests) == 1


@pytest.mark.parametrize("junk", [b"{}\n", b"[1]\n", b"\xff\xfe\n", b"[" * 100_000 + b"\n", b"\n"])
def test_a_line_that_is_none_is_told_of_and_ends_nothing_loudly(file: Path, junk: bytes) -> None:
    file.write_bytes(file.read_bytes() + junk)
    assert found(file) == told(Kind.ALTERED, 4, NO_CHECKPOINT)
    assert len(read(file, KEYS).digests) == 3


def test_a_line_that_was_being_written_is_not_counted(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-10])
    assert found(file) is None
    assert len(read(file, KEYS).digests) == 2
