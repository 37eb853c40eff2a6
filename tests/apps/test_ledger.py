"""The ledger: append-only by the database itself, one act one transaction, one doorway."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from concord.access.table import Doing
from concord.cases import ledger
from concord.cases.codec import decode, encode
from concord.cases.contents import content_of
from concord.cases.doorway import NotFound, cases_for, find, viewer
from concord.cases.ledger import Done, Overtaken, records_of, state_of
from concord.cases.models import Case, Entry, Outbox, Summary
from concord.cases.summaries import differs, write_summary
from concord.demo.stories import build_stories
from concord.directory.models import Partnership, User
from concord.rules.decide import Refused
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from tests.apps.conftest import AT

Person = Callable[[str, str], User]
RAISER = Who("practitioner", Side.RAISING, "sandwell-school")


def note(key: str, act: Act = Act.FILE, by: Who = RAISER, **more: object) -> Record:
    at = AT + timedelta(hours=1)
    return Record(n=0, at=at, written=at, by=by, act=act, key=key, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("statement", [
    "UPDATE cases_entry SET content = '{}'",
    "UPDATE cases_entry SET sequence = 99",
    "DELETE FROM cases_entry",
])  # fmt: skip
def test_the_database_itself_refuses_to_change_or_remove_a_record(
    opened: Case, statement: str
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert opened.entries.count() == 1


def test_an_act_writes_record_summary_and_outbox_together(opened: Case) -> None:
    answer = ledger.act(opened.reference, note("a", Act.ESCALATE), None)
    assert isinstance(answer, Done)
    assert Summary.objects.get(case=opened).stage == "stage-1"
    assert set(Outbox.objects.filter(entry__sequence=2).values_list("to", flat=True)) == {
        "manager@responding"
    }


def test_a_failure_anywhere_leaves_nothing(opened: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(ledger, "write_summary", fail)
    with pytest.raises(RuntimeError):
        ledger.act(opened.reference, note("a", Act.ESCALATE), None)
    assert opened.entries.count() == 1
    assert Summary.objects.get(case=opened).stage == "discussion"
    assert Case.objects.get(pk=opened.pk).last_sequence == 1


def test_the_same_key_is_one_act(opened: Case) -> None:
    first = ledger.act(opened.reference, note("same"), None, seen=1)
    again = ledger.act(opened.reference, note("same"), None, seen=1)
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert again.repeated
    assert opened.entries.count() == 2


def test_who_acts_second_is_told_what_happened(opened: Case) -> None:
    ledger.act(opened.reference, note("first", Act.ESCALATE), None, seen=1)
    answer = ledger.act(opened.reference, note("second", Act.ESCALATE), None, seen=1)
    assert isinstance(answer, Overtaken)
    assert [record.act for record in answer.since] == [Act.ESCALATE]
    assert opened.entries.count() == 2


def test_a_refused_act_leaves_no_record(opened: Case) -> None:
    answer = ledger.act(opened.reference, note("x", Act.DECIDE), None)
    assert isinstance(answer, Refused)
    assert opened.entries.count() == 1


def test_records_come_back_as_they_were_written(cast: dict[str, Partnership]) -> None:
    build_stories(cast["bromley"], AT, 0)
    checked = 0
    for entry in Entry.objects.all():
        content = content_of(entry)
        record = decode(entry.sequence, entry.at, entry.written, entry.act, entry.key, content)
        assert encode(record) == content
        checked += 1
    assert checked > 50


def test_summaries_can_be_rebuilt_and_compared(opened: Case) -> None:
    state = state_of(opened)
    assert differs(opened, state, AT) == []
    Summary.objects.filter(case=opened).update(stage="stage-3")
    assert differs(opened, state, AT) == ["stage"]
    write_summary(opened, state, AT)
    assert differs(opened, state, AT) == []


def test_every_demonstration_summary_is_what_its_records_say(
    cast: dict[str, Partnership],
) -> None:
    for offset, partnership in enumerate(cast.values()):
        build_stories(partnership, AT, offset * 100)
    assert Case.objects.count() >= 60
    for case in Case.objects.all():
        assert differs(case, state_of(case), AT) == []


def test_two_people_at_once_one_wins_and_none_is_lost(
    real_transactions: None, opened: Case
) -> None:
    answers: list[object] = []

    def go(number: int) -> None:
        try:
            answers.append(
                ledger.act(opened.reference, note(f"k{number}", Act.ESCALATE), None, seen=1)
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(answer, Done) for answer in answers) == 1
    assert sum(isinstance(answer, Overtaken) for answer in answers) == 3
    assert [record.n for record in records_of(opened)] == [1, 2]


SEERS = [("practitioner", "sandwell-school"), ("manager", "sandwell-school"),
         ("manager", "sandwell-childrens-trust"), ("business_manager", "sandwell")]  # fmt: skip
OTHERS = [("practitioner", "sandwell-nursery"), ("manager", "west-midlands-police"),
          ("practitioner", "sandwell-childrens-trust"), ("chair", "sandwell"), ("iro", "sandwell"),
          ("manager", "bromley-school"), ("business_manager", "bromley")]  # fmt: skip


@pytest.mark.parametrize(("role", "where"), SEERS)
def test_parties_and_the_business_unit_see_the_case(
    opened: Case, person: Person, role: str, where: str
) -> None:
    who = viewer(person(role, where), AT)
    assert find(who, opened.reference).case == opened
    assert list(cases_for(who)) == [opened]


@pytest.mark.parametrize(("role", "where"), OTHERS)
def test_nobody_else_does_and_not_yours_is_not_there(
    opened: Case, person: Person, role: str, where: str
) -> None:
    who = viewer(person(role, where), AT)
    with pytest.raises(NotFound):
        find(who, opened.reference)
    with pytest.raises(NotFound):
        find(who, "AAAA-AAAA")
    assert list(cases_for(who)) == []


def test_an_office_sees_it_from_when_it_is_brought_in(opened: Case, person: Person) -> None:
    who = viewer(person("iro", "sandwell"), AT)
    ledger.act(opened.reference, note("tell", Act.NOTIFY, to=(Who("iro"),)), None)
    assert find(who, opened.reference, Doing.SEE_CASE).seats == (Who("iro"),)
    assert list(cases_for(who)) == [opened]


def test_a_passed_on_case_reaches_the_right_person(opened: Case, person: Person) -> None:
    worker = person("practitioner", "sandwell-childrens-trust")
    manager = Who("manager", Side.RESPONDING, "sandwell-childrens-trust")
    text = {"passed_to": str(worker.pk)}
    ledger.act(opened.reference, note("p", Act.PASS_ON, manager, text=text), None)
    assert find(viewer(worker, AT), opened.reference).case == opened
    assert list(cases_for(viewer(worker, AT))) == [opened]
