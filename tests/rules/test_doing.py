"""Whether what was done is what a rule asks for, and whom it reached; from plain values."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from concord.policies.library import load
from concord.rules.doing import Done, done_at, first_done, fits_doing, recipients
from concord.rules.forms import FormRule
from concord.rules.policy import Doing
from concord.rules.record import Record
from concord.rules.state import CaseState, begin
from concord.rules.who import OUTSIDER, Parties, Seat, Who, parse_seat
from concord.rules.words import Act, Form, Outcome, Side
from tests.rules.test_small_calendar import NINE, calendar

SCHOOL, CARE = Who("manager", Side.RAISING, "school"), Who("manager", Side.RESPONDING, "care")
POLICE = Who("manager", Side.RESPONDING, "police")
CHAIR, MASH = Who("chair"), Who("mash")
FORM, OTHER = list(Form)[:2]


def stand_in(who: Who) -> Who:
    """Whoever may stand for a manager, of the same agency."""
    return Who("named_professional", who.side, who.agency)


def case() -> CaseState:
    """A case of a school, social care and the police; a lead may stand for a manager."""
    forms = (
        FormRule(OTHER, "Other", "F-1", to=(parse_seat("iro"),)),
        FormRule(FORM, "Form", "F-2", to=(
            parse_seat("business_manager|chair"), parse_seat("manager@other"),
        )),
    )  # fmt: skip
    policy = replace(
        load("sandwell").policy, forms=forms,
        stands_for={"manager": frozenset({"named_professional"})},
    )  # fmt: skip
    return begin(policy, calendar(), Parties("school", ("care", "police")), {})


def did(who: Who, act: Act, n: int = 1, **more: Any) -> Record:
    """What somebody did in the n-th hour after nine."""
    at = NINE + timedelta(hours=n)
    return Record(n, at, at, who, act, **more)


def hour(n: int) -> tuple[datetime, int]:
    return NINE + timedelta(hours=n), n


def doing(*acts: Act, by: str = "", present: str = "", to: str = "", **more: Any) -> Doing:
    def seats(text: str) -> tuple[Seat, ...]:
        return tuple(parse_seat(each) for each in text.split())

    return Doing(frozenset(acts), seats(by), seats(present), seats(to), **more)


def test_what_was_done_is_found_by_its_acts_in_the_order_of_time() -> None:
    talk, answer = did(SCHOOL, Act.DISCUSS, 3), did(CARE, Act.ANSWER, 2)
    later, meeting = did(CARE, Act.DISCUSS, 4), did(CARE, Act.MEET, 5)
    done = Done([talk, later, answer, meeting])
    assert list(done.of(frozenset({Act.DISCUSS}))) == [talk, later]
    assert list(done.of(frozenset({Act.DISCUSS, Act.ANSWER}))) == [answer, talk, later]
    assert list(done.of(frozenset({Act.RAISE}))) == []


def test_a_meeting_that_was_called_off_was_not_arranged() -> None:
    # given two meetings, of which the first is moved, and then called off
    first, second = did(SCHOOL, Act.CONVENE, 3), did(SCHOOL, Act.CONVENE, 4)
    moved = did(CARE, Act.CONVENE, 5, of=3, reason="The chair is ill.")
    off = did(CARE, Act.CONVENE, 6, of=3, done=False)
    about = did(CARE, Act.CONFIRM, 7, of=3)
    done = Done(each for each in [first, second, moved, off, about])
    assert list(done.of(frozenset({Act.CONVENE}))) == [second]
    assert list(done.of(frozenset({Act.CONFIRM}))) == [about]
    # and before it was called off both were
    assert list(Done([first, second, moved]).of(frozenset({Act.CONVENE}))) == [
        first, second, moved,
    ]  # fmt: skip


def test_a_record_goes_to_whom_it_says() -> None:
    for act in (Act.REFER, Act.SUBMIT, Act.FEED_BACK, Act.SHARE, Act.NOTIFY):
        said = did(SCHOOL, act, to=(CHAIR,), people=(POLICE,))
        assert recipients(case(), said) == (CHAIR, POLICE)


@pytest.mark.parametrize(
    ("record", "whos"),
    [
        (did(SCHOOL, Act.REFER, people=(POLICE,)), (MASH,)),
        (did(SCHOOL, Act.SUBMIT, form=FORM, people=(POLICE,)), (Who("business_manager"), POLICE)),
        (did(SCHOOL, Act.SUBMIT, form=OTHER), (Who("iro"),)),
        (did(CARE, Act.FEED_BACK, people=(POLICE,)),
         (Who("practitioner", Side.RAISING, "school"), POLICE)),
        (did(CARE, Act.SHARE, people=(POLICE,)),
         (Who("executive", Side.RAISING, "school"), Who("executive", Side.RESPONDING, "police"),
          POLICE)),
        (did(CARE, Act.DISCUSS, people=(POLICE,)), (POLICE,)),
    ],
)  # fmt: skip
def test_a_record_that_does_not_say_goes_to_whom_its_kind_implies(
    record: Record, whos: tuple[Who, ...]
) -> None:
    assert recipients(case(), record) == whos


def fits(kind: Doing, record: Record, owner: Who | None = None, own: str | None = None) -> bool:
    return fits_doing(case(), kind, record, owner, own)


def test_a_record_of_another_act_or_form_or_outcome_is_not_of_the_kind() -> None:
    plain = doing(Act.DISCUSS, Act.MEET)
    assert fits(plain, did(SCHOOL, Act.DISCUSS))
    assert fits(plain, did(SCHOOL, Act.MEET))
    assert not fits(plain, did(SCHOOL, Act.ANSWER))
    form = doing(Act.SUBMIT, form=FORM)
    assert fits(form, did(SCHOOL, Act.SUBMIT, form=FORM))
    assert not fits(form, did(SCHOOL, Act.SUBMIT, form=OTHER))
    assert not fits(form, did(SCHOOL, Act.SUBMIT))
    assert fits(doing(Act.SUBMIT), did(SCHOOL, Act.SUBMIT, form=OTHER))
    agreed = doing(Act.DISCUSS, outcomes=frozenset({Outcome.RESOLVED}))
    assert fits(agreed, did(SCHOOL, Act.DISCUSS, outcome=Outcome.RESOLVED))
    assert not fits(agreed, did(SCHOOL, Act.DISCUSS, outcome=Outcome.UNRESOLVED))


def test_what_must_be_given_is_given_whole() -> None:
    told = doing(Act.NOTIFY, given=("what", "why"))
    assert fits(told, did(SCHOOL, Act.NOTIFY, text={"what": "This", "why": "That"}))
    assert not fits(told, did(SCHOOL, Act.NOTIFY, text={"what": "This", "why": ""}))
    assert not fits(told, did(SCHOOL, Act.NOTIFY))


def test_times_proposed_an_older_record_confirmed_and_an_invitation_alone_do_not_count() -> None:
    times = {"time.1": "10:00", "time.2": "15:00"}
    assert fits(doing(Act.CONVENE), did(SCHOOL, Act.CONVENE, of=3))
    assert not fits(doing(Act.CONVENE), did(SCHOOL, Act.CONVENE, text=times))
    assert fits(doing(Act.CONFIRM), did(SCHOOL, Act.CONFIRM))
    assert not fits(doing(Act.CONFIRM), did(SCHOOL, Act.CONFIRM, of=3))
    assert not fits(doing(Act.NOTIFY), did(SCHOOL, Act.NOTIFY, to=(OUTSIDER,)))
    assert fits(doing(Act.NOTIFY), did(SCHOOL, Act.NOTIFY, to=(OUTSIDER, CHAIR)))


def test_who_does_it_is_whom_the_rule_names_or_whoever_stands_for_them() -> None:
    managers = doing(Act.ANSWER, by="manager@other chair")
    for who, may in (
        (CARE, True), (POLICE, True), (SCHOOL, False), (CHAIR, True), (Who("iro"), False),
        (Who("practitioner", Side.RESPONDING, "care"), False),
        (Who("named_professional", Side.RESPONDING, "care"), True),
        (Who("named_professional", Side.RAISING, "school"), False),
    ):  # fmt: skip
        assert fits(managers, did(who, Act.ANSWER), own="school") is may
    assert not fits(managers, did(CARE, Act.ANSWER), own="care")


def test_where_the_rule_names_nobody_it_is_the_party_or_the_office_that_owes() -> None:
    lead = Who("service_lead", Side.RESPONDING, "care")
    assert fits(doing(Act.ANSWER), did(lead, Act.ANSWER), owner=CARE)
    assert not fits(doing(Act.ANSWER), did(SCHOOL, Act.ANSWER), owner=CARE)
    assert fits(doing(Act.ANSWER), did(CHAIR, Act.ANSWER), owner=CHAIR)
    assert not fits(doing(Act.ANSWER), did(Who("iro"), Act.ANSWER), owner=CHAIR)
    # or anybody, where who was there decides
    assert fits(doing(Act.MEET, present="chair"), did(SCHOOL, Act.MEET), owner=CARE)


def done(kind: Doing, *records: Record, owner: Who | None = None,
         since: datetime | None = None) -> tuple[datetime, int] | None:  # fmt: skip
    return done_at(case(), kind, records, owner, since)


def test_the_first_record_of_the_kind_from_then_on_is_when_it_was_done() -> None:
    kind = doing(Act.ANSWER)
    records = did(SCHOOL, Act.DISCUSS), did(CARE, Act.ANSWER, 2), did(CARE, Act.ANSWER, 3)
    assert done(kind, *records) == hour(2)
    assert done(kind, *records, since=hour(2)[0]) == hour(2)
    assert done(kind, *records, since=hour(2)[0] + timedelta(minutes=1)) == hour(3)
    assert done(kind, *records, owner=SCHOOL) is None
    assert done(kind, records[0]) is None
    # whoever else does it before does not keep the one who owes it from doing it
    others = did(POLICE, Act.ANSWER, 2), did(CARE, Act.ANSWER, 3)
    assert done(kind, *others, owner=CARE) == hour(3)
    own = doing(Act.ANSWER, by="manager@own")
    assert done(own, others[0], owner=CARE) is None
    assert done(own, *others, owner=CARE) == hour(3)


def test_opposite_numbers_are_reached_one_after_another_by_ones_own_side() -> None:
    # given a talk of one's own manager with each of the others
    kind = doing(Act.DISCUSS, present="manager@own manager@other")
    two = did(CARE, Act.DISCUSS, 2, people=(POLICE,))
    first, second = (
        did(SCHOOL, Act.DISCUSS, 3, people=(CARE,)), did(POLICE, Act.DISCUSS, 4, people=(SCHOOL,)),
    )  # fmt: skip
    # then what the two others said to each other is no talk with it
    assert done(kind, two, owner=SCHOOL) is None
    assert done(kind, two, first, owner=SCHOOL) is None
    assert done(kind, two, first, second, owner=SCHOOL) == hour(4)
    whole = did(SCHOOL, Act.DISCUSS, 5, people=(CARE, POLICE))
    assert done(kind, whole, owner=SCHOOL) == hour(5)
    # and whoever stands for a manager counts as one
    assert done(kind, replace(whole, by=stand_in(SCHOOL)), owner=SCHOOL) == hour(5)
    assert done(kind, replace(whole, people=(
        stand_in(CARE), stand_in(POLICE),
    )), owner=SCHOOL) == hour(5)  # fmt: skip


def test_a_meeting_with_an_office_alone_needs_that_office() -> None:
    kind = doing(Act.MEET, present="chair")
    assert done(kind, did(SCHOOL, Act.MEET, people=(CARE,)), owner=SCHOOL) is None
    met = did(SCHOOL, Act.MEET, 2, people=(CHAIR,))
    assert done(kind, did(SCHOOL, Act.MEET), met, owner=SCHOOL) == hour(2)


def test_all_who_must_be_told_are_told_be_it_one_by_one() -> None:
    kind = doing(Act.NOTIFY, to="manager@other chair")
    care, rest = (
        did(SCHOOL, Act.NOTIFY, 2, to=(stand_in(CARE),)),
        did(SCHOOL, Act.NOTIFY, 3, to=(CHAIR, POLICE)),
    )
    assert done(kind, care, owner=SCHOOL) is None
    assert done(kind, care, rest, owner=SCHOOL) == hour(3)
    assert done(kind, care, replace(rest, to=(CHAIR,)), owner=SCHOOL) is None
    # a record that does not say goes to whom its kind implies
    fed_back = doing(Act.FEED_BACK, to="practitioner@raising")
    assert done(fed_back, did(CARE, Act.FEED_BACK, 4), owner=CARE) == hour(4)
    # and where somebody must be there as well, both are so
    both = replace(kind, present=(parse_seat("iro"),))
    assert done(both, care, rest, owner=SCHOOL) is None
    there = did(SCHOOL, Act.NOTIFY, 4, to=(CHAIR, POLICE, CARE), people=(Who("iro"),))
    assert done(both, there, owner=SCHOOL) == hour(4)
    assert done(both, did(SCHOOL, Act.NOTIFY, people=(Who("iro"),)), owner=SCHOOL) is None


def test_of_several_ways_to_do_it_the_first_counts() -> None:
    records = Done([
        did(CARE, Act.ANSWER, 2), did(CARE, Act.MEET, 3), did(CARE, Act.ANSWER, 4),
    ])  # fmt: skip
    answer, meet, share = doing(Act.ANSWER), doing(Act.MEET), doing(Act.SHARE)

    def first(*kinds: Doing, **more: Any) -> tuple[datetime, int] | None:
        return first_done(case(), kinds, records, more.pop("owner", CARE), more.pop("since", None),
                          **more)  # fmt: skip

    assert first(share) is None
    assert first() is None
    assert first(share, meet, answer) == first(answer, meet) == hour(2)
    assert first(meet, share) == hour(3)
    # leaving aside what came before, or records that count for something else
    assert first(answer, meet, since=hour(3)[0]) == hour(3)
    assert first(answer, besides=frozenset({2})) == hour(4)
    assert first(answer, besides=frozenset({2, 4})) is None
    assert first(answer, owner=SCHOOL) is None
