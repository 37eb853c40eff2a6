"""New keys: everything is encrypted anew, reads and verifies as before, and the old opens nothing."""

import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from django.db import Error, connection, transaction

from concord.cases import contents, kept, register
from concord.cases.doorway import about_child, viewer
from concord.cases.models import Case, ChildWord, Draft, Enclosure, Entry, Registered
from concord.cases.sealing import Places
from concord.cases.upkeep import check_summaries
from concord.cases.verifications import verify_with_checkpoints
from concord.files import store
from concord.looks.sealing import Looks
from concord.retention import anew, closed_rows
from concord.retention.anew import Renewed, everything, one
from concord.vault import algorithms, keys, renewing
from concord.vault.algorithms import Algorithm
from concord.vault.cipher import Cipher
from concord.vault.closed import Damaged, Wrong
from concord.vault.index import INDEX
from tests.anew.conftest import BORN, Person, SignIn
from tests.apps.conftest import AT
from tests.subject_access.asking import AUNT, PDF, text

CHAIN = "SELECT id, case_id, sequence, commitment, previous, link FROM cases_entry ORDER BY id"
SECOND = Algorithm(2, "ChaCha20-Poly1305", ChaCha20Poly1305, nonce=12, more=28, digest="sha512")


class PowerCut(BaseException):
    """The process ends here."""


def fetched(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def closed_with(name: str) -> dict[tuple[str, str, int], str]:
    """All that a key closes in the database, as it is stored."""
    found = {
        (table, column, number): stored
        for table, column in closed_rows.columns()
        for number, stored in fetched(f"SELECT id, {column} FROM {table}")
        if stored and stored.startswith(f"{name} ")
    }
    for table in ("cases_entry", "cases_registered"):
        rows = f"SELECT t.id, t.content, c.reference FROM {table} t JOIN cases_case c ON c.id = case_id"
        found |= {(table, "content", n): stored for n, stored, of in fetched(rows) if of == name}
    return found


def opens(key: Cipher, where: tuple[str, str, int], stored: str) -> bool:
    """Whether a key opens something that is stored at a place."""
    table, column, number = where
    about: tuple[str, ...] = (table, column)
    if table == "cases_entry":
        entry = Entry.objects.select_related("case").get(pk=number)
        about = (f"case/{entry.case.reference}", "record", entry.commitment)
    elif table == "cases_registered":
        line = Registered.objects.select_related("partnership").get(pk=number)
        about = (f"register/{line.partnership.slug}", "line", line.commitment)
    try:
        key.open(stored.rpartition(" ")[2], *about)
    except Damaged:
        return False
    return True


def shown(case: Case, person: Person, as_person: SignIn) -> list[Any]:
    """What can be read of a case, by the pages and beside them."""
    kept.forget()
    raiser = person("practitioner", "sandwell-school")
    (file,) = Enclosure.objects.filter(case=case)
    document = store.open_file(case.pk, file.kept, contents.key_of(case))
    client = as_person("practitioner", "sandwell-school")
    assert "Bruises" in text(client.get(f"/case/{case.reference}/discuss"))
    page = text(client.get(f"/case/{case.reference}/timeline"))
    assert AUNT in page
    return [
        re.sub(r"<[^>]*>", " ", page.partition("<main")[2].partition("</main>")[0]),
        [(each.n, dict(each.text)) for each in kept.records_of(case)],
        (file.name, b"".join(document) == PDF),
        [each.reference for each in about_child(viewer(raiser, AT), "invented plum", BORN)],
        [each.data for each in Draft.objects.order_by("pk")],
        [register.says(line) for line in Registered.objects.filter(case=case)],
        fetched(CHAIN),
        list(check_summaries(AT)),
    ]


def is_whole(places: Places) -> bool:
    """Whether everything verifies, what is anchored by a checkpoint too."""
    found, _ = verify_with_checkpoints(places, also=[Looks(), register.Register()])
    return found.findings == [] and found.records > found.unanchored


def done(made: list[Renewed]) -> set[str]:
    assert [each for each in made if each.not_done] == []
    return {each.name for each in made}


def test_a_case_encrypted_anew_reads_and_verifies_as_before_and_its_old_key_opens_nothing(
    full: Case, person: Person, as_person: SignIn, places: Places
) -> None:
    # Given a case, and whoever has noted its key,
    before, old = shown(full, person, as_person), keys.cipher(full.reference)
    stored = closed_with(full.reference)
    assert {where[0] for where in stored} >= {
        "cases_entry", "cases_registered", "cases_child", "cases_enclosure", "cases_draft",
        "looks_seen", "subject_access_piece", "subject_access_redaction",
    }  # fmt: skip
    assert all(opens(old, *each) for each in stored.items())
    others = {name: closed_with(name) for name in keys.names() if name != full.reference}
    # when it is encrypted anew,
    came = one(full.reference)
    assert (came.not_done, came.files) == ("", 1)
    # then nothing of it is as it was stored, and what was noted opens none of it, nor its file;
    now = closed_with(full.reference)
    assert now.keys() >= stored.keys()
    assert not set(now.values()) & set(stored.values())
    assert not any(opens(old, *each) for each in now.items())
    assert all(opens(keys.cipher(full.reference), *each) for each in now.items())
    (name,) = Enclosure.objects.filter(case=full).values_list("kept", flat=True)
    with pytest.raises(Damaged):
        b"".join(store.open_file(full.pk, name, old))
    # it reads and verifies as before, and nothing of anything else was touched.
    assert is_whole(places)
    assert shown(full, person, as_person) == before
    assert all(closed_with(name).items() >= was.items() for name, was in others.items())


def test_all_keys_are_replaced_those_of_no_case_and_of_the_index_too(
    full: Case, person: Person, as_person: SignIn, places: Places
) -> None:
    before, words = (
        shown(full, person, as_person),
        set(fetched("SELECT digest FROM cases_childword")),
    )
    names = set(keys.names())
    assert {name.partition("-")[0] for name in names} >= {"SAR", "typing", "looks"}
    old = {name: keys.cipher(name) for name in names}
    assert done(list(everything())) == names | {INDEX}
    for name in names:
        assert not any(opens(old[name], *each) for each in closed_with(name).items()), name
    assert not words & set(fetched("SELECT digest FROM cases_childword"))
    assert is_whole(places)
    assert shown(full, person, as_person) == before
    # and a second time the index has a key of its own already
    again = set(fetched("SELECT digest FROM cases_childword"))
    assert done(list(everything())) == names | {INDEX}
    assert not again & set(fetched("SELECT digest FROM cases_childword"))
    assert shown(full, person, as_person) == before


STOPS = [
    (renewing, "begin", 2), (closed_rows, "_lines", 1), (closed_rows, "_change", 3),
    (store, "close_again", 1), (store, "_write", 1), (renewing, "finish", 1),
    (renewing, "finish", 3), (anew, "_index", 1), (renewing, "end", 1),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name", "time"), STOPS, ids=lambda each: str(each)[-24:])
def test_a_run_that_is_stopped_loses_nothing_and_the_next_goes_on(
    full: Case, person: Person, as_person: SignIn, places: Places,
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, time: int,
) -> None:  # fmt: skip
    before, names = shown(full, person, as_person), set(keys.names())
    old = {each: keys.cipher(each) for each in names}
    real, calls = getattr(module, name), iter(range(1, 1000))

    def stopped(*given: Any) -> Any:
        if next(calls) == time:
            raise PowerCut
        return real(*given)

    # Given a run that is stopped somewhere,
    with monkeypatch.context() as cut:
        cut.setattr(module, name, stopped)
        ready: list[Renewed] = []
        with pytest.raises(PowerCut):
            ready.extend(everything())
    # then all is there and reads as before, and no record can be changed;
    assert is_whole(places)
    assert shown(full, person, as_person) == before
    refused("UPDATE cases_entry SET content = content")
    # and the next run does what is left, and no more.
    noted = renewing.noted()
    assert noted is not None
    finished = {each for each, was in noted.items() if renewing.is_done(each, was)}
    assert done(list(everything())) == (names | {INDEX}) - finished
    assert renewing.noted() is None
    for each in names:
        assert not any(opens(old[each], *one) for one in closed_with(each).items()), each
    assert is_whole(places)
    assert shown(full, person, as_person) == before


def refused(statement: str) -> None:
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        fetched(statement)


def test_what_is_encrypted_can_be_changed_by_nobody_else(full: Case) -> None:
    """Neither before, nor after: the guard of every such table stands as it stood."""
    guarded = [(table, column) for table, column in closed_rows.columns()
               if table.partition("_")[0] in ("looks", "documents", "subject")]  # fmt: skip
    for _ in range(2):
        filled = 0
        for table, column in (
            ("cases_entry", "content"),
            ("cases_registered", "content"),
            *guarded,
        ):
            if fetched(f"SELECT 1 FROM {table} LIMIT 1"):
                refused(f"UPDATE {table} SET {column} = {column}")
                refused(f"DELETE FROM {table}")
                filled += 1
        assert filled >= 9
        done(list(everything()))


def test_what_is_damaged_keeps_its_old_key_and_holds_up_nothing_else(full: Case) -> None:
    # Given a draft that somebody altered in the database,
    draft = Draft.objects.filter(case=full, page="one")
    whole = closed_with(full.reference)
    ((table, column, number),) = [
        at for at in whole if at == ("cases_draft", "data", draft.get().pk)
    ]
    stored = whole[table, column, number]
    worse = stored[:-9] + ("A" if stored[-9] != "A" else "B") + stored[-8:]
    fetched_none(f"UPDATE cases_draft SET data = '{worse}' WHERE id = {number}")
    old = keys.cipher(full.reference)
    # then the case stays as it is, and says so, while all others get their new keys;
    came = {each.name: each.not_done for each in everything()}
    assert "not as it was encrypted" in came.pop(full.reference)
    assert set(came.values()) == {""}
    assert closed_with(full.reference) == {**whole, (table, column, number): worse}
    # and once it is put right, the next run does that case alone.
    fetched_none(f"UPDATE cases_draft SET data = '{stored}' WHERE id = {number}")
    assert done(list(everything())) == {full.reference}
    assert draft.get().data == {"said": ["Bruises"]}
    assert not any(opens(old, *each) for each in closed_with(full.reference).items())


def fetched_none(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_second_algorithm_is_brought_in_beside_the_first_and_what_is_there_goes_over_to_it(
    full: Case, held: Case, person: Person, as_person: SignIn, places: Places,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before = shown(full, person, as_person)
    monkeypatch.setitem(algorithms.KNOWN, 2, SECOND)
    monkeypatch.setattr(algorithms, "PRESENT", 2)
    # What has a key goes on with its algorithm, and what is new begins with the second.
    assert shown(full, person, as_person) == before
    assert keys.make("AAAA-AAAA").lock("Plum", "here").startswith("2.")
    assert keys.cipher("AAAA-AAAA").open(keys.cipher("AAAA-AAAA").lock("Plum", "x"), "x") == "Plum"
    assert keys.cipher(full.reference).lock("Plum", "here").startswith("1.")
    # One case goes over, the others stay readable beside it;
    assert one(full.reference).not_done == ""
    marks = {stored.rpartition(" ")[2][:2] for stored in closed_with(full.reference).values()}
    assert marks == {"2."}
    (file,) = Enclosure.objects.filter(case=full)
    raw = Path(store._path(full.pk, file.kept)).read_bytes()
    assert raw.startswith(b"CONCORD-FILE-2\n")
    assert shown(full, person, as_person) == before
    assert is_whole(places)
    # then all goes over: the first could be taken away.
    done(list(everything()))
    monkeypatch.delitem(algorithms.KNOWN, 1)
    for name in keys.names():
        keys._known.clear()
        assert all(opens(keys.cipher(name), *each) for each in closed_with(name).items())
    keys.check()
    assert shown(full, person, as_person) == before


def test_the_master_key_is_changed(
    full: Case, person: Person, as_person: SignIn, places: Places, settings: Any
) -> None:
    before = shown(full, person, as_person)
    settings.CONCORD_MASTER_KEY, settings.CONCORD_MASTER_KEY_BEFORE = "beef" * 16, "5eed" * 16
    # With both set, all reads as before, and a child is found; then everything gets a new key,
    keys.check()
    assert shown(full, person, as_person) == before
    done(list(everything()))
    # and the new one is enough, and the old one nothing.
    settings.CONCORD_MASTER_KEY_BEFORE = ""
    keys._known.clear()
    keys.check()
    assert shown(full, person, as_person) == before
    assert is_whole(places)
    settings.CONCORD_MASTER_KEY = "5eed" * 16
    with pytest.raises(Wrong, match="another master key"):
        keys.check()


def test_all_columns_of_the_database_that_are_closed_are_known(full: Case) -> None:
    """Whatever looks as if a key had closed it stands where it is closed anew."""
    known = {*closed_rows.columns(), ("cases_entry", "content"), ("cases_registered", "content")}
    names = set(keys.names())
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            described = connection.introspection.get_table_description(cursor, table)
            for column in (each.name for each in described):
                if (table, column) not in known:
                    cursor.execute(f'SELECT CAST("{column}" AS text) FROM {table}')
                    for (value,) in cursor.fetchall():
                        closed = str(value).partition(" ")
                        assert closed[0] not in names or not closed[2].startswith("1."), table
                        assert not str(value).startswith("1.") or len(str(value)) < 40, table
    assert ChildWord.objects.exists()
