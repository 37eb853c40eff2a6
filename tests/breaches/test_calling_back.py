"""What was sent wrongly is called back: access ends, mail stops, and those who must know are told."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from openpyxl import load_workbook

from concord.access.table import EVERYBODY, CaseFacts, Held, Relation, acts_as, relation
from concord.cases.doorway import cases_for, viewer
from concord.cases.ledger import state_of
from concord.cases.models import Case, Entry, Invitation, Registered
from concord.cases.register import Register
from concord.cases.same_child import same_child
from concord.cases.sealing import Places, Sealer
from concord.cases.verifications import verify_with_checkpoints
from concord.directory.models import Agency, User
from concord.notifications.letters import letter
from concord.notifications.loop import go_round
from concord.notifications.models import Kind, MailState, Notice
from concord.notifications.recipients import Directory, people
from concord.rules.who import Parties, Who
from concord.rules.words import Side, Status
from tests.apps.clock import Clock
from tests.breaches.conftest import AT

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
CHILD = "Plum Invented"
TRUST, SCHOOL = "sandwell-childrens-trust", "sandwell-school"
RAISER, WRONG = ("practitioner", SCHOOL), ("manager", TRUST)
MAILS = True
NAVIGATES = {"Sec-Fetch-Mode": "navigate"}
WHY = "It was meant for the other council's service."


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def call_back(client: Client, case: Case, label: str, action: str = "call") -> Any:
    data = {"recipient": label, "why": WHY, "action": action}
    return client.post(f"/case/{case.reference}/call-back", data)


# --- the table ------------------------------------------------------------------------------------

PARTIES = Parties("north-school", ("wrong-trust",))


def facts(*labels: str) -> CaseFacts:
    return CaseFacts(
        "here", PARTIES, frozenset({"iro", "chair"}), frozenset({1, 2}), frozenset(), 1,
        frozenset(labels),
    )  # fmt: skip


def test_whom_it_was_called_back_from_has_no_relation_to_the_case() -> None:
    raiser = (1, [Held("practitioner", "north-school", "here")])
    wrong = (2, [Held("manager", "wrong-trust", "here")])
    officer = (3, [Held("iro", "", "here")])
    unit = (4, [Held("business_manager", "", "here")])

    def stand(*labels: str) -> list[Relation]:
        return [relation(n, held, facts(*labels)) for n, held in (raiser, wrong, officer, unit)]

    mine, none, unit_s = Relation.ATTACHED, Relation.NONE, Relation.BUSINESS_UNIT
    assert stand() == [mine, mine, Relation.TOLD, unit_s]
    assert stand("agency:wrong-trust") == [mine, none, Relation.TOLD, unit_s]
    assert stand("person:2") == [mine, none, Relation.TOLD, unit_s]
    assert stand("office:iro") == [mine, mine, none, unit_s]
    assert stand(EVERYBODY) == [mine, none, none, unit_s]
    assert acts_as(2, wrong[1], facts("agency:wrong-trust")) == ()


# --- an agency ------------------------------------------------------------------------------------


def test_an_agency_that_got_it_wrongly_sees_it_no_longer(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    # Given a concern that went to the wrong agency, which opened it and was told of it,
    wrong, here = as_person(*WRONG), f"/case/{opened.reference}"
    assert CHILD in text(wrong.get(here))
    go_round(AT, MAILS)
    assert Notice.objects.filter(recipient=person(*WRONG), case=opened).exists()
    # when who raised it says so,
    client = as_person(*RAISER)
    page = text(client.get(f"{here}/call-back"))
    assert "Opened 1 times: first Friday 27 November 2026, 16:00" in page
    check = call_back(client, opened, f"agency:{TRUST}", action="check")
    assert "Is this the right name, and the right agency?" in text(check)
    assert Agency.objects.get(slug=TRUST).name in text(check)
    assert not Registered.objects.exists(), "nothing is called back before it is confirmed"
    answer = call_back(client, opened, f"agency:{TRUST}")
    line = Registered.objects.get()
    assert answer.headers["Location"] == f"/breaches/{line.pk}"
    # then at their next request they have nothing: no page, no list, no search;
    for part in ("", "/timeline", "/answer", "/looked", "/meetings"):
        assert wrong.get(here + part).status_code == 404, part
    assert CHILD not in text(wrong.get("/work"))
    assert not cases_for(viewer(person(*WRONG), AT)).filter(pk=opened.pk).exists()
    sent = wrong.post(f"{here}/acknowledge", {"key": "k", "note": "x"})
    assert sent.status_code == 404
    assert Entry.objects.filter(case=opened).count() == 1
    # what they were told says that it was called back, and leads nowhere;
    notices = text(wrong.get("/notices"))
    assert "was called back: do not use it or pass it on" in notices
    assert here not in notices
    # and who raised it, and the business unit, still have it.
    for who in (RAISER, ("business_manager", "sandwell")):
        assert as_person(*who).get(here).status_code == 200
    assert as_person("practitioner", TRUST).get(here).status_code == 404


def test_an_agency_that_got_it_wrongly_is_not_warned_that_it_is_there(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    # Given a concern that the wrong agency got: its people are told that there is one,
    def told() -> bool:
        return bool(same_child(viewer(person(*WRONG), AT), TRUST, [(CHILD, None)]))

    assert told()
    # when it is called back from that agency, then they are told of none.
    call_back(as_person(*RAISER), opened, f"agency:{TRUST}")
    assert not told()


def test_mail_that_waits_is_stopped_and_nothing_more_goes_there(
    opened: Case, as_person: SignIn, person: Person, settings: Any
) -> None:
    settings.CONCORD_MAIL = "smtp"
    go_round(AT, MAILS)
    waiting = Notice.objects.filter(case=opened, state=MailState.WAITING)
    staff = User.objects.filter(posts__agency__slug=TRUST)
    assert waiting.filter(recipient__in=staff).exists()
    call_back(as_person(*RAISER), opened, f"agency:{TRUST}")
    assert not waiting.filter(recipient__in=staff).exists()
    assert Notice.objects.filter(recipient__in=staff, kind=Kind.CALLED_BACK).exists()
    # What would go to them goes to the business manager.
    state = state_of(opened)
    case = Case.objects.select_related("partnership", "summary").get(pk=opened.pk)
    seat = Who("manager", Side.RESPONDING, TRUST)
    [told] = people(Directory(AT), case, state.policy, seat, ())
    assert told.user == person("business_manager", "sandwell")
    before = Notice.objects.filter(recipient__in=staff).count()
    go_round(AT + timedelta(days=20), MAILS)
    assert Notice.objects.filter(recipient__in=staff).count() == before


def test_those_who_must_know_are_told_with_the_72_hours(
    opened: Case, as_person: SignIn, person: Person, clock: Clock, settings: Any
) -> None:
    settings.CONCORD_MAIL = "smtp"
    call_back(as_person(*RAISER), opened, f"agency:{TRUST}")
    line = Registered.objects.get()
    told = Notice.objects.filter(kind=Kind.BREACH)
    unit, officer = ("business_manager", "sandwell"), ("data_protection_officer", "sandwell")
    lead = ("safeguarding_lead", SCHOOL)
    assert {each.recipient for each in told} == {person(*who) for who in (unit, officer, lead)}
    for notice in told:
        assert (notice.urgent, notice.state, notice.not_before) == (True, MailState.WAITING, AT)
        mail = letter(notice)
        assert f"/breaches/{line.pk}" in mail.body
        for word in (CHILD, WHY, person(*RAISER).name):
            assert word not in mail.subject + mail.body
    there = f"/breaches/{line.pk}"
    for who in (unit, officer, lead, RAISER):
        page = text(as_person(*who).get(there))
        assert "The 72 hours end Monday 30 November 2026, 16:00" in page
        assert CHILD not in page
    for stranger in (WRONG, ("manager", "west-midlands-police")):
        assert as_person(*stranger).get(there).status_code == 404
    assert as_person("data_protection_officer", "bromley").get(there).status_code == 404
    assert "Sent wrongly, and called back" in text(as_person(*officer).get("/work"))
    clock.at = AT + timedelta(hours=72)
    assert "The 72 hours end " in text(as_person(*officer).get(there))
    clock.at = AT + timedelta(hours=72, seconds=1)
    assert "The 72 hours ended " in text(as_person(*officer).get(there))
    assert "Late" in text(as_person(*officer).get("/breaches"))
    # What was done is written down by those who review, and by nobody else.
    words = "It was told to the Information Commissioner today, by telephone."
    assert as_person(*lead).post(there, {"words": words}).status_code == 404
    assert as_person(*officer).post(there, {"words": "x"}).status_code == 422
    assert as_person(*officer).post(there, {"words": words}).status_code == 302
    assert words in text(as_person(*unit).get(there))
    assert "Sent wrongly, and called back" not in text(as_person(*officer).get("/work"))


def test_the_business_manager_gives_back_what_was_called_back_by_mistake(
    opened: Case, as_person: SignIn
) -> None:
    call_back(as_person(*RAISER), opened, f"agency:{TRUST}")
    there = f"/breaches/{Registered.objects.get().pk}"
    here = f"/case/{opened.reference}"
    as_person("data_protection_officer", "sandwell").post(there, {"action": "restore"})
    assert as_person(*WRONG).get(here).status_code == 404
    unit = as_person("business_manager", "sandwell")
    assert unit.post(there, {"action": "restore"}).status_code == 302
    assert as_person(*WRONG).get(here).status_code == 200
    assert CHILD in text(as_person(*WRONG).get("/work"))
    assert unit.post(there, {"action": "restore"}).status_code == 409
    # It can be called back once more.
    assert call_back(as_person(*RAISER), opened, f"agency:{TRUST}").status_code == 302
    assert as_person(*WRONG).get(here).status_code == 404


def test_an_invitation_that_went_wrong_opens_nothing_any_more(
    opened: Case, as_person: SignIn
) -> None:
    client = as_person(*RAISER)
    shown = client.post(f"/case/{opened.reference}/invite", {
        "name": "Robin Surgeon", "post": "General practitioner, Orchard Surgery",
        "email": "robin@orchard.example.org", "question": "Is it in keeping with a fall?",
        "shown": "A child of four.", "key": "asked",
    }, follow=True)  # fmt: skip
    link = re.search(r"/invited/[\w-]+", text(shown))
    number = Invitation.objects.get().number
    assert link is not None
    assert Client().get(link[0]).status_code == 200
    page = text(client.get(f"/case/{opened.reference}/call-back"))
    assert "Robin Surgeon, General practitioner, Orchard Surgery" in page
    assert call_back(client, opened, f"invitation:{number}").status_code == 302
    assert Client().get(link[0]).status_code == 404
    assert Invitation.objects.get().ended == AT
    assert as_person(*WRONG).get(f"/case/{opened.reference}").status_code == 200


# --- the wrong child ------------------------------------------------------------------------------


def test_a_case_about_the_wrong_child_is_withdrawn_and_shut_to_the_others(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    here, client = f"/case/{opened.reference}", as_person(*RAISER)
    go_round(AT, MAILS)
    # Nobody but who raised it can do that.
    for who in (WRONG, ("manager", SCHOOL)):
        refused = call_back(as_person(*who), opened, EVERYBODY)
        assert refused.status_code in (404, 422), who
    assert call_back(client, opened, EVERYBODY).status_code == 302
    state = state_of(Case.objects.get(pk=opened.pk))
    assert state.status is Status.WITHDRAWN
    assert state.records[-1].reason == "The case is about the wrong child."
    for who in (WRONG, ("executive", TRUST), ("manager", SCHOOL)):
        assert as_person(*who).get(here).status_code == 404, who
        assert CHILD not in text(as_person(*who).get("/work"))
    for who in (RAISER, ("business_manager", "sandwell")):
        assert as_person(*who).get(here).status_code == 200, who
    assert cases_for(viewer(person(*RAISER), AT)).filter(pk=opened.pk).exists()
    # What follows from the withdrawal is told to nobody else.
    staff = User.objects.filter(posts__agency__slug=TRUST)
    go_round(AT + timedelta(days=1), MAILS)
    assert set(Notice.objects.filter(recipient__in=staff).values_list("kind", flat=True)) <= {
        Kind.CALLED_BACK
    }


# --- who may, what cannot, and that it is kept ----------------------------------------------------


def test_the_raiser_cannot_be_shut_out_and_only_those_attached_call_back(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    unit = as_person("business_manager", "sandwell")
    page = text(unit.get(f"/case/{opened.reference}/call-back"))
    assert f"agency:{SCHOOL}" not in page
    assert EVERYBODY not in page
    for label in (f"agency:{SCHOOL}", f"person:{person(*RAISER).pk}", EVERYBODY, "x", ""):
        assert call_back(unit, opened, label).status_code == 422, label
    for who in (("executive", TRUST), ("manager", "west-midlands-police")):
        assert as_person(*who).get(f"/case/{opened.reference}/call-back").status_code == 404
    assert not Registered.objects.exists()
    few = {"recipient": f"agency:{TRUST}", "why": "Oh", "action": "call"}
    assert unit.post(f"/case/{opened.reference}/call-back", few).status_code == 422
    assert call_back(unit, opened, f"agency:{TRUST}").status_code == 302


def test_a_call_back_is_sealed_with_from_whom(
    opened: Case, as_person: SignIn, tmp_path: Path
) -> None:
    call_back(as_person(*RAISER), opened, f"agency:{TRUST}")
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    places = Places(tmp_path / "seal")
    with Sealer(places, key, [Register()]) as sealer:
        assert sealer.seal(AT)[1] == []
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER cases_registered_not_changed")
        else:
            cursor.execute("ALTER TABLE cases_registered DISABLE TRIGGER USER")
        cursor.execute("UPDATE cases_registered SET label = 'agency:another'")
    [found] = verify_with_checkpoints(places, also=[Register()])[0].findings
    assert (found.history, found.sequence) == ("register/sandwell", 1)


def test_what_is_printed_or_saved_says_by_whom_and_when(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    name, when = person(*RAISER).name, "Friday 27 November 2026, 16:00"
    for part in ("", "/brief", "/timeline", "/dates", "/actions"):
        page = text(as_person(*RAISER).get(f"/case/{opened.reference}{part}"))
        assert f"Case {opened.reference}. Printed by {name}, {when}." in page, part
    unit = person("business_manager", "sandwell")
    for address, who in (
        ("/partnerships/sandwell/log.csv", ("business_manager", "sandwell")),
        (f"/agencies/{TRUST}/log.csv", WRONG),
    ):
        answer = as_person(*who).get(address)
        last = answer.content.decode("utf-8-sig").strip().splitlines()[-1]
        assert last == f'"Saved by {person(*who).name}, {when}"', address
        assert opened.reference in answer.content.decode("utf-8-sig")
        book = load_workbook(
            io.BytesIO(as_person(*who).get(address.replace("csv", "xlsx")).content)
        )
        rows = list(book.worksheets[0].values)
        assert rows[-1][0] == f"Saved by {person(*who).name}, {when}"
    assert unit.name in text(as_person("business_manager", "sandwell").get("/work"))


def test_whoever_is_told_from_the_partnership_is_chosen_by_name(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    page = text(as_person(*RAISER).get(f"/case/{opened.reference}/notify"))
    assert f": {person('iro', 'sandwell').name}" in page
