"""Two people dispose of a case: the tombstone stays, the chain verifies, and nothing is readable."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from concord.cases.models import Case, Child, ChildWord, Draft, Entry, Registered
from concord.cases.register import Register
from concord.cases.sealing import Places, Sealer
from concord.cases.verifications import verify_with_checkpoints
from concord.looks.sealing import Looks
from concord.notifications.models import Notice, Reminder
from concord.policies.retention import house
from concord.retention.disposing import finish
from concord.retention.tombstones import tombstone_of
from concord.seals.checking import Kind
from concord.vault import keys
from concord.vault.closed import Destroyed
from concord.vault.fields import opened as unlocked
from tests.apps.clock import Clock
from tests.retention.conftest import ENDED, LATER
from tests.retention.test_pages import LIST, here, hold, propose, say, text

SECRETS = ("Plum", "Invented", "2015-04-03", "referral was closed", "aunt", "quinces", "mother's")


@pytest.fixture
def places(tmp_path: Path, settings: Any) -> Places:
    """Checkpoints and files of this test alone."""
    settings.CONCORD_SEAL = tmp_path / "seal"
    settings.CONCORD_FILES = tmp_path / "files"
    return Places(tmp_path / "seal")


def verified(places: Places) -> Any:
    found, _ = verify_with_checkpoints(places, also=[Looks(), Register()])
    return found


def ready(unit: Client, case: Case) -> None:
    """It is said what was not known, and disposal is proposed."""
    say(unit, case, looked_after="no")
    assert propose(unit, case).status_code == 302


def approve(client: Client, case: Case) -> Any:
    return client.post(f"{here(case)}/approve")


def disposed(unit: Client, officer: Client, case: Case) -> Case:
    ready(unit, case)
    answer = approve(officer, case)
    assert answer.status_code == 302, text(answer)
    case.refresh_from_db()
    return case


# --- who decides ----------------------------------------------------------------------------------


def test_nobody_approves_what_they_proposed(
    unit: Client, officer: Client, ended: Case, places: Places
) -> None:
    # Given a proposal of the business manager,
    ready(unit, ended)
    assert "You proposed it. Somebody else approves it" in text(unit.get(here(ended)))
    # when they approve it themselves, then nothing is done,
    answer = approve(unit, ended)
    assert answer.status_code == 409
    assert "You proposed it" in text(answer)
    assert keys.is_there(ended.reference)
    # and when another person does, then the case is disposed of.
    assert approve(officer, ended).status_code == 302
    assert not keys.is_there(ended.reference)


def test_without_a_proposal_nothing_is_approved(
    officer: Client, unit: Client, ended: Case, places: Places
) -> None:
    say(unit, ended, looked_after="no")
    answer = approve(officer, ended)
    assert (answer.status_code, "Nobody has proposed it" in text(answer)) == (409, True)
    # and one that was turned down is none any more
    propose(unit, ended)
    officer.post(f"{here(ended)}/turn-down", {"why": "Not now."})
    assert approve(officer, ended).status_code == 409
    assert keys.is_there(ended.reference)


def test_a_hold_placed_after_the_proposal_stops_it(
    unit: Client, officer: Client, ended: Case, places: Places
) -> None:
    ready(unit, ended)
    hold(unit, ended)
    answer = approve(officer, ended)
    assert (answer.status_code, "A legal hold stands" in text(answer)) == (409, True)
    assert keys.is_there(ended.reference)


def test_what_was_said_after_the_proposal_counts(
    unit: Client, officer: Client, ended: Case, places: Places
) -> None:
    ready(unit, ended)
    say(officer, ended, looked_after="yes")
    answer = approve(officer, ended)
    assert (answer.status_code, "It is not due yet" in text(answer)) == (409, True)


def test_a_case_that_does_not_verify_is_not_disposed_of(
    unit: Client, officer: Client, ended: Case, places: Places
) -> None:
    ready(unit, ended)
    Case.objects.filter(pk=ended.pk).update(head="0" * 64)
    answer = approve(officer, ended)
    assert (answer.status_code, "does not verify" in text(answer)) == (409, True)
    assert keys.is_there(ended.reference)


def test_a_request_for_what_is_held_is_answered_first(
    unit: Client, officer: Client, ended: Case, places: Places
) -> None:
    # Given that a parent has asked for what is held about the child,
    asked = {
        "child": "Plum Invented", "asked_by": "Rowan Madeup", "standing": "parent",
        "born_day": 3, "born_month": 4, "born_year": 2015, "note": "All of it.",
        **dict(zip(("received_day", "received_month", "received_year"), (1, 1, 2041), strict=True)),
    }  # fmt: skip
    made = officer.post("/partnerships/sandwell/subject-access/new", asked)
    assert made.status_code == 302, text(made)
    ready(unit, ended)
    # when it is not answered yet, then nothing is destroyed,
    answer = approve(officer, ended)
    assert (answer.status_code, "is not answered yet" in text(answer)) == (409, True)
    # and once it is closed, it is.
    officer.post(f"{made.headers['Location']}/closed", {"why": "It was taken back."})
    assert approve(officer, ended).status_code == 302


# --- what is left ---------------------------------------------------------------------------------


def test_the_tombstone_stays_and_names_no_child(
    unit: Client, officer: Client, ended: Case, places: Places, as_person: Any
) -> None:
    disposed(unit, officer, ended)
    stone = tombstone_of(ended.reference)
    assert stone is not None
    assert (stone.opened, stone.closed) == ("2026-11-23", "2026-11-24")
    assert (stone.due, stone.disposed[:10]) == ("2040-04-03", "2041-01-01")
    assert stone.retention_class == "A school's child protection file"
    assert stone.schedule == house().file.version
    assert stone.proposed_by != stone.approved_by
    assert not [each for each in SECRETS if each in str(stone)]
    # whoever could see the case sees what is left of it, and nothing else
    for client in (unit, as_person("manager", "sandwell-school")):
        page = client.get(f"/case/{ended.reference}")
        assert page.status_code == 200
        assert "was disposed of" in text(page)
        assert "Tuesday 3 April 2040" in text(page)
        assert f"version {stone.schedule}" in text(page)
        gone = client.get(f"/case/{ended.reference}/timeline")
        assert gone.status_code == 410
        assert "nobody can get it back" in text(gone)
    assert ended.reference in text(unit.get(LIST))
    assert "was disposed of" in text(unit.get(here(ended)))
    # whoever could not, does not
    assert as_person("manager", "west-midlands-police").get(
        f"/case/{ended.reference}"
    ).status_code == 404  # fmt: skip


def test_the_chains_still_verify(
    unit: Client, officer: Client, ended: Case, places: Places
) -> None:
    # Given a case that was sealed before its disposal,
    key = Ed25519PrivateKey.generate()
    with Sealer(places, key, [Looks(), Register()]) as sealer:
        sealer.seal(LATER)
    before = verified(places)
    assert (before.findings, before.disposed) == ([], 0)
    disposed(unit, officer, ended)
    # then verification says that it is whole, and how many records were disposed of;
    after = verified(places)
    assert after.findings == []
    assert after.disposed >= Entry.objects.filter(case=ended).count() > 0
    # the next checkpoint seals what was written of the disposal,
    with Sealer(places, key, [Looks(), Register()]) as sealer:
        sealer.seal(LATER)
    assert verified(places).findings == []
    # and what is changed in the shredded records is found as before.
    case = Case.objects.get(pk=ended.pk)
    Case.objects.filter(pk=case.pk).update(head="0" * 64)
    assert [each.kind for each in verified(places).findings] != []


def test_only_the_register_makes_a_case_one_that_was_disposed_of(
    ended: Case, places: Places
) -> None:
    # Given somebody who marks a case in the table alone, and takes its key away,
    Case.objects.filter(pk=ended.pk).update(disposed=LATER)
    keys.path_of(ended.reference).unlink()
    # then it is told of as a missing key.
    assert [each.kind for each in verified(places).findings] == [Kind.NO_KEY]


def test_no_byte_of_the_child_stays_readable(
    unit: Client, officer: Client, ended: Case, places: Places, as_person: Any, tmp_path: Path,
    clock: Clock,
) -> None:  # fmt: skip
    # Given a case with a document, a draft, a notice, an opening in an emergency, a search,
    clock.at = ENDED + timedelta(days=1)
    head = as_person("practitioner", "sandwell-school")
    head.post(
        f"/case/{ended.reference}/learn",
        {"key": "k", "lesson": "quinces", "action": "attach",
         "files": [SimpleUploadedFile("Plum Invented.txt", b"her mother's words")]},
    )  # fmt: skip
    as_person("manager", "west-midlands-police").post(
        "/emergency", {"reference": ended.reference, "why": "Plum Invented is at our door. " * 3}
    )
    unit.post("/find", {"name": "Plum Invented", "born_day": 3, "born_month": 4, "born_year": 2015})
    digests = set(ChildWord.objects.values_list("digest", flat=True))
    assert digests
    readable = everything_readable()
    assert not [each for each in SECRETS[:3] if each not in readable], "the check could not fail"
    # when it is disposed of,
    clock.at = LATER
    disposed(unit, officer, ended)
    # then with all the keys that are left, no byte of it is read in any column of any table,
    readable = everything_readable()
    assert [each for each in SECRETS if each in readable] == []
    assert not [each for each in digests if each in readable]
    assert not Child.objects.exists()
    assert not Draft.objects.filter(case=ended).exists()
    assert not Notice.objects.filter(case=ended).exists()
    assert not Reminder.objects.filter(case=ended).exists()
    # nor in a file, nor by the models.
    assert not list((tmp_path / "files").glob(f"{ended.pk}/*"))
    ended.refresh_from_db()
    assert (ended.facts, ended.salt) == ({}, "")
    with pytest.raises(Destroyed):
        keys.cipher(ended.reference)


def everything_readable() -> str:
    """Whatever stands in any column of any table, opened with every key that is here."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [each[0] for each in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    found.append(_read(table, name, value))
    for entry in Entry.objects.select_related("case"):
        found.append(_said_by(entry))
    return "\n".join(found)


def _read(table: str, name: str, value: object) -> str:
    try:
        return unlocked(value, table, name)
    except Exception:
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _said_by(entry: Entry) -> str:
    from concord.cases.contents import content_of

    try:
        return content_of(entry)
    except Exception:
        return ""


# --- it stays so ----------------------------------------------------------------------------------


def test_a_key_that_comes_back_is_destroyed_again(
    unit: Client, officer: Client, ended: Case, places: Places
) -> None:
    # Given that somebody copies the old key back by hand,
    path = keys.path_of(ended.reference)
    kept = path.read_bytes()
    disposed(unit, officer, ended)
    path.write_bytes(kept)
    # then no page opens with it,
    assert unit.get(f"/case/{ended.reference}/timeline").status_code == 410
    # and it goes again.
    assert finish(LATER) == [ended.reference]
    assert not path.exists()
    assert finish(LATER) == []


def test_who_is_stopped_before_the_key_went_is_caught_up_with(
    unit: Client, officer: Client, ended: Case, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(unit, ended)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("concord.retention.disposing._destroy", killed)
        with pytest.raises(KeyboardInterrupt):
            approve(officer, ended)
    assert keys.is_there(ended.reference)
    assert tombstone_of(ended.reference) is not None
    assert unit.get(f"/case/{ended.reference}/timeline").status_code == 410
    assert verified(places).findings == []
    assert finish(LATER) == [ended.reference]
    assert not keys.is_there(ended.reference)
    assert verified(places).findings == []


def test_a_key_is_made_under_no_name_that_was_destroyed(
    unit: Client, officer: Client, ended: Case, places: Places
) -> None:
    disposed(unit, officer, ended)
    with pytest.raises(FileExistsError):
        keys.make(ended.reference)
    assert not Registered.objects.filter(kind="disposed").exclude(case=ended).exists()
