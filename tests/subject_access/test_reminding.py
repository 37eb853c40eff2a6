"""Whoever answers requests is reminded: a week before the last day, and once it is over."""

from argparse import Namespace
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from concord.cases.doorway import viewer
from concord.cli import running
from concord.directory.models import Partnership, Post, User
from concord.notifications.letters import letter
from concord.notifications.models import Kind, MailState, Notice
from concord.rules.clock import LONDON
from concord.rules.dates import day
from concord.subject_access.models import Request
from concord.subject_access.reminding import remind
from concord.subject_access.requests import Asked, begin, close, extend, standing_of
from concord.vault import keys
from concord.web.asking import now
from tests.subject_access.asking import SignIn, text

Cast = dict[str, Partnership]
Person = Callable[[str, str], User]
CAME = date(2026, 11, 25)
"""So it is to be answered by Tuesday 29 December 2026: Christmas Day is no working day."""


def london(month: int, date: int, hour: int = 10, year: int = 2026) -> datetime:
    return datetime(year, month, date, hour, 0, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def mails(settings: Settings) -> None:
    settings.CONCORD_MAIL = "smtp"


@pytest.fixture
def asked(cast: Cast, person: Person) -> Request:
    """A request of 25 November 2026, not proved who asks yet."""
    about = Asked(
        child="Plum Invented", born=date(2015, 4, 3), asked_by="Rowan Madeup", standing="parent",
        received=CAME, proved=None, how_proved="", note="Everything about Quincelane.",
    )  # fmt: skip
    return begin(
        cast["sandwell"], about, viewer(person("business_manager", "sandwell"), london(11, 25))
    )


@pytest.fixture
def both(person: Person) -> set[User]:
    return {person(role, "sandwell") for role in ("business_manager", "data_protection_officer")}


def told() -> list[Notice]:
    return list(Notice.objects.filter(kind=Kind.REQUEST).order_by("id"))


def test_a_week_before_both_who_answer_it_are_told_once(
    asked: Request, both: set[User], unit: Client
) -> None:
    # given a request with more than a week left
    assert remind(london(12, 21)) == 0
    # when a week is left
    assert remind(london(12, 22)) == 2
    # then both are told, where it is and by when, and nobody a second time
    assert {each.recipient for each in told()} == both
    assert remind(london(12, 23)) == remind(london(12, 29)) == 0
    page = unit.get("/notices").content.decode()
    assert f'href="/subject-access/{asked.reference}">request {asked.reference}</a>' in page
    assert "is to be answered by Tuesday 29 December 2026" in page
    assert "by two months" in page
    assert "Late" not in page


def test_once_it_is_over_both_are_told_that_it_is_late(
    asked: Request, both: set[User], unit: Client
) -> None:
    remind(london(12, 22))
    # when its last day is over without an answer
    assert remind(london(12, 30)) == 2
    # then both are told so
    late = told()[2:]
    assert {each.recipient for each in late} == both
    page = text(unit.get("/notices"))
    assert "Late</strong> A request for access is late" in page
    assert "was to be answered by Tuesday 29 December 2026" in page
    assert remind(london(12, 31)) == 0


def test_a_notice_of_what_was_answered_since_presses_nobody(
    asked: Request, person: Person, unit: Client
) -> None:
    # given a notice that a request is late
    remind(london(12, 30))
    # when it is answered
    who = viewer(person("business_manager", "sandwell"), london(12, 30, hour=12))
    close(standing_of(asked), "Nothing is held.", who)
    # then the notice says so, and neither that it is late nor to answer now
    page = text(unit.get("/notices"))
    assert "A request for access was answered or closed: nothing is left to do" in page
    assert asked.reference in page
    for gone in ("Late</strong>", "is late", "Answer now"):
        assert gone not in page


def test_my_work_shows_what_presses_late_first_to_those_who_answer_it(
    cast: Cast, person: Person, as_person: SignIn, unit: Client
) -> None:
    # given a request that is late, one that is due within a week, one with time, one closed
    who, today = viewer(person("business_manager", "sandwell"), now()), now().date()

    def came(days: int) -> Request:
        about = Asked(
            child="Plum Invented", born=date(2015, 4, 3), asked_by="Rowan Madeup",
            standing="parent", received=today - timedelta(days=days), proved=None, how_proved="",
            note="",
        )  # fmt: skip
        return begin(cast["sandwell"], about, who)

    soon, late, later, closed = came(28), came(60), came(2), came(70)
    close(standing_of(closed), "Nothing is held.", who)
    for client in (unit, as_person("data_protection_officer", "sandwell")):
        # when whoever answers them opens My work
        page = text(client.get("/work"))
        # then both stand there with their day, the late one first, and nothing says "nothing"
        days = [day(standing_of(each).due.due) for each in (late, soon)]
        rows = [
            f'Late</strong> <a class="govuk-link" href="/subject-access/{late.reference}">'
            f"Request {late.reference}</a>: was to be answered by {days[0]}.",
            f'<li><a class="govuk-link" href="/subject-access/{soon.reference}">'
            f"Request {soon.reference}</a>: to be answered by {days[1]}.",
        ]
        assert 0 < page.index(rows[0]) < page.index(rows[1])
        assert later.reference not in page
        assert closed.reference not in page
        assert "Nothing else needs you now: what stands above does." in page
    # and to somebody else, or who answers another partnership's, nothing
    for role, where in (("manager", "sandwell-school"), ("data_protection_officer", "bromley")):
        assert late.reference not in text(as_person(role, where).get("/work"))


def test_after_an_outage_only_the_later_is_told(asked: Request) -> None:
    assert remind(london(1, 4, year=2027)) == 2
    assert {each.act for each in told()} == {"answer_late"}


def test_extended_it_is_told_by_its_new_last_day(asked: Request, person: Person) -> None:
    # given a request that was extended when its first month was nearly over
    remind(london(12, 22, hour=20))
    who = viewer(person("business_manager", "sandwell"), london(12, 22, hour=21))
    extend(standing_of(asked), "It is complex.", who)
    # then nothing is late at the end of that month, and mail that still waited is not sent
    assert remind(london(12, 30)) == 0
    assert {each.state for each in told()} == {MailState.SPARED}
    # when the last week of three months has come (25 February 2027 is a Thursday)
    assert remind(london(2, 17, year=2027)) == 0
    assert remind(london(2, 18, year=2027)) == 2
    # then both are told of that day, and not that it can be extended
    assert "Thursday 25 February 2027. It cannot be extended again." in told()[-1].instead


def test_what_is_answered_is_not_told_of_and_its_waiting_mail_is_not_sent(
    asked: Request, person: Person
) -> None:
    remind(london(12, 22, hour=20))
    assert {each.state for each in told()} == {MailState.WAITING}
    # when it is closed before the mail went
    who = viewer(person("business_manager", "sandwell"), london(12, 22, hour=21))
    close(standing_of(asked), "Nothing is held.", who)
    # then nothing more is told
    assert remind(london(12, 30)) == 0
    assert {each.state for each in told()} == {MailState.SPARED}


def test_what_went_with_a_case_is_not_told_of(asked: Request) -> None:
    keys.destroy(asked.reference, "{}")
    assert remind(london(12, 30)) == 0


def test_whoever_takes_the_post_up_later_is_told_too(asked: Request, person: Person) -> None:
    remind(london(12, 22))
    # given a data protection officer who leaves, and one who comes
    held = Post.objects.get(
        user=person("data_protection_officer", "sandwell"), role="data_protection_officer"
    )
    newcomer = User.objects.create(email="newcomer@sandwell.example.org", name="Newt Officer")
    Post.objects.filter(pk=held.pk).update(user=newcomer)
    # then the one who came is told, and nobody a second time
    assert remind(london(12, 23)) == 1
    assert told()[-1].recipient == newcomer


def test_its_mail_names_no_child_and_goes_in_working_hours(asked: Request) -> None:
    remind(london(12, 22, hour=20))
    notice = told()[0]
    assert notice.not_before == london(12, 23, hour=8)
    sent = letter(notice)
    assert sent.subject == "Concord: a request for access is to be answered within a week"
    assert f"/subject-access/{asked.reference}\n" in sent.body
    assert "Tuesday 29 December 2026" in sent.body
    for word in ("Plum", "Invented", "Rowan", "Madeup", "Quincelane", "2015"):
        assert word not in sent.subject + sent.body


def test_the_loop_reminds(asked: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_now", lambda: london(12, 22))
    once = Namespace(once=True, every=0, with_parent=False)
    assert running.loop(once) == 0
    assert len(told()) == 2
