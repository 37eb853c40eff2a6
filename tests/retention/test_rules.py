"""How long a case is kept: the longest class wins, what is unknown goes to a person."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concord.policies.reading import PolicyMistakes
from concord.policies.retention import HOUSE, house, read
from concord.rules.retention import (
    Applies,
    Known,
    Missing,
    RetentionClass,
    Standing,
    Trigger,
    judge,
    years_after,
)

TODAY = date(2100, 1, 1)
CLOSED = date(2026, 11, 30)
BORN = date(2015, 4, 3)


def known(**more: object) -> Known:
    plain: dict[str, object] = {
        "closed": CLOSED, "born": (BORN,), "looked_after": False, "school_file": False,
    }  # fmt: skip
    return Known(**{**plain, **more})  # type: ignore[arg-type]


def until(**more: object) -> date | None:
    return judge(house().classes, known(**more), TODAY).until


def test_each_class_counts_from_its_own_trigger() -> None:
    # Given a case that closed on 30 November 2026, about a child born on 3 April 2015,
    # then six years from closing keep it where nothing else does,
    assert until() == date(2032, 11, 30)
    # a school's file until the child is 25,
    assert until(school_file=True) == date(2040, 4, 3)
    # and the record of a looked-after child for 75 years from birth.
    assert until(looked_after=True) == date(2090, 4, 3)


def test_the_longest_wins_and_says_why() -> None:
    verdict = judge(
        house().classes, known(looked_after=True, school_file=True, local_years=30), TODAY
    )
    assert verdict.longest is not None
    assert verdict.longest.title == "A case about a looked-after child"
    assert "regulation 50" in verdict.longest.source
    # the partnership's own schedule wins where it is the longest
    assert until(school_file=True, local_years=30) == date(2056, 11, 30)
    # and never makes a case go sooner
    assert until(local_years=1) == date(2032, 11, 30)


def test_of_several_children_the_youngest_decides() -> None:
    assert until(born=(BORN, date(2020, 1, 1)), school_file=True) == date(2045, 1, 1)


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"looked_after": None}, (Missing.LOOKED_AFTER,)),
        ({"school_file": None}, (Missing.SCHOOL_FILE,)),
        ({"born": (BORN, None), "school_file": True}, (Missing.BORN,)),
        ({"born": (), "looked_after": True}, (Missing.BORN,)),
        ({"born": (None,), "looked_after": None}, (Missing.LOOKED_AFTER, Missing.BORN)),
    ],
)
def test_what_nobody_knows_goes_to_a_person(
    more: dict[str, object], missing: tuple[Missing, ...]
) -> None:
    verdict = judge(house().classes, known(**more), date(2200, 1, 1))
    assert (verdict.standing, verdict.missing) == (Standing.PERSON, missing)


def test_what_could_not_keep_it_longer_is_not_asked() -> None:
    # Given a looked-after child: whether a school holds a file changes nothing.
    verdict = judge(house().classes, known(looked_after=True, school_file=None), TODAY)
    assert (verdict.standing, verdict.missing) == (Standing.DUE, ())
    # a date of birth is not asked for where no class counts from it
    assert judge(house().classes, known(born=(None,)), TODAY).standing is Standing.DUE


def test_it_falls_due_on_the_day_and_not_before() -> None:
    assert judge(house().classes, known(), date(2032, 11, 29)).standing is Standing.KEPT
    assert judge(house().classes, known(), date(2032, 11, 30)).standing is Standing.DUE


def test_born_on_29_february() -> None:
    # Given somebody born on a leap day, then the day is 1 March where there is none,
    assert years_after(date(2016, 2, 29), 25) == date(2041, 3, 1)
    assert until(born=(date(2016, 2, 29),), looked_after=True) == date(2091, 3, 1)
    # and the leap day itself where there is one.
    assert years_after(date(2012, 2, 29), 4) == date(2016, 2, 29)


def test_an_open_case_is_never_due() -> None:
    verdict = judge(house().classes, known(closed=None, looked_after=True), date(2999, 1, 1))
    assert verdict.standing is Standing.OPEN


def test_a_legal_hold_beats_all() -> None:
    for more in ({}, {"closed": None}, {"looked_after": None}):
        verdict = judge(house().classes, known(holds=1, **more), date(2999, 1, 1))
        assert verdict.standing is Standing.HELD


def test_a_day_that_a_person_says_keeps_it_longer_and_never_shorter() -> None:
    assert until(keep_until=date(2050, 1, 1)) == date(2050, 1, 1)
    assert until(keep_until=date(2027, 1, 1)) == date(2032, 11, 30)


SLOW = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
CLASS = st.builds(
    RetentionClass, id=st.just("x"), title=st.just("X"), source=st.just("Y"),
    trigger=st.sampled_from(Trigger), applies=st.sampled_from(Applies),
    years=st.integers(1, 150),
)  # fmt: skip
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
FACTS = st.builds(
    Known, closed=DAYS, born=st.lists(st.none() | DAYS, max_size=3).map(tuple),
    looked_after=st.sampled_from([True, False, None]),
    school_file=st.sampled_from([True, False, None]),
    local_years=st.none() | st.integers(1, 99), keep_until=st.none() | DAYS,
)  # fmt: skip
ORDER = (Standing.PERSON, Standing.KEPT, Standing.DUE)


@SLOW
@given(st.lists(CLASS, max_size=5), CLASS, FACTS, DAYS)
def test_one_class_more_never_makes_a_case_go_sooner(
    some: list[RetentionClass], one: RetentionClass, facts: Known, today: date
) -> None:
    before, after = judge(some, facts, today), judge([*some, one], facts, today)
    assert before.until is None or (after.until is not None and after.until >= before.until)
    if before.standing is not Standing.DUE and before.longest is not None:
        assert after.standing is not Standing.DUE


@SLOW
@given(st.lists(CLASS, min_size=1, max_size=5), FACTS, DAYS)
def test_whatever_is_due_stays_due_whatever_a_person_could_say_of_what_was_not_asked(
    some: list[RetentionClass], facts: Known, today: date
) -> None:
    # Given a case that is due though something of it is not known,
    if judge(some, facts, today).standing is not Standing.DUE:
        return
    for looked_after in {True, False} if facts.looked_after is None else {facts.looked_after}:
        for school_file in {True, False} if facts.school_file is None else {facts.school_file}:
            told = Known(
                facts.closed, facts.born, looked_after, school_file, facts.local_years,
                facts.keep_until,
            )  # fmt: skip
            # then it is due whichever way that is: nobody is asked in vain, nor too little.
            assert judge(some, told, today).standing is Standing.DUE


def test_a_schedule_with_a_slip_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "retention.yaml"
    text = HOUSE.read_text(encoding="utf-8")
    for old, new in (("years: 75", "years: 750"), ("trigger: birth", "trigger: brith")):
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(PolicyMistakes) as caught:
            read(path)
        assert caught.value.mistakes[0].line > 5
