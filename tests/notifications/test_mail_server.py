"""Against a real mail server, Debian's exim4: an outage, a refused address, a real bounce."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from concord.cases.models import Case
from concord.directory.models import User
from concord.notifications.bounces import take_bounce
from concord.notifications.delivery import Worker
from concord.notifications.models import Channel, Kind, MailState, Notice
from concord.notifications.smtp import Smtp
from tests.notifications.conftest import AT, Acting, Rounds, hours, told_to
from tests.notifications.exim import Exim, exim
from tests.notifications.peer import free_port
from tests.notifications.sending import Clock, Person, drain, refused, staff, waiting

pytestmark = pytest.mark.mailserver


@pytest.fixture
def server(tmp_path: Path, settings: Settings) -> Iterator[Exim]:
    settings.EMAIL_PORT = free_port()
    with exim(tmp_path, settings.EMAIL_PORT) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(clock: Clock) -> Iterator[Worker]:
    worker = Worker(clock, Smtp())
    yield worker
    worker.carrier.close()


@pytest.mark.parametrize("how", ["closed", "refuses"])
def test_a_day_of_refusal_then_everything_in_order(
    opened: Case, server: Exim, worker: Worker, clock: Clock, how: str
) -> None:
    notices = waiting(opened, *(staff(20) * 5))
    server.refuse(how)
    refused(worker, clock)
    assert "closed for the day" in Channel.objects.get().error or how == "refuses"
    server.take()
    drain(worker, clock)
    assert server.received() == [notice.message_id for notice in notices]
    assert Notice.objects.filter(state=MailState.SENT).count() == len(notices)
    assert len(server.delivered("p0", 5)) == 5


def test_a_mail_arrives_as_it_was_meant(
    opened: Case, server: Exim, worker: Worker, clock: Clock, act: Acting, rounds: Rounds
) -> None:
    user = User.objects.get(posts__role="manager", posts__agency__slug="sandwell-childrens-trust")
    User.objects.filter(pk=user.pk).update(email="manager@example.org")
    rounds(AT)
    drain(worker, clock)
    [message] = server.delivered("manager")
    assert message["Message-ID"] == told_to(user)[0].message_id
    assert message["From"] == "concord@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert f"/case/{opened.reference}" in body.decode()
    assert "Plum" not in message.as_string()


def test_a_stranger_is_refused_and_a_real_bounce_comes_back(
    opened: Case, server: Exim, worker: Worker, clock: Clock, person: Person
) -> None:
    manager = person("manager", "sandwell-school")
    for local_part, key in (("stranger", 0), ("gone", 1)):
        User.objects.filter(pk=manager.pk).update(email=f"{local_part}@example.org")
        manager.refresh_from_db()
        Notice.objects.create(
            key=f"n{key}", kind=Kind.ACT, act="file", case=opened, recipient=manager, told=AT,
            state=MailState.WAITING, not_before=AT,
        )  # fmt: skip
        worker.go_round()
    # the stranger is refused at the door; who is gone is taken, and comes back
    first, second = Notice.objects.filter(recipient=manager).order_by("id")
    assert first.state == MailState.FAILED
    assert "no such user here" in first.error
    assert second.state == MailState.SENT
    [report] = server.delivered("concord")
    taken = take_bounce(report.as_bytes(), AT + hours(1))
    assert taken == second
    assert taken.state == MailState.BOUNCED
    told = told_to(person("business_manager", "sandwell"))
    assert [each.about for each in told] == [first, second]
