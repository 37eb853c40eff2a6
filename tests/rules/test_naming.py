"""How seats, clauses and dates are called, the same on pages, in messages and on forms."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from concord.policies.calendars import calendar_for
from concord.policies.library import load
from concord.rules.citing import by_clause, cited, is_own
from concord.rules.clock import LONDON, Due
from concord.rules.dates import (
    day,
    due_words,
    left_words,
    moment,
    plain_date,
    read_due,
)
from concord.rules.naming import Names, role_words
from concord.rules.who import OUTSIDER, Who
from concord.rules.words import HOUSE_RULES, House, Side, Tier

NAMES = Names(
    load("sandwell").policy,
    {"school": "Northbridge School", "trust": "the Trust"},
    {"school": {"practitioner": "teacher", "board_rep": "governor"}},
)
RAISER = Who(Tier.PRACTITIONER, Side.RAISING, "school")
ANSWERS = Who(Tier.PRACTITIONER, Side.RESPONDING, "trust")
MANAGER = Who("manager", Side.RAISING, "school")


def test_a_seat_goes_by_the_title_that_its_agency_gives_it_or_by_the_common_word() -> None:
    assert NAMES.seat(RAISER) == "teacher, Northbridge School"
    assert NAMES.seat(ANSWERS) == "practitioner, the Trust"
    assert NAMES.seat(MANAGER) == "manager, Northbridge School"
    assert NAMES.role(Who("service_lead", Side.RESPONDING, "trust")) == "service lead"
    # an agency that has no name here goes by its own word, and whoever is of none by the title
    assert NAMES.seat(Who("manager", None, "charity")) == "manager, charity"
    assert NAMES.seat(OUTSIDER) == "invited professional"
    assert NAMES.seat(None) == "either side"


def test_an_office_goes_by_the_title_of_the_policy_or_by_the_common_word() -> None:
    titled = {office.id: office.title for office in NAMES.policy.offices}
    assert titled
    for office, title in titled.items():
        assert NAMES.office(office) == title
    assert NAMES.office("some_new_office") == "some new office"
    assert role_words("cp_chair") == "Child Protection Chair"
    assert role_words("some_new_office") == "some new office"
    assert role_words("") == "either side"


def test_who_raised_it_goes_by_name_where_something_is_owed() -> None:
    # given that the professional of the raising side is known by name, and by their post
    names = Names(NAMES.policy, NAMES.agencies, NAMES.titles, "Amy Adams", "safeguarding lead")
    # then they alone go by it
    assert names.owner(RAISER) == "Amy Adams, who raised it, Northbridge School"
    assert names.owner(ANSWERS) == "practitioner, the Trust"
    assert names.owner(MANAGER) == "manager, Northbridge School"
    assert names.owner(None) == "either side"
    assert names.owner(Who(Tier.PRACTITIONER, Side.RAISING, "charity")).endswith("it, charity")
    assert names.owner(Who(Tier.PRACTITIONER, Side.RAISING)) == "Amy Adams, who raised it, "
    assert NAMES.owner(RAISER) == NAMES.seat(RAISER)
    assert names.role(RAISER) == "safeguarding lead"
    assert names.role(ANSWERS) == "practitioner"
    assert names.role(MANAGER) == "manager"


def test_what_somebody_left_is_owed_by_whoever_has_it_now() -> None:
    # given that the manager's post is covered, and that nobody else is away
    covered = {MANAGER: "Cass Clark, who covers the post"}
    names = replace(NAMES, now=lambda who: covered.get(who, ""))
    # then the cover is named as the owner, and in the records whoever had it to begin with
    assert names.owner(MANAGER) == "Cass Clark, who covers the post"
    assert names.first_owner(MANAGER) == "manager, Northbridge School"
    assert names.owner(ANSWERS) == "practitioner, the Trust"
    assert names.owner(None) == "either side"


def test_a_side_is_called_by_what_it_did() -> None:
    assert NAMES.side(Side.RAISING) == "the agency that raised it"
    assert NAMES.side(Side.RESPONDING) == "the agency challenged"


RULE = next(iter(House))


def test_a_clause_is_cited_by_its_name_and_a_rule_of_our_own_by_what_it_says() -> None:
    said = f"Concord's own rule: {HOUSE_RULES[RULE]}"
    assert cited(RULE) == said
    assert cited(f"SA-12, {RULE}", before="clause ") == f"clause SA-12, {said}"
    assert cited(RULE, before="clause ") == said
    assert cited(RULE, beside=HOUSE_RULES[RULE]) == "Concord's own rule"
    assert cited(RULE, beside="Something else") == said
    assert cited("house-99") == "house-99"
    assert (cited("SA-12"), cited(""), cited(None)) == ("SA-12", "", "")
    assert cited("", before="clause ") == ""
    assert by_clause("SA-12") == "by clause SA-12"
    assert by_clause(RULE) == f"by {said.rstrip('.')}"
    assert (by_clause(""), by_clause(None)) == ("", "")
    assert is_own(RULE)
    assert not is_own("SA-12")


def test_dates_are_written_in_full() -> None:
    summer = datetime(2026, 7, 2, 13, 5, tzinfo=UTC)
    assert day(date(2026, 11, 26)) == "Thursday 26 November 2026"
    assert plain_date(date(2019, 11, 6)) == "6 November 2019"
    assert moment(summer) == "Thursday 2 July 2026, 14:05"
    assert due_words(None) == "as soon as possible"
    assert due_words(summer) == "Thursday 2 July 2026, 14:05"
    assert due_words(date(2026, 11, 26)) == "by the end of Thursday 26 November 2026"


@pytest.mark.parametrize("due", [None, date(2026, 11, 26), datetime(2026, 7, 2, 13, 5, tzinfo=UTC)])
def test_a_limit_that_is_kept_as_text_is_read_back(due: Due | None) -> None:
    assert read_due(due.isoformat() if due else None) == due
    assert read_due("") is None


NOON = datetime(2026, 12, 16, 12, tzinfo=LONDON)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (NOON + timedelta(hours=47, minutes=59), "47 hours left"),
        (NOON + timedelta(hours=48), "2 working days left"),
        (NOON - timedelta(hours=48), "late by 2 working days"),
        (NOON - timedelta(hours=47), "late by 47 hours"),
        (NOON + timedelta(minutes=60), "1 hour left"),
        (NOON + timedelta(minutes=59), "59 minutes left"),
        (NOON + timedelta(minutes=1), "1 minute left"),
        (NOON + timedelta(days=2, hours=11, minutes=30), "2 working days left"),
        # at London's midnight the day is another than at Greenwich, in summer
        (datetime(2026, 12, 18, 23, 30, tzinfo=LONDON), "2 working days left"),
    ],
)
def test_a_time_within_two_days_is_told_in_hours_and_later_in_days(due: Due, words: str) -> None:
    assert left_words(due, NOON, calendar_for()) == words


def test_the_day_of_a_limit_is_londons() -> None:
    # given half past midnight in London, in summer: it is the day before at Greenwich
    night = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert left_words(date(2026, 7, 2), night, calendar_for()) == "today is the last day"
    limit = datetime(2026, 7, 6, 23, 30, tzinfo=UTC)  # the Tuesday, in London
    assert left_words(limit, night, calendar_for()) == "3 working days left"
