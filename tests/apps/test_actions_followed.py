"""Agreed actions on the pages: reported with what shows it, checked by the other side, replaced."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from docx import Document as read_word

from concord.cases.ledger import Done, act, state_of
from concord.cases.models import Case, Entry
from concord.notifications.entries import told_as
from concord.rules.record import PlannedAction, Record
from concord.rules.who import Who
from concord.rules.words import Act, Side

SignIn = Callable[[str, str], Client]
SCHOOL, TRUST = "sandwell-school", "sandwell-childrens-trust"
RAISER = Who("manager", Side.RAISING, SCHOOL)
OTHER = Who("manager", Side.RESPONDING, TRUST)
SOON = date.today() + timedelta(days=9)


def record(case: Case, by: Who, name: Act, **more: object) -> None:
    now = timezone.now()
    answer = act(case.reference, Record(0, now, now, by, name, **more), None)  # type: ignore[arg-type]
    assert isinstance(answer, Done)


@pytest.fixture
def agreed(opened: Case) -> Case:
    """The case with one action, which the Trust's manager is to do."""
    record(opened, RAISER, Act.AGREE, actions=(PlannedAction("Visit the child", OTHER, SOON),))
    return opened


def ended(case: Case) -> Case:
    """The same, resolved by both sides."""
    record(case, RAISER, Act.RESOLVE, text={"outcome": "The decision is changed."})
    record(case, OTHER, Act.CONFIRM)
    case.refresh_from_db()
    return case


def send(client: Client, path: str, **fields: str) -> int:
    key = {"key": f"k-{path}-{fields.get('done')}", "seen": "", "which": "1",
           "action": "send"}  # fmt: skip
    return client.post(path, {**key, **fields}).status_code


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_reported_checked_and_found_wanting_and_done_in_the_end(
    agreed: Case, as_person: SignIn
) -> None:
    here = f"/case/{agreed.reference}"
    trust, school = as_person("manager", TRUST), as_person("manager", SCHOOL)
    # given an action that the Trust owes
    assert "Visit the child" in text(trust, "/work")
    # when it is reported done with nothing to show it, it is asked for
    assert send(trust, f"{here}/complete", action="1", done="yes") == 422
    assert "Say what shows that it is done" in unescape(
        trust.post(
            f"{here}/complete", {"which": "1", "done": "yes", "action": "send"}
        ).content.decode()
    )
    assert send(trust, f"{here}/complete", done="yes", evidence="The visit's record") == 302
    # then the school is asked to check, from its work and from the case, and the Trust cannot
    assert "To check: Visit the child" in text(school, "/work")
    assert "Check it" in text(school, here)
    assert "Reported done, to be checked" in text(school, f"{here}/actions")
    assert "The visit's record" in text(school, f"{here}/actions/1/check")
    assert trust.get(f"{here}/actions/1/check").status_code == 409
    # when the school finds that nobody came, it says so, and the action is open again
    assert send(school, f"{here}/actions/1/check", done="no") == 422
    assert send(school, f"{here}/actions/1/check", done="no", why="Nobody came.") == 302
    assert "Nobody came." in text(trust, f"{here}/actions")
    assert [each.number for each in state_of(agreed).open_actions] == [1]
    # when it is done in the end and seen to be
    assert send(trust, f"{here}/complete", done="yes", evidence="Today's visit", key="2") == 302
    assert send(school, f"{here}/actions/1/check", done="yes", key="3") == 302
    assert "Done and checked" in text(trust, f"{here}/actions")
    assert "To check" not in text(school, "/work")


def test_not_done_asks_why_and_what_takes_its_place(agreed: Case, as_person: SignIn) -> None:
    path, trust = f"/case/{agreed.reference}/complete", as_person("manager", TRUST)
    answer = unescape(
        trust.post(
            path, {"which": "1", "done": "no", "key": "a", "action": "send"}
        ).content.decode()
    )
    for says in ("Say why it was not done", "Say what takes its place", "Choose who does that"):
        assert says in answer
    instead = {"why": "Ill", "instead": "A visit with the nurse", "owner": f"manager@{TRUST}"}
    when = {"due_day": str(SOON.day), "due_month": str(SOON.month), "due_year": str(SOON.year)}
    assert send(trust, path, done="no", **instead, **when) == 302
    shown = text(trust, f"/case/{agreed.reference}/actions")
    assert "Not done, replaced" in shown
    assert "A visit with the nurse" in shown


def test_a_case_does_not_look_closed_while_an_action_is_open(
    agreed: Case, as_person: SignIn
) -> None:
    case = ended(agreed)
    assert case.summary.open_actions == 1
    says = "Resolved, 1 action open"
    trust, manager = as_person("manager", TRUST), as_person("business_manager", "sandwell")
    for client, path in (
        (trust, f"/case/{case.reference}"), (trust, f"/case/{case.reference}/actions"),
        (trust, "/work"), (manager, "/partnerships/sandwell?show=actions"),
        (as_person("executive", TRUST), f"/agencies/{TRUST}"),
    ):  # fmt: skip
        assert says in text(client, path), path
    assert "The case has ended" not in text(trust, f"/case/{case.reference}")
    # when it is done, the case looks finished
    record(case, OTHER, Act.COMPLETE, action=1, done=True)
    case.refresh_from_db()
    assert case.summary.open_actions == 0
    assert says not in text(trust, f"/case/{case.reference}")


def test_a_case_does_not_look_closed_while_what_was_done_is_not_checked(
    agreed: Case, as_person: SignIn
) -> None:
    case = ended(agreed)
    record(case, OTHER, Act.COMPLETE, action=1, done=True, text={"evidence": "The visit's record"})
    says, trust = "Resolved, 1 action to be checked", as_person("manager", TRUST)
    for path in (f"/case/{case.reference}", "/work"):
        assert says in text(trust, path), path
    record(case, RAISER, Act.CONFIRM, action=1, done=True)
    assert says not in text(trust, f"/case/{case.reference}")


def test_a_check_is_told_as_a_check_and_says_no_word_of_the_action(agreed: Case) -> None:
    record(agreed, OTHER, Act.COMPLETE, action=1, done=True, text={"evidence": "Its record"})
    record(agreed, RAISER, Act.CONFIRM, action=1, done=True)
    assert told_as(Entry.objects.filter(case=agreed).latest("sequence")) == "confirm_action"
    agreed.summary.refresh_from_db()
    assert all("Visit the child" not in str(duty["what"]) for duty in agreed.summary.duties)


def in_the_file(client: Client, case: Case) -> str:
    """The words of the record for the child's file, as Word."""
    answer = client.post(f"/case/{case.reference}/forms/case_record/open", {"as": "docx"})
    assert answer.status_code == 200
    word = read_word(io.BytesIO(answer.content))
    cells = (cell.text for table in word.tables for row in table.rows for cell in row.cells)
    return " ".join([*(each.text for each in word.paragraphs), *cells])


def test_an_action_that_one_side_wrote_down_shows_whose_word_is_awaited(
    agreed: Case, as_person: SignIn
) -> None:
    # given an action that the school wrote down as agreed
    waits = "Not agreed yet, waiting for Sandwell Children"
    here = f"/case/{agreed.reference}"
    school, other = as_person("manager", SCHOOL), as_person("manager", TRUST)
    # then every page, and the record for the child's file, say that the other side has not
    for client in (school, other):
        for address in (here, f"{here}/actions", f"{here}/timeline", f"{here}/record/2"):
            assert waits in text(client, address), address
    assert waits in in_the_file(school, agreed)
    # when the other side, asked on the page of the actions, agrees it
    link = f'href="{here}/record/2"'
    assert link in other.get(f"{here}/actions").content.decode()
    assert link not in school.get(f"{here}/actions").content.decode()
    typed = {"right": "yes", "seen": "2", "key": "yes"}
    assert other.post(f"{here}/record/2", typed).status_code == 302
    # then nothing waits any more
    for address in (here, f"{here}/actions", f"{here}/timeline"):
        assert "Not agreed yet" not in text(other, address), address
    assert "Not agreed yet" not in in_the_file(other, agreed)
