"""Dates that are slips of the keyboard are asked about, and meetings held otherwise say why."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from concord.cases.ledger import Done, act, state_of
from concord.cases.models import Case
from concord.directory import cover
from concord.directory.cover import CannotChange
from concord.directory.models import Post, User
from concord.rules.holding import stretches, working_days
from concord.rules.record import PlannedAction, Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from concord.web.forms.actions import wrong_date
from tests.apps.conftest import AT

SignIn = Callable[[str, str], Client]
SCHOOL, TRUST = "sandwell-school", "sandwell-childrens-trust"
RAISER, OTHER = Who("manager", Side.RAISING, SCHOOL), Who("manager", Side.RESPONDING, TRUST)
HOUR = timedelta(hours=1)


def did(case: Case, by: Who, name: Act, at: datetime, **more: object) -> int:
    n = len(state_of(case).records) + 1
    record = Record(n=n, at=at, written=at, by=by, act=name, key=f"k{n}", **more)  # type: ignore[arg-type]
    assert isinstance(act(case.reference, record, None), Done)
    return n


def words(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def test_a_date_long_before_the_concern_is_asked_about_and_may_be_right(
    opened: Case, as_person: SignIn
) -> None:
    # given a concern raised in November 2026, and a referral dated 1 January 2020
    school, address = as_person("practitioner", SCHOOL), f"/case/{opened.reference}/refer"
    typed = {"risk": "no", "said": "MARF 12", "day_day": "1", "day_month": "1",
             "day_year": "2020", "clock": "", "key": "r", "seen": ""}  # fmt: skip
    assert "Yes, it is right" not in words(school.get(address))
    # when it is sent, it is asked about
    asked = school.post(address, typed)
    assert asked.status_code == 422
    assert "Check the year: Wednesday 1 January 2020 is more than three months" in words(asked)
    assert "Yes, it is right" in words(asked)
    # then it is taken once it is said to be right
    assert school.post(address, {**typed, "day_is_right": "yes"}).status_code == 302
    # and one of shortly before is never asked about
    near = {**typed, "day_month": "10", "day_year": "2026", "key": "near"}
    assert school.post(address, near).status_code == 302


def test_nobody_held_a_case_before_it_was_raised(opened: Case) -> None:
    # given what each side did years before
    did(opened, RAISER, Act.REFER, AT.replace(year=2020))
    did(opened, OTHER, Act.FILE, AT.replace(year=2021))
    # then time held runs from the raising on
    state, at = state_of(opened), AT + timedelta(days=2)
    assert [each.since for each in stretches(state, at)] == [AT]
    assert working_days(state, at) == {"responding": 2}


def test_an_agreed_action_is_due_within_a_year(opened: Case, as_person: SignIn) -> None:
    today = date(2026, 11, 29)
    assert wrong_date(date(2027, 11, 29), today) == wrong_date(today, today) == ""
    assert "has not passed" in wrong_date(date(2026, 11, 28), today)
    # given a late action
    plan = PlannedAction("Visit the child", OTHER, AT.date() + timedelta(days=1))
    did(opened, RAISER, Act.AGREE, AT + HOUR, actions=(plan,))
    trust, far = as_person("manager", TRUST), ("1", "6", "2058")
    # when it is replaced by one, or another is agreed, decades later
    typed = {"which": "1", "done": "no", "why": "Nobody was in.", "instead": "Visit",
             "owner": f"manager@{TRUST}", "key": "c", "seen": ""}  # fmt: skip
    typed |= dict(zip(("due_day", "due_month", "due_year"), far, strict=True))
    replaced = trust.post(f"/case/{opened.reference}/complete", typed)
    more = {"what_1": "Visit", "owner_1": f"manager@{TRUST}", "key": "d", "seen": ""}
    more |= dict(zip(("due_1_day", "due_1_month", "due_1_year"), far, strict=True))
    agreed = trust.post(f"/case/{opened.reference}/agree", more)
    # then a day within a year is asked for
    for answer in (replaced, agreed):
        assert answer.status_code == 422
        assert "Enter a day within a year. Check the year" in words(answer)


def test_cover_ends_within_a_year(opened: Case, person: Callable[[str, str], User]) -> None:
    manager = person("manager", TRUST)
    post = Post.objects.get(user=manager, agency__slug=TRUST, role="manager")
    with pytest.raises(CannotChange, match="within a year") as refused:
        cover.set_cover(
            post, person("practitioner", TRUST), AT.date(), date(2035, 1, 1), manager, AT
        )
    assert refused.value.field == "until"


def test_a_chairs_meeting_held_early_with_nobody_else_asks_why(
    opened: Case, as_person: SignIn
) -> None:
    # given a case before the Chair, and a resolution meeting called for next month
    head = Who("executive", Side.RAISING, SCHOOL)
    did(opened, head, Act.ESCALATE, AT + HOUR, stage="stage-4", reason="The child cannot wait.")
    to_come = (datetime.now(AT.tzinfo) + timedelta(days=5)).replace(hour=10, minute=0)
    people = (Who("chair"), head, Who("executive", Side.RESPONDING, TRUST))
    number = did(opened, Who("business_manager"), Act.CONVENE, AT + 2 * HOUR, people=people,
                 text={"time.1": to_come.isoformat()})  # fmt: skip
    unit = as_person("business_manager", "sandwell")
    address = f"/case/{opened.reference}/meetings/{number}/hold"
    assert unit.get(address).status_code == 200
    typed: dict[str, object] = {"present": ["chair"], "means": "telephone", "said": "Heard.",
                                "outcome": "unresolved", "key": "m", "seen": ""}  # fmt: skip
    # when it is recorded as held today with the Chair alone
    asked = unit.post(address, typed)
    # then the page says what is missing, by which clause, and asks why
    assert asked.status_code == 422
    shown = words(asked)
    assert "It was arranged for" in shown
    assert "Say why it was held on another day" in shown
    missing = shown.partition("Nobody came for:")[2][:200]
    assert "Sandwell Children's Trust" in missing
    assert "SA-31" in missing
    # and with the reason it is recorded, which stands in the timeline
    why = "The child could not wait; both sides had written."
    assert unit.post(address, {**typed, "otherwise": why}).status_code == 302
    assert state_of(opened).records[-1].reason == why
    assert why in words(unit.get(f"/case/{opened.reference}/timeline"))


def test_the_chairs_meeting_that_was_not_arranged_here_asks_why_too(
    opened: Case, as_person: SignIn
) -> None:
    # given a case before the Chair
    head = Who("executive", Side.RAISING, SCHOOL)
    did(opened, head, Act.ESCALATE, AT + HOUR, stage="stage-4", reason="The child cannot wait.")
    chair, address = as_person("chair", "sandwell"), f"/case/{opened.reference}/meet"
    typed: dict[str, object] = {
        "present": [f"executive@{SCHOOL}"], "means": "telephone", "said": "Heard.",
        "outcome": "unresolved", "key": "m", "seen": "",
    }  # fmt: skip
    # when a meeting with one side alone is recorded, then why is asked, and kept
    asked = chair.post(address, typed)
    assert asked.status_code == 422
    assert "Nobody came for: Sandwell Children's Trust" in words(asked)
    assert (
        chair.post(address, {**typed, "otherwise": "They could not be reached."}).status_code == 302
    )
    assert state_of(opened).records[-1].reason == "They could not be reached."
    # and one with both sides needs no reason
    both = [f"executive@{SCHOOL}", f"executive@{TRUST}"]
    assert chair.post(address, {**typed, "present": both, "key": "n"}).status_code == 302
