"""How long a case is kept, by a schedule of one or two classes counted by hand."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from concord.rules.retention import (
    Applies,
    Known,
    Missing,
    RetentionClass,
    Row,
    Standing,
    Trigger,
    Verdict,
    judge,
    years_after,
)

CLOSED, BORN = date(2026, 11, 30), date(2015, 4, 3)
KNOWN = Known(CLOSED, (BORN,), looked_after=False, school_file=False)
EVERY = RetentionClass("every", "Every case", Trigger.CLOSURE, Applies.EVERY_CASE, "The guide", 6)
SCHOOL = RetentionClass("school", "A file", Trigger.BIRTH, Applies.SCHOOL_FILE, "The Act", 25)
CARE = RetentionClass("care", "In care", Trigger.BIRTH, Applies.LOOKED_AFTER, "The rules", 75)
LOCAL = RetentionClass("local", "Ours", Trigger.LOCAL, Applies.EVERY_CASE, "The schedule")
DUE = date(2032, 11, 30)
"""Six years after it closed."""
OF_EVERY = Row("Every case", "The guide", True, DUE)


def judged(*schedule: RetentionClass, today: date = CLOSED, **known: Any) -> Verdict:
    return judge(schedule, replace(KNOWN, **known), today)


def test_a_year_is_counted_by_its_date() -> None:
    assert years_after(BORN, 25) == date(2040, 4, 3)
    assert years_after(date(2016, 2, 29), 25) == date(2041, 3, 1)


def test_a_class_that_does_not_apply_keeps_nothing_and_is_shown() -> None:
    verdict = judged(EVERY, SCHOOL, LOCAL)
    assert verdict == Verdict(
        Standing.KEPT,
        (OF_EVERY, Row("A file", "The Act", False, None), Row("Ours", "The schedule", False, None)),
        OF_EVERY,
        (),
    )
    assert verdict.until == DUE


def test_where_no_class_applies_nobody_knows_the_day() -> None:
    verdict = judged(SCHOOL)
    assert (verdict.standing, verdict.longest, verdict.until) == (Standing.PERSON, None, None)


def test_the_longest_class_wins_wherever_it_stands() -> None:
    school = Row("A file", "The Act", True, date(2040, 4, 3))
    for order in ((EVERY, SCHOOL), (SCHOOL, EVERY)):
        assert judged(*order, school_file=True).longest == school
    ours = Row("Ours", "The schedule", True, date(2036, 11, 30))
    assert judged(EVERY, LOCAL, local_years=10).longest == ours


def test_a_day_that_a_person_said_is_a_row_of_its_own() -> None:
    said = Row("A day that a person has said", "The partnership", True, date(2050, 1, 1))
    verdict = judged(EVERY, keep_until=date(2050, 1, 1))
    assert (verdict.rows, verdict.longest) == ((OF_EVERY, said), said)


@pytest.mark.parametrize(
    ("applies", "missing"),
    [
        (Applies.LOOKED_AFTER, Missing.LOOKED_AFTER),
        (Applies.SCHOOL_FILE, Missing.SCHOOL_FILE),
    ],
)
def test_what_nobody_has_said_is_asked_for_where_it_could_keep_the_case_longer(
    applies: Applies, missing: Missing
) -> None:
    # given a class of ten years that perhaps applies
    perhaps = replace(EVERY, title="Perhaps", applies=applies, years=10)
    unknown: dict[str, Any] = {"looked_after": None, "school_file": None}
    verdict = judged(EVERY, perhaps, today=DUE, **unknown)
    row = Row("Perhaps", "The guide", None, date(2036, 11, 30), (missing,))
    assert verdict == Verdict(Standing.PERSON, (OF_EVERY, row), OF_EVERY, (missing,))
    # of as many years as are certain, or of fewer, it changes nothing
    for years in (6, 2):
        same = replace(perhaps, years=years)
        verdict = judged(EVERY, same, today=DUE, **unknown)
        assert (verdict.standing, verdict.missing) == (Standing.DUE, ())
    # and where nothing is certain, it is asked for
    assert judged(perhaps, **unknown).missing == (missing,)


def test_each_missing_fact_is_asked_for_once() -> None:
    twice = judged(CARE, replace(CARE, years=80), looked_after=None, born=(None,))
    assert twice.missing == (Missing.LOOKED_AFTER, Missing.BORN)


@pytest.mark.parametrize("born", [(), (None,), (BORN, None)])
def test_a_birth_that_nobody_knows_leaves_the_day_open(born: tuple[date | None, ...]) -> None:
    row = Row("A file", "The Act", True, None, (Missing.BORN,))
    verdict = judged(EVERY, SCHOOL, today=DUE, school_file=True, born=born)
    assert verdict == Verdict(Standing.PERSON, (OF_EVERY, row), OF_EVERY, (Missing.BORN,))


def test_of_several_children_the_youngest_decides() -> None:
    born = (BORN, date(2020, 1, 1), date(2018, 1, 1))
    assert judged(SCHOOL, school_file=True, born=born).until == date(2045, 1, 1)


def test_a_class_without_years_asks_for_no_birth_where_it_counts_from_closing() -> None:
    # given a class of which the schedule says no years
    row = Row("Every case", "The guide", True, None)
    verdict = judged(replace(EVERY, years=None))
    assert verdict == Verdict(Standing.PERSON, (row,), None, ())


def test_a_case_stands_by_holds_first_then_by_whether_it_is_closed() -> None:
    assert judged(EVERY, today=date(2032, 11, 29)).standing is Standing.KEPT
    assert judged(EVERY, today=DUE).standing is Standing.DUE
    assert judged(EVERY, today=date(2032, 12, 1)).standing is Standing.DUE
    assert judged(EVERY, today=DUE, closed=None).standing is Standing.OPEN
    # closing days are not known of an open case, and nobody is asked for them
    assert judged(EVERY, closed=None).rows == (Row("Every case", "The guide", True, None),)
    for known in ({}, {"closed": None}, {"looked_after": None}):
        assert judged(EVERY, CARE, today=DUE, holds=1, **known).standing is Standing.HELD
