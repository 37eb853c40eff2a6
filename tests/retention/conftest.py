"""The cast of the pages, and cases whose time is over."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from concord.cases.ledger import Done, act
from concord.cases.models import Case
from concord.directory.models import Partnership, Post, User
from concord.rules.clock import LONDON
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from tests.apps.clock import standing_at
from tests.apps.conftest import as_person, cast, opened, person, rows_of_the_cast

__all__ = ["as_person", "cast", "opened", "person", "rows_of_the_cast"]

ENDED = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)
LATER = datetime(2041, 1, 1, 9, 0, tzinfo=LONDON)
"""When a school's file on a child born on 3 April 2015 is due; and the clock of these tests."""

clock = standing_at(LATER)


@pytest.fixture
def ended(opened: Case, person: Callable[[str, str], User]) -> Case:
    """The case about Plum Invented, withdrawn by whoever raised it on the next day."""
    raiser = person("practitioner", "sandwell-school")
    seat = Who("practitioner", Side.RAISING, "sandwell-school")
    record = Record(
        n=0, at=ENDED, written=ENDED, by=seat, act=Act.WITHDRAW, written_by=str(raiser.pk),
        reason="Plum is safe with an aunt.", key="withdrawn", text={"user": str(raiser.pk)},
    )  # fmt: skip
    answer = act(opened.reference, record, raiser)
    assert isinstance(answer, Done), answer
    return answer.case


@pytest.fixture
def unit(as_person: Callable[[str, str], Client]) -> Client:
    """The business manager's browser."""
    return as_person("business_manager", "sandwell")


@pytest.fixture
def officer(cast: dict[str, Partnership], person: Callable[[str, str], User]) -> Client:
    """The data protection officer's browser."""
    found = Post.objects.filter(role="data_protection_officer", partnership__slug="sandwell")
    held = found.select_related("user").first()
    user = held.user if held and held.user else User.objects.create(
        email="officer@sandwell.example.org", name="Ola Officer"
    )  # fmt: skip
    if held is None:
        Post.objects.create(
            user=user, role="data_protection_officer", partnership=cast["sandwell"],
            title="Data protection officer", since=ENDED.date(),
        )  # fmt: skip
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client
