"""A proposal to dispose of a case waits for a second person, who is told of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from concord.cases.models import Case
from concord.directory.models import User
from concord.notifications.letters import letter
from concord.notifications.models import Kind, MailState, Notice
from concord.rules.clock import LONDON
from tests.retention.test_pages import here, propose, say, text

Person = Callable[[str, str], User]


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CONCORD_MAIL", "smtp")


def test_the_other_who_may_approve_is_told_and_not_whoever_proposed(
    unit: Client, officer: Client, ended: Case, person: Person
) -> None:
    say(unit, ended, looked_after="no")
    # when the business manager proposes to dispose of a case whose time is over
    assert propose(unit, ended).status_code == 302
    # then the data protection officer is told, where to see it, and what to do
    told = Notice.objects.get(kind=Kind.DISPOSAL)
    assert told.recipient == person("data_protection_officer", "sandwell")
    page = officer.get("/notices").content.decode()
    assert f'href="{here(ended)}">case {ended.reference}</a>' in page
    assert f'href="/case/{ended.reference}"' not in page
    assert "You approve it, or turn it down" in page
    assert officer.get(here(ended)).status_code == 200
    assert ended.reference not in text(unit.get("/notices"))


def test_a_proposal_that_is_refused_tells_nobody(unit: Client, ended: Case) -> None:
    assert propose(unit, ended).status_code == 422
    assert not Notice.objects.filter(kind=Kind.DISPOSAL).exists()


def test_its_mail_names_no_child_and_goes_in_working_hours(
    unit: Client, ended: Case, clock: Any, mails: None
) -> None:
    say(unit, ended, looked_after="no")
    clock.at = datetime(2041, 1, 5, 20, 0, tzinfo=LONDON)  # a Saturday
    propose(unit, ended)
    told = Notice.objects.get(kind=Kind.DISPOSAL)
    assert told.state == MailState.WAITING
    assert told.not_before == datetime(2041, 1, 7, 8, 0, tzinfo=LONDON)
    sent = letter(told)
    assert sent.subject == "Concord: somebody proposes to dispose of a case whose time is over"
    assert f"{here(ended)}\n" in sent.body
    assert "Plum" not in sent.subject + sent.body


def test_the_notice_goes_with_the_case(unit: Client, officer: Client, ended: Case) -> None:
    say(unit, ended, looked_after="no")
    propose(unit, ended)
    assert officer.post(f"{here(ended)}/approve").status_code == 302
    assert not Notice.objects.filter(kind=Kind.DISPOSAL).exists()
