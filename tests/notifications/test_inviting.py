"""An invitation that is not answered: its inviter is reminded, told when it ran out, asks again."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.test import Client

from concord.cases.models import Case, Invitation
from concord.directory.models import Post
from concord.notifications.models import MailState, Notice
from tests.apps.test_invitations import ASKS, invite, page_of, read_out, teacher
from tests.apps.test_pages import text
from tests.notifications.conftest import Rounds, told_to
from tests.notifications.sending import Person

__all__ = ["teacher"]


@pytest.fixture
def asked(opened: Case, teacher: Client) -> Invitation:
    return invite(teacher, opened)[0]


def told(person: Person, role: str = "practitioner", where: str = "sandwell-school") -> list[str]:
    return [each.act for each in told_to(person(role, where)) if "invitation" in each.act]


def by_the_hour(rounds: Rounds, since: datetime, until: datetime) -> None:
    while since < until:
        rounds(since)
        since += timedelta(hours=1)


def test_reminded_before_it_runs_out_and_told_when_it_has(
    asked: Invitation, rounds: Rounds, person: Person, teacher: Client
) -> None:
    # when nobody answers for its week
    by_the_hour(rounds, asked.made, asked.expires)
    # then the inviter is reminded at half the time, a working day before, and at the end
    assert told(person) == ["invitation_waits"] * 3
    half = Notice.objects.filter(act="invitation_waits").first()
    assert half is not None and half.state == MailState.WAITING
    assert timedelta(days=3, hours=11) < half.told - asked.made < timedelta(days=3, hours=14)
    # and told once when it has run out
    by_the_hour(rounds, asked.expires, asked.expires + timedelta(hours=5))
    assert told(person)[3:] == ["invitation_ran_out"]
    assert "ran out without an answer" in text(teacher.get("/notices"))
    # who asks again with the same words
    shown = text(teacher.get(page_of(asked)))
    again = f"/case/{asked.case.reference}/invite?again={asked.number}"
    assert again in shown
    assert str(ASKS["question"]) in text(teacher.get(again))
    second, _ = invite(teacher, asked.case, key="again")
    assert second.pk != asked.pk


def test_what_is_answered_or_ended_reminds_nobody(
    asked: Invitation, rounds: Rounds, person: Person, teacher: Client
) -> None:
    teacher.post(page_of(asked), {"action": "end"})
    by_the_hour(rounds, asked.made, asked.expires + timedelta(hours=2))
    assert told(person) == []


def test_after_an_outage_only_the_latest_late_and_a_jumping_clock_tells_nothing_twice(
    asked: Invitation, rounds: Rounds, person: Person
) -> None:
    rounds(asked.expires - timedelta(minutes=30))
    assert told(person) == ["invitation_waits"]
    rounds(asked.made + timedelta(days=4))
    rounds(asked.expires - timedelta(minutes=30))
    assert told(person) == ["invitation_waits"]
    for jump in (3, -100, 1, -2, 50):
        rounds(asked.expires + timedelta(hours=jump))
    assert told(person) == ["invitation_waits", "invitation_ran_out"]
    last = told_to(person("practitioner", "sandwell-school"))[-1]
    assert last.late_by == timedelta(hours=3)
    assert max(Counter(Notice.objects.values_list("key", flat=True)).values()) == 1


def test_once_the_inviter_has_left_the_business_manager_is_told(
    asked: Invitation, rounds: Rounds, person: Person
) -> None:
    Post.objects.filter(user=asked.invited_by).update(until=asked.made.date() - timedelta(days=1))
    rounds(asked.expires + timedelta(minutes=1))
    assert told(person) == []
    assert told(person, "business_manager", "sandwell") == ["invitation_ran_out"]


def test_a_code_works_no_longer_than_the_invitation(
    asked: Invitation, rounds: Rounds, teacher: Client
) -> None:
    code = read_out(teacher, asked)
    rounds(asked.expires + timedelta(minutes=1))
    asked.refresh_from_db()
    assert asked.ended == asked.expires
    assert not asked.answered
    assert code not in text(teacher.get(page_of(asked)))
