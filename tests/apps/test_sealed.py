"""Nobody changes the ledger quietly: what was done to it is found, named, and placed."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from concord.cases import ledger
from concord.cases.models import Case, Entry
from concord.cases.verifying import verify
from concord.seals.checking import Kind
from tests.apps.test_ledger import note


@pytest.fixture
def five(opened: Case) -> Case:
    """A case of five records."""
    for key in "bcde":
        ledger.act(opened.reference, note(key), None)
    opened.refresh_from_db()
    return opened


@pytest.fixture
def tamper(five: Case) -> Callable[..., None]:
    """Changes the database as somebody would who has it, its triggers and its constraints."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER cases_entry_not_changed")
            cursor.execute("DROP TRIGGER cases_entry_not_removed")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_entry DISABLE TRIGGER USER")

    def do(statement: str, *values: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return do


def found(case: Case) -> tuple[Kind, int] | None:
    """What a verification without checkpoints finds first in a case."""
    findings = verify({}).findings
    if not findings:
        return None
    assert findings[0].history == f"case/{case.reference}"
    return findings[0].kind, findings[0].sequence


def test_a_clean_history_is_found_clean(five: Case) -> None:
    done = verify({})
    assert (done.findings, done.histories, done.records) == ([], 1, 5)
    assert done.unanchored == 5


CHANGES = [
    ("UPDATE cases_entry SET content = substr(content, 1, 20) || CASE substr(content, 21, 1) WHEN 'a' THEN 'b' ELSE 'a' END || substr(content, 22) WHERE sequence = 3", (Kind.ALTERED, 3)),
    ("UPDATE cases_entry SET content = (SELECT content FROM cases_entry WHERE sequence = 2) WHERE sequence = 3", (Kind.ALTERED, 3)),
    ("UPDATE cases_entry SET act = 'discuss' WHERE sequence = 5", (Kind.ALTERED, 5)),
    ("UPDATE cases_entry SET written_by_id = (SELECT min(id) FROM directory_user) WHERE sequence = 2", (Kind.ALTERED, 2)),
    ("UPDATE cases_entry SET at = '2026-11-22 09:30:00+00:00' WHERE sequence = 4", (Kind.ALTERED, 4)),
    ("UPDATE cases_entry SET content = '' WHERE sequence = 4", (Kind.ALTERED, 4)),
    ("UPDATE cases_entry SET commitment = link WHERE sequence = 1", (Kind.ALTERED, 1)),
    ("UPDATE cases_entry SET previous = commitment WHERE sequence = 3", (Kind.ALTERED, 3)),
    ("UPDATE cases_entry SET sequence = 9 WHERE sequence = 3", (Kind.REORDERED, 3)),
    ("UPDATE cases_case SET facts = '{\"urgent\": true}'", (Kind.ALTERED, 0)),
    ("UPDATE cases_case SET policy_version = '1999'", (Kind.ALTERED, 0)),
    ("UPDATE cases_case SET last_sequence = 4", (Kind.ALTERED, 0)),
    ("UPDATE cases_caseparty SET place = 3 WHERE side = 'raising'", (Kind.ALTERED, 0)),
    ("UPDATE cases_case SET genesis = salt", (Kind.ALTERED, 0)),
    ("UPDATE cases_case SET head = (SELECT link FROM cases_entry WHERE sequence = 4), last_sequence = 4", (Kind.INSERTED, 5)),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_a_change_is_found_named_and_placed(
    five: Case, tamper: Callable[..., None], change: str, expected: tuple[Kind, int]
) -> None:
    tamper(change)
    assert found(five) == expected


def test_a_missing_record_is_found(five: Case, tamper: Callable[..., None]) -> None:
    _remove(tamper, five, 3)
    assert found(five) == (Kind.MISSING, 3)


def test_a_missing_record_is_found_where_the_rest_was_numbered_anew(
    five: Case, tamper: Callable[..., None]
) -> None:
    _remove(tamper, five, 3)
    tamper("UPDATE cases_entry SET sequence = 3 WHERE sequence = 4")
    tamper("UPDATE cases_entry SET sequence = 4 WHERE sequence = 5")
    assert found(five) == (Kind.MISSING, 3)


def test_a_missing_tail_is_found(five: Case, tamper: Callable[..., None]) -> None:
    _remove(tamper, five, 5)
    assert found(five) == (Kind.TRUNCATED, 5)


def test_two_records_that_changed_places_are_found(five: Case, tamper: Callable[..., None]) -> None:
    tamper("UPDATE cases_entry SET sequence = 99 WHERE sequence = 2")
    tamper("UPDATE cases_entry SET sequence = 2 WHERE sequence = 4")
    tamper("UPDATE cases_entry SET sequence = 4 WHERE sequence = 99")
    assert found(five) == (Kind.REORDERED, 2)


def test_the_database_refuses_a_second_record_after_the_same_one(five: Case) -> None:
    last, before = Entry.objects.filter(case=five).order_by("-sequence")[:2]
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(
            case=five, sequence=6, at=last.at, written=last.written, act="file", key="z",
            content=last.content, commitment=last.commitment,
            previous=last.previous, link=last.link,
        )  # fmt: skip
    assert before.link == last.previous


def _remove(tamper: Callable[..., None], case: Case, sequence: int) -> None:
    tamper(
        "DELETE FROM cases_outbox WHERE entry_id IN (SELECT id FROM cases_entry WHERE sequence = %s)",
        sequence,
    )
    tamper("DELETE FROM cases_entry WHERE sequence = %s", sequence)
