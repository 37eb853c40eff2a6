"""A case is opened in an emergency: read for an hour, told at once, marked, reviewed, counted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction
from django.test import Client

from concord.access.table import TABLE, Doing, Held, Relation, may_open_in_emergency
from concord.cases import glass
from concord.cases.glass import Opened, Reviewed
from concord.cases.models import Case, Entry, Registered
from concord.cases.register import Register
from concord.cases.sealing import Places, Sealer
from concord.cases.verifications import verify_with_checkpoints
from concord.config import settings as configured
from concord.directory.models import Agency, Newcomer, Partnership, Post, User
from concord.looks.models import Kind as Looked
from concord.looks.models import Seen
from concord.notifications.letters import letter
from concord.notifications.models import Kind, MailState, Notice
from concord.policies.calendars import calendar_for
from concord.rules.clock import LONDON
from concord.seals.checking import Kind as Found
from concord.web.forms.acts import FORMS
from tests.apps.clock import Clock
from tests.emergencies.conftest import AT

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
CHILD = "Plum Invented"
WHY = "A child of this family is in our emergency room now and nobody of the case answers."
STRANGER = ("manager", "west-midlands-police")
TRUST = "sandwell-childrens-trust"


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def break_glass(client: Client, case: Case, why: str = WHY) -> Any:
    return client.post("/emergency", {"reference": case.reference.lower(), "why": why})


# --- who may, and what it opens -------------------------------------------------------------------


def test_only_a_professional_of_the_partnership_may() -> None:
    post = Held("practitioner", "sandwell-school", "sandwell")
    officer = Held("data_protection_officer", "", "sandwell")
    assert may_open_in_emergency([post], "sandwell")
    assert not may_open_in_emergency([post], "bromley")
    assert not may_open_in_emergency([], "sandwell")
    assert not may_open_in_emergency([post], "sandwell", is_administrator=True)
    assert not may_open_in_emergency([officer], "sandwell")
    assert TABLE[Relation.EMERGENCY] == {Doing.SEE_CASE, Doing.SEE_CHILD, Doing.SEE_RECORDS}


def test_a_case_is_read_for_an_hour_and_then_it_is_shut(
    opened: Case, as_person: SignIn, clock: Clock
) -> None:
    # Given somebody who has nothing to do with the case,
    client, here = as_person(*STRANGER), f"/case/{opened.reference}"
    assert client.get(here).status_code == 404
    # when they say what the emergency is,
    answer = break_glass(client, opened)
    assert answer.headers["Location"] == here
    # then they can read it,
    page = text(client.get(here))
    assert CHILD in page
    assert "You opened this case in an emergency" in page
    assert "Friday 27 November 2026, 17:00" in page
    for part in ("/timeline", "/actions", "/meetings", "/dates", "/record/1"):
        assert client.get(here + part).status_code == 200, part
    assert "The referral was closed." in text(client.get(here + "/timeline"))
    # to the last second of the hour;
    clock.at = AT + timedelta(minutes=60, seconds=-1)
    assert client.get(here).status_code == 200
    # and at the next request after it, it is shut.
    clock.at = AT + timedelta(minutes=60)
    shut = client.get(here)
    assert shut.status_code == 404
    assert CHILD not in text(shut)
    assert client.get(here + "/timeline").status_code == 404


def test_it_is_to_be_read_and_nothing_else(opened: Case, as_person: SignIn) -> None:
    client, here = as_person(*STRANGER), f"/case/{opened.reference}"
    break_glass(client, opened)
    records = Entry.objects.filter(case=opened).count()
    shut = (
        "/brief", "/forms", "/bundle", "/room", "/invite", "/looked", "/bundle/1",
        "/forms/case_record/open", "/supporting/1", "/meetings/1/invitation.ics",
        "/actions/1/check", *(f"/{act}" for act in FORMS),
    )  # fmt: skip
    for part in shut:
        assert client.get(here + part).status_code == 404, part
        sent = {"as": "pdf", "advice": "x", "position": "x", "key": "k", "seat": "chair"}
        assert client.post(here + part, sent).status_code in (404, 405), part
    assert Entry.objects.filter(case=opened).count() == records
    page = text(client.get(here)) + text(client.get(f"{here}/timeline"))
    for words in ("Open as Word", "for printing too", "Forms, as Word", "Printed by", "/invite"):
        assert words not in page
    assert "concord-only-read" in page, "what is printed of it is empty"
    # It stands in no list of theirs.
    for address in ("/work", "/agencies/west-midlands-police"):
        assert CHILD not in text(client.get(address))
    found = client.post(
        "/find", {"name": CHILD, "born_day": "3", "born_month": "4", "born_year": "2015"}
    )
    assert opened.reference not in text(found)


def test_it_opens_one_case_and_to_one_person(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    break_glass(as_person(*STRANGER), opened)
    other = as_person("service_lead", "west-midlands-police")
    assert other.get(f"/case/{opened.reference}").status_code == 404
    # Whoever leaves the partnership meanwhile reads no further.
    Post.objects.filter(user=person(*STRANGER)).update(until=AT.date() - timedelta(days=1))
    assert as_person_again(person, STRANGER).get(f"/case/{opened.reference}").status_code == 404


def as_person_again(person: Person, who: tuple[str, str]) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=person(*who).pk))
    return client


def test_not_there_and_not_yours_are_one_answer(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    # Somebody of another partnership, and a reference that nobody has:
    stranger = break_glass(as_person("manager", "bromley-school"), opened)
    nothing = as_person(*STRANGER).post("/emergency", {"reference": "AAAA-AAAA", "why": WHY})
    says = "There is no case with this reference in your partnership"
    for answer in (stranger, nothing):
        assert answer.status_code == 422
        assert says in text(answer)
        assert WHY in text(answer), "what was typed is still there"
    assert not Registered.objects.exists()
    assert Seen.objects.filter(refused=True).count() == 2
    # Administrators, outsiders and those who review have no such page;
    admin = person(*STRANGER)
    User.objects.filter(pk=admin.pk).update(is_administrator=True)
    for client in (
        as_person_again(person, STRANGER),
        as_person("data_protection_officer", "sandwell"),
    ):
        assert client.get("/emergency").status_code == 404
        assert break_glass(client, opened).status_code == 404
    assert Client().get("/emergency").status_code == 302
    # nor has somebody whose agency has not said yet that it knows them.
    school = Agency.objects.get(slug="sandwell-charity")
    newcomer = User.objects.create_user("robin.new@example.org", "Robin Newcomer")
    post = Post.objects.create(
        role="practitioner", agency=school, user=newcomer,
        partnership=Partnership.objects.get(slug="sandwell"),
    )  # fmt: skip
    Newcomer.objects.create(post=post, came=AT)
    client = Client()
    client.force_login(newcomer)
    assert client.get("/emergency").status_code == 404


def test_the_reason_is_needed_and_its_words_are_counted(opened: Case, as_person: SignIn) -> None:
    client = as_person(*STRANGER)
    few = break_glass(client, opened, "I want to look")
    assert few.status_code == 422
    assert "between 10 and 200 words, and has 4" in text(few)
    assert break_glass(client, opened, "").status_code == 422
    assert break_glass(client, opened, "word " * 201).status_code == 422
    assert not Registered.objects.exists()
    assert break_glass(client, opened, "word " * 10).status_code == 302


def test_whoever_may_see_it_anyhow_needs_no_emergency(opened: Case, as_person: SignIn) -> None:
    answer = break_glass(as_person("manager", TRUST), opened)
    assert answer.headers["Location"] == f"/case/{opened.reference}"
    assert not Registered.objects.exists()
    assert not Notice.objects.filter(kind=Kind.EMERGENCY).exists()


# --- told at once ---------------------------------------------------------------------------------


def test_both_sides_and_the_business_manager_are_told_at_once(
    opened: Case, as_person: SignIn, person: Person, settings: Any
) -> None:
    settings.CONCORD_MAIL = "smtp"
    # Given a safeguarding lead on one side, and none on the other,
    lead = person("safeguarding_lead", "sandwell-school")
    Post.objects.filter(role__in=("safeguarding_lead", "slo"), agency__slug=TRUST).delete()
    # when somebody opens the case in an emergency,
    break_glass(as_person(*STRANGER), opened)
    # then the lead is told, whoever stands in for the other, and the business manager:
    told = {notice.recipient: notice for notice in Notice.objects.filter(kind=Kind.EMERGENCY)}
    unit = person("business_manager", "sandwell")
    assert set(told) == {lead, person("executive", TRUST), unit}
    assert "vacant" in told[person("executive", TRUST)].instead
    for notice in told.values():
        assert (notice.urgent, notice.told, notice.state) == (True, AT, MailState.WAITING)
        assert notice.not_before == AT, "at once, at any hour"
        mail = letter(notice)
        assert mail.subject.startswith("Urgent: ")
        assert "opened it in an emergency" in mail.body
        for word in (CHILD, "emergency room", person(*STRANGER).name):
            assert word not in mail.subject + mail.body
    page = text(as_person("business_manager", "sandwell").get("/notices"))
    assert "opened it in an emergency" in page
    # A second press of the button opens nothing more and tells nobody twice.
    break_glass(as_person(*STRANGER), opened)
    assert Registered.objects.count() == 1
    assert Notice.objects.filter(kind=Kind.EMERGENCY).count() == 3


def test_where_nobody_can_be_told_nothing_is_opened(
    opened: Case, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr("concord.web.views.emergencies.tell_of_emergency", fails)
    client = as_person(*STRANGER)
    assert break_glass(client, opened).status_code >= 500
    assert not Registered.objects.exists()
    assert client.get(f"/case/{opened.reference}").status_code == 404


# --- marked ---------------------------------------------------------------------------------------


def test_every_look_in_that_time_is_marked_and_both_sides_see_it(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    client = as_person(*STRANGER)
    break_glass(client, opened)
    for part in ("", "/timeline", "/record/1"):
        client.get(f"/case/{opened.reference}{part}")
    seen = Seen.objects.filter(user=person(*STRANGER), cases__case=opened).order_by("pk")
    assert [each.page for each in seen] == ["emergency", "case", "timeline", "record"]
    assert {each.kind for each in seen} == {Looked.EMERGENCY}
    page = text(
        as_person("practitioner", "sandwell-school").get(f"/case/{opened.reference}/looked")
    )
    assert page.count(">Emergency<") == 4
    assert "Opened in an emergency" in page
    assert WHY in page
    assert person(*STRANGER).name in page
    assert "is to be reviewed by the end of Friday 4 December 2026" in page


# --- reviewed, and counted ------------------------------------------------------------------------


def test_somebody_else_reviews_it_in_five_working_days(
    opened: Case, as_person: SignIn, person: Person, clock: Clock
) -> None:
    # Given a case opened in an emergency on a Friday,
    break_glass(as_person(*STRANGER), opened)
    line = Registered.objects.get()
    unit = as_person("business_manager", "sandwell")
    officer = as_person("data_protection_officer", "sandwell")
    # when those who review look at their work, it stands there, and once it is late, as overdue;
    for reviewer in (unit, officer):
        page = text(reviewer.get("/work"))
        assert "Emergencies to review" in page
        assert "by the end of Friday 4 December 2026" in page
        assert "Overdue" not in page
        assert CHILD not in text(reviewer.get("/emergencies"))
    assert "Emergencies to review" not in text(as_person("manager", TRUST).get("/work"))
    assert as_person("manager", TRUST).get("/emergencies").status_code == 404
    board = text(unit.get("/partnerships/sandwell"))
    assert "in the last twelve months: 1." in board
    assert "To review: 1" in board
    clock.at = datetime(2026, 12, 5, 0, 0, tzinfo=LONDON)
    assert "Overdue" in text(officer.get("/work"))
    assert "Overdue" in text(unit.get("/partnerships/sandwell"))
    # one of them says whether it was proper, in words,
    there = f"/emergencies/{line.pk}"
    assert officer.post(there, {"proper": "no", "words": ""}).status_code == 422
    sent = officer.post(there, {"proper": "no", "words": "The ward knew whom to ring."})
    assert sent.headers["Location"] == "/emergencies"
    # which stands, is shown, and is counted;
    assert "The ward knew whom to ring." in text(unit.get("/emergencies"))
    assert "Emergencies to review" not in text(unit.get("/work")).partition("<main")[2]
    board = text(unit.get("/partnerships/sandwell"))
    assert "Not proper: 1. To review: 0." in board
    looked = text(as_person("manager", TRUST).get(f"/case/{opened.reference}/looked"))
    assert "Not proper: " in looked
    # and nobody reviews it a second time, nor somebody of another partnership at all.
    again = unit.post(there, {"proper": "yes", "words": "It was proper after all."})
    assert again.status_code == 409
    assert "What they said stands" in text(again)
    assert "It was proper after all." in text(again), "what was typed is shown, to be kept"
    assert Registered.objects.filter(kind="reviewed").count() == 1
    elsewhere = as_person("data_protection_officer", "bromley")
    assert elsewhere.get(there).status_code == 404


def test_nobody_reviews_what_they_opened_themselves(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    # Given that whoever opened it is made the data protection officer,
    client = as_person(*STRANGER)
    break_glass(client, opened)
    line = Registered.objects.get()
    Post.objects.create(
        role="data_protection_officer", user=person(*STRANGER),
        partnership=Partnership.objects.get(slug="sandwell"),
    )  # fmt: skip
    # when they go to review it, then that is refused, with who does it instead.
    assert "Emergencies to review" not in text(client.get("/work"))
    assert "You opened this case yourself" in text(client.get(f"/emergencies/{line.pk}"))
    answer = client.post(f"/emergencies/{line.pk}", {"proper": "yes", "words": "I was right."})
    assert answer.status_code == 409
    assert "somebody else reviews it: the business manager" in text(answer)
    assert not Registered.objects.filter(kind="reviewed").exists()


def test_openings_are_counted_as_they_stand() -> None:
    calendar = calendar_for("england_and_wales")
    begun = datetime(2026, 12, 23, 10, 0, tzinfo=LONDON)
    waiting = Opened(1, "K7QM-4TPD", 7, "Ada Invented", WHY, begun)
    # 24, 29, 30 and 31 December, and 4 January: Christmas, the weekend and New Year do not count.
    assert waiting.review_due(calendar).isoformat() == "2027-01-04"
    found = Reviewed(begun, "Bo Invented", proper=True, words="It was.")
    every = [waiting, Opened(2, "K7QM-4TPD", 7, "Ada Invented", WHY, begun, found)]
    late = datetime(2027, 1, 5, tzinfo=LONDON)
    assert glass.count(every, calendar, late) == glass.Count(2, 1, 0, 1, 1)
    in_time = late - timedelta(minutes=1)
    assert glass.count(every, calendar, in_time).overdue == 0


# --- kept -----------------------------------------------------------------------------------------

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CHANGES = [
    ("UPDATE cases_registered SET content = '{}' WHERE sequence = 1", (Found.ALTERED, 1)),
    ("UPDATE cases_registered SET by_id = (SELECT min(id) FROM directory_user)", (Found.ALTERED, 1)),
    ("UPDATE cases_registered SET at = '2026-11-22 09:30:00+00:00'", (Found.ALTERED, 1)),
    ("UPDATE cases_registered SET about_id = NULL WHERE sequence = 2", (Found.ALTERED, 2)),
    ("DELETE FROM cases_registered WHERE sequence = 2", (Found.TRUNCATED, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_the_register_is_sealed_and_a_change_is_found(
    opened: Case, as_person: SignIn, tmp_path: Path, change: str, expected: tuple[Found, int]
) -> None:
    break_glass(as_person(*STRANGER), opened)
    line = Registered.objects.get()
    officer = as_person("data_protection_officer", "sandwell")
    officer.post(f"/emergencies/{line.pk}", {"proper": "yes", "words": "It was an emergency."})
    places = Places(tmp_path / "seal")
    with Sealer(places, KEY, [Register()]) as sealer:
        assert sealer.seal(AT)[1] == []
    assert found(places) == []
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(change)
        if connection.vendor == "sqlite":
            for done in ("changed", "removed"):
                cursor.execute(f"DROP TRIGGER cases_registered_not_{done}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_registered DISABLE TRIGGER USER")
        cursor.execute(change)
    assert found(places) == [(expected[0], "register/sandwell", expected[1])]


def found(places: Places) -> list[tuple[Found, str, int]]:
    findings = verify_with_checkpoints(places, also=[Register()])[0].findings
    return [(each.kind, each.history, each.sequence) for each in findings]


def test_the_process_that_seals_and_the_one_that_verifies_know_the_register() -> None:
    root = Path(configured.__file__).parents[1]
    for name in ("sealing", "verifying"):
        assert "Register()" in (root / "cli" / f"{name}.py").read_text(encoding="utf-8")
