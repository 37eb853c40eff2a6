"""What is refused of a shorter limit, an appointment, a correction, an action: each in full."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from concord.rules.clock import Due, Limit, Unit
from concord.rules.decide import Accepted, Refused, decide
from concord.rules.gates import Refusal
from concord.rules.policy import AppointmentRule, Doing, DutyRule, LimitRule
from concord.rules.record import PlannedAction, Record
from concord.rules.state import CaseState, evolve
from concord.rules.who import Seat, Who, parse_seat
from concord.rules.words import Act, House
from tests.rules.test_decide import (
    BOARD,
    CARE,
    CHAIR,
    LEAD,
    SCHOOL,
    case,
    judged,
    refused,
    stands,
    taken,
    unopened,
    who_may,
)
from tests.rules.test_doing import did
from tests.rules.test_small_calendar import NINE, august

# --- shortening ---------------------------------------------------------------------------

DAYS = Limit(5, Unit.WORKING_DAYS)
OWN_LIMIT = LimitRule("meet.time", "L-1", "Meet.", parse_seat("manager@each"), DAYS, ("talk",))
BY_CHAIR = replace(
    OWN_LIMIT, id="chair.time", clause="L-2", shortened_by=(Seat(("chair",)),),
    shortening_clause="L-3",
)  # fmt: skip
RING = DutyRule(
    "ring", "D-1", "Ring.", parse_seat("manager@raising"),
    (Doing(frozenset({Act.ACKNOWLEDGE})),), stage="talk", within=Limit(6, Unit.ELAPSED_HOURS),
)  # fmt: skip
PLAIN = DutyRule(
    "plain", "D-2", "Log.", parse_seat("manager@raising"), (Doing(frozenset({Act.FILE})),),
    stage="talk",
)  # fmt: skip
LONGER = "Set an earlier date. What will be late shows as late: explain the delay."


def limited() -> CaseState:
    """On Friday at nine a case with a limit of five working days, and one of six hours."""
    return case(limits=(OWN_LIMIT, BY_CHAIR), duties=(PLAIN, RING))


def shortened(due: Due | None, clause: str = "", by: Who = SCHOOL, **more: Any) -> list[Refusal]:
    """What stands against it an hour after the raising; nothing where it is taken."""
    state = more.pop("state", None) or limited()
    answer = judged(state, by, Act.SHORTEN, 1, due=due, clause=clause, **more)
    return list(answer.reasons) if isinstance(answer, Refused) else []


def test_a_limit_is_shortened_to_a_day_or_a_time_that_is_said() -> None:
    assert shortened(None) == [
        Refusal(
            "house-5",
            "A limit is shortened to a date or a time, and none is given.",
            "Say by when.",
        )
    ]


def test_a_limit_is_shortened_to_a_time_that_is_still_to_come() -> None:
    ahead = "Set a day or a time that is still to come."
    assert shortened(august(20)) == stands(
        "Thursday 20 August 2026 has passed: nobody can keep to it.", ahead
    )
    at = NINE + timedelta(hours=1)
    assert shortened(at - timedelta(minutes=1)) == stands(
        "Friday 21 August 2026, 09:59 has passed: nobody can keep to it.", ahead
    )
    assert shortened(at, clause="D-1") == []
    assert shortened(august(21)) == []
    # nor once it has passed by the time it is written down
    later = did(SCHOOL, Act.SHORTEN, 1, due=at, clause="D-1")
    for written, kept in ((at.replace(second=59, microsecond=999_998), True),
                          (at.replace(second=59, microsecond=999_999), False)):  # fmt: skip
        answer = decide(limited(), replace(later, n=2, written=written))
        assert isinstance(answer, Accepted) is kept


def test_a_clause_without_a_limit_is_not_shortened() -> None:
    for clause in ("Z-1", "D-2"):
        assert shortened(august(24), clause) == [
            Refusal(
                clause,
                f"{clause} sets no limit in this policy.",
                "Name a clause with a limit, or leave it out for the stage's own.",
            )
        ]


def test_a_limit_that_one_office_shortens_is_shortened_by_no_other() -> None:
    assert shortened(august(24), "L-2", CHAIR) == []
    assert shortened(august(24), "L-2") == [
        Refusal("L-2", "The policy does not let the manager set this limit.", "Ask the chair.")
    ]
    assert shortened(august(24), "L-1") == []


@pytest.mark.parametrize(
    ("clause", "by", "due", "refusal"),
    [
        ("L-1", SCHOOL, august(28), None),
        ("L-1", SCHOOL, date(2026, 9, 1),
         Refusal("L-1", "The limit is Friday 28 August 2026; no limit is ever lengthened.",
                 LONGER)),
        ("L-2", CHAIR, date(2026, 9, 1),
         Refusal("L-3", "The limit is Friday 28 August 2026; no limit is ever lengthened.",
                 LONGER)),
        ("D-1", SCHOOL, NINE.replace(hour=15), None),
        ("D-1", SCHOOL, NINE.replace(hour=15, minute=1),
         Refusal("D-1", "The limit is Friday 21 August 2026, 15:00; no limit is ever lengthened.",
                 LONGER)),
        ("", SCHOOL, august(28), None),
        ("", SCHOOL, date(2026, 9, 1),
         Refusal("L-1", "The limit is Friday 28 August 2026; no limit is ever lengthened.",
                 LONGER)),
    ],
)  # fmt: skip
def test_no_limit_grows(clause: str, by: Who, due: Due, refusal: Refusal | None) -> None:
    assert shortened(due, clause, by) == ([] if refusal is None else [refusal])


def test_a_limit_that_was_kept_holds_nobody_back_and_one_without_a_time_is_given_one() -> None:
    kept = case(did(SCHOOL, Act.ACKNOWLEDGE, 1), duties=(RING,))
    assert shortened(august(27), "D-1", state=kept) == []
    assert shortened(august(27), state=case(duties=(PLAIN,))) == []
    # and of two who owe it, one who has not kept it is enough
    both = replace(RING, by=parse_seat("manager@each"))
    half = case(did(SCHOOL, Act.ACKNOWLEDGE, 1), duties=(both,))
    assert [each.clause for each in shortened(august(27), "D-1", state=half)] == ["D-1"]


# --- appointing ---------------------------------------------------------------------------

MEMBER = AppointmentRule("panel_member", "A-1", (Seat(("chair",)),), independent=True)
SCRIBE = AppointmentRule("reviewer", "A-2", (Seat(("chair",)),))


def appointed(by: Who, office: str, **more: Any) -> list[Refusal]:
    state = case(
        did(CHAIR, Act.APPOINT, office="panel_member", agency="clinic"),
        did(CHAIR, Act.APPOINT, office="mediator"),
        appointments=(MEMBER, SCRIBE),
    )
    answer = judged(state, by, Act.APPOINT, office=office, **more)
    return list(answer.reasons) if isinstance(answer, Refused) else []


def test_an_office_is_given_by_whom_the_policy_names() -> None:
    assert appointed(CHAIR, "reviewer") == []
    assert appointed(SCHOOL, "reviewer") == [
        Refusal(
            "A-2", "The policy does not let the manager appoint the reviewer.", "Ask the chair."
        )
    ]
    [only] = appointed(SCHOOL, "panel_member", agency="clinic")
    assert only.why == "The policy does not let the manager appoint the panel member."


def test_an_office_of_which_the_policy_says_nothing_is_given_by_the_business_manager() -> None:
    assert appointed(BOARD, "mediator") == []
    assert appointed(CHAIR, "mediator") == who_may(
        "This policy gives that appointment to nobody else than the business manager.",
        "Ask the business manager.",
    )


def test_whoever_is_appointed_where_it_must_be_so_comes_from_no_party() -> None:
    assert appointed(CHAIR, "panel_member", agency="clinic") == []
    assert appointed(CHAIR, "panel_member") == [
        Refusal(
            "A-1",
            "Whoever is appointed must come from none of the agencies in dispute, and no agency "
            "is named.",
            "Name the agency that the person comes from.",
        )
    ]
    assert appointed(CHAIR, "panel_member", agency="police") == [
        Refusal(
            "A-1",
            "police is one of the agencies in dispute.",
            "Appoint somebody from an agency that is not in dispute.",
        )
    ]
    assert appointed(CHAIR, "reviewer", agency="police") == []


def test_who_is_replaced_was_appointed_to_that_office() -> None:
    assert appointed(CHAIR, "panel_member", agency="clinic", of=2) == []
    number = "Give the number of the record that appointed whoever is replaced."
    assert appointed(CHAIR, "panel_member", agency="clinic", of=1) == [
        Refusal(
            "A-1",
            "Nobody was appointed panel member by record 1, or they were replaced already.",
            number,
        )
    ]
    assert appointed(CHAIR, "reviewer", of=2) == [
        Refusal(
            "A-2",
            "Nobody was appointed reviewer by record 2, or they were replaced already.",
            number,
        )
    ]


# --- correcting, agreeing, checking -------------------------------------------------------


def talked() -> CaseState:
    """Record 2 is a talk of the school's manager with the one of social care."""
    return case(did(SCHOOL, Act.DISCUSS, people=(CARE,)))


def test_a_record_is_corrected_by_those_who_made_it() -> None:
    change = {"reason": "A slip."}
    assert taken(talked(), SCHOOL, Act.CORRECT, of=2, change=change)
    assert taken(talked(), BOARD, Act.CORRECT, of=2, change=change)
    assert refused(talked(), CHAIR, Act.CORRECT, of=2, change=change) == who_may(
        "A record is corrected by those who made it.",
        "Add a record of your own that says what you know.",
    )
    for of in (None, 7):
        assert refused(talked(), SCHOOL, Act.CORRECT, of=of) == stands(
            "There is no such record to correct.", "Give the number of a record."
        )


def test_whoever_took_part_says_what_is_wrong_and_changes_nothing() -> None:
    wrong = {"disputed": "We said Friday."}
    assert taken(talked(), CARE, Act.CORRECT, of=2, text=wrong)
    assert refused(talked(), CARE, Act.CORRECT, of=2, change={"reason": "Mine."}) == who_may(
        "Whoever took part for another side does not change the record.",
        "Say what is wrong with it: both stay on record.",
    )
    executive = replace(CARE, role="executive")
    [only] = refused(talked(), executive, Act.CORRECT, of=2, text=wrong)
    assert only.clause == House.WHO_MAY_ACT
    assert only.why.startswith("The record of a talk is agreed, or said to be wrong, by those who")
    assert only.instead.startswith("Ask one of them to look at it.")


@pytest.mark.parametrize("act", [Act.LEARN, Act.DISSEMINATE])
def test_a_lesson_that_names_the_child_is_refused_and_so_is_its_correction(act: Act) -> None:
    state = unopened()
    state = evolve(state, did(SCHOOL, Act.RAISE, 0, text={"child.1.name": "Plum Invented"}))
    [only] = refused(state, SCHOOL, act, text={"lesson": "Hear Plum."})
    assert '"Plum"' in only.why
    told = evolve(state, did(SCHOOL, act, 2, text={"lesson": "Hear the child."}))
    change = {"text": {"lesson": "Hear Plum."}}
    [again] = refused(told, SCHOOL, Act.CORRECT, of=told.records[-1].n, change=change)
    assert again == only


def planned(*records: Record) -> CaseState:
    """Two actions of social care are agreed."""
    plans = PlannedAction("Visit", CARE), PlannedAction("Ring", CARE)
    return case(did(SCHOOL, Act.AGREE, actions=plans), *records)


DONE = did(CARE, Act.COMPLETE, 2, action=1, done=True, text={"evidence": "Note"})


def test_only_an_open_action_is_reported_on() -> None:
    assert taken(planned(), CARE, Act.COMPLETE, action=2)
    assert refused(planned(), CARE, Act.COMPLETE, action=3) == stands(
        "There is no open action 3.", "Open actions: 1, 2."
    )
    assert refused(planned(DONE), CARE, Act.COMPLETE, action=1) == stands(
        "There is no open action 1.", "Open actions: 2."
    )
    assert refused(case(), CARE, Act.COMPLETE, action=1) == stands(
        "There is no open action 1.", "Open actions: none."
    )


def test_an_action_is_checked_once_it_is_reported_by_the_other_side() -> None:
    assert taken(planned(DONE), SCHOOL, Act.CONFIRM, action=1)
    assert taken(planned(DONE), SCHOOL, Act.CONFIRM, action=1, done=False, why="Not seen.")
    for number in (2, 3):
        assert refused(planned(DONE), SCHOOL, Act.CONFIRM, action=number) == stands(
            f"No action {number} is reported as done.",
            "Report on the action first; then the other side checks it.",
        )
    assert refused(planned(DONE), LEAD, Act.CONFIRM, action=1) == who_may(
        "The side that was to do an action does not check it, nor does whoever reported it.",
        "Leave the check to the other side, or to a colleague there.",
    )
    assert refused(planned(DONE), SCHOOL, Act.CONFIRM, action=1, done=False) == stands(
        "A check that finds an action not carried out says why.",
        "Say what you found. The action is then open again.",
    )


def test_a_side_agrees_to_an_outcome_once() -> None:
    state = case(did(SCHOOL, Act.RESOLVE))
    assert taken(state, CARE, Act.CONFIRM)
    assert taken(case(), SCHOOL, Act.CONFIRM)
    assert refused(state, SCHOOL, Act.CONFIRM) == stands(
        "Your side has agreed to this outcome already.",
        "Wait for the other side to confirm it, or state your side's position.",
    )


def test_a_record_is_agreed_by_whoever_took_part_whatever_else_is_proposed() -> None:
    assert taken(talked(), CARE, Act.CONFIRM, of=2)
    [only] = refused(talked(), SCHOOL, Act.CONFIRM, of=2)
    assert only.why.startswith("A record is agreed by those who took part for another side")
    proposed = evolve(talked(), did(CARE, Act.RESOLVE, 3))
    assert taken(proposed, CARE, Act.CONFIRM, of=2)


def test_a_meeting_is_changed_only_where_it_is_called() -> None:
    assert taken(case(), SCHOOL, Act.CONVENE)
    assert refused(case(), SCHOOL, Act.CONVENE, of=1) == stands(
        "Record 1 calls no meeting to come.", "Arrange a meeting."
    )
