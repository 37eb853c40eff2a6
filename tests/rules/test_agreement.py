"""Who may say of a record whether it is right, how it stands with each side, and whom it waits for.

From plain values; each refusal in full.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from concord.rules.agreement import (
    Agreement,
    Said,
    agreement_of,
    corrections_of,
    is_said_of,
    may_correct,
    may_say,
    refusals,
    said_of,
    talk_of,
    to_agree,
    took_part,
    writes_agreement,
)
from concord.rules.gates import Refusal
from concord.rules.policy import Policy, Stage
from concord.rules.record import PlannedAction, Record
from concord.rules.state import SPOKEN, CaseState, begin, evolve
from concord.rules.who import Parties, Who
from concord.rules.words import Act, Outcome, Phase, Side
from tests.rules.test_small_calendar import NINE, calendar


def school(role: str = "manager") -> Who:
    return Who(role, Side.RAISING, "school")


def care(role: str = "manager") -> Who:
    return Who(role, Side.RESPONDING, "care")


def police(role: str = "manager") -> Who:
    return Who(role, Side.RESPONDING, "police")


CHAIR, IRO, BUSINESS_MANAGER = Who("chair"), Who("iro"), Who("business_manager")
VISIT = PlannedAction("Visit the family")


def did(n: int, who: Who, act: Act, **more: Any) -> Record:
    """What somebody did in the n-th hour after nine."""
    at = NINE + timedelta(hours=n)
    return Record(n, at, at, who, act, **more)


def talk(n: int = 2, *people: Who, by: Who | None = None, **more: Any) -> Record:
    """A talk of the school's manager, with that of social care unless it says with whom."""
    given: dict[str, Any] = {"outcome": Outcome.RESOLVED, **more}
    return did(n, by or school(), Act.DISCUSS, people=people or (care(),), **given)


def agreed(n: int = 2, by: Who | None = None) -> Record:
    return did(n, by or school(), Act.AGREE, actions=(VISIT,))


def case(*records: Record, responding: tuple[str, ...] = ("care", "police")) -> CaseState:
    """A case that the school raised, with these records; a lead may stand for a manager."""
    policy = Policy(
        "small", "Small", "Smallshire", "Small", "1", None, None, "england_and_wales",
        (Stage("talk", "Talk", Phase.INFORMAL, "manager", "S-1"),), (), (),
        stands_for={
            "manager": frozenset({"named_professional"}), "service_lead": frozenset({"slo"}),
        },
    )  # fmt: skip
    state = begin(policy, calendar(), Parties("school", responding), {})
    for record in (did(1, school("practitioner"), Act.RAISE), *records):
        state = evolve(state, record)
    return state


@pytest.mark.parametrize("act", Act)
def test_one_side_writes_down_for_all_what_is_agreed_or_takes_an_actions_place(act: Act) -> None:
    assert writes_agreement(did(2, school(), act)) is (act is Act.AGREE)
    replaces = did(2, school(), act, replaced_by=VISIT)
    assert writes_agreement(replaces) is (act in (Act.AGREE, Act.COMPLETE))
    # an office of the partnership is of no side
    assert not writes_agreement(replace(replaces, by=CHAIR))


@pytest.mark.parametrize("act", Act)
def test_in_a_talk_took_part_whose_agency_was_there(act: Act) -> None:
    record = did(2, school(), act, people=(care(), CHAIR, school("executive")))
    if act is Act.AGREE:
        return  # the next test
    for who in (care(), care("practitioner"), CHAIR):
        assert took_part(record, who) is (act in SPOKEN)
    # not the side that wrote it down, nor whoever was not there
    for who in (school(), school("executive"), police(), IRO):
        assert not took_part(record, who)


def test_in_what_was_agreed_every_other_side_took_part() -> None:
    for who in (care(), police("practitioner")):
        assert took_part(agreed(), who)
    for who in (school(), school("executive"), CHAIR, BUSINESS_MANAGER):
        assert not took_part(agreed(), who)


def test_an_office_that_wrote_a_talk_down_is_that_office_alone() -> None:
    minutes = talk(2, care(), IRO, by=CHAIR)
    assert not took_part(minutes, CHAIR)
    assert took_part(minutes, IRO)
    assert took_part(minutes, care())


def says(there: Who, who: Who) -> bool:
    """Whether somebody may say of a talk in which another took part if its record is right."""
    return may_say(case(), talk(2, there), who)


@pytest.mark.parametrize(
    ("there", "who", "may"),
    [
        # who was there, or holds their post, and the one that manages it; no higher, nor lower
        (care(), care(), True),
        (care(), care("service_lead"), True),
        (care(), care("executive"), False),
        (care(), care("practitioner"), False),
        (care("executive"), care("executive"), True),
        (care("executive"), care("service_lead"), False),
        # or who may stand for either of them
        (care(), care("named_professional"), True),
        (care(), care("slo"), True),
        (care("practitioner"), care("named_professional"), True),
        (care("practitioner"), care("slo"), False),
        (care("service_lead"), care("named_professional"), False),
        (care("service_lead"), care("slo"), True),
        # the safeguarding lead stands in for practitioners alone
        (care("practitioner"), care("safeguarding_lead"), True),
        (care("practitioner"), care("manager"), True),
        (care(), care("safeguarding_lead"), False),
        # an office of an agency, or of the partnership, has nobody above it
        (care("slo"), care("slo"), True),
        (care("slo"), care("executive"), False),
        (CHAIR, CHAIR, True),
        (CHAIR, IRO, False),
        # of another agency nobody was there
        (care(), police(), False),
        (care(), school(), False),
    ],
)
def test_of_a_talk_only_who_knows_says_if_it_is_right(there: Who, who: Who, may: bool) -> None:
    assert says(there, who) is may


def test_of_several_who_were_there_any_is_enough_of_their_own_agency() -> None:
    two = talk(2, care("executive"), care("practitioner"), police("manager"))
    assert may_say(case(), two, care("manager"))
    assert may_say(case(), two, police("service_lead"))
    assert not may_say(case(), two, care("service_lead"))


def test_of_what_was_agreed_everybody_of_another_side_says_it() -> None:
    for who in (care("practitioner"), police("executive")):
        assert may_say(case(), agreed(), who)
    for who in (school(), CHAIR):
        assert not may_say(case(), agreed(), who)


def test_what_is_said_of_a_record_names_it_and_confirms_or_corrects_it() -> None:
    for act in Act:
        said = did(3, care(), act, of=2)
        assert is_said_of(said, talk()) is (act in (Act.CONFIRM, Act.CORRECT))
    confirms = did(3, care(), Act.CONFIRM, of=2)
    assert not is_said_of(confirms, talk(4))
    assert not is_said_of(replace(confirms, of=None), talk())
    assert not is_said_of(replace(confirms, by=school()), talk())
    assert not is_said_of(replace(confirms, by=police()), talk())


CONFIRMS, DISPUTES = did(3, care(), Act.CONFIRM, of=2), did(4, care(), Act.CORRECT, of=2)
CORRECTS = did(5, school(), Act.CORRECT, of=2, change={"reason": "A slip."})


def test_what_others_say_is_told_from_what_those_who_made_it_put_right() -> None:
    state = case(talk(), CONFIRMS, DISPUTES, CORRECTS)
    assert said_of(state, talk()) == (Said(CONFIRMS, True), Said(DISPUTES, False))
    assert Said(CONFIRMS, True).by == care()
    assert corrections_of(state, talk()) == (CORRECTS,)
    other = did(6, school(), Act.STATE, of=2)
    assert corrections_of(case(talk(), other), talk()) == ()
    assert corrections_of(state, talk(9)) == ()


def test_a_record_is_put_right_by_those_who_made_it_or_the_business_manager() -> None:
    for who in (school(), school("practitioner"), BUSINESS_MANAGER):
        assert may_correct(talk(), who)
    for who in (care(), police(), CHAIR):
        assert not may_correct(talk(), who)
    minutes = did(2, CHAIR, Act.FILE)
    assert may_correct(minutes, CHAIR)
    assert not may_correct(minutes, IRO)
    # who took part for another side says what is wrong, and does not change it
    assert not may_correct(talk(2, BUSINESS_MANAGER), BUSINESS_MANAGER)


def test_what_was_agreed_stands_once_every_other_side_agrees() -> None:
    assert Agreement().stands
    assert Agreement(agreed=("care",)).stands
    assert not Agreement(agreed=("care",), waiting=("police",)).stands
    assert not Agreement(agreed=("care",), disputed=("police",)).stands
    assert not Agreement(disputed=("care",), waiting=("police",)).stands


def stands(state: CaseState, n: int = 2) -> Agreement | None:
    record = state.record(n)
    assert record is not None
    return agreement_of(state, record)


def test_what_one_side_wrote_down_as_agreed_waits_for_each_other_side() -> None:
    assert stands(case(agreed())) == Agreement(waiting=("care", "police"))
    assert stands(case(agreed(by=care()))) == Agreement(waiting=("school", "police"))
    # until each has said what it says
    said = case(agreed(), CONFIRMS, did(4, police(), Act.CORRECT, of=2))
    assert stands(said) == Agreement(agreed=("care",), disputed=("police",))
    # and what it said last counts
    assert stands(case(agreed(), CONFIRMS, DISPUTES)) == Agreement((), ("care",), ("police",))
    again = case(agreed(), replace(DISPUTES, n=3), replace(CONFIRMS, n=4))
    assert stands(again) == Agreement(("care",), (), ("police",))


def test_a_talk_that_settled_something_waits_for_the_agencies_that_were_there() -> None:
    for outcome in (Outcome.RESOLVED, Outcome.PARTLY):
        assert stands(case(talk(outcome=outcome))) == Agreement(waiting=("care",))
    both = talk(2, care(), IRO, police(), care("executive"), school("executive"))
    assert stands(case(both)) == Agreement(waiting=("care", "police"))
    assert stands(case(both, CONFIRMS)) == Agreement(("care",), (), ("police",))


def test_what_settles_nothing_or_binds_nobody_else_is_no_agreement() -> None:
    assert stands(case(talk(outcome=Outcome.UNRESOLVED))) is None
    assert stands(case(talk(outcome=None))) is None
    assert stands(case(did(2, school(), Act.REVIEW, outcome=Outcome.RESOLVED))) is None
    # nor what an office writes down, or a talk among one side or with an office alone
    assert stands(case(agreed(by=CHAIR))) is None
    assert stands(case(talk(by=CHAIR))) is None
    assert stands(case(talk(2, school("executive"), IRO))) is None
    assert stands(case(agreed(), responding=())) is None


def test_whoever_reports_on_an_action_or_checks_it_has_agreed_to_it() -> None:
    report = did(3, care(), Act.COMPLETE, action=1, done=True, text={"evidence": "A note."})
    assert stands(case(agreed(), report)) == Agreement(("care",), (), ("police",))
    check = did(4, police(), Act.CONFIRM, action=1, done=True)
    assert stands(case(agreed(), report, check)) == Agreement(agreed=("care", "police"))
    # but not by any other act, nor of another action, nor the side that wrote it down
    for other in (
        replace(report, act=Act.REVIEW), replace(report, action=2), replace(report, action=None),
        replace(report, by=school()), replace(report, by=CHAIR),
    ):  # fmt: skip
        assert stands(case(agreed(), other)) == Agreement(waiting=("care", "police"))
    # nor of what was agreed by another record
    two = case(agreed(), agreed(3), replace(report, n=4, action=2))
    assert stands(two) == Agreement(waiting=("care", "police"))
    assert stands(two, 3) == Agreement(("care",), (), ("police",))
    # and what it says counts before what it did
    said = case(agreed(), report, DISPUTES)
    assert stands(said) == Agreement((), ("care",), ("police",))


def together(record: Record, earlier: Record) -> Record:
    """The same record, written down with an earlier one."""
    return replace(record, n=earlier.n + 1, at=earlier.at, written=earlier.written)


MET = talk(2, care())
WITH_IT = together(agreed(), MET)


def test_what_was_written_down_with_a_talk_belongs_to_it() -> None:
    assert talk_of(case(MET), WITH_IT) == MET
    # not where anything tells the two apart, or the one before is no talk, or none is
    for apart in (
        replace(WITH_IT, by=care()), replace(WITH_IT, at=NINE), replace(WITH_IT, written=NINE),
        replace(WITH_IT, n=4), replace(WITH_IT, act=Act.FILE),
    ):  # fmt: skip
        assert talk_of(case(MET), apart) is None
    state = replace(MET, act=Act.STATE)
    assert talk_of(case(state), WITH_IT) is None
    assert talk_of(case(), replace(WITH_IT, n=1)) is None


def test_agreeing_a_talk_agrees_what_was_agreed_in_it_and_the_last_word_counts() -> None:
    confirms = did(4, care(), Act.CONFIRM, of=2)
    state = case(MET, WITH_IT, confirms)
    assert stands(state, 3) == Agreement(("care",), (), ("police",))
    # when it says afterwards that what was agreed is wrong, that is its word, either way round
    state = case(MET, WITH_IT, confirms, did(5, care(), Act.CORRECT, of=3))
    assert stands(state, 3) == Agreement((), ("care",), ("police",))
    state = case(MET, WITH_IT, did(4, care(), Act.CORRECT, of=3), did(5, care(), Act.CONFIRM, of=2))
    assert stands(state, 3) == Agreement(("care",), (), ("police",))


def asked(state: CaseState, *seats: Who) -> list[int]:
    """The records of which these are still asked whether they are right, by number."""
    return [record.n for record in to_agree(state, iter(seats))]


def test_who_was_there_is_asked_until_they_have_said_it() -> None:
    state = case(talk(), talk(3, police()))
    assert asked(state, care()) == asked(state, care("service_lead")) == [2]
    assert asked(state, care("practitioner")) == asked(state, school()) == asked(state) == []
    # whoever has several seats is asked for each of them
    assert asked(state, care(), police()) == [2, 3]
    # that it is right, or what is wrong with it; a colleague's word is the agency's
    for said in (replace(CONFIRMS, n=4), DISPUTES, replace(DISPUTES, by=care("service_lead"))):
        assert asked(case(talk(), talk(3, police()), said), care(), police()) == [3]


def test_what_was_corrected_since_is_asked_about_again() -> None:
    state = case(talk(), CONFIRMS, CORRECTS)
    assert asked(state, care()) == [2]
    assert asked(case(talk(), CONFIRMS, CORRECTS, replace(CONFIRMS, n=6)), care()) == []
    # once for each correction, also where it was agreed between two
    twice = case(
        talk(), replace(CORRECTS, n=3), replace(CONFIRMS, n=4), CORRECTS
    )  # fmt: skip
    assert asked(twice, care()) == [2]


def test_of_several_agencies_each_speaks_for_itself() -> None:
    both = case(talk(2, care(), police()), CONFIRMS)
    assert asked(both, care()) == []
    assert asked(both, police()) == [2]


def test_who_is_bound_by_what_was_agreed_is_asked_until_their_side_acts_on_it() -> None:
    state = case(agreed())
    for who in (care(), care("practitioner"), police()):
        assert asked(state, who) == [2]
    for who in (school(), CHAIR, Who("manager", Side.RESPONDING)):
        assert asked(state, who) == []
    report = did(3, care(), Act.COMPLETE, action=1, done=True)
    assert asked(case(agreed(), report), care()) == []
    assert asked(case(agreed(), report), police()) == [2]


def test_of_a_talk_and_what_was_agreed_in_it_one_is_asked_once() -> None:
    state = case(MET, WITH_IT)
    assert asked(state, care()) == [2]
    # a side that was not at the talk is asked about what was agreed
    assert asked(state, police()) == [3]


def said(state: CaseState, record: Record) -> list[Refusal]:
    return list(refusals(state, record))


def test_who_may_say_it_is_refused_nothing() -> None:
    assert said(case(talk()), CONFIRMS) == []
    assert said(case(agreed()), replace(CONFIRMS, by=police("practitioner"))) == []


@pytest.mark.parametrize("number", [None, 7])
def test_there_must_be_a_record_to_agree(number: int | None) -> None:
    assert said(case(talk()), replace(CONFIRMS, of=number)) == [
        Refusal(
            "house-6",
            "There is no such record to agree.",
            "Give the number of a record of a talk, or of what was agreed.",
        )
    ]


@pytest.mark.parametrize("who", [school(), police(), CHAIR])
def test_who_took_no_part_for_another_side_adds_a_record_instead(who: Who) -> None:
    assert said(case(talk()), replace(CONFIRMS, by=who)) == [
        Refusal(
            "house-4",
            "A record is agreed by those who took part for another side than wrote it down.",
            "Add a record of your own that says what you know.",
        )
    ]


def test_who_was_not_there_asks_one_who_was() -> None:
    assert said(case(talk()), replace(CONFIRMS, by=care("practitioner"))) == [
        Refusal(
            "house-4",
            "The record of a talk is agreed, or said to be wrong, by those who were there for "
            "another side than wrote it down, by whoever holds their post now, or by their "
            "manager.",
            "Ask one of them to look at it. If you know something of your own, record a "
            "discussion that says it.",
        )
    ]
