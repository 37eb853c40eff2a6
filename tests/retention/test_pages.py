"""What is due, what a person must say, holds, and two people who decide: on the pages."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from concord.cases.models import Case, Registered
from tests.apps.clock import Clock

LIST = "/partnerships/sandwell/retention"
CHILD = "Plum"
KEPT = "Kept, what falls due first on top"


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def here(case: Case) -> str:
    return f"{LIST}/{case.reference}"


def say(client: Client, case: Case, **said: str) -> Any:
    return client.post(f"{here(case)}/say", {"why": "The trust's file says so.", **said})


def hold(client: Client, case: Case) -> Any:
    return client.post(
        f"{here(case)}/hold",
        {"why": "An inquiry asks for it.", "review_day": 1, "review_month": 2, "review_year": 2042},
    )


def propose(client: Client, case: Case) -> Any:
    return client.post(f"{here(case)}/propose", {"why": "Checked with the school."})


def part_of(page: str, caption: str) -> str:
    """The table of a caption."""
    _, found, after = page.partition(f"{caption} (")
    return after.partition("</table>")[0] if found else ""


def test_an_open_case_is_not_listed_by_its_reference(unit: Client, opened: Case) -> None:
    page = text(unit.get(LIST))
    assert "Cases that are not closed: 1." in page
    assert opened.reference not in page


def test_what_is_not_known_goes_to_a_person_who_says_it(unit: Client, ended: Case) -> None:
    # Given a closed case of which nobody said whether the child was ever looked after,
    assert ended.reference in part_of(text(unit.get(LIST)), "A person must say")
    page = text(unit.get(here(ended)))
    assert "It is not known whether a child of the case was ever looked after" in page
    assert CHILD not in page
    # when a person says that the child was,
    answer = say(unit, ended, looked_after="yes")
    assert answer.status_code == 302
    # then it is kept until the 75th anniversary of the birth, and the page says why.
    page = text(unit.get(here(ended)))
    assert "Monday 3 April 2090" in page
    assert "regulation 50" in page
    assert "The trust's file says so." in page
    assert ended.reference in part_of(text(unit.get(LIST)), KEPT)
    # what is said later stands in its place
    say(unit, ended, looked_after="no")
    assert ended.reference in part_of(text(unit.get(LIST)), "Due for disposal")


def test_saying_nothing_is_no_saying(unit: Client, ended: Case) -> None:
    answer = say(unit, ended)
    assert answer.status_code == 422
    assert "Say one thing at least" in text(answer)
    assert not Registered.objects.filter(kind="told").exists()


def test_a_later_day_keeps_it_and_an_earlier_one_does_not(unit: Client, ended: Case) -> None:
    say(unit, ended, looked_after="no", until_day="1", until_month="6", until_year="2050")
    assert "Wednesday 1 June 2050" in part_of(text(unit.get(LIST)), KEPT)
    say(unit, ended, until_day="1", until_month="6", until_year="2030")
    assert "Tuesday 3 April 2040" in part_of(text(unit.get(LIST)), "Due for disposal")


def test_a_legal_hold_stops_a_proposal_until_it_is_lifted(unit: Client, ended: Case) -> None:
    # Given a case that is due, and a hold,
    say(unit, ended, looked_after="no")
    assert hold(unit, ended).status_code == 302
    assert ended.reference in part_of(text(unit.get(LIST)), "Under a legal hold")
    # when somebody proposes to dispose of it, then it is refused, with what to do.
    answer = propose(unit, ended)
    assert answer.status_code == 422
    assert "A legal hold stands. It is lifted first" in text(answer)
    # When it is lifted, with a reason, once,
    number = Registered.objects.get(kind="held").pk
    lift = f"{here(ended)}/holds/{number}/lift"
    assert unit.post(lift, {"why": "The inquiry is over."}).status_code == 302
    assert unit.post(lift, {"why": "Again."}).status_code == 404
    # then it can be proposed.
    assert propose(unit, ended).status_code == 302
    assert ended.reference in part_of(
        text(unit.get(LIST)), "Proposed, and a second person is asked"
    )


def test_a_hold_says_when_it_is_looked_at_again(unit: Client, ended: Case) -> None:
    answer = unit.post(
        f"{here(ended)}/hold",
        {"why": "An inquiry.", "review_day": 1, "review_month": 2, "review_year": 2026},
    )
    assert answer.status_code == 422
    assert "Enter a day to come" in text(answer)


def test_what_is_not_due_is_not_proposed(unit: Client, ended: Case, clock: Clock) -> None:
    say(unit, ended, looked_after="no")
    clock.at = clock.at.replace(year=2039)
    answer = propose(unit, ended)
    assert answer.status_code == 422
    assert "It is not due yet." in text(answer)


def test_a_proposal_can_be_turned_down_and_made_again(
    unit: Client, officer: Client, ended: Case
) -> None:
    say(unit, ended, looked_after="no")
    propose(unit, ended)
    assert "It is proposed already" in text(propose(officer, ended))
    down = officer.post(f"{here(ended)}/turn-down", {"why": "The school still asks."})
    assert down.status_code == 302
    assert "The school still asks." in text(unit.get(here(ended)))
    assert propose(officer, ended).status_code == 302


@pytest.mark.parametrize("who", [("manager", "sandwell-school"), ("chair", "sandwell")])
def test_nobody_else_opens_it(as_person: Any, ended: Case, who: tuple[str, str]) -> None:
    client = as_person(*who)
    for address in (LIST, here(ended), f"{here(ended)}/propose"):
        assert client.get(address).status_code == 404


def test_what_is_said_is_encrypted_with_the_key_of_the_case(unit: Client, ended: Case) -> None:
    hold(unit, ended)
    line = Registered.objects.get(kind="held")
    assert line.content.startswith("1.")
    assert line.salt == ""
    assert "inquiry" not in line.content
