"""Cases from above: an agency's, a partnership's; found by name; dates counted day by day."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import Post
from concord.policies.library import policy_ids
from concord.policies.register import clauses_of
from concord.reports.learning import learned
from concord.reports.standing import lines, silence
from concord.rules.clock import Limit, Unit, due
from concord.rules.duties import owed
from concord.rules.holding import holder, working_days
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Means, Outcome, Side
from concord.web.counting import count_of, strip
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
    shown = text(as_person("manager", "sandwell-school").get(f"/case/{opened.reference}/dates"))
    assert "Tue 24 November: day 1" in shown
    assert "How the words are read" in shown
    assert "<svg" in shown


def test_a_strip_over_christmas_names_the_bank_holidays(opened: Case) -> None:
    state = ledger.state_of(opened)
    entry = owed(state, AT)[0]
    start = AT.replace(month=12, day=23)
    dated = replace(entry, clock=start, due=due(Limit(3, Unit.WORKING_DAYS), start, state.calendar))
    count = count_of(dated, "manager", state.calendar, "")
    assert count
    numbers = {(cell.day.month, cell.day.day): cell.number for cell in count.cells}
    assert numbers[12, 24] == 1
    assert numbers[12, 25] is None
    assert numbers[12, 28] is None
    assert numbers[12, 29] == 2
    assert numbers[12, 30] == 3
    assert "bank holiday" in strip(count, "one")


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


@pytest.mark.parametrize("policy", policy_ids())
def test_every_clause_of_a_policy_stands_in_the_library(
    policy: str, cast: dict[str, object]
) -> None:
    shown = text(Client().get(f"/area/{policy.replace('_', '-')}/clauses"))
    for clause in clauses_of(policy):
        assert f'id="{clause.id}"' in shown
    assert "How it is read" in shown
