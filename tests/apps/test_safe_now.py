"""Is the child safe now: the page and the brief say who referred the child, and what was said."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

from django.test import Client

from concord.cases.ledger import Done, act
from concord.cases.models import Case
from concord.directory.models import User
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from tests.apps.conftest import AT
from tests.apps.test_on_behalf import raised_for
from tests.apps.test_pages import ANSWERS

SignIn = Callable[[str, str], Client]
SCHOOL = "sandwell-school"


def answer_of(client: Client, path: str) -> str:
    """What the page answers to the question."""
    page = unescape(client.get(path).content.decode())
    found = re.search(r"Is the child safe now\?</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    assert found is not None
    return re.sub("<[^>]+>", "", found[1])


def at_risk(case: Case) -> None:
    """The child is said to be at immediate risk an hour after the concern was raised."""
    by = Who("practitioner", Side.RAISING, SCHOOL)
    at = AT + timedelta(hours=1)
    record = Record(n=2, at=at, written=at, by=by, act=Act.FILE, key="risk",
                    facts={"immediate_risk": True})  # fmt: skip
    assert isinstance(act(case.reference, record, None), Done)


def test_a_recorded_referral_and_the_last_answer_stand_on_page_and_brief(
    opened: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    here = f"/case/{opened.reference}"
    school = as_person("practitioner", SCHOOL)
    # given a child said to be at immediate risk, of whom no referral is on record
    at_risk(opened)
    for path in (here, f"{here}/brief"):
        assert "No referral is on record." in answer_of(school, path)
    assert "if nobody has yet" in answer_of(school, here)
    # when the referral is written down, and the child is no longer at immediate risk
    typed = {"risk": "no", "said": "MARF 12", "day_day": "23", "day_month": "11",
             "day_year": "2026", "clock": "11:00", "key": "r", "seen": ""}  # fmt: skip
    sent = school.post(f"{here}/refer", typed)
    assert sent.status_code == 302, unescape(sent.content.decode())
    # then both say when it was made and by whom, and what was said last
    name = person("practitioner", SCHOOL).name
    for path in (here, f"{here}/brief"):
        said = answer_of(school, path)
        assert "Referred to the MASH (Multi-Agency Safeguarding Hub) on Monday 23 November" in said
        assert f"11:00, by {name}" in said
        assert "What was said last: No, not immediate (Monday 23 November 2026, 11:00" in said
        assert "if nobody has yet" not in said
    assert "call 999 or the MASH (Multi-Agency Safeguarding Hub) again" in answer_of(school, here)


def test_a_referral_that_does_not_meet_the_policys_duty_is_said_not_to(
    opened: Case, as_person: SignIn
) -> None:
    # given a referral of before the danger was seen
    here = f"/case/{opened.reference}"
    by = Who("practitioner", Side.RAISING, SCHOOL)
    before = Record(n=2, at=AT, written=AT, by=by, act=Act.REFER, key="early")
    assert isinstance(act(opened.reference, before, None), Done)
    at_risk(opened)
    # then the page names it, and says that another is owed
    said = answer_of(as_person("practitioner", SCHOOL), here)
    assert "Monday 23 November 2026, 09:30" in said
    assert "That does not meet what the policy asks now" in said
    assert "if nobody has yet" in said


def test_who_sends_a_concern_for_an_agency_not_on_concord_is_given_its_referral(
    as_person: SignIn,
) -> None:
    # given a concern about a child at risk, sent by the business manager for a surgery
    unit = as_person("business_manager", "sandwell")
    kept = ANSWERS["risk"]
    ANSWERS["risk"] = {"risk": "yes"}
    try:
        case = raised_for(unit)
    finally:
        ANSWERS["risk"] = kept
    # then the page of what was sent gives them the referral, and leads to where it is recorded
    page = unescape(unit.get(f"/raise/sent/{case.reference}").content.decode())
    assert "Nothing yet" not in page
    assert "Send a MARF" in page.partition("What you do next")[2].partition("What they must")[0]
    address = f"/case/{case.reference}/for/sandwell-surgery/refer"
    assert f'href="{address}"' in page
    assert unit.get(address).status_code == 200


def test_the_page_of_a_shorter_time_asks_for_one_still_to_come(
    opened: Case, as_person: SignIn
) -> None:
    # given a time of the day on which the concern was raised
    typed = {"by_day": "23", "by_month": "11", "by_year": "2026", "time": "10:00",
             "reason": "The child cannot wait.", "key": "s", "seen": ""}  # fmt: skip
    school = as_person("manager", SCHOOL)
    # when it is set as the time by which the other side must act
    sent = school.post(f"/case/{opened.reference}/shorten", typed)
    # then the page asks for another
    assert sent.status_code == 422
    assert "Enter a day and time that are still to come" in unescape(sent.content.decode())
