"""What becomes of agreed actions: planned, reported, replaced, looked at; from plain values."""

from dataclasses import replace
from datetime import UTC, datetime

from concord.rules.parts import AgreedAction, Check
from concord.rules.plans import agreed, looked_at, reported
from concord.rules.record import PlannedAction, Record
from concord.rules.who import Who
from concord.rules.words import Act, Side

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
CARE = Who("manager", Side.RESPONDING, "care")
SCHOOL = Who("manager", Side.RAISING, "school")
VISIT, CALL = PlannedAction("Visit the family", CARE), PlannedAction("Call the family", CARE)
FIRST, SECOND = AgreedAction(1, VISIT, AT, 3), AgreedAction(2, CALL, AT, 3)
REPORT = Record(
    5, AT, AT, CARE, Act.COMPLETE, action=1, done=True, text={"evidence": "A note of it"}
)
DONE = replace(
    FIRST, closed=AT, closed_by=5, done=True, evidence="A note of it", reported_by=CARE
)  # fmt: skip


def test_agreed_actions_are_numbered_on() -> None:
    record = Record(3, AT, AT, SCHOOL, Act.AGREE, actions=(VISIT,))
    assert agreed((), record) == (FIRST,)
    assert agreed((FIRST,), replace(record, actions=(CALL,))) == (FIRST, SECOND)


def test_an_action_reported_done_is_closed_with_what_shows_it() -> None:
    assert reported((FIRST, SECOND), REPORT) == (DONE, SECOND)
    # nothing is said against it: it is done as well
    assert reported((FIRST, SECOND), replace(REPORT, done=None)) == (DONE, SECOND)
    assert reported((FIRST,), replace(REPORT, text={}))[0].evidence == ""
    # and what would replace it is not wanted
    assert reported((FIRST,), replace(REPORT, replaced_by=CALL)) == (DONE,)


def test_an_action_not_done_says_why_and_is_replaced() -> None:
    report = replace(REPORT, done=False, why="They were away", replaced_by=CALL)
    closed = replace(
        FIRST, closed=AT, closed_by=5, why="They were away", reported_by=CARE, replaced_by=2
    )
    assert reported((FIRST,), report) == (closed, AgreedAction(2, CALL, AT, 5))
    # one without the other says nothing that counts
    assert reported((FIRST,), replace(report, why="")) == (FIRST,)
    assert reported((FIRST,), replace(report, replaced_by=None)) == (FIRST,)


def test_a_report_of_what_is_closed_or_not_there_closes_nothing() -> None:
    assert reported((DONE,), replace(REPORT, n=6, by=SCHOOL)) == (DONE,)
    assert reported((FIRST,), replace(REPORT, action=2)) == (FIRST,)
    assert reported((FIRST,), replace(REPORT, action=None)) == (FIRST,)


def test_a_look_that_finds_it_done_is_kept_with_the_action() -> None:
    look = Record(6, AT, AT, SCHOOL, Act.REVIEW, action=1, why="They told us")
    checked = replace(DONE, checks=(Check(SCHOOL, AT, 6, True, "They told us"),))
    assert looked_at((DONE, SECOND), look) == (checked, SECOND)
    again = replace(look, n=7, done=True)
    assert [each.n for each in looked_at((checked,), again)[0].checks] == [6, 7]


def test_a_look_that_finds_it_not_done_opens_it_again() -> None:
    look = Record(6, AT, AT, SCHOOL, Act.REVIEW, action=1, done=False, why="Nobody came")
    opened = replace(FIRST, checks=(Check(SCHOOL, AT, 6, False, "Nobody came"),))
    assert looked_at((DONE,), look) == (opened,)
    assert opened.is_open


def test_what_nobody_reported_done_is_not_looked_at() -> None:
    look = Record(6, AT, AT, SCHOOL, Act.REVIEW, action=1, done=False, why="Nobody came")
    assert looked_at((FIRST,), look) == (FIRST,)
    assert looked_at((DONE,), replace(look, action=2)) == (DONE,)
