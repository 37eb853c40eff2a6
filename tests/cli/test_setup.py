"""`concord setup`: an empty folder becomes a real instance; nothing is half done."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from concord.cli.asking import Asker, Stopped, clock
from concord.directory.spreadsheet import (
    SHEETS,
)
from tests import once

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "plum jam on toast"
PARTNERSHIP = (
    "--policy", "sandwell",
    "--administrator-name", "Ada Appleyard", "--administrator-email", "Ada.Appleyard@example.org",
    "--business-unit", "Business unit", "--business-unit-email", "unit@example.org",
    "--business-unit-telephone", "01632 960001", "--mash-telephone", "01632 960999",
    "--mash-opens", "09:00", "--mash-closes", "17:00", "--out-of-hours-telephone", "01632 960998",
    "--place", "Oldbury", "--place", "B69",
)  # fmt: skip
Rows = Sequence[Mapping[str, object]]
SCHOOL = {
    "name": "Meadow School (invented)",
    "kind": "School or college",
    "missing": "service lead",
}
TRUST = {
    "name": "Sandwell Children's Trust",
    "kind": "children's social care",
    "key_partner": "yes",
}
LEAD = {
    "name": "Wren Foxglove", "email": "Wren.Foxglove@example.org", "telephone": "01632 960123",
    "agency": "Meadow School (invented)", "post": "manager", "since": "2026-01-31",
}  # fmt: skip
MANAGER = {
    "name": "Otis Larkspur", "email": "otis.larkspur@example.org",
    "agency": "Partnership", "post": "SCSP Business Manager",
}  # fmt: skip


def environment(folder: Path, **more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_")}
    ours.pop("DATABASE_URL", None)
    ours.pop("DJANGO_SETTINGS_MODULE", None)
    return ours | {
        "PYTHONPATH": str(ROOT),
        "CONCORD_DATA": str(folder),
        "CONCORD_PROFILE": "production",
        "CONCORD_SECRET_KEY": "made-for-a-test-alone",
        "CONCORD_MASTER_KEY": "5eed" * 16,
        "CONCORD_HOSTS": "testserver",
        **more,
    }


def concord(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "concord", *arguments], cwd=ROOT, env=environment(folder, **more),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def asked(folder: Path, script: str) -> str:
    """What a script says that is run on the instance in this folder."""
    begin = "import django; django.setup()\n"
    found = subprocess.run(
        [sys.executable, "-c", begin + script], cwd=ROOT, capture_output=True, text=True,
        env=environment(folder, DJANGO_SETTINGS_MODULE="concord.config.settings"), check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def counts(folder: Path) -> str:
    return asked(
        folder,
        "from concord.directory.models import *\n"
        "print(*(m.objects.count() for m in (User, Partnership, Place, Agency, Membership, Post)))",
    )


def workbook(path: Path, agencies: Rows, people: Rows) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (("Agencies", agencies), ("People", people)):
        sheet = book.create_sheet(name)
        columns = SHEETS[name.lower()]
        sheet.append([column.heading for column in columns])
        for row in rows:
            sheet.append([row.get(column.key) for column in columns])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `concord setup` began a real instance, with two agencies and people."""
    folder = tmp_path_factory.mktemp("copied")
    once.copied("real", begin, folder, tmp_path_factory)
    return folder


def begin(folder: Path) -> None:
    sheet = workbook(folder / "staff.xlsx", [SCHOOL, TRUST], [LEAD, MANAGER])
    done = concord(folder / "data", "setup", *PARTNERSHIP, "--spreadsheet", str(sheet))
    assert done.returncode == 0, done.stderr
    assert "concord setup password" in done.stdout
    (folder / "said").write_text(done.stdout)


def code_in(said: str) -> str:
    """The code that the command told."""
    found = re.search(r"code is (\d{4} \d{4} \d{4})\. It works once, until ", said)
    assert found, said
    return found[1]


def test_the_administrator_of_an_empty_folder_can_sign_in_and_sees_no_case(real: Path) -> None:
    code = code_in((real / "said").read_text())
    sent = (
        f'{{"email": "Ada.Appleyard@example.org", "code": "{code}", '
        f'"password_new": "{PASSWORD}", "password_again": "{PASSWORD}"}}'
    )
    script = f"""
from django.test import Client
client = Client()
wrong = client.post("/sign-in", {{"email": "ada.appleyard@example.org", "password": "a wrong one"}}, secure=True)
right = client.post("/sign-in/first", {sent}, secure=True)
again = Client().post("/sign-in/first", {sent}, secure=True).status_code
start = client.get("/", secure=True).content.decode()
halfway = client.get("/work", secure=True).status_code
import re
shown = client.get("/sign-in/set-up", secure=True).content.decode()
secret = re.search('class="concord-key">([A-Z2-7 ]+)<', shown)[1].replace(" ", "")
import time
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
done = client.post("/sign-in/set-up", {{"code": code}}, secure=True)
work = client.get("/work", secure=True)
print(wrong.status_code, right.status_code, right.headers["Location"], halfway,
      done.headers["Location"], work.status_code,
      client.get("/case/K7QM-4TPD", secure=True).status_code, "Demonstration." in start, again)
from concord.directory.models import User
administrator = User.objects.get(email="ada.appleyard@example.org")
print(administrator.is_administrator, administrator.posts.count(),
      User.objects.get(email="wren.foxglove@example.org").has_usable_password())
"""
    first, second = asked(real / "data", script).splitlines()
    assert first == "422 302 /sign-in/second 302 /you/recovery-codes 200 404 False 422"
    assert second == "True 0 False"


def test_the_administrator_whose_code_is_told_is_not_among_those_who_need_one(real: Path) -> None:
    # given an administrator and two more people, nobody with a password
    said = (real / "said").read_text()
    # then the two are counted, and the administrator, whose code another would void, is not
    assert "2 others cannot yet, because they have no password" in said
    assert "takes the place of an earlier code" in said
    assert "Ada Appleyard's code is " in said
    # when it is set up again, and no code is told, then all three are
    again = concord(real / "data", "setup", *PARTNERSHIP, "--spreadsheet", str(real / "staff.xlsx"))
    assert " of them cannot yet, because they have no password" in again.stdout


@pytest.mark.dear
def test_somebody_signs_in_by_a_password_of_their_own_choice(real: Path) -> None:
    done = concord(real / "data", "setup", "password", "wren.foxglove@example.org")
    assert done.returncode == 0, done.stderr
    script = f"""
from django.test import Client
client = Client()
data = {{"email": "wren.foxglove@example.org", "code": "{code_in(done.stdout)}",
        "password_new": "rhubarb and custard", "password_again": "rhubarb and custard"}}
print(client.post("/sign-in/first", data, secure=True).headers["Location"])
print(client.get("/sign-in/set-up", secure=True).status_code)
"""
    assert asked(real / "data", script).split() == ["/sign-in/second", "200"]
    nobody = concord(real / "data", "setup", "password", "nobody@example.org")
    assert nobody.returncode == 1
    assert "Nobody here has the address" in nobody.stderr


def test_no_password_is_given_on_the_way(real: Path) -> None:
    given = concord(real / "data", "setup", "password", "wren.foxglove@example.org",
                    "--password-file", "there")  # fmt: skip
    assert given.returncode == 2


@pytest.mark.dear
def test_the_administrator_lets_somebody_set_the_second_step_up_anew(real: Path) -> None:
    done = concord(real / "data", "setup", "second-step", "ada.appleyard@example.org")
    assert done.returncode == 0, done.stderr
    assert "second step is forgotten" in done.stdout
    again = concord(real / "data", "setup", "second-step", "ada.appleyard@example.org")
    assert "had no second step set up" in again.stdout
    nobody = concord(real / "data", "setup", "second-step", "nobody@example.org")
    assert nobody.returncode == 1
    assert "Nobody here has the address" in nobody.stderr


@pytest.mark.dear
def test_setting_up_again_changes_nothing_and_says_so(real: Path) -> None:
    before = counts(real / "data")
    again = ("setup", *PARTNERSHIP, "--spreadsheet", str(real / "staff.xlsx"))
    for more in ((), ("--dry-run",)):
        done = concord(real / "data", *again, *more)
        assert done.returncode == 0, done.stderr
        assert "Nothing: all of it was so already." in done.stdout
    assert counts(real / "data") == before == "3 1 2 2 2 2"


def test_a_dry_run_says_what_would_change_and_changes_nothing(real: Path) -> None:
    before = counts(real / "data")
    more = {**LEAD, "name": "Cora Juniper", "email": "cora.juniper@example.org"}
    sheet = workbook(real / "more.xlsx", [], [more])
    done = concord(real / "data", "setup", "--dry-run", "--spreadsheet", str(sheet))
    assert done.returncode == 0, done.stderr
    assert "Added Cora Juniper (cora.juniper@example.org)." in done.stdout
    assert "Nothing was changed: this was a dry run." in done.stdout
    assert counts(real / "data") == before


def test_a_dry_run_in_an_empty_folder_makes_no_database(tmp_path: Path) -> None:
    sheet = workbook(tmp_path / "staff.xlsx", [SCHOOL], [LEAD])
    done = concord(tmp_path / "data", "setup", "--dry-run", "--policy", "sandwell",
                   "--spreadsheet", str(sheet))  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Agencies added: 1." in done.stdout
    assert not (tmp_path / "data" / "concord.sqlite3").exists()


MISTAKEN_AGENCIES: Rows = [
    {**SCHOOL, "kind": "castle"},
    {**SCHOOL, "missing": "wizard"},
    {"name": "Plum Police (invented)", "kind": "Police", "key_partner": "perhaps"},
]
MISTAKEN_PEOPLE: Rows = [
    {**LEAD, "email": "no address"},
    {**LEAD, "name": None, "telephone": 1632960123},
    {**MANAGER, "agency": "Nowhere School"},
    {**MANAGER, "post": "juggler", "email": "a@example.org"},
    {**MANAGER, "since": "31 Plumber 2026", "email": "b@example.org"},
    {**LEAD, "until": "2025-01-01", "email": "c@example.org"},
    {**LEAD, "title": "=HYPERLINK(1)", "email": "d@example.org"},
    {**LEAD, "post": "service lead", "email": "e@example.org"},
    {**LEAD, "agency": "Partnership", "email": "f@example.org"},
    {**MANAGER, "agency": "Meadow School (invented)", "email": "g@example.org"},
    {**LEAD, "name": "Somebody Else", "email": "c@example.org"},
]
PLACES = [
    ("agencies", 2, "Kind", "there is no kind 'castle'"),
    ("agencies", 3, "Tiers missing", "there is no tier 'wizard'"),
    ("agencies", 3, "Agency", "stands in row 2 already"),
    ("agencies", 4, "Key partner", "'perhaps' is neither yes nor no"),
    ("people", 2, "Work e-mail", "'no address' is no e-mail address"),
    ("people", 3, "Name", "this is empty"),
    ("people", 3, "Telephone", "loses its first 0"),
    ("people", 4, "Agency", "there is no agency 'Nowhere School'"),
    ("people", 5, "Post", "there is no post 'juggler'"),
    ("people", 6, "Since", "'31 Plumber 2026' is no date"),
    ("people", 7, "Until", "before the day since when the post is held"),
    ("people", 8, "Title", "this is a formula"),
    ("people", 10, "Agency", "Write the agency's name"),
    ("people", 11, "Agency", "an office of the partnership"),
    ("people", 12, "Name", "gives this e-mail address to Wren Foxglove"),
]


@pytest.mark.dear
def test_every_mistake_is_told_by_row_and_column_and_nothing_changes(real: Path) -> None:
    before = counts(real / "data")
    sheet = workbook(real / "mistaken.xlsx", MISTAKEN_AGENCIES, MISTAKEN_PEOPLE)
    for more in ((), ("--dry-run",)):
        done = concord(real / "data", "setup", "--spreadsheet", str(sheet), *more)
        assert done.returncode == 1
        told = done.stderr.splitlines()
        assert told[-1] == "Nothing was changed."
        for name, row, column, says in PLACES:
            start = f"mistaken.xlsx, sheet {name}, row {row}, column {column}: "
            assert any(each.startswith(start) and says in each for each in told), (start, told)
    assert counts(real / "data") == before


@pytest.mark.dear
def test_the_demonstration_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "what-this-folder-holds").write_text("demonstration")
    real = concord(folder, "setup", *PARTNERSHIP)
    assert real.returncode == 1
    assert "holds demonstration data" in real.stderr
    marked = concord(folder, "setup", *PARTNERSHIP, CONCORD_PROFILE="demonstration")
    assert marked.returncode == 1
    assert "never shares its folder" in marked.stderr
    assert not (folder / "concord.sqlite3").exists()


@pytest.mark.dear
def test_what_is_missing_is_told_at_once_and_nothing_is_begun(tmp_path: Path) -> None:
    bare = concord(tmp_path / "data", "setup", "--policy", "sandwell")
    assert bare.returncode == 2
    assert {"--mash-telephone", "--administrator-email"} <= set(
        bare.stderr.replace(",", "").split()
    )
    keyless = concord(tmp_path / "data", "setup", *PARTNERSHIP, CONCORD_SECRET_KEY="")
    assert keyless.returncode == 1
    assert "CONCORD_SECRET_KEY is not set" in keyless.stderr
    assert not (tmp_path / "data" / "concord.sqlite3").exists()
    closed = concord(tmp_path / "data", "setup", *PARTNERSHIP, CONCORD_MASTER_KEY="")
    assert closed.returncode == 1
    assert "CONCORD_MASTER_KEY is not set" in closed.stderr
    for found in (bare, keyless, closed):
        assert "Traceback" not in found.stderr


def test_whoever_sits_at_the_terminal_is_asked_until_the_answer_will_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["nine", "09:00"])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    asker = Asker(somebody=True)
    opens = asker.need("--mash-opens", "When does the MASH open?", None, clock)
    assert str(opens) == "09:00:00"
    told = capsys.readouterr().out
    assert "'nine' is no time of day. Write it as 09:00." in told

    def gone(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", gone)
    with pytest.raises(Stopped, match="Nothing was changed"):
        asker.need("--mash-opens", "When does the MASH open?", None, clock)
