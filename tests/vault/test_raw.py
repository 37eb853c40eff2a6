"""Whoever takes the disk takes no word about a child: every byte of it is looked through."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backups.instance import Instance

CANARIES = (b"zyxcanary", b"quince", b"2013-07-09", b"9 july 2013", b"canary street")
FILLED = """
import datetime
import django
django.setup()
from django.test import Client
from concord.cases import drafts, enclosures
from concord.cases.doorway import find, viewer
from concord.cases.invitations import Asked, invite
from concord.cases.ledger import act, state_of
from concord.cases.models import Child, Draft, Enclosure, Invitation
from concord.directory.models import Partnership, Post, User
from concord.documents.models import Bundle, SentVersion
from concord.documents.sending import send
from concord.looks.models import Review, Seen
from concord.looks.writing import review
from concord.notifications.loop import go_round
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Form, Side
from tests.apps.test_pages import answered
from tests.notifications.test_canary import AT, told

POLICY = "sandwell"
case = told(Partnership.objects.get(slug=POLICY), lambda at: go_round(at, mails=False))
parties = state_of(case).parties

def holder(role, agency=None):
    posts = Post.objects.filter(role=role, agency__slug=agency) if agency else Post.objects.filter(role=role, agency=None, partnership__slug=POLICY)
    return posts.exclude(user=None).first().user

lead, unit = holder("safeguarding_lead", parties.raising), holder("business_manager")
at = AT + datetime.timedelta(days=60)
who = viewer(unit, at)

# typed and not sent: in a case, and before there is one
drafts.keep(drafts.Place(lead.pk, case.pk, "discuss"), "page-1", {"said": ["Zyxcanary said at 12 Canary Street"]}, at)
drafts.say(Draft.objects.get(page="page-1"), {"refused": {"why": "Zyxcanary refused"}})
begun = drafts.begin_raising(lead, at, {"child": {"name_1": "Zyxcanary Quince"}})
drafts.answer(begun, "why", {"why": "Zyxcanary in the why", "born": "2013-07-09"}, at)
gone = drafts.begin_raising(lead, at, {"child": {"name_1": "Zyxcanary Thrown-away"}})
gone.delete()

# a file, its name, and one that was taken out again
take = lambda name: enclosures.take_in(unit, case, "file", name, b"Zyxcanary was seen by Quince\\n" * 9000, at)
take("Zyxcanary Quince.txt")
enclosures.take_out(unit, case, "file", Enclosure.objects.get().pk)
kept = take("Zyxcanary Quince.txt")
record = Record(0, at, at, Who("business_manager"), Act.FILE, key="with-a-file", enclosed=(enclosures.described(kept),),
                text={"note": "Zyxcanary note"})
print("file", type(act(case.reference, record, unit)).__name__)

# an outsider asked, a search, a review, a form that is sent
look = find(who, case.reference)
print("invited", type(invite(look, who, Who("business_manager"), Asked("Zyxcanary Outsider", "Zyxcanary post", "zyxcanary@example.org", "Zyxcanary?", "Zyxcanary shown"), "asked")).__name__)
browser = Client()
browser.force_login(unit)
found = browser.post("/find", {"name": "Zyxcanary Quince", "born_0": "9", "born_1": "7", "born_2": "2013", "born_day": "9", "born_month": "7", "born_year": "2013"})
print("found", found.status_code)
seen = Seen.objects.exclude(search="").first()
review(seen, unit, at, False, "Zyxcanary was looked for")
sent = Record(0, at, at, Who("safeguarding_lead", Side.RAISING, parties.raising), Act.SUBMIT, key="sent", form=Form.ESCALATION_TEMPLATE, to=(Who("business_manager"),), text={"note": "Zyxcanary"})
print("sent", SentVersion.objects.count(), Bundle.objects.count())
from concord.documents.models import SentVersion as V
entry = case.entries.first()
V.objects.create(case=case, entry=entry, form="x", version=1, document='{"title":"Zyxcanary Quince"}', digest="0" * 64)
Bundle.objects.create(case=case, entry=entry, version=1, document='{"title":"Zyxcanary Quince"}', digest="0" * 64, enclosed=0)

# and all of it can be read where it belongs
assert Child.objects.get(case=case).name == "Zyxcanary Quince"
assert str(Child.objects.get(case=case).born) == "2013-07-09"
assert Draft.objects.get(page="page-1").data["said"] == ["Zyxcanary said at 12 Canary Street"]
assert Draft.objects.get(pk=begun.pk).data["why"]["why"] == "Zyxcanary in the why"
assert Enclosure.objects.get().name == "Zyxcanary Quince.txt"
assert Invitation.objects.get().email == "zyxcanary@example.org"
assert seen.search.startswith("Zyxcanary Quince"), seen.search
assert Review.objects.get().note == "Zyxcanary was looked for"
assert V.objects.get().document == Bundle.objects.get().document == '{"title":"Zyxcanary Quince"}'
browser.force_login(lead)
for address in ("/work", f"/case/{case.reference}", f"/case/{case.reference}/timeline"):
    print(address, browser.get(address).status_code)
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """An instance with a canary in every field, through the acts, the pages and the files."""
    instance = Instance(tmp_path_factory.mktemp("raw") / "data")
    instance.cast()
    said = instance.python(FILLED)
    assert "file Done" in said, said
    assert "invited Done" in said, said
    assert "found 200" in said, said
    return instance


def disk(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()


def heard(folder: Path) -> list[tuple[str, bytes, bytes]]:
    """Where a canary sings, in bytes as they lie there; with what stands around it."""
    found = []
    for path, content in disk(folder):
        plain = content.lower()
        for canary in CANARIES:
            for spelt in (canary, canary.decode().encode("utf-16-le"), canary.replace(b" ", b"")):
                place = plain.find(spelt)
                if place >= 0:
                    found.append((path.name, canary, content[max(place - 60, 0) : place + 60]))
    return found


def test_no_byte_of_the_disk_says_a_word_of_a_child(filled: Instance) -> None:
    names = {path.name for path, _ in disk(filled.folder)}
    assert "concord.sqlite3" in names
    assert len(list((filled.folder / "files").rglob("*"))) >= 2
    assert heard(filled.folder) == []


def test_the_canary_would_be_heard(filled: Instance, tmp_path: Path) -> None:
    """The check above can fail: one word in one column is found."""
    import shutil

    shutil.copytree(filled.folder, tmp_path / "copy")
    copy = Instance(tmp_path / "copy")
    copy.python(
        "import django; django.setup(); from django.db import connection; "
        "connection.cursor().execute(\"UPDATE directory_user SET telephone = 'Zyxcanary'\")"
    )
    assert {canary for _, canary, _ in heard(copy.folder)} == {b"zyxcanary"}
