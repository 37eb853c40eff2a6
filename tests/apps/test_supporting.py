"""Supporting documents travel with the case: taken in, enclosed in the record, opened by few."""

import hashlib
import json
import re
import stat
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from concord.cases import enclosing, ledger
from concord.cases.contents import content_of, key_of
from concord.cases.enclosures import described, supporting, sweep, take_in, waiting
from concord.cases.models import Case, Enclosure, Entry
from concord.directory.models import User
from concord.documents.models import Opening
from concord.files import scanning, store
from concord.files.kinds import LARGEST
from concord.files.unfit import Unfit
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from tests.apps.conftest import AT
from tests.files import making

SignIn = Callable[[str, str], Client]
PDF = making.a_pdf("What the school saw.")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.CONCORD_FILES = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def teacher(as_person: SignIn) -> Client:
    return as_person("practitioner", "sandwell-school")


def text(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def a_file(name: str = "report.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def asked(client: Client, case: Case, act: str) -> dict[str, str]:
    """The hidden fields of an act's page."""
    shown = text(client.get(f"/case/{case.reference}/{act}"))
    return dict(re.findall(r'type="hidden" name="(seen|key)" value="([^"]*)"', shown))


def send(client: Client, case: Case, act: str = "file", **more: Any) -> Any:
    typed = {"said": "On the child's file.", **asked(client, case, act), **more}
    return client.post(f"/case/{case.reference}/{act}", typed)


def test_a_document_goes_with_its_act_and_the_record_names_its_hash(
    opened: Case, teacher: Client, folder: Path
) -> None:
    answer = send(teacher, opened, files=a_file("Plum/../seen at school.pdf"))
    assert answer.status_code == 302
    entry = Entry.objects.get(case=opened, sequence=2)
    (said,) = json.loads(content_of(entry))["enclosed"]
    row = Enclosure.objects.get()
    assert row.entry == entry
    assert said["name"] == "seen at school.pdf"
    assert said["size"] == len(PDF)
    kept = folder / str(opened.pk) / said["kept"]
    assert PDF[:20] not in kept.read_bytes()
    assert b"".join(store.open_file(opened.pk, kept.name, key_of(opened))) == PDF
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "seen" not in str(kept)
    for address in ("", "/timeline"):
        shown = text(teacher.get(f"/case/{opened.reference}{address}"))
        assert "seen at school.pdf (PDF" in shown
        assert "not scanned for viruses: no scanner is installed here" in shown


def test_it_is_opened_by_both_sides_and_by_nobody_else(
    opened: Case, teacher: Client, as_person: SignIn
) -> None:
    send(teacher, opened, files=a_file("Plum Invented's report.pdf"))
    address = f"/case/{opened.reference}/supporting/1"
    for role, where in (
        ("practitioner", "sandwell-school"), ("manager", "sandwell-childrens-trust"),
        ("business_manager", "sandwell"),
    ):  # fmt: skip
        answer = as_person(role, where).post(address)
        assert answer.content == PDF
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        says = answer.headers["Content-Disposition"]
        assert says == f'attachment; filename="{opened.reference}-document-1.pdf"'
    for role, where in (("chair", "sandwell"), ("manager", "bromley-school"), ("iro", "sandwell")):
        assert as_person(role, where).post(address).status_code == 404
        assert as_person(role, where).get(address).status_code == 404
    assert Client().post(address).status_code == 302
    for number in ("2", "0", "999999999999999999999"):
        assert teacher.post(f"/case/{opened.reference}/supporting/{number}").status_code == 404


def test_each_opening_is_written_down_and_looking_at_its_address_opens_nothing(
    opened: Case, teacher: Client, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    send(teacher, opened, files=a_file())
    address = f"/case/{opened.reference}/supporting/1"
    looked_at = teacher.get(address)
    assert looked_at.url == f"/case/{opened.reference}"  # type: ignore[attr-defined]
    as_person("iro", "sandwell").post(address)
    assert not Opening.objects.exists()
    as_person("manager", "sandwell-childrens-trust").post(address)
    row = Opening.objects.get()
    who = person("manager", "sandwell-childrens-trust")
    assert (row.form, row.version, row.by) == ("supporting_document", 1, who)
    assert row.digest == hashlib.sha256(PDF).hexdigest()
    shown = text(teacher.get(f"/case/{opened.reference}/forms"))
    assert f"{who.name} opened supporting document 1, as it came (PDF)." in shown


def test_a_file_that_is_not_the_one_that_came_is_handed_to_nobody(
    opened: Case, teacher: Client, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    send(teacher, opened, files=a_file())
    (kept,) = (folder / str(opened.pk)).iterdir()
    kept.write_bytes(PDF + b"%changed")
    answer = teacher.post(f"/case/{opened.reference}/supporting/1")
    assert answer.status_code == 409
    assert "not the one that was recorded" in text(answer)
    assert "Content-Disposition" not in answer.headers
    assert not Opening.objects.exists()
    assert [each.levelname for each in caplog.records] == ["CRITICAL", "WARNING"]


def test_what_waits_is_nobody_elses_and_no_part_of_the_case(
    opened: Case, teacher: Client, as_person: SignIn
) -> None:
    answer = send(teacher, opened, files=a_file(), action="attach", said="Half a thought")
    assert answer.status_code == 200
    shown = text(answer)
    assert "Half a thought" in shown
    assert "There is something to put right" not in shown
    assert "report.pdf (PDF" in shown
    assert opened.entries.count() == 1
    again = text(teacher.get(f"/case/{opened.reference}/file"))
    assert "Half a thought" in again
    assert "report.pdf (PDF" in again
    assert "report.pdf" not in text(teacher.get(f"/case/{opened.reference}"))
    other = as_person("manager", "sandwell-school")
    assert "report.pdf" not in text(other.get(f"/case/{opened.reference}/file"))
    assert teacher.post(f"/case/{opened.reference}/supporting/1").status_code == 404
    # and it can be sent by nobody else
    row = Enclosure.objects.get()
    send(other, opened, supporting=str(row.pk))
    assert Enclosure.objects.get().entry is None
    assert ledger.state_of(opened).records[-1].enclosed == ()


def test_what_is_attached_first_is_sent_later_if_it_is_ticked(
    opened: Case, teacher: Client
) -> None:
    send(
        teacher,
        opened,
        files=[a_file(), a_file("dates.xlsx", making.a_workbook())],
        action="attach",
    )
    first, second = Enclosure.objects.all()
    assert send(teacher, opened, supporting=[str(second.pk)]).status_code == 302
    (record,) = [r for r in ledger.state_of(opened).records if r.enclosed]
    assert [each.name for each in record.enclosed] == ["dates.xlsx"]
    first.refresh_from_db()
    assert first.entry is None


def test_removing_what_waits_removes_its_file_and_keeps_the_text(
    opened: Case, teacher: Client, folder: Path
) -> None:
    send(teacher, opened, files=[a_file(), a_file("b.png", making.a_png())], action="attach")
    first, second = Enclosure.objects.all()
    answer = send(
        teacher, opened, action=f"remove-{first.pk}", supporting=[str(second.pk)], said="Kept text"
    )
    assert "Kept text" in text(answer)
    assert [row.pk for row in Enclosure.objects.all()] == [second.pk]
    assert [path.name for path in (folder / str(opened.pk)).iterdir()] == [second.kept]


def test_what_belongs_to_a_record_is_not_removed(opened: Case, teacher: Client) -> None:
    send(teacher, opened, files=a_file())
    row = Enclosure.objects.get()
    send(teacher, opened, action=f"remove-{row.pk}")
    assert Enclosure.objects.get().entry is not None
    assert teacher.post(f"/case/{opened.reference}/supporting/1").content == PDF


@pytest.mark.parametrize("action", ["send", "attach", "save"])
def test_a_refused_file_keeps_every_word_and_the_good_files(
    opened: Case, teacher: Client, action: str
) -> None:
    bad = a_file("re\u202eport.pdf", b"MZ\x90")
    words = "Every word of this is kept.\nAnd this line."
    answer = send(teacher, opened, files=[bad, a_file("good.pdf")], said=words, action=action)
    assert answer.status_code == 422
    shown = text(answer)
    assert words in shown
    assert "report.pdf was not attached. The content is not a whole PDF." in shown
    assert 'href="#files"' in shown
    assert "<title>Error:" in shown
    assert re.search(r'name="supporting" type="checkbox" value="\d+"[^>]* checked', shown)
    assert opened.entries.count() == 1
    assert [row.name for row in Enclosure.objects.all()] == ["good.pdf"]


def test_a_word_left_out_keeps_the_files(opened: Case, teacher: Client) -> None:
    answer = send(teacher, opened, files=a_file(), said="")
    assert answer.status_code == 422
    assert "report.pdf (PDF" in text(answer)
    row = Enclosure.objects.get()
    assert send(teacher, opened, supporting=str(row.pk)).status_code == 302
    assert len(supporting(ledger.state_of(opened))) == 1


def test_a_file_beyond_the_limit_keeps_the_text_and_what_comes_after_it(
    opened: Case, teacher: Client, folder: Path
) -> None:
    large = a_file("large.txt", b"a" * (LARGEST + 70_000))
    answer = send(teacher, opened, files=[large, a_file("after.pdf")], said="Kept text")
    assert answer.status_code == 422
    shown = text(answer)
    assert "large.txt was not attached. The file is larger than 20 MB." in shown
    assert "Kept text" in shown
    assert [row.name for row in Enclosure.objects.all()] == ["after.pdf"]


def test_a_double_click_encloses_once(opened: Case, teacher: Client) -> None:
    hidden = asked(teacher, opened, "file")
    for _ in range(2):
        answer = send(teacher, opened, files=a_file(), **hidden)
        assert answer.status_code == 302
    assert opened.entries.count() == 2
    assert Enclosure.objects.count() == 1
    assert Enclosure.objects.get().entry is not None


def test_a_hostile_name_is_shown_as_letters(opened: Case, teacher: Client) -> None:
    send(teacher, opened, files=a_file("<script>alert(1)</script> & 'x'.pdf"))
    shown = teacher.get(f"/case/{opened.reference}").content.decode()
    assert "<script>alert" not in shown
    assert "&#39;x&#39;.pdf" in shown


def test_somebody_else_acting_meanwhile_keeps_the_files(opened: Case, teacher: Client) -> None:
    hidden = asked(teacher, opened, "escalate")
    by = Who("manager", Side.RESPONDING, "sandwell-childrens-trust")
    at = AT + timedelta(hours=1)
    ledger.act(opened.reference, Record(0, at, at, by, Act.ACKNOWLEDGE), None)
    hidden["stage"] = "stage-1"
    address = f"/case/{opened.reference}/escalate"
    answer = teacher.post(address, {**hidden, "files": a_file(), "reason": ""})
    assert answer.status_code == 409
    assert "report.pdf (PDF" in text(answer)


def test_the_file_stays_away_when_the_record_fails(
    opened: Case, person: Callable[[str, str], User], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = person("practitioner", "sandwell-school")
    row = take_in(user, opened, "file", "a.pdf", PDF, AT)
    raiser = Who("practitioner", Side.RAISING, "sandwell-school")
    record = Record(0, AT, AT, raiser, Act.FILE, enclosed=(described(row),))

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(ledger, "write_summary", fail)
    with pytest.raises(RuntimeError):
        ledger.act(opened.reference, record, user)
    monkeypatch.undo()
    row.refresh_from_db()
    assert row.entry is None
    assert isinstance(ledger.act(opened.reference, record, user), ledger.Done)
    # what has gone with one record does not go with another, and that one is not recorded
    with pytest.raises(enclosing.NoLongerWaiting):
        ledger.act(opened.reference, record, user)
    assert opened.entries.count() == 2


def test_at_each_moment_of_taking_in_a_record_has_its_file(
    opened: Case, person: Callable[[str, str], User], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    user = person("practitioner", "sandwell-school")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Enclosure.objects, "create", killed)
    with pytest.raises(KeyboardInterrupt):
        take_in(user, opened, "file", "a.pdf", PDF, AT)
    monkeypatch.undo()
    # the file came first: it is an orphan, which is swept once it is a day old
    assert not Enclosure.objects.exists()
    (orphan,) = (folder / str(opened.pk)).iterdir()
    good = take_in(user, opened, "file", "a.pdf", PDF, AT)
    at = AT + timedelta(days=4000)
    assert sweep(at) == 1
    assert not orphan.exists()
    assert b"".join(store.open_file(opened.pk, good.kept, key_of(opened))) == PDF


def test_twenty_go_with_one_record_and_the_same_twice_is_one(
    opened: Case, person: Callable[[str, str], User]
) -> None:
    user = person("practitioner", "sandwell-school")
    for number in range(20):
        take_in(user, opened, "file", f"{number}.txt", f"note {number}".encode(), AT)
    take_in(user, opened, "file", "again.txt", b"note 3", AT)
    assert waiting(user, opened, "file").count() == 20
    with pytest.raises(Unfit, match="20 documents"):
        take_in(user, opened, "file", "more.txt", b"one more", AT)


def test_what_the_scanner_finds_is_not_kept(
    opened: Case, teacher: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "_scanner", lambda: lambda content: b"PDF" in content)
    answer = send(teacher, opened, files=[a_file(), a_file("b.png", making.a_png())])
    assert answer.status_code == 422
    assert "report.pdf was not attached. The virus scanner found something" in text(answer)
    assert [row.scanned for row in Enclosure.objects.all()] == ["clean"]
    assert len(list((folder / str(opened.pk)).iterdir())) == 1
    assert "no virus was found" in text(answer)


def test_a_missing_file_is_told_plainly(opened: Case, teacher: Client, folder: Path) -> None:
    send(teacher, opened, files=a_file())
    store.delete(opened.pk, Enclosure.objects.get().kept)
    answer = teacher.post(f"/case/{opened.reference}/supporting/1")
    assert answer.status_code == 404
    assert "The file of this document is missing" in text(answer)


@pytest.mark.parametrize("junk", ["x", "", "-1", "9" * 40, "\u0663", "1e3"])
def test_odd_numbers_are_no_fault(opened: Case, teacher: Client, junk: str) -> None:
    assert send(teacher, opened, action=f"remove-{junk}").status_code == 200
    assert send(teacher, opened, supporting=junk).status_code == 302


def test_an_act_that_takes_no_document_asks_for_none(opened: Case, teacher: Client) -> None:
    assert 'type="file"' not in text(teacher.get(f"/case/{opened.reference}/withdraw"))
    for act in ("submit", "escalate", "share", "file"):
        shown = text(teacher.get(f"/case/{opened.reference}/{act}"))
        assert 'enctype="multipart/form-data"' in shown, act
