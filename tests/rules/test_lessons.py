"""A lesson that points to the child does not leave its case; from plain values."""

import pytest

from concord.policies.library import load
from concord.rules.lessons import child_in, refusals
from concord.rules.record import Record
from concord.rules.state import CaseState, begin, evolve
from concord.rules.who import Parties, Who
from concord.rules.words import Act, House, Side
from tests.rules.test_doing import did
from tests.rules.test_small_calendar import calendar

SCHOOL = Who("manager", Side.RAISING, "school")
BOARD = Who("business_manager")
WHY = 'This is read by people outside the case, and it says "Plum", which points to the child.'


def of(*children: tuple[str, str]) -> CaseState:
    """A case about these children, each with a name and a day of birth."""
    text: dict[str, str] = {}
    for number, (name, born) in enumerate(children, 1):
        text |= {f"child.{number}.name": name, f"child.{number}.born": born}
    state = begin(load("sandwell").policy, calendar(), Parties("school", ("care",)), {})
    return evolve(state, did(SCHOOL, Act.RAISE, text=text))


PLUM = of(("Plum Mary Invented", "2015-04-03"))


def said(record: Record, state: CaseState = PLUM) -> list[str]:
    return [each.why for each in refusals(state, record)]


def test_a_lesson_that_names_the_child_is_refused_and_says_what_to_do() -> None:
    [refusal] = refusals(PLUM, did(SCHOOL, Act.LEARN, text={"lesson": "Plum was not heard."}))
    assert refusal.clause == House.CASE_STANDS_OTHERWISE
    assert refusal.why == WHY
    assert refusal.instead == (
        "Say what is to be learned without a name, initials or a date of birth."
    )
    assert refusal.hard


@pytest.mark.parametrize("key", ["lesson", "theme", "group", "note"])
@pytest.mark.parametrize("act", [Act.LEARN, Act.DISSEMINATE])
def test_each_of_its_words_is_read(act: Act, key: str) -> None:
    assert said(did(BOARD, act, text={key: "Plum"})) == [WHY]
    assert said(did(BOARD, act, text={key: "A child"})) == []


def test_its_words_are_read_one_by_one_and_not_as_one() -> None:
    """Otherwise what ends one and begins the next would make a name that nobody wrote."""
    text = {"lesson": "A sugar", "theme": "Plum", "group": "b", "note": "c"}
    assert said(did(BOARD, Act.LEARN, text=text)) == [WHY]
    assert said(did(BOARD, Act.LEARN, text={"lesson": "P", "theme": "lum"})) == []


def test_what_is_left_empty_names_nobody() -> None:
    state = evolve(of(("Xena Xylo", "")), did(SCHOOL, Act.LEARN, 2, text={"lesson": "Ring."}))
    assert said(did(BOARD, Act.LEARN, 3, text={"lesson": "Ring first."}), state) == []
    assert said(corrected(state, "Ring first."), state) == []


def test_nothing_else_that_is_said_in_a_case_is_held_back() -> None:
    assert said(did(SCHOOL, Act.DISCUSS, text={"note": "Plum"})) == []
    # though it is about a lesson
    state = evolve(PLUM, did(SCHOOL, Act.LEARN, 2, text={"lesson": "Ring first."}))
    lesson = state.records[-1].n
    assert said(did(BOARD, Act.FEED_BACK, 3, of=lesson, text={"note": "Plum"}), state) == []


def corrected(state: CaseState, to: object) -> Record:
    return did(SCHOOL, Act.CORRECT, 3, of=state.records[-1].n, change={"text": to})


def test_what_a_lesson_is_corrected_to_is_read_too() -> None:
    state = evolve(PLUM, did(SCHOOL, Act.LEARN, 2, text={"lesson": "Ring first."}))
    assert said(corrected(state, {"lesson": "Ring Plum's school."}), state) == [WHY]
    assert said(corrected(state, {"lesson": "Ring the school."}), state) == []
    # the words of the correction itself stay in the case
    note = did(SCHOOL, Act.CORRECT, 3, of=state.records[-1].n, text={"note": "Plum"}, change={})
    assert said(note, state) == []
    assert said(corrected(state, "Plum"), state) == []


def test_what_anything_else_is_corrected_to_is_not() -> None:
    state = evolve(PLUM, did(SCHOOL, Act.DISCUSS, 2, text={"note": "We spoke."}))
    assert said(corrected(state, {"note": "Plum"}), state) == []
    # nor what corrects nothing that is there
    assert said(did(SCHOOL, Act.CORRECT, 3, change={"text": {"note": "Plum"}}), state) == []


@pytest.mark.parametrize(("words", "found"), [
    ("Plum", "Plum"), ("the plum was ripe", "plum"), ("MARY", "MARY"), ("Invented's", "Invented"),
    ("PI was seen", "PI"), ("P.I. was seen", "P.I."), ("P. I was seen", "P. I"),
    ("born 2015-04-03", "2015-04-03"), ("on 3 April 2015", "3 April 2015"),
    ("on 03 apr 2015", "03 apr 2015"), ("on 3rd April 2015", "3rd April 2015"),
    ("03/04/2015", "03/04/2015"), ("3.4.15", "3.4.15"), ("3-04-2015", "3-04-2015"),
])  # fmt: skip
def test_what_points_to_the_child_is_found_as_it_is_written(words: str, found: str) -> None:
    assert child_in(PLUM, words) == found


@pytest.mark.parametrize("words", [
    "", "A child of eleven", "plumbing", "Plummet", "PIN", "pi", "P", "PM", "MI", "3 May 2015",
    "13 April 2015", "3 April 2016", "3/5/2015", "the year 2015", "XX", "XXPI",
])  # fmt: skip
def test_what_points_to_nobody_is_not_found(words: str) -> None:
    assert child_in(PLUM, words) == ""


@pytest.mark.parametrize("number", range(1, 10))
def test_each_of_up_to_nine_children_is_looked_for(number: int) -> None:
    names = ["Plum", "Indigo", "Fern", "Umber", "Denim", "Sienna", "Mauve", "Teal", "Ochre"]
    state = of(*((name, f"2010-0{n}-20") for n, name in enumerate(names, 1)))
    assert child_in(state, f"Ask {names[number - 1]}.") == names[number - 1]
    assert child_in(state, f"2010-0{number}-20") == f"2010-0{number}-20"


def test_a_child_that_is_named_later_is_looked_for_too() -> None:
    unborn = of(("", ""))
    later = evolve(unborn, did(SCHOOL, Act.STATE, 2, text={"child.1.name": "Fern Invented"}))
    assert child_in(unborn, "Fern") == ""
    assert child_in(later, "Fern") == "Fern"


def test_a_name_that_is_a_word_too_names_nobody_where_it_is_written_small() -> None:
    hope = of(("Hope Invented", "2015-04-03"))
    assert child_in(hope, "We hope so.") == ""
    assert child_in(hope, "Hope was seen.") == "Hope"


def test_initials_that_stand_for_a_service_name_nobody_unless_dotted() -> None:
    greta = of(("Greta Primrose", "2015-04-03"))
    assert child_in(greta, "The GP rang.") == ""
    assert child_in(greta, "G.P. was seen.") == "G.P."


def test_a_name_of_two_letters_counts_and_a_single_letter_does_not() -> None:
    bo = of(("Bo X Invented", ""))
    assert child_in(bo, "Bo was seen") == "Bo"
    assert child_in(bo, "X marks the place") == ""
    assert child_in(bo, "BI") == "BI"


def test_of_a_single_name_there_are_no_initials() -> None:
    plum = of(("Plum", ""))
    assert child_in(plum, "PP, P.P.") == ""
    assert child_in(plum, "Plum") == "Plum"


def test_a_name_with_a_hyphen_is_one_name() -> None:
    anne = of(("Anne-Fern O’Invented", "2015-04-03"))
    assert child_in(anne, "anne-fern") == "anne-fern"
    assert child_in(anne, "Anne") == ""
    assert child_in(anne, "AO") == "AO"
