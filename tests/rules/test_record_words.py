"""A record as people read it: each of its particulars in words, from plain values."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from concord.rules.naming import Names
from concord.rules.policy import Office, Policy, Stage
from concord.rules.record import Enclosed, PlannedAction, Record
from concord.rules.record_words import (
    ACTS,
    OUTCOMES,
    CorrectedRow,
    RecordRow,
    SaidRow,
    declares_independence,
    done_as,
    marks,
    record_row,
    seat_of,
    standing_words,
    unsettled,
    writer,
)
from concord.rules.state import CaseState, begin
from concord.rules.who import Parties, Who
from concord.rules.words import Act, Form, Means, Outcome, Phase, Side
from tests.rules.test_doing import did
from tests.rules.test_small_calendar import august, calendar

SCHOOL, CARE = Who("manager", Side.RAISING, "school"), Who("manager", Side.RESPONDING, "care")
POLICE = Who("practitioner", Side.RESPONDING, "police")
SCRIBE = Who("scribe")
POLICY = Policy(
    "small", "Small", "Smallshire", "Small", "1", None, None, "england_and_wales",
    (Stage("talk", "The first talk", Phase.INFORMAL, "manager", "S-1"),), (), (),
    offices=(Office("scribe", "Scribe"),),
)  # fmt: skip
NAMES = Names(POLICY, {"school": "Oak School", "care": "Town Care", "police": "the police"}, {})
NOT_YET = "Not agreed yet, waiting for"


def case(*records: Record) -> CaseState:
    """A case of a school, social care and the police, of which these records are there."""
    empty = begin(POLICY, calendar(), Parties("school", ("care", "police")), {})
    return empty._replace(records=records, in_time=records)


def row(record: Record, *others: Record) -> RecordRow:
    return record_row(record, NAMES, case(record, *others))


def details(act: Act, **more: Any) -> list[tuple[str, str]]:
    return list(row(replace(did(SCHOOL, act), **more)).details)


@pytest.mark.parametrize(
    ("status", "opened", "unchecked", "words"),
    [
        ("open", 0, 0, "Open"),
        ("open", 2, 2, "Open"),
        ("resolved", 0, 0, "Resolved"),
        ("resolved", 1, 0, "Resolved, 1 action open"),
        ("decided", 2, 3, "Decided, 2 actions open"),
        ("closed", 0, 1, "Closed, 1 action to be checked"),
        ("withdrawn", 0, 2, "Withdrawn, 2 actions to be checked"),
    ],
)
def test_no_case_looks_finished_while_an_action_is_open_or_not_checked(
    status: str, opened: int, unchecked: int, words: str
) -> None:
    assert standing_words(status, opened, unchecked) == words
    if not unchecked:
        assert standing_words(status, opened) == words


def test_every_act_and_outcome_has_its_words() -> None:
    assert set(ACTS) == set(Act)
    assert set(OUTCOMES) == set(Outcome)


def test_a_record_says_what_was_done_by_whom_and_when() -> None:
    plain = did(SCHOOL, Act.RAISE, passed=("G-1", "G-2"))
    assert row(plain) == RecordRow(
        n=1, headline="Raised the concern", by="manager, Oak School",
        at="Friday 21 August 2026, 10:00", written="", details=(), clauses=("G-1", "G-2"),
        act="raise",
    )  # fmt: skip


@pytest.mark.parametrize(("late", "written"), [(300, ""), (301, "Friday 21 August 2026, 10:05")])
def test_what_was_written_down_later_says_when(late: int, written: str) -> None:
    plain = did(SCHOOL, Act.DISCUSS)
    later = replace(plain, written=plain.at + timedelta(seconds=late))
    assert row(later).written == written


DISPUTED = {"disputed": "We said Friday."}


@pytest.mark.parametrize(
    ("act", "more", "headline"),
    [
        (Act.CONFIRM, {}, "Confirmed the outcome"),
        (Act.CONFIRM, {"of": 1}, "Agreed a record"),
        (Act.CONFIRM, {"action": 2}, "Checked an action"),
        (Act.COMPLETE, {"action": 2}, "Reported on an action"),
        (Act.ADVISE, {"of": 1}, "Gave advice"),
        (Act.ADVISE, {"text": {"independence": "I am."}}, "Declared whether they are independent"),
        (Act.NOTIFY, {"text": {"independence": "I am."}}, "Told"),
        (Act.NOTIFY, {"text": {"invitation": "Dr Fern"}},
         "Asked a professional who is not in the case"),
        (Act.CORRECT, {"of": 1}, "Corrected a record"),
        (Act.CORRECT, {"of": 1, "text": DISPUTED}, "Said what is wrong with a record"),
        (Act.DISCUSS, {"of": 1, "text": DISPUTED}, "Discussed it"),
        (Act.CONVENE, {}, "Arranged a meeting"),
        (Act.CONVENE, {"text": {"time.2": "15:00"}}, "Proposed times for a meeting"),
        (Act.CONVENE, {"of": 1, "done": False, "reason": "Ill."}, "Called off a meeting"),
        (Act.CONVENE, {"of": 1, "reason": "Ill."}, "Moved a meeting"),
        (Act.CONVENE, {"of": 1}, "Chose the time of a meeting"),
        (Act.MEET, {"of": 1}, "Met"),
    ],
)  # fmt: skip
def test_a_headline_says_what_was_done(act: Act, more: dict[str, Any], headline: str) -> None:
    assert row(did(SCHOOL, act, **more)).headline == headline


VISIT = PlannedAction("Visit", CARE, august(25))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"people": (CARE, SCRIBE)}, [("With", "manager, Town Care; Scribe")]),
        ({"to": (SCRIBE, POLICE)}, [("To", "Scribe; practitioner, the police")]),
        ({"means": Means.FACE_TO_FACE}, [("How", "face to face")]),
        ({"outcome": Outcome.PARTLY}, [("Outcome", "partly resolved")]),
        ({"form": Form.AGENCY_LOG}, [("Form", "agency log")]),
        ({"stage": "talk"}, [("Stage", "The first talk")]),
        ({"stage": "attic"}, [("Stage", "attic")]),
        ({"office": "scribe"}, [("Office", "Scribe")]),
        ({"who": "Amy Adams"}, [("Person", "Amy Adams")]),
        ({"who": "Amy Adams", "agency": "care"}, [("Person", "Amy Adams (Town Care)")]),
        ({"who": "Amy Adams, Town Care", "agency": "care"}, [("Person", "Amy Adams, Town Care")]),
        ({"who": "Bo Brown", "agency": "clinic"}, [("Person", "Bo Brown (clinic)")]),
        ({"agency": "care"}, []),
        ({"actions": (VISIT, PlannedAction("Ring"))},
         [("Action", "Visit, manager, Town Care, by the end of Tuesday 25 August 2026"),
          ("Action", "Ring")]),
        ({"replaced_by": VISIT}, [("In its place", "Visit")]),
        ({"due": august(25)}, [("By when", "by the end of Tuesday 25 August 2026")]),
        ({"reason": "It is late."}, [("Reason", "It is late.")]),
        ({"why": "Nobody was in."}, [("Why", "Nobody was in.")]),
        ({"decision": "Assess."}, [("Decision", "Assess.")]),
        ({"reasons": "Bruises."}, [("Reasons", "Bruises.")]),
        ({"override": "She is away."},
         [("Went on without what a clause asks, because", "She is away.")]),
        ({"text": {"note": "we spoke", "said": "no", "aim": "", "user": "7", "by_name": "Amy"}},
         [("What was said", "no"), ("Note", "we spoke")]),
        ({"text": {"basis": "section 47"}}, [("What this rests on", "Section 47")]),
    ],
)  # fmt: skip
def test_each_particular_has_its_line(more: dict[str, Any], told: list[tuple[str, str]]) -> None:
    assert details(Act.DISCUSS, **more) == told


@pytest.mark.parametrize(
    ("act", "done", "words"),
    [
        (Act.COMPLETE, True, "done"), (Act.COMPLETE, None, "done"),
        (Act.COMPLETE, False, "not done"), (Act.CONFIRM, True, "carried out"),
        (Act.CONFIRM, None, "carried out"), (Act.CONFIRM, False, "not carried out"),
    ],
)  # fmt: skip
def test_an_action_was_done_or_not_and_found_carried_out_or_not(
    act: Act, done: bool | None, words: str
) -> None:
    assert details(act, action=3, done=done) == [("Action 3", words)]


@pytest.mark.parametrize(
    ("act", "text", "about"),
    [
        (Act.CONFIRM, {}, "Of"),
        (Act.ADVISE, {}, "Of"),
        (Act.CORRECT, {}, "Corrects"),
        (Act.CORRECT, DISPUTED, "Of"),
        (Act.APPOINT, {}, "In place of whoever was appointed in"),
        (Act.CONVENE, {}, "Of the meeting called in"),
        (Act.MEET, {}, "Of the meeting called in"),
    ],
)
def test_a_record_about_another_names_it(act: Act, text: dict[str, str], about: str) -> None:
    assert details(act, of=7, text=text)[0] == (about, "record 7")


def enclosed(name: str) -> Enclosed:
    return Enclosed(name, "pdf", 1, "0", name, "clean")


def test_documents_are_numbered_through_the_case() -> None:
    first = did(SCHOOL, Act.RAISE, 1, enclosed=(enclosed("a"), enclosed("b")))
    second = did(CARE, Act.ANSWER, 2, enclosed=(enclosed("c"), enclosed("d")))
    third = did(CARE, Act.ANSWER, 3, enclosed=(enclosed("e"),))
    assert row(first, second, third).documents == ((1, enclosed("a")), (2, enclosed("b")))
    assert row(second, first, third).documents == ((3, enclosed("c")), (4, enclosed("d")))
    assert row(third, first, second).documents == ((5, enclosed("e")),)


def test_what_others_say_of_a_record_and_how_it_was_put_right_stands_with_it() -> None:
    talk = did(SCHOOL, Act.DISCUSS, people=(CARE, POLICE), outcome=Outcome.RESOLVED)
    agrees = did(CARE, Act.CONFIRM, 2, of=1)
    disputes = did(POLICE, Act.CORRECT, 3, of=1, text=DISPUTED)
    put_right = did(SCHOOL, Act.CORRECT, 4, of=1, text={"correction": "Friday."}, reason="A slip.")
    again = did(SCHOOL, Act.CORRECT, 5, of=1, reason="A slip.")
    found = row(talk, agrees, disputes, put_right, again)
    assert found.said == (
        SaidRow(2, True, "manager, Town Care", "Friday 21 August 2026, 11:00", ""),
        SaidRow(3, False, "practitioner, the police", "Friday 21 August 2026, 12:00",
                "We said Friday."),
    )  # fmt: skip
    assert found.corrected == (
        CorrectedRow(4, "manager, Oak School", "Friday 21 August 2026, 13:00", "Friday."),
        CorrectedRow(5, "manager, Oak School", "Friday 21 August 2026, 14:00", "A slip."),
    )
    assert found.unsettled == "Disputed by the police"
    # and documents print it in a line each
    assert marks(found) == (
        "Corrected by record 4: Friday.",
        "Corrected by record 5: A slip.",
        "Disputed by practitioner, the police, record 3: We said Friday.",
    )
    bare = replace(found, corrected=(), said=(replace(found.said[1], words=""),))
    assert marks(bare) == ("Disputed by practitioner, the police, record 3",)


def test_what_one_side_wrote_down_as_agreed_says_whose_word_is_awaited() -> None:
    plan = did(SCHOOL, Act.AGREE, actions=(VISIT,))
    agrees, disputes = did(CARE, Act.CONFIRM, 2, of=1), did(CARE, Act.CORRECT, 2, of=1)
    police = did(POLICE, Act.CONFIRM, 3, of=1)

    def said(*records: Record, names: Names = NAMES) -> str:
        return unsettled(plan, names, case(plan, *records))

    assert said() == f"{NOT_YET} Town Care and the police"
    assert said(agrees) == f"{NOT_YET} the police"
    assert said(disputes, police) == "Disputed by Town Care"
    assert said(disputes) == f"{NOT_YET} the police. Disputed by Town Care"
    assert said(agrees, police) == ""
    # an agency that is not known by name goes by what it is known by
    assert said(agrees, names=replace(NAMES, agencies={})) == f"{NOT_YET} police"
    # and nobody's word is awaited on anything else
    assert unsettled(did(SCHOOL, Act.ANSWER), NAMES, case()) == ""


@pytest.mark.parametrize(
    ("act", "more", "words"),
    [
        (Act.RAISE, {}, "Raise the concern"),
        (Act.CONFIRM, {}, "Confirm the outcome"),
        (Act.CONFIRM, {"action": 1}, "Check an action"),
        (Act.CONFIRM, {"of": 1}, "Agree a record"),
        (Act.COMPLETE, {"action": 1}, "Report on an action"),
        (Act.MEET, {"of": 1}, "Record a meeting"),
        (Act.CORRECT, {"of": 1}, "Correct a record"),
        (Act.CORRECT, {"text": DISPUTED}, "Say what is wrong with a record"),
        (Act.DISCUSS, {"text": DISPUTED}, "Record a discussion"),
    ],
)
def test_what_was_just_recorded_is_called_as_its_page_was(
    act: Act, more: dict[str, Any], words: str
) -> None:
    assert done_as(did(SCHOOL, act, **more)) == words


def test_a_seat_is_called_by_the_post_that_its_holder_has_where_it_is_known() -> None:
    def seat(who: Who, **text: str) -> str:
        return seat_of(did(who, Act.ANSWER, text=text), NAMES)

    assert seat(CARE) == "manager, Town Care"
    assert seat(CARE, post="Team manager") == "Team manager, Town Care"
    assert seat(SCRIBE, post="Clerk to the board") == "Clerk to the board"
    assert seat(replace(CARE, agency="clinic"), post="Matron") == "Matron"


BEHALF = "(written by the business manager, Bo Brown, on their behalf)"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ({}, "manager, Town Care"),
        ({"by_name": "Amy Adams"}, "Amy Adams, manager, Town Care"),
        ({"written_down_by": "Bo Brown"}, f"manager, Town Care {BEHALF}"),
        ({"by_name": "Amy Adams", "written_down_by": "Bo Brown"},
         f"Amy Adams, manager, Town Care {BEHALF}"),
        ({"invited_by": "Cy Clay"}, "manager, Town Care, invited by Cy Clay"),
        ({"asked_of": "Dr Fern"}, "manager, Town Care"),
        ({"by_name": "Amy Adams", "invited_by": "Cy Clay", "asked_of": "Dr Fern"},
         "Amy Adams, manager, Town Care, invited by Cy Clay, who had asked Dr Fern"),
    ],
)  # fmt: skip
def test_whoever_did_it_is_named_and_whoever_wrote_it_down_for_them(
    text: dict[str, str], words: str
) -> None:
    assert writer(did(CARE, Act.ANSWER, text=text), NAMES) == words


def test_only_advice_declares_independence() -> None:
    declared = {"independence": "I am."}
    assert declares_independence(did(CARE, Act.ADVISE, text=declared)) is True
    assert declares_independence(did(CARE, Act.ADVISE)) is False
    assert declares_independence(did(CARE, Act.NOTIFY, text=declared)) is False
