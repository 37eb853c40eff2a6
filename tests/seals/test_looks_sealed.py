"""Looks stand in a chain for each partnership: one that is taken out or changed is missed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction
from django.test import Client

from concord.cases.models import Case
from concord.cases.sealing import Places, Sealer
from concord.cases.verifications import verify_with_checkpoints
from concord.looks.models import SealedLook, Seen
from concord.looks.sealing import Looks
from concord.seals.checking import Kind
from tests.apps.conftest import AT
from tests.apps.conftest import as_person as as_person
from tests.apps.conftest import cast as cast
from tests.apps.conftest import opened as opened
from tests.apps.conftest import person as person
from tests.apps.conftest import rows_of_the_cast as rows_of_the_cast

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AsPerson = Callable[[str, str], Client]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "seal")


@pytest.fixture
def sealer(places: Places, opened: Case, as_person: AsPerson) -> Iterator[Sealer]:
    """Three looks at a case, and one at no case, sealed."""
    with Sealer(places, KEY, [Looks()]) as sealer:
        for _ in range(3):
            as_person("manager", "sandwell-school").get(f"/case/{opened.reference}")
        as_person("manager", "sandwell-school").get("/case/AAAA-AAAA")
        assert sealer.seal(AT)[1] == []
        yield sealer


@pytest.fixture
def armed(sealer: Sealer) -> None:
    """As somebody who has the database, without its triggers and its constraints."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in ("seen", "seencase", "sealedlook"):
                for done in ("changed", "removed"):
                    cursor.execute(f"DROP TRIGGER looks_{table}_not_{done}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("seen", "seencase", "sealedlook"):
                cursor.execute(f"ALTER TABLE looks_{table} DISABLE TRIGGER USER")


def found(places: Places) -> list[tuple[Kind, str, int]]:
    findings = verify_with_checkpoints(places, also=[Looks()])[0].findings
    return [(each.kind, each.history, each.sequence) for each in findings]


def do(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_looks_are_linked_sealed_and_found_whole(sealer: Sealer, places: Places) -> None:
    linked = list(SealedLook.objects.order_by("history", "sequence"))
    assert [(each.history, each.sequence) for each in linked] == [
        ("looks/none", 1), ("looks/sandwell", 1), ("looks/sandwell", 2), ("looks/sandwell", 3),
    ]  # fmt: skip
    assert {each.look for each in linked} == set(Seen.objects.values_list("pk", flat=True))
    verified, held = verify_with_checkpoints(places, also=[Looks()])
    assert (verified.findings, verified.unanchored) == ([], 0)
    assert held.anchors["looks/sandwell"].count == 3
    assert sealer.seal(AT) == (None, [])


def test_a_later_look_is_linked_after_the_last(
    sealer: Sealer, places: Places, opened: Case, as_person: AsPerson
) -> None:
    as_person("manager", "sandwell-school").get(f"/case/{opened.reference}/timeline")
    made, wrong = sealer.seal(AT)
    assert made is not None
    assert (made.number, wrong, found(places)) == (2, [], [])


SECOND = "(SELECT look FROM looks_sealedlook WHERE history = 'looks/sandwell' AND sequence = 2)"
CHANGES = [
    (f"UPDATE looks_seen SET page = 'help' WHERE id = {SECOND}", (Kind.ALTERED, 2)),
    (f"UPDATE looks_seen SET user_id = (SELECT min(id) FROM directory_user) WHERE id = {SECOND}", (Kind.ALTERED, 2)),
    (f"UPDATE looks_seen SET at = '2026-11-22 09:30:00+00:00' WHERE id = {SECOND}", (Kind.ALTERED, 2)),
    (f"UPDATE looks_seen SET refused = (1 = 1) WHERE id = {SECOND}", (Kind.ALTERED, 2)),
    ("DELETE FROM looks_sealedlook WHERE history = 'looks/sandwell' AND sequence = 2", (Kind.MISSING, 2)),
    ("DELETE FROM looks_sealedlook WHERE history = 'looks/sandwell' AND sequence = 3", (Kind.TRUNCATED, 3)),
    ("DELETE FROM looks_sealedlook WHERE history = 'looks/sandwell'", (Kind.MISSING, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_a_change_is_found(
    armed: None, places: Places, change: str, expected: tuple[Kind, int]
) -> None:
    assert found(places) == []
    do(change)
    assert found(places) == [(expected[0], "looks/sandwell", expected[1])]


def test_a_look_taken_out_is_found(armed: None, places: Places) -> None:
    do(f"DELETE FROM looks_seencase WHERE seen_id = {SECOND}")
    assert found(places) == [(Kind.ALTERED, "looks/sandwell", 2)]
    do(f"DELETE FROM looks_seen WHERE id = {SECOND}")
    assert found(places) == [(Kind.ALTERED, "looks/sandwell", 2)]


def test_the_database_itself_refuses_to_change_the_chain(sealer: Sealer) -> None:
    for change in ("UPDATE looks_sealedlook SET look = 0", "DELETE FROM looks_sealedlook"):
        with pytest.raises(DatabaseError), transaction.atomic():
            do(change)
