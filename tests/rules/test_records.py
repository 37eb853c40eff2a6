"""What a record of a meeting says, and who completes a form: from plain values alone."""

from dataclasses import replace
from datetime import UTC, datetime

from concord.rules.forms import FormField, FormRule
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Form, Side

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
SCHOOL = Who("manager", Side.RAISING, "school")
CARE = Who("manager", Side.RESPONDING, "care")
MOVED = Record(7, AT, AT, SCHOOL, Act.CONVENE, of=4, reason="The chair is ill.")
"""The meeting of record 4 is given another time."""


def test_whoever_did_it_and_whoever_was_with_them_took_part() -> None:
    assert MOVED.participants == (SCHOOL,)
    assert replace(MOVED, people=(CARE,)).participants == (SCHOOL, CARE)


def test_a_meeting_is_moved_by_naming_it_and_saying_why() -> None:
    assert MOVED.moves_meeting is True
    for other in (
        replace(MOVED, act=Act.MEET), replace(MOVED, of=None), replace(MOVED, reason=""),
        replace(MOVED, done=False), replace(MOVED, done=True),
    ):  # fmt: skip
        assert other.moves_meeting is False


def test_a_meeting_is_called_off_by_naming_it_and_saying_that_it_is_not_held() -> None:
    off = replace(MOVED, done=False)
    assert off.calls_off
    for other in (
        replace(off, act=Act.MEET), replace(off, of=None), replace(off, done=None),
        replace(off, done=True),
    ):  # fmt: skip
        assert not other.calls_off


def test_times_are_only_proposed_where_there_are_two_or_more() -> None:
    offered = replace(MOVED, text={"time.1": "10:00", "time.2": "15:00"})
    assert offered.only_proposes is True
    for other in (replace(offered, act=Act.MEET), replace(offered, text={"time.1": "10:00"})):
        assert other.only_proposes is False


def test_a_form_is_completed_by_the_office_of_the_first_field_that_names_one() -> None:
    mine, theirs = FormField("why", "Why"), FormField("answer", "Answer", by="slo")
    later = FormField("seen", "Seen", by="chair")
    form = next(iter(Form))
    assert FormRule(form, "Form", "SH-1", fields=(mine, theirs, later)).second_author == "slo"
    assert FormRule(form, "Form", "SH-1", fields=(mine,)).second_author == ""
