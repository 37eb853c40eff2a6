"""Who searches, takes out or tries links too often waits; nobody waits for a colleague."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from concord.cases.models import Case
from concord.directory import limits
from concord.directory.limits import Limit
from concord.directory.models import Tally
from concord.web import limiting
from tests.apps.test_pages import text

AT = datetime(2026, 12, 17, 16, 40, 30, tzinfo=UTC)
THREE = Limit("search", 3, timedelta(minutes=10), "searched 3 times in 10 minutes")
SignIn = Callable[[str, str], Client]


@pytest.fixture(autouse=True)
def few(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The limits are on, small, and the clock stands still."""
    settings.CONCORD_LIMITS = True
    small = {
        place: Limit(each.kind, 3, each.within, each.what)
        for place, each in limiting.LIMITED.items()
    }
    monkeypatch.setattr(limiting, "LIMITED", small)
    monkeypatch.setattr(limiting, "LINKS", Limit("link", 3, timedelta(minutes=30), "tried links"))
    monkeypatch.setattr(limiting, "now", lambda: AT)
    yield


NAME = {"name": "Plum Invented", "born_day": "3", "born_month": "4", "born_year": "2015"}


def test_who_searches_too_often_is_told_when_to_try_again(as_person: SignIn, opened: Case) -> None:
    # given somebody who has searched as often as one may
    client = as_person("manager", "sandwell-school")
    for _ in range(3):
        assert client.post("/find", NAME).status_code in (200, 422)
    # when they search once more
    answer = client.post("/find", NAME)
    # then they are told when they may, and what they typed is there to copy
    assert answer.status_code == 429
    assert "Try again at 16:50" in text(answer)
    assert answer.headers["Retry-After"] == str(9 * 60 + 30)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Plum Invented" in text(answer)
    assert "call 999" in text(answer)
    # and to open the page counts as nothing, nor does a colleague wait
    assert client.get("/find").status_code == 200
    other = as_person("practitioner", "sandwell-school")
    assert other.post("/find", NAME).status_code in (200, 422)


def test_after_the_time_that_was_said_one_may_again(
    as_person: SignIn, opened: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person("manager", "sandwell-school")
    said = [client.post("/find", NAME).status_code for _ in range(4)]
    assert said[-1] == 429
    later = AT + timedelta(minutes=9, seconds=30)
    monkeypatch.setattr(limiting, "now", lambda: later)
    assert client.post("/find", NAME).status_code != 429


def test_who_takes_out_too_many_documents_waits(as_person: SignIn, opened: Case) -> None:
    client = as_person("manager", "sandwell-school")
    address = f"/case/{opened.reference}/forms/escalation_template/open"
    said = [client.post(address, {"as": "docx"}).status_code for _ in range(4)]
    assert said[-1] == 429
    assert 429 not in said[:3]
    # logs are counted with documents, and opening the page of forms is not
    assert client.get("/agencies/sandwell-school/log.csv").status_code == 429
    assert client.get(f"/case/{opened.reference}/forms").status_code == 200


def test_links_that_lead_nowhere_are_counted_and_right_ones_are_not(db: None) -> None:
    client = Client()
    said = [client.get(f"/invited/no-such-link-{number}").status_code for number in range(5)]
    assert said == [404, 404, 404, 429, 429]
    # another place is another matter
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert other.get("/invited/no-such-link").status_code == 404


def test_nothing_kept_says_who_it_was(as_person: SignIn, opened: Case) -> None:
    as_person("manager", "sandwell-school").post("/find", NAME)
    Client(REMOTE_ADDR="192.0.2.7").get("/invited/no-such-link")
    rows = list(Tally.objects.values_list("key", flat=True))
    assert len(rows) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in rows)


def test_what_is_counted_no_more_is_removed(db: None) -> None:
    limits.count(THREE, "somebody", AT)
    assert limits.sweep(AT + timedelta(hours=1)) == 0
    assert limits.sweep(AT + timedelta(days=2)) == 1


def counted(_: int) -> bool:
    try:
        return limits.count(THREE, "somebody", AT) is None
    finally:
        connection.close()


@pytest.mark.usefixtures("real_transactions")
def test_of_those_who_come_at_once_no_more_get_through_than_may() -> None:
    with ThreadPoolExecutor(8) as pool:
        through = list(pool.map(counted, range(24)))
    assert sum(through) == 3
