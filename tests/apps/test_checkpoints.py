"""With checkpoints: what they anchor cannot be rewritten, cut off or set back unseen."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction

from concord.cases import ledger
from concord.cases.contents import key_of, locked
from concord.cases.models import Case, Checkpoint, Verification
from concord.cases.sealing import NotSealed, Places, Sealer
from concord.cases.stored import one_moment, rows_after
from concord.cases.verifications import verify_and_keep, verify_with_checkpoints
from concord.cases.verifying import verify
from concord.seals.chain import Seal, commit, link_to
from concord.seals.checking import Kind
from tests.apps.conftest import AT
from tests.apps.test_ledger import note
from tests.apps.test_sealed import _remove as remove
from tests.apps.test_sealed import five as five
from tests.apps.test_sealed import tamper as tamper

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
Tamper = Callable[..., None]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "seal")


@pytest.fixture
def sealer(places: Places, five: Case) -> Iterator[Sealer]:
    """A process that seals, and has sealed a case of five records."""
    with Sealer(places, KEY) as sealer:
        made, wrong = sealer.seal(AT)
        assert made is not None
        assert (made.number, made.records, wrong) == (1, 5, [])
        yield sealer


def found(places: Places) -> list[tuple[Kind, str, int]]:
    findings = verify_with_checkpoints(places)[0].findings
    return [(each.kind, each.history.split("/")[0], each.sequence) for each in findings]


def test_what_is_not_sealed_yet_is_told_and_is_no_alarm(
    sealer: Sealer, places: Places, five: Case
) -> None:
    ledger.act(five.reference, note("new"), None)
    verified, _ = verify_with_checkpoints(places)
    assert (verified.findings, verified.unanchored) == ([], 1)
    made, _ = sealer.seal(AT)
    assert made is not None
    assert (made.number, made.records) == (2, 6)
    assert verify_with_checkpoints(places)[0].unanchored == 0
    assert sealer.seal(AT) == (None, [])


def test_whoever_makes_every_seal_anew_is_found(
    sealer: Sealer, places: Places, five: Case, tamper: Tamper
) -> None:
    """A record is changed by one who has its key too, and the chain and head made to fit it."""
    with one_moment():
        rows = list(rows_after(five.pk, five.reference, 2))
    previous, history = rows[0].previous, f"case/{five.reference}"
    for row in rows:
        content = row.content.replace("school", "nurse") if row.sequence == 3 else row.content
        assert row.sequence != 3 or content != row.content
        said = commit(row.salt, row.at, row.written, row.act, row.key, row.written_by, content)
        link = link_to(previous, history, row.sequence, said)
        tamper(
            "UPDATE cases_entry SET content = %s, commitment = %s, previous = %s, link = %s "
            "WHERE sequence = %s", locked(key_of(five), five.reference, Seal(row.salt, said, "", ""),
            content), said, previous, link, row.sequence,
        )  # fmt: skip
        previous = link
    tamper("UPDATE cases_case SET head = %s", previous)
    assert verify({}).findings == []
    assert found(places) == [(Kind.ALTERED, "case", 3)]
    made, wrong = sealer.seal(AT)
    assert made is None
    assert [each.kind for each in wrong] == [Kind.TRUNCATED]


def test_a_tail_cut_off_with_care_is_found(
    sealer: Sealer, places: Places, five: Case, tamper: Tamper
) -> None:
    _cut(tamper, five, 4)
    assert found(places) == [(Kind.TRUNCATED, "case", 4)]


def test_an_older_copy_of_the_database_is_called_so(
    sealer: Sealer, places: Places, five: Case, tamper: Tamper
) -> None:
    """The copy is whole in itself, and knows only the first checkpoint."""
    for key in "xy":
        ledger.act(five.reference, note(key), None)
    sealer.seal(AT)
    assert found(places) == []
    _cut(tamper, five, 6)
    _forget_the_checkpoint(2)
    assert found(places) == [(Kind.ROLLED_BACK, "case", 6)]
    ledger.act(Case.objects.get().reference, note("after"), None)
    assert found(places) == [(Kind.ROLLED_BACK, "case", 6)]


def test_after_a_restored_backup_sealing_goes_on_from_the_checkpoint_that_it_knows(
    sealer: Sealer, places: Places, five: Case, tamper: Tamper
) -> None:
    ledger.act(five.reference, note("lost"), None)
    sealer.seal(AT)
    sealer.__exit__(None, None, None)
    _cut(tamper, five, 6)
    _forget_the_checkpoint(2)
    first = places.file.read_bytes().splitlines(keepends=True)[0]
    places.file.write_bytes(first)
    ledger.act(five.reference, note("anew"), None)
    sealer.__enter__()
    made, wrong = sealer.seal(AT)
    assert made is not None
    assert (made.number, wrong, found(places)) == (2, [], [])


def test_a_case_that_is_gone_is_missed(
    sealer: Sealer, places: Places, five: Case, tamper: Tamper
) -> None:
    tamper("UPDATE cases_case SET reference = 'AAAA-AAAA'")
    assert (Kind.MISSING, "case", 1) in found(places)


def test_checkpoints_that_the_file_has_lost_are_missed(
    sealer: Sealer, places: Places, five: Case
) -> None:
    ledger.act(five.reference, note("new"), None)
    sealer.seal(AT)
    first = places.file.read_bytes().splitlines(keepends=True)[0]
    places.file.write_bytes(first)
    assert found(places) == [(Kind.TRUNCATED, "checkpoints", 2)]


def test_a_file_made_anew_is_not_the_one_that_the_database_was_told_of(
    sealer: Sealer, places: Places, five: Case, tmp_path: Path
) -> None:
    other = Places(tmp_path / "other")
    shutil.copytree(places.folder, other.folder)
    other.file.write_bytes(b"")
    with pytest.raises(NotSealed, match="knows checkpoint 1"), Sealer(other, KEY):
        pass
    assert found(other) == [(Kind.TRUNCATED, "checkpoints", 1)]


def test_what_a_stop_left_untold_is_told_at_the_next_start(
    places: Places, five: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the file and the database: no alarm, and nothing sealed twice."""

    def stop(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken, Sealer(places, KEY) as sealer:
        broken.setattr("concord.cases.sealing._note", stop)
        with pytest.raises(RuntimeError):
            sealer.seal(AT)
    assert Checkpoint.objects.count() == 0
    assert found(places) == []
    with Sealer(places, KEY) as sealer:
        assert Checkpoint.objects.get().records == 5
        assert sealer.seal(AT) == (None, [])


def test_half_a_line_is_taken_away_before_the_next(sealer: Sealer, places: Places) -> None:
    whole = places.file.read_bytes()
    sealer.__exit__(None, None, None)
    places.file.write_bytes(whole + b'{"body":{"checkpoint":2')
    with Sealer(places, KEY):
        assert places.file.read_bytes() == whole
    sealer.__enter__()


def test_two_never_seal_at_once(sealer: Sealer, places: Places) -> None:
    with pytest.raises(NotSealed, match="Another process"), Sealer(places, KEY):
        pass


def test_what_does_not_hold_is_never_signed(
    sealer: Sealer, places: Places, five: Case, tamper: Tamper
) -> None:
    ledger.act(five.reference, note("new"), None)
    tamper("UPDATE cases_entry SET content = '{}' WHERE sequence = 6")
    made, wrong = sealer.seal(AT)
    assert made is None
    assert [(each.kind, each.sequence) for each in wrong] == [(Kind.ALTERED, 6)]


def test_what_a_verification_came_to_is_kept(
    sealer: Sealer, places: Places, five: Case, tamper: Tamper
) -> None:
    verify_and_keep(places, AT)
    tamper("UPDATE cases_entry SET content = '{}' WHERE sequence = 2")
    verify_and_keep(places, AT + timedelta(days=1))
    last, first = Verification.objects.all()
    assert (first.records, first.checkpoint, first.findings) == (5, 1, [])
    assert last.findings[0][:3] == ["altered", f"case/{five.reference}", 2]
    for change in ("UPDATE cases_verification SET records = 0", "DELETE FROM cases_checkpoint"):
        with pytest.raises(DatabaseError), transaction.atomic():
            tamper(change)


def _cut(tamper: Tamper, case: Case, first: int) -> None:
    """Everything from a number on is gone, and the case says that it ended before."""
    end = case.entries.get(sequence=first - 1).link
    case.refresh_from_db()
    for sequence in range(case.last_sequence, first - 1, -1):
        remove(tamper, case, sequence)
    tamper("UPDATE cases_case SET last_sequence = %s, head = %s", first - 1, end)


def _forget_the_checkpoint(number: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER cases_checkpoint_not_removed")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_checkpoint DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM cases_checkpoint WHERE number = %s", [number])
