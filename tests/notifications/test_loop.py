"""The deadline loop: every duty reaches whoever owes it, each rung once, whatever the clock does."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test import Client

from concord.cases import ledger
from concord.cases.models import Case, Outbox, Summary
from concord.directory.models import User
from concord.notifications import following, loop
from concord.notifications.loop import begin, go_round
from concord.notifications.models import Heartbeat, Kind, MailState, Notice, Reminder, Standing
from concord.rules.clock import LONDON
from concord.rules.who import Who
from tests.notifications.conftest import AT, RAISER, SCHOOL, TRUST, Acting, Rounds, hours, told_to

Person = Callable[[str, str], User]
MORNING = datetime(2026, 11, 25, 8, tzinfo=LONDON)


def test_an_act_reaches_the_other_side_and_its_duties_whoever_owes_them(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    # given a case at the first formal stage
    act("escalate", RAISER)
    # when the loop goes round
    rounds(AT)
    # then the other side's manager is told of the act, with what they owe
    theirs = told_to(person("manager", "sandwell-childrens-trust"))
    assert [each.act for each in theirs] == ["raise", "escalate"]
    assert "SA-13" in {line["clause"] for line in theirs[1].owes}
    # who also stands in for their practitioner, since none is in the case yet
    assert "No practitioner" in theirs[0].instead
    # and the raising side's manager of what they owe, by the clause's date
    ours = told_to(person("manager", "sandwell-school"))
    assert [each.kind for each in ours] == [Kind.DUTY]
    assert {(line["clause"], line["due"]) for line in ours[0].owes} >= {("SA-12", "2026-11-26")}
    # and nothing waits
    assert not Summary.objects.filter(followed_up=False).exists()
    assert not Outbox.objects.filter(told=False).exists()


def test_nothing_is_told_twice(opened: Case, act: Acting, rounds: Rounds) -> None:
    act("escalate", RAISER)
    rounds(AT)
    before = Notice.objects.count()
    assert rounds(AT).cases == 0
    act("file", RAISER)
    rounds(AT)
    # a record on the file concerns the other side; what was owed before is not told again
    more = Notice.objects.order_by("id")[before:]
    assert [each.kind for each in more] == [Kind.ACT]
    assert more[0].owes == []


def test_the_rungs_of_a_limit_are_told_each_in_its_time(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    act("escalate", RAISER)
    moment = AT
    while moment < AT + timedelta(days=6):
        rounds(moment)
        moment += hours(1)
    ours = [each for each in told_to(person("manager", "sandwell-school")) if each.rung != "begun"]
    assert [each.rung for each in ours] == ["one_day_left", "due", "late"]
    assert [f"{each.told.astimezone(LONDON):%d %H:%M}" for each in ours] == [
        "25 08:30", "26 08:30", "27 00:30",
    ]  # fmt: skip
    # what can wait is mailed in working hours
    assert ours[2].not_before == datetime(2026, 11, 27, 8, tzinfo=LONDON)
    assert all("SA-12" in {line["clause"] for line in each.owes} for each in ours)


def test_what_is_done_is_not_reminded(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    act("escalate", RAISER)
    rounds(AT)
    for by in (SCHOOL, TRUST):
        act("discuss", by, AT + hours(2), people=(TRUST if by is SCHOOL else SCHOOL,))
    rounds(AT + hours(3))
    assert not Reminder.objects.filter(clause="SA-12", rule__contains="contact",
                                       standing=Standing.WAITING).exists()  # fmt: skip
    rounds(MORNING)
    late = told_to(person("manager", "sandwell-school"))[-1]
    assert "contact" not in {line["what"] for line in late.owes}


def test_after_three_days_down_the_latest_missed_rung_is_told_once_and_marked_late(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    # given a case followed, and then a loop that is down from Tuesday to Friday noon
    act("escalate", RAISER)
    rounds(AT)
    back = datetime(2026, 11, 27, 12, tzinfo=LONDON)
    # when it comes back
    rounds(back)
    rounds(back + hours(1))
    # then one notice of the latest rung, late by twelve hours; the others are superseded
    ours = [each for each in told_to(person("manager", "sandwell-school")) if each.rung != "begun"]
    assert [each.rung for each in ours] == ["late"]
    assert ours[0].late_by == hours(12)
    rows = Reminder.objects.filter(clause="SA-12", owner="manager@raising").order_by("falls")
    assert [(row.rung, row.standing) for row in rows] == [
        ("begun", "told"), ("one_day_left", "superseded"), ("due", "superseded"), ("late", "told"),
    ]  # fmt: skip
    assert [row.late_by for row in rows] == [None, hours(52), hours(28), hours(12)]


def test_a_clock_that_jumps_fires_nothing_twice(opened: Case, act: Acting, rounds: Rounds) -> None:
    act("escalate", RAISER)
    for jump in (0, 400, -200, 30, 1000, -1000, 90, 2, 500):
        rounds(AT + hours(jump))
    told = Reminder.objects.filter(standing=Standing.TOLD)
    once = Counter((row.rule, row.owner, row.action, row.rung, row.due) for row in told)
    assert max(once.values()) == 1
    for row in told:
        recipients = [notice.recipient_id for notice in row.notices.all()]
        assert len(recipients) == len(set(recipients)) > 0


def test_a_shorter_time_is_told_and_the_old_one_forgotten(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    act("escalate", RAISER)
    rounds(AT)
    act("shorten", SCHOOL, AT + hours(1), clause="SA-18", reason="The child is not seen.",
        due=datetime(2026, 11, 24).date())  # fmt: skip
    rounds(AT + hours(1))
    waiting = Reminder.objects.filter(clause="SA-18", standing=Standing.WAITING)
    assert {row.due for row in waiting} == {"2026-11-24"}
    lines = told_to(person("manager", "sandwell-school"))[-1].owes
    assert ("SA-18", "2026-11-24") in {(line["clause"], line["due"]) for line in lines}


def test_a_limit_reminds_nobody_once_the_stage_is_left(
    opened: Case, act: Acting, rounds: Rounds
) -> None:
    act("escalate", RAISER)
    rounds(AT)
    act("escalate", SCHOOL, AT + hours(4))
    rounds(AT + hours(4))
    assert not Reminder.objects.filter(clause="SA-18", standing=Standing.WAITING).exists()


def test_immediate_risk_is_urgent_and_mailed_at_once_at_night(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    night = datetime(2026, 11, 24, 3, tzinfo=LONDON)
    act("file", RAISER, night, facts={"immediate_risk": True})
    rounds(night)
    told = told_to(person("practitioner", "sandwell-school"))[-1]
    assert told.urgent
    assert told.clause == "SA-06"
    assert told.not_before == night


def test_routine_mail_waits_for_the_working_day(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    night = datetime(2026, 11, 28, 3, tzinfo=LONDON)
    act("escalate", RAISER, night)
    rounds(night)
    told = told_to(person("manager", "sandwell-childrens-trust"))[-1]
    assert told.told == night
    assert told.not_before == datetime(2026, 11, 30, 8, tzinfo=LONDON)


def test_a_held_reminder_is_spared_when_a_later_one_is_told_or_the_duty_is_done(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    act("escalate", RAISER)
    rounds(AT)
    # mail cannot go out; half the rungs fall due
    rounds(MORNING)
    rounds(MORNING + timedelta(days=1))
    ours = {each.rung: each.state for each in told_to(person("manager", "sandwell-school"))}
    assert ours["one_day_left"] == MailState.SPARED
    assert ours["due"] == MailState.WAITING
    act("withdraw", RAISER, MORNING + timedelta(days=1), reason="Seen by another team.")
    rounds(MORNING + timedelta(days=1))
    ours = {each.rung: each.state for each in told_to(person("manager", "sandwell-school"))}
    assert ours["due"] == MailState.SPARED


def test_a_case_that_cannot_be_read_holds_up_no_other_and_health_says_so(
    opened: Case, act: Acting, rounds: Rounds, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    act("escalate", RAISER)
    follow = following.follow

    def fail(*_: object) -> bool:
        raise ValueError("Plum Invented cannot be read")

    monkeypatch.setattr(loop, "follow", fail)
    assert rounds(AT).stuck == 1
    assert "Plum" not in caplog.text
    assert Heartbeat.objects.get(name="loop").stuck == 1
    monkeypatch.setattr(loop, "follow", follow)
    assert rounds(AT).stuck == 0
    assert Heartbeat.objects.get(name="loop").stuck == 0


def test_a_newly_announced_holiday_moves_what_is_not_told_yet(
    opened: Case, act: Acting, rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(AT)
    act("escalate", RAISER)
    rounds(AT)
    begin(AT)
    assert rounds(AT).cases == 0
    monkeypatch.setattr(loop, "_basis", lambda: "another calendar")
    begin(AT)
    assert Summary.objects.filter(followed_up=False).count() == 1
    told = Notice.objects.count()
    assert rounds(AT).cases == 1
    assert Notice.objects.count() == told


def test_four_loops_at_once_tell_each_thing_once(
    real_transactions: None, opened: Case, act: Acting
) -> None:
    act("escalate", RAISER)
    faults: list[str] = []

    def run() -> None:
        try:
            for step in range(6):
                go_round(AT + hours(20 * step), mails=True)
        except Exception as error:
            faults.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    go_round(AT + hours(100), mails=True)
    assert faults == []
    told = Reminder.objects.filter(standing=Standing.TOLD)
    assert told.filter(clause="SA-12", owner="manager@raising", rung="late").count() == 1
    for row in told:
        recipients = [notice.recipient_id for notice in row.notices.all()]
        assert len(recipients) == len(set(recipients)) > 0


def test_health_is_red_until_the_loop_runs_and_again_when_it_stops(
    opened: Case, as_person: Callable[[str, str], Client], rounds: Rounds
) -> None:
    from django.utils import timezone

    client = as_person("manager", "sandwell-school")
    assert client.get("/health").status_code == 503
    assert "Reminders are not going out" in client.get("/work").content.decode()
    now = timezone.now()
    rounds(now - timedelta(minutes=9))
    assert client.get("/health").status_code == 200
    assert "Reminders are not going out" not in client.get("/work").content.decode()
    for wrong in (now - timedelta(minutes=11), now + timedelta(hours=3)):
        Heartbeat.objects.update(at=wrong)
        answer = client.get("/health")
        assert answer.status_code == 503
        assert "has not run" in answer.json()["why"]
        assert "Reminders are not going out" in client.get("/work").content.decode()
    # a practitioner answers for their own cases alone, and is not told
    other = as_person("practitioner", "sandwell-school")
    assert "Reminders are not going out" not in other.get("/work").content.decode()


def test_the_wiring_from_an_act_to_the_notice_is_whole(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    act("notify", RAISER, to=(Who("iro"),))
    rounds(AT)
    told = told_to(person("iro", "sandwell"))
    assert [(each.act, each.post) for each in told] == [("notify", "iro")]
    assert ledger.state_of(opened).records[-1].n == told[0].entry.sequence  # type: ignore[union-attr]
