"""Who acts and in which seats they count: what policies write, read against a case's parties."""

import re

import pytest

from concord.rules.who import (
    OUTSIDER,
    Parties,
    Seat,
    UnknownParty,
    Who,
    actors_of,
    anybody,
    expand,
    parse_seat,
    sits,
)
from concord.rules.words import Side

TWO = Parties("school", ("trust",))
THREE = Parties("school", ("trust", "police"))
MANAGER = Who("manager", Side.RAISING, "school")


def test_the_parties_are_each_agency_once_the_raising_one_first() -> None:
    assert THREE.agencies == ("school", "trust", "police")
    assert THREE.sides == (
        (Side.RAISING, "school"), (Side.RESPONDING, "trust"), (Side.RESPONDING, "police"),
    )  # fmt: skip
    # given two teams of one agency that disagree, then it is one agency on both sides
    within = Parties("trust", ("trust",))
    assert within.agencies == ("trust",)
    assert within.sides == ((Side.RAISING, "trust"), (Side.RESPONDING, "trust"))


@pytest.mark.parametrize(
    ("text", "whos"),
    [
        (" chair ", (Who("chair"),)),
        ("manager@raising", (MANAGER,)),
        ("manager@police", (Who("manager", Side.RESPONDING, "police"),)),
        ("manager@school", (MANAGER,)),
        ("manager@responding",
         (Who("manager", Side.RESPONDING, "trust"), Who("manager", Side.RESPONDING, "police"))),
    ],
)  # fmt: skip
def test_an_actor_is_read_by_side_by_agency_or_by_office(text: str, whos: tuple[Who, ...]) -> None:
    assert THREE.resolve(text) == whos


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@raising", "'@raising' names nobody: write a tier or an office."),
        ("manager@charity",
         "'charity' is not a party to this case: the parties are school, trust, police."),
    ],
)  # fmt: skip
def test_an_actor_who_is_nobody_is_refused_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(UnknownParty) as refused:
        THREE.resolve(text)
    assert str(refused.value) == said


def test_the_one_agency_that_answers_is_called_by_its_side_and_several_by_name() -> None:
    trust = Who("manager", Side.RESPONDING, "trust")
    assert TWO.label(trust) == "manager@responding"
    assert THREE.label(trust) == "manager@trust"
    assert THREE.label(MANAGER) == "manager@raising"
    assert THREE.label(Who("chair")) == "chair"


def test_a_seat_is_read_and_written_the_same() -> None:
    assert parse_seat(" iro | cp_chair@other") == Seat(("iro", "cp_chair"), "other")
    assert parse_seat("chair") == Seat(("chair",), None)
    for text in ("iro|cp_chair@other", "chair", "manager@each"):
        assert str(parse_seat(text)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@raising",
         "'@raising' names nobody: write a tier or an office, as 'manager@raising'."),
        ("iro|@raising",
         "'iro|@raising' names nobody: write a tier or an office, as 'manager@raising'."),
        ("manager@school",
         "'manager@school': after @ stands one of raising, responding, each, own, other, not "
         "'school'."),
    ],
)  # fmt: skip
def test_a_seat_that_is_none_is_refused_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        parse_seat(text)


@pytest.mark.parametrize(
    ("place", "own", "agencies"),
    [
        ("raising", None, ["school"]),
        ("responding", None, ["trust", "police"]),
        ("each", None, ["school", "trust", "police"]),
        ("own", "police", ["police"]),
        ("other", "school", ["trust", "police"]),
        ("other", "police", ["school"]),
        ("own", None, [None]),
        ("other", None, [None]),
        (None, "school", [None]),
    ],
)
def test_a_seat_asks_for_one_person_of_each_agency_that_it_covers(
    place: str | None, own: str | None, agencies: list[str | None]
) -> None:
    seat = Seat(("manager",), place)
    assert expand(seat, THREE, own) == tuple((seat, agency) for agency in agencies)


def test_whoever_is_asked_by_a_seat_stands_on_the_side_of_their_agency() -> None:
    # given a seat that anybody of two roles may fill, then its first is asked, at each party
    seat = Seat(("manager", "executive"), "each")
    assert actors_of(seat, TWO) == (MANAGER, Who("manager", Side.RESPONDING, "trust"))
    assert actors_of(Seat(("chair", "iro")), TWO) == (Who("chair"),)
    # given a disagreement within one agency, then it is asked as the one that raised it
    trust = Who("manager", Side.RAISING, "trust")
    assert actors_of(Seat(("manager",), "each"), Parties("trust", ("trust",))) == (trust,)


@pytest.mark.parametrize(
    ("role", "wanted", "counts"),
    [
        ("manager", ("manager",), True),
        ("executive", ("manager",), True),
        ("practitioner", ("manager",), False),
        ("chair", ("manager",), False),
        ("chair", ("iro", "chair"), True),
        ("manager", ("iro", "practitioner"), True),  # by the second role, past an office
        ("manager", ("iro",), False),
        ("chair", ("anyone",), True),
        # whom the policy lets stand for a tier counts for it and for those below it
        ("named_doctor", ("manager",), True),
        ("named_doctor", ("practitioner",), True),
        ("named_doctor", ("service_lead",), False),
    ],
)
def test_a_higher_tier_or_who_stands_for_one_counts_in_a_lower_seat(
    role: str, wanted: tuple[str, ...], counts: bool
) -> None:
    who, stand = Who(role, Side.RAISING, "school"), {"manager": frozenset({"named_doctor"})}
    assert sits(who, Seat(wanted), None, stand) is counts
    assert sits(who, Seat(wanted), "school", stand) is counts
    assert sits(who, Seat(wanted), "trust", stand) is False


def test_anybody_of_several_who_holds_one_of_the_roles_is_enough() -> None:
    seats = [Seat(("iro",)), Seat(("chair", "panel"), "each")]
    assert anybody([MANAGER, Who("panel")], seats)
    assert not anybody([MANAGER, OUTSIDER], seats)
    assert MANAGER.is_tier
    assert not OUTSIDER.is_tier
