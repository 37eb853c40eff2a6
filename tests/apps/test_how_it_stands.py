"""How well the ledger is sealed, as those are told who answer for it: what waits, what was found."""

from datetime import timedelta

from concord.cases.integrity import Found, Integrity, integrity, is_alarming
from concord.cases.models import Case, Checkpoint, Verification
from tests.apps.conftest import AT
from tests.apps.test_integrity import verified


def test_where_nothing_was_sealed_or_verified_all_is_waiting(opened: Case) -> None:
    assert integrity(None) == Integrity(None, 1, None, ())
    assert integrity(None, looks=4).waiting == 5
    assert not integrity(None).is_whole
    assert not is_alarming()


def test_where_there_is_no_case_nothing_waits(db: None) -> None:
    assert integrity(None).waiting == 0


def test_what_waits_is_what_the_last_checkpoint_does_not_count(opened: Case) -> None:
    for number, records in ((2, 3), (1, 9)):
        Checkpoint.objects.create(number=number, made=AT, digest="ab" * 32, records=records)
    found = integrity(None, looks=4)
    assert found.last == Checkpoint.objects.get(number=2)
    assert found.waiting == 2
    # an older copy of the database has fewer than were sealed: none of them waits
    assert integrity(None).waiting == 0


def test_the_last_verification_says_whether_all_is_whole(opened: Case) -> None:
    verified(opened)
    assert is_alarming()
    assert not integrity(None).is_whole
    Verification.objects.create(
        at=AT + timedelta(days=1), seconds=0.1, histories=1, records=1, unanchored=0, disposed=0,
        checkpoint=1, findings=[],
    )  # fmt: skip
    assert not is_alarming()
    assert integrity(None).is_whole
    assert integrity(None).verification == Verification.objects.first()


def test_a_case_is_named_to_whoever_oversees_its_partnership(opened: Case) -> None:
    # given what was found in a case of Sandwell, and in what is no case
    says = "it says other than it did"
    verified(opened)
    Verification.objects.create(
        at=AT + timedelta(days=1), seconds=0.1, histories=1, records=1, unanchored=0, disposed=0,
        checkpoint=1,
        findings=[["altered", f"case/{opened.reference}", 1, says], ["missing", "looks/x", 2, "gone"]],
    )  # fmt: skip
    other = Found("missing", "", 2, "gone")
    # then it is named to Sandwell, and to whoever oversees all
    for partnerships in (None, ["sandwell"], ["bromley", "sandwell"]):
        named = Found("altered", opened.reference, 1, says)
        assert integrity(partnerships).found == (named, other)
    # and to nobody else
    unnamed = Found("altered", "", 1, says)
    assert integrity(["bromley"]).found == (unnamed, other)
    assert integrity([]).found == (unnamed, other)
