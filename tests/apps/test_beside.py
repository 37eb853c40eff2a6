"""Who looks after the child's plan beside a case: told early, only what is needed, until it ends."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from concord.cases.doorway import NotFound, find, viewer
from concord.cases.ledger import Done, act, state_of
from concord.cases.models import Case
from concord.directory.models import User
from concord.notifications.loop import go_round
from concord.notifications.models import Notice
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Means, Outcome, Side
from tests.apps.conftest import AT

Person = Callable[[str, str], User]
SignIn = Callable[[str, str], Client]
RAISER = Who("practitioner", Side.RAISING, "sandwell-school")
IRO = Who("iro")
PAGES = ("timeline", "brief", "forms", "bundle", "actions", "dates", "room", "invite", "discuss",
         "notify", "record/1", "supporting/1")  # fmt: skip


def written(case: Case, name: Act, by: Who = RAISER, **particulars: object) -> Done:
    n = len(state_of(case).records) + 1
    record = Record(n=n, at=AT, written=AT, by=by, act=name, key=f"k{n}", **particulars)  # type: ignore[arg-type]
    answer = act(case.reference, record, None)
    assert isinstance(answer, Done)
    return answer


@pytest.fixture
def told(opened: Case) -> Case:
    """The case, of which the Independent Reviewing Officer has been told, after a talk."""
    manager = Who("manager", Side.RESPONDING, "sandwell-childrens-trust")
    written(opened, Act.DISCUSS, people=(manager,), means=Means.TELEPHONE,
            outcome=Outcome.UNRESOLVED, text={"said": "What the two of them said."})  # fmt: skip
    written(opened, Act.NOTIFY, to=(IRO,), text={"note": "The plan may change."})
    return opened


def test_before_they_are_told_the_case_is_not_there(opened: Case, as_person: SignIn) -> None:
    officer = as_person("iro", "sandwell")
    assert officer.get(f"/case/{opened.reference}").status_code == 404
    assert opened.reference not in officer.get("/work").content.decode()


def test_they_see_what_concerns_the_child_and_no_talk_of_the_parties(
    told: Case, as_person: SignIn
) -> None:
    officer = as_person("iro", "sandwell")
    shown = officer.get(f"/case/{told.reference}").content.decode()
    assert "Plum Invented" in shown
    assert "The referral was closed." in shown
    assert "The plan may change." in shown
    assert "What the two of them said." not in shown
    listed = officer.get("/work").content.decode()
    assert "For your information" in listed
    assert told.reference in listed


def test_they_read_when_the_child_was_referred_and_nothing_of_what_was_said(
    told: Case, as_person: SignIn
) -> None:
    # given a child said to be at immediate risk, of whom no referral is on record
    officer = as_person("iro", "sandwell")
    written(told, Act.ADVISE, facts={"immediate_risk": True}, text={"advice": "He is not safe."})
    shown = officer.get(f"/case/{told.reference}").content.decode()
    assert "No referral is on record. If nobody has yet, call" in shown
    # when the school refers to the MASH
    written(told, Act.REFER, text={"reference": "What the school told the MASH."})
    # then the page says so with the date, and no more
    shown = officer.get(f"/case/{told.reference}").content.decode()
    hub = "Referred to the MASH (Multi-Agency Safeguarding Hub) on Monday 23 November 2026"
    assert re.search(
        f"{re.escape(hub)}, [0-9:]+. If the danger grows or comes back, call again", shown
    )
    assert "No referral is on record." not in shown
    assert "What the school told the MASH." not in shown


@pytest.mark.parametrize("page", PAGES)
def test_no_other_page_of_the_case_opens(told: Case, as_person: SignIn, page: str) -> None:
    assert as_person("iro", "sandwell").get(f"/case/{told.reference}/{page}").status_code == 404
    assert as_person("manager", "sandwell-school").get(
        f"/case/{told.reference}/timeline"
    ).status_code == 200  # fmt: skip


def test_their_view_is_read_by_both_sides_and_opens_nothing_more_to_them(
    told: Case, as_person: SignIn, person: Person
) -> None:
    officer = as_person("iro", "sandwell")
    address = f"/case/{told.reference}/advise"
    assert "What is your view?" in officer.get(address).content.decode()
    sent = officer.post(address, {"said": "The plan needs the visits.", "key": "a", "seen": "1"})
    assert sent.status_code == 302
    assert "The plan needs the visits." in officer.get(sent["Location"]).content.decode()
    for role, where in (("practitioner", "sandwell-school"), ("manager", "sandwell-childrens-trust")):  # fmt: skip
        shown = as_person(role, where).get(f"/case/{told.reference}/timeline").content.decode()
        assert "The plan needs the visits." in shown
    assert officer.get(f"/case/{told.reference}/timeline").status_code == 404
    with pytest.raises(NotFound):
        find(viewer(person("iro", "sandwell"), AT), told.reference)


def test_a_record_of_a_talk_opens_to_those_who_took_part_alone(
    told: Case, as_person: SignIn
) -> None:
    officer = as_person("iro", "sandwell")
    written(told, Act.DISCUSS, people=(IRO,), means=Means.TELEPHONE, outcome=Outcome.UNRESOLVED,
            text={"said": "What was said with the officer."})  # fmt: skip
    mine = officer.get(f"/case/{told.reference}").content.decode()
    assert "What was said with the officer." in mine
    assert f"/case/{told.reference}/record/4" in mine
    assert officer.get(f"/case/{told.reference}/record/4").status_code == 200
    assert officer.get(f"/case/{told.reference}/record/2").status_code == 404


def test_they_are_told_when_it_ends_and_read_how(
    told: Case, as_person: SignIn, person: Person
) -> None:
    def heard() -> set[str]:
        notices = Notice.objects.filter(recipient=person("iro", "sandwell"))
        return set(notices.values_list("act", flat=True))

    go_round(AT, mails=False)
    assert heard() == {"notify"}
    written(told, Act.ESCALATE)
    go_round(AT, mails=False)
    assert heard() == {"notify"}
    written(told, Act.WITHDRAW, reason="The child is safe.")
    go_round(AT, mails=False)
    assert heard() == {"notify", "withdraw"}
    shown = as_person("iro", "sandwell").get(f"/case/{told.reference}").content.decode()
    assert "How it ended" in shown
    assert "The child is safe." in shown
    for role, where in (("practitioner", "sandwell-school"), ("manager", "sandwell-childrens-trust")):  # fmt: skip
        shown = as_person(role, where).get(f"/case/{told.reference}").content.decode()
        assert "How it ended:" in shown
        assert "The child is safe." in shown


def test_an_officer_who_is_in_a_partys_line_too_sees_the_case_as_the_line_does(
    told: Case, person: Person
) -> None:
    who = viewer(person("iro", "sandwell"), AT)
    line = viewer(person("manager", "sandwell-school"), AT)
    both = replace(who, held=(*who.held, *line.held))
    assert len(find(both, told.reference).state.records) == 3
