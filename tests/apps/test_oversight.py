"""Cases from above: an agency's, a partnership's; found by name; dates counted day by day."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from django.test import Client

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import Partnership, Post
from concord.policies.calendars import calendar_for
from concord.policies.library import load, policy_ids
from concord.policies.register import clauses_of
from concord.policies.timing import clauses_by_limit
from concord.reports.learning import learned
from concord.reports.standing import lines, silence
from concord.rules.clock import Limit, Unit
from concord.rules.duties import owed
from concord.rules.holding import holder, working_days
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Means, Outcome, Side
from concord.web.counting import Held, bar, count, count_of, strip, told
from tests.apps.conftest import AT

SignIn = Callable[[str, str], Client]
TEACHER = Who("practitioner", Side.RAISING, "sandwell-school")
SOCIAL_WORKER = Who("practitioner", Side.RESPONDING, "sandwell-childrens-trust")


def text(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def did(case: Case, act: Act, by: Who, hours: int, **more: object) -> None:
    at = AT + timedelta(hours=hours)
    answer = ledger.act(case.reference, Record(0, at, at, by, act, **more), None)  # type: ignore[arg-type]
    assert isinstance(answer, ledger.Done), answer


def test_a_manager_sees_what_is_raised_with_them_and_who_is_silent(
    opened: Case, as_person: SignIn
) -> None:
    did(opened, Act.ESCALATE, TEACHER, 1)
    client = as_person("service_lead", "sandwell-childrens-trust")
    shown = text(client.get("/agencies/sandwell-childrens-trust"))
    assert "Raised with us (1)" in shown
    assert opened.reference in shown
    assert "Plum" not in shown
    # two weeks later the first limit has passed
    found = lines(Case.objects.all(), AT + timedelta(days=14))
    assert found[0].late
    assert silence(found)[0].cases == 1


def test_an_agency_is_seen_by_its_own_line_alone(opened: Case, as_person: SignIn) -> None:
    for role, where in (
        ("practitioner", "sandwell-school"),
        ("manager", "sandwell-school"),
        ("business_manager", "sandwell"),
        ("manager", "bromley-school"),
    ):
        answer = as_person(role, where).get("/agencies/sandwell-childrens-trust")
        assert answer.status_code == 404, role


def test_the_business_manager_has_the_log_without_children(opened: Case, as_person: SignIn) -> None:
    client = as_person("business_manager", "sandwell")
    shown = text(client.get("/partnerships/sandwell"))
    assert opened.reference in shown
    assert "Plum" not in shown
    rows = list(
        csv.reader(
            io.StringIO(text(client.get("/partnerships/sandwell/log.csv")).removeprefix("\ufeff"))
        )
    )
    assert rows[0][0] == "Case"
    assert rows[1][0] == opened.reference
    for role, where in (("manager", "sandwell-school"), ("business_manager", "bromley")):
        for address in ("", "/log.csv", "/learning"):
            answer = as_person(role, where).get(f"/partnerships/sandwell{address}")
            assert answer.status_code == 404, (role, address)


def test_a_vacant_post_is_shown_to_the_business_manager(opened: Case, as_person: SignIn) -> None:
    client = as_person("business_manager", "sandwell")
    assert "Posts that nobody holds" not in text(client.get("/partnerships/sandwell"))
    Post.objects.filter(role="manager", agency__slug="sandwell-school").update(user=None)
    assert "Designated safeguarding lead, Sandwell Meadow School" in text(
        client.get("/partnerships/sandwell")
    )


def test_a_lesson_shows_whether_it_was_sent_out(opened: Case, as_person: SignIn) -> None:
    chair = Who("business_manager")
    did(opened, Act.LEARN, chair, 2, text={"lesson": "Thresholds are read two ways."})
    client = as_person("business_manager", "sandwell")
    shown = text(client.get("/partnerships/sandwell/learning"))
    assert "Thresholds are read two ways." in shown
    assert "Not sent out yet" in shown
    did(opened, Act.DISSEMINATE, chair, 3, text={"note": "To all."})
    page = text(client.get("/partnerships/sandwell/learning"))
    assert "Not sent out yet" not in page
    assert "To all." in page


def test_a_lesson_has_a_theme_and_a_group_that_takes_it_up(opened: Case, as_person: SignIn) -> None:
    client = as_person("business_manager", "sandwell")
    sent = {
        "lesson": "Ask what closing rests on.", "theme": "thresholds", "group": "Quality sub-group",
        "seen": str(opened.last_sequence), "key": "lesson-1",
    }  # fmt: skip
    answer = client.post(f"/case/{opened.reference}/learn", sent)
    assert answer.status_code == 302, text(answer)
    page = text(client.get("/partnerships/sandwell/learning"))
    assert "To be taken up by: Quality sub-group." in page
    assert "Thresholds: 1" in page


def test_what_is_to_be_told_to_all_is_listed_with_its_date_until_it_is_told(
    opened: Case, as_person: SignIn
) -> None:
    last = ledger.state_of(opened).policy.stages[-1].id
    why = "The child cannot wait for the stages between."
    did(opened, Act.ESCALATE, TEACHER, 1, stage=last, reason=why, override=why)
    assert learned([opened], AT).to_tell == ()
    did(opened, Act.DECIDE, Who("chair"), 5, decision="Assess.", reasons="The risk.")
    told = learned([opened], AT + timedelta(days=1)).to_tell
    assert [(each.clause, each.late) for each in told] == [("SA-35", False)]
    page = text(as_person("business_manager", "sandwell").get("/partnerships/sandwell/learning"))
    assert "Send the outcome and the learning to all parties." in page
    assert "SA-35" in page
    assert learned([opened], AT + timedelta(days=60)).to_tell[0].late
    did(opened, Act.DISSEMINATE, Who("business_manager"), 6, text={"note": "To all."})
    assert learned([opened], AT + timedelta(days=60)).to_tell == ()


def test_a_case_is_found_by_reference_or_by_the_child(opened: Case, as_person: SignIn) -> None:
    client = as_person("manager", "sandwell-school")
    there = client.post("/find", {"reference": opened.reference.lower()})
    assert there.headers["Location"] == f"/case/{opened.reference}"
    child = {"name": "plum invented", "born_day": "3", "born_month": "4", "born_year": "2015"}
    assert opened.reference in text(client.post("/find", child))
    other = as_person("manager", "bromley-school")
    assert opened.reference not in text(other.post("/find", child))
    assert other.post("/find", {"reference": opened.reference}).status_code == 422
    assert "Enter the date of birth too" in text(client.post("/find", {"name": "Plum Invented"}))
    assert client.post("/find", {}).status_code == 422


def test_a_date_is_shown_day_by_day_with_why_each_is_skipped(
    opened: Case, as_person: SignIn
) -> None:
    did(opened, Act.ESCALATE, TEACHER, 1)
    manager = as_person("manager", "sandwell-school")
    for address, clause in (("", "SA-12"), ("/dates", "SA-18")):
        shown = text(manager.get(f"/case/{opened.reference}{address}"))
        assert "Counted: days 1 to 3, Tue 24 to Thu 26 November." in shown, address
        assert "Not counted: Mon 23 November (the day it starts)." in shown
        assert f"3 working days, by clause {clause}" in shown
    assert "How the words are read" in shown


def test_a_limit_that_ends_over_christmas_names_the_bank_holidays() -> None:
    start = AT.replace(month=12, day=23)
    found = count(Limit(3, Unit.WORKING_DAYS), start, calendar_for())
    numbers = {(cell.day.month, cell.day.day): cell.number for cell in found.cells}
    assert numbers == {(12, 23): None, (12, 24): 1, (12, 25): None, (12, 26): None, (12, 27): None,
                       (12, 28): None, (12, 29): 2, (12, 30): 3}  # fmt: skip
    said = " ".join(told(found))
    assert "bank holiday: Christmas Day" in said
    assert "bank holiday: Boxing Day (substitute day)" in said
    assert "Sat 26 to Sun 27 December (weekend)" in said
    picture = ElementTree.fromstring(strip(found, "SA-16", "one"))
    drawn = "".join(picture.itertext())
    assert "How the 3 working days of SA-16 were counted" in drawn
    assert said in drawn
    assert drawn.count("holiday") > drawn.count("bank holiday")
    assert drawn.endswith("30 Dec3due")


def test_a_limit_in_hours_says_how_many_ran_on_each_day() -> None:
    found = count(Limit(24, Unit.ELAPSED_HOURS), AT, calendar_for())
    assert told(found) == (
        "Counted: Mon 23 November, 14 hours 30 minutes; Tue 24 November, 9 hours 30 minutes.",
        "Hours run through nights, weekends and bank holidays.",
    )
    assert "14h30" in strip(found, "SA-45", "one")


def test_a_shorter_time_ends_the_count_on_its_own_day(opened: Case) -> None:
    did(opened, Act.ESCALATE, TEACHER, 1)
    state = ledger.state_of(opened)
    entry = next(each for each in owed(state, AT) if each.clause == "SA-18" and each.due)
    sooner = replace(entry, due=date(2026, 11, 25), shortened=True)
    found = count_of(sooner, state.policy, state.calendar)
    assert found
    assert [cell.number for cell in found.cells] == [None, 1, 2]
    assert found.cells[-1].is_last
    today = replace(entry, due=date(2026, 11, 23), shortened=True)
    same = count_of(today, state.policy, state.calendar)
    assert same
    assert told(same) == ("Not counted: Mon 23 November (the day it starts).",)
    assert "due" in strip(same, "SA-18", "one")


def test_an_action_s_date_was_agreed_and_follows_from_no_count(opened: Case) -> None:
    state = ledger.state_of(opened)
    entry = replace(owed(state, AT)[0], rule="house.agreed-action", due=date(2026, 12, 1))
    found = count_of(entry, state.policy, state.calendar)
    assert found
    assert (found.limit, found.cells, strip(found, "house-5", "one")) == ("", (), "")


@pytest.mark.parametrize("slug", ["sandwell", "lincolnshire"])
def test_the_date_calculator_shows_how_each_limit_was_counted(
    cast: dict[str, Partnership], client: Client, slug: str
) -> None:
    typed = {"day_day": "23", "day_month": "12", "day_year": "2026", "clock": "16:45"}
    shown = text(client.get(f"/area/{slug}", typed))
    assert "How each was counted" in shown
    assert "bank holiday: Christmas Day" in shown
    limits = clauses_by_limit(load(cast[slug].policy_id))
    drawn = [each for each in limits if each.unit not in (Unit.MONTHS, Unit.YEARS)]
    assert shown.count("were counted, day by day") == len(drawn) > 1
    assert "How each was counted" not in text(client.get(f"/area/{slug}"))


def test_the_time_is_held_by_the_side_that_did_not_act_last(opened: Case) -> None:
    did(opened, Act.ANSWER, SOCIAL_WORKER, 24 * 3, text={"reply": "We disagree."})
    did(
        opened, Act.DISCUSS, TEACHER, 24 * 4, people=(SOCIAL_WORKER,), means=Means.TELEPHONE,
        outcome=Outcome.UNRESOLVED,
    )  # fmt: skip
    state = ledger.state_of(opened)
    at = AT + timedelta(days=7)
    assert working_days(state, at) == {"responding": 4, "raising": 1}
    assert holder(state, at) == "responding"


def test_the_case_shows_how_long_each_has_had_it_and_where_it_stands(
    opened: Case, as_person: SignIn
) -> None:
    shown = text(as_person("manager", "sandwell-school").get(f"/case/{opened.reference}"))
    assert "How long each has had the case in hand" in shown
    assert "Sandwell Children's Trust (demonstration): " in shown
    assert "it has it now</li>" in shown
    assert "It stands at Initial discussion, step 1 of 5. Above it: Escalation to" in shown


def test_the_bars_are_told_apart_by_words_and_stripes() -> None:
    drawn = bar((Held("The school", 4, False), Held("A trust & its partners", 1, True)), "held")
    picture = ElementTree.fromstring(drawn)
    said = "".join(picture.itertext())
    assert (
        "The school: 4 working days; A trust & its partners: 1 working day; it has it now" in said
    )
    fills = [each.get("fill") for each in picture if each.tag.endswith("rect")]
    assert fills == ["#0b0c0c", "url(#held-now)"]


@pytest.mark.parametrize("policy", policy_ids())
def test_every_clause_of_a_policy_stands_in_the_library(
    policy: str, cast: dict[str, object]
) -> None:
    shown = text(Client().get(f"/area/{policy.replace('_', '-')}/clauses"))
    for clause in clauses_of(policy):
        assert f'id="{clause.id}"' in shown
    assert "How it is read" in shown
