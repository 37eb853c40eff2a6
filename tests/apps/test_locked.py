"""What records say is encrypted with their case's key; without it, a page says what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from concord.cases import ledger
from concord.cases.kept import forget
from concord.cases.models import Case, Entry
from concord.cases.upkeep import check_summaries
from concord.cases.verifying import verify
from concord.seals.checking import Kind
from concord.vault import keys
from concord.vault.closed import Closed
from tests.apps.conftest import AT
from tests.apps.test_ledger import note
from tests.apps.test_pages import text
from tests.backups.instance import Instance

SignIn = Callable[[str, str], Client]


@pytest.fixture
def keyless(opened: Case) -> Case:
    """A case whose key is gone, though this process had it."""
    ledger.state_of(opened)
    keys.path_of(opened.reference).unlink()
    return opened


def test_the_database_holds_no_word_of_what_a_record_says(opened: Case) -> None:
    ledger.act(opened.reference, note("x", text={"note": "Canary in the coal mine"}), None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_entry")
        rows = repr(cursor.fetchall())
    assert "Canary" not in rows
    assert "Plum" not in rows
    said = ledger.records_of(opened)
    assert said[1].text["note"] == "Canary in the coal mine"
    assert said[0].text["child.1.name"] == "Plum Invented"


def test_each_case_has_a_key_of_its_own(opened: Case) -> None:
    assert keys.is_there(opened.reference)
    other = keys.ensure("AAAA-AAAA")
    with pytest.raises(Closed):
        other.open(Entry.objects.get(case=opened).content, f"case/{opened.reference}", "record")


def test_a_case_without_its_key_says_what_to_do(keyless: Case, as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    answer = client.get(f"/case/{keyless.reference}")
    assert answer.status_code == 503
    assert "This cannot be opened now" in text(answer)
    assert "the newest backup of the keys" in text(answer)
    assert "call 999" in text(answer)
    assert "Plum" not in text(answer)


def test_nothing_typed_for_it_is_lost_and_nothing_half_recorded(
    keyless: Case, as_person: SignIn
) -> None:
    client = as_person("practitioner", "sandwell-school")
    typed = {"said": "Seen <twice>.", "means": "telephone"}
    answer = client.post(f"/case/{keyless.reference}/discuss", typed)
    assert answer.status_code == 503
    assert "Seen <twice>." in text(answer)
    with pytest.raises(Closed):
        ledger.act(keyless.reference, note("x"), None)
    assert keyless.entries.count() == 1


def test_whose_case_it_is_not_learns_nothing_of_it(keyless: Case, as_person: SignIn) -> None:
    answer = as_person("practitioner", "cumbria-school").get(f"/case/{keyless.reference}")
    assert answer.status_code == 404


def test_lists_show_the_other_cases_all_the_same(keyless: Case, as_person: SignIn) -> None:
    for role, where in (
        ("practitioner", "sandwell-school"), ("safeguarding_lead", "sandwell-school"),
        ("manager", "sandwell-childrens-trust"), ("business_manager", "sandwell"),
    ):  # fmt: skip
        for address in (
            "/work",
            "/agency/sandwell-school",
            "/partnership/sandwell",
            "/learning/sandwell",
        ):
            answer = as_person(role, where).get(address)
            assert answer.status_code in (200, 404), (role, address)


def test_verification_says_so_and_that_its_places_hold(keyless: Case) -> None:
    forget()
    [finding] = verify({}).findings
    assert (finding.kind, finding.history, finding.sequence) == (
        Kind.NO_KEY, f"case/{keyless.reference}", 1,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET last_sequence = 9")
    assert verify({}).findings[0].kind is Kind.ALTERED


def test_the_commands_name_it_and_go_on(keyless: Case) -> None:
    [found] = check_summaries(AT)
    assert (found.reference, found.names) == (keyless.reference, ())
    assert "missing" in found.unreadable


OLD = (
    ("looks", "0004_emergency"),
    ("documents", "0006_templates_append_only"),
    ("cases", "0012_register"),
)
MORE = """
import django
django.setup()
from django.utils import timezone
from concord.cases import drafts
from concord.cases.enclosures import take_in
from concord.cases.models import Case
from concord.directory.models import User
from concord.documents.models import SentVersion
from concord.looks.models import Seen
case, user, at = Case.objects.get(), User.objects.first(), timezone.now()
drafts.keep(drafts.Place(user.pk, case.pk, "discuss"), "one", {"said": ["Typed canary"]}, at)
drafts.begin_raising(user, at, {"why": "Begun canary"})
take_in(user, case, "file", "named canary.txt", b"File canary, " * 9000, at)
Seen.objects.create(at=at, user=user, kind="search", page="find", search="Searched canary")
SentVersion.objects.create(case=case, entry=case.entries.get(), form="x", version=1, document="Sent canary", digest="0")
"""
LOOK = """
import django
django.setup()
from django.utils import timezone
from concord.cases import drafts
from concord.cases.contents import key_of
from concord.cases.doorway import named
from concord.cases.ledger import records_of
from concord.cases.models import Case, Draft, Enclosure
from concord.cases.upkeep import check_summaries
from concord.cases.verifying import verify
from concord.documents.models import SentVersion
from concord.files.store import open_file
from concord.looks.models import Seen
from concord.looks.sealing import Looks
case, file = Case.objects.get(), Enclosure.objects.get()
assert records_of(case)[0].text["child.1.name"] == case.children.get().name == "Plum Invented"
assert [each.case for each in named("plum")] == [case]
assert list(check_summaries(timezone.now())) == []
assert sorted(str(each.data) for each in Draft.objects.all())[0] == "{'said': ['Typed canary']}"
assert "Begun canary" in str([each.data for each in Draft.objects.all()])
assert file.name == "named canary.txt"
assert b"".join(open_file(case.pk, file.kept, key_of(case))) == b"File canary, " * 9000
assert Seen.objects.get(kind="search").search == "Searched canary"
assert SentVersion.objects.get().document == "Sent canary"
Looks().prepare()
assert verify({}, also=[Looks()]).findings == []
print("whole")
"""
PLAIN = (b"decision_challenged", b"Plum Invented", b"Typed canary", b"Begun canary", b"named canary",
         b"File canary", b"Searched canary", b"Sent canary")  # fmt: skip


def drill(instance: Instance, raw: Callable[[], bytes]) -> None:
    """An instance is taken back to before there were keys, and brought up to date again."""

    def everything() -> bytes:
        files = (each for each in (instance.folder / "files").rglob("*") if each.is_file())
        return raw() + b"".join(each.read_bytes() for each in files)

    # Given an instance of the earlier version, with a case and all that goes with it, its looks
    # sealed,
    assert instance.case("first")
    instance.python(MORE)
    instance.python(
        "import django; django.setup(); from concord.looks.sealing import Looks; Looks().prepare()"
    )
    assert [each for each in PLAIN if each in everything()] == []
    instance.python("import django; django.setup(); from django.core.management import call_command\n"
                    f"for app, name in {OLD}: call_command('migrate', app, name, verbosity=0)")  # fmt: skip
    before = everything()
    assert [each for each in PLAIN if each not in before] == []
    # when it is brought up to date,
    instance.python("import django; django.setup(); from django.core.management import call_command; "
                    "call_command('migrate', verbosity=0)")  # fmt: skip
    # then what is said is nowhere on the disk, and all of it can be read, found and verified.
    assert [each for each in PLAIN if each in everything()] == []
    assert instance.python(LOOK).strip() == "whole"
    assert len(list((instance.folder / "keys").rglob("????-????"))) == 1


@pytest.mark.dear
def test_an_older_database_is_encrypted_as_it_is_brought_up_to_date(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "data")
    instance.cast()
    drill(instance, lambda: b"".join(
        path.read_bytes() for path in sorted(instance.folder.glob("concord.sqlite3*"))
    ))  # fmt: skip


@pytest.mark.dear
@pytest.mark.postgres
def test_an_older_postgresql_is_encrypted_as_it_is_brought_up_to_date(
    postgres_url: str, postgres_tables: str, tmp_path: Path
) -> None:
    import psycopg

    base, _, query = postgres_url.partition("?")
    host = query.removeprefix("host=")
    with psycopg.connect(f"host={host} user=concord dbname=postgres", autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS older")
        server.execute(f"CREATE DATABASE older TEMPLATE {postgres_tables}")

    def raw() -> bytes:
        with psycopg.connect(f"host={host} user=concord dbname=older", autocommit=True) as found:
            found.execute("CHECKPOINT")
            row = found.execute(
                "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = 'older'"
            ).fetchone()
            assert row is not None
            folder = Path(row[0]) / "base" / str(row[1])
            return b"".join(each.read_bytes() for each in folder.iterdir() if each.is_file())

    instance = Instance(tmp_path / "data", DATABASE_URL=f"{base.rpartition('/')[0]}/older?{query}")
    instance.cast()
    drill(instance, raw)
