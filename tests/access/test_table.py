"""How somebody stands to a case, and in which seats they act, from plain values alone."""

from dataclasses import replace
from typing import Any

import pytest

from concord.access import routes
from concord.access.fields import Field, words_open_to
from concord.access.routes import BOTH, OPENED, ROUTES, SENT, Door, Row, Way
from concord.access.standing import Standing, raises, stands, units
from concord.access.table import (
    EVERYBODY,
    CaseFacts,
    Doing,
    Held,
    Relation,
    acts_as,
    answers_subjects,
    can,
    check,
    may_open_in_emergency,
    oversees_integrity,
    posts_for,
    relation,
    reviews_looks,
)
from concord.rules.who import Parties, Who
from concord.rules.words import Side

ME, OTHER = 7, 8
CASE = CaseFacts("here", Parties("school", ("trust",)), frozenset(), frozenset(), frozenset())
PRACTITIONER = Held("practitioner", "school", "here")
UNIT = Held("business_manager", "", "here")


def facts(**changed: Any) -> CaseFacts:
    return replace(CASE, **{name: _frozen(each) for name, each in changed.items()})


def _frozen(value: Any) -> Any:
    return frozenset(value) if isinstance(value, set) else value


@pytest.mark.parametrize(
    ("held", "case", "stands_so"),
    [
        # who is attached, and holds a post of a party
        ([PRACTITIONER], facts(attached={ME}), Relation.ATTACHED),
        ([PRACTITIONER], facts(attached={OTHER}), Relation.NONE),
        ([Held("manager", "trust", "here")], facts(attached={ME}), Relation.ATTACHED),
        # who has left the agency, or the partnership, has left the case
        ([Held("practitioner", "charity", "here")], facts(attached={ME}), Relation.NONE),
        ([Held("practitioner", "school", "there")], facts(attached={ME}), Relation.NONE),
        ([], facts(attached={ME}), Relation.NONE),
        # the line of a party, and of no other agency
        ([Held("manager", "trust", "here")], CASE, Relation.PARTY_LINE),
        ([Held("safeguarding_lead", "school", "here")], CASE, Relation.PARTY_LINE),
        ([Held("executive", "charity", "here")], CASE, Relation.NONE),
        # the business unit's manager, of the partnership and of no agency
        ([UNIT], CASE, Relation.BUSINESS_UNIT),
        ([Held("business_manager", "charity", "here")], CASE, Relation.NONE),
        ([Held("chair", "", "here")], CASE, Relation.NONE),
        ([Held("business_manager", "", "there")], CASE, Relation.NONE),
        # who was appointed, as long as they hold a post of the partnership
        ([Held("practitioner", "charity", "here")], facts(appointed={("panel_member", ME)}),
         Relation.BROUGHT_IN),
        ([Held("practitioner", "charity", "here")], facts(appointed={("panel_member", OTHER)}),
         Relation.NONE),
        ([], facts(appointed={("panel_member", ME)}), Relation.NONE),
        # an office that was brought in, of the partnership or of an agency
        ([Held("chair", "", "here")], facts(brought_in={"chair"}), Relation.BROUGHT_IN),
        ([Held("slo", "charity", "here")], facts(brought_in={"slo@charity"}), Relation.BROUGHT_IN),
        ([Held("slo", "charity", "here")], facts(brought_in={"slo"}), Relation.NONE),
        ([Held("chair", "", "here")], facts(brought_in={"chair"}, called_back={"office:chair"}),
         Relation.NONE),
        # nobody sees a case by being in the pool of those who may be appointed
        ([Held("reviewer", "", "here")], facts(brought_in={"reviewer"}), Relation.NONE),
        # who looks after the child beside the case is told, unless they are in it otherwise too
        ([Held("iro", "", "here")], facts(brought_in={"iro"}), Relation.TOLD),
        ([Held("iro", "", "here"), Held("chair", "", "here")],
         facts(brought_in={"iro", "chair"}), Relation.BROUGHT_IN),
        ([Held("iro", "", "here")], CASE, Relation.NONE),
    ],
)  # fmt: skip
def test_the_nearest_relation_by_the_posts_that_are_held_now(
    held: list[Held], case: CaseFacts, stands_so: Relation
) -> None:
    assert relation(ME, held, case) is stands_so


@pytest.mark.parametrize(
    ("held", "case", "stands_so"),
    [
        ([PRACTITIONER], facts(attached={ME}, called_back={f"person:{ME}"}), Relation.NONE),
        ([PRACTITIONER], facts(attached={ME}, called_back={f"person:{OTHER}"}), Relation.ATTACHED),
        ([UNIT], facts(called_back={f"person:{ME}"}), Relation.BUSINESS_UNIT),
        # from an agency: its posts open nothing, others that the same person holds do
        ([PRACTITIONER], facts(attached={ME}, called_back={"agency:school"}), Relation.NONE),
        ([PRACTITIONER], facts(attached={ME}, called_back={"agency:trust"}), Relation.ATTACHED),
        # from everybody: the raiser and the business unit alone keep it, to put it right
        ([PRACTITIONER], facts(attached={ME}, raiser=ME, called_back={EVERYBODY}),
         Relation.ATTACHED),
        ([PRACTITIONER], facts(attached={ME}, raiser=OTHER, called_back={EVERYBODY}),
         Relation.NONE),
        ([UNIT], facts(called_back={EVERYBODY}), Relation.BUSINESS_UNIT),
    ],
)  # fmt: skip
def test_a_case_is_closed_to_whom_it_was_called_back_from(
    held: list[Held], case: CaseFacts, stands_so: Relation
) -> None:
    assert relation(ME, held, case) is stands_so


def test_posts_of_another_partnership_or_of_an_agency_called_back_from_open_nothing() -> None:
    # given posts here, there, and at an agency that the case was called back from
    there, gone = Held("manager", "school", "there"), Held("manager", "trust", "here")
    # when it is asked which of them can open the case
    found = posts_for([PRACTITIONER, there, gone, UNIT], facts(called_back={"agency:trust"}))
    # then those here that were not called back from
    assert found == [PRACTITIONER, UNIT]


def test_why_not_is_said_in_plain_words_that_say_whom_to_ask() -> None:
    assert check(Relation.ATTACHED, Doing.SEE_CASE) == ""
    assert check(Relation.TOLD, Doing.SEE_RECORDS) == (
        "This case is not open to you. Ask the partnership's business unit if you think it is."
    )


def test_a_professional_of_the_partnership_may_open_a_case_in_an_emergency() -> None:
    assert may_open_in_emergency([Held("practitioner", "charity", "here")], "here")


@pytest.mark.parametrize(
    ("held", "administrator"),
    [
        ([], False),
        ([Held("practitioner", "charity", "there")], False),
        ([Held("data_protection_officer", "", "here")], False),
        ([Held("practitioner", "charity", "here")], True),
    ],
)
def test_who_opens_no_case_in_an_emergency(held: list[Held], administrator: bool) -> None:
    assert may_open_in_emergency(held, "here", administrator) is False


ANSWERING = [
    (UNIT, {"here"}),
    (Held("data_protection_officer", "", "here"), {"here"}),
    (Held("data_protection_officer", "school", "here"), set()),
    (Held("business_manager", "school", "here"), set()),
    (Held("chair", "", "here"), set()),
]


@pytest.mark.parametrize(("post", "expected"), ANSWERING)
def test_who_reviews_looks_answers_subjects_and_oversees_integrity(
    post: Held, expected: set[str]
) -> None:
    assert reviews_looks([post]) == expected
    assert answers_subjects([post]) == expected
    assert oversees_integrity(iter([post])) == expected
    # of a partnership or of any, a post of an agency never stands for it
    assert stands(Standing.REVIEWS_LOOKS, [post]) is bool(expected)
    assert stands(Standing.INTEGRITY, [post]) is bool(expected)
    assert stands(Standing.ANSWERS_SUBJECTS, iter([post]), "here") is bool(expected)
    assert stands(Standing.ANSWERS_SUBJECTS, [post], "there") is False


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        (UNIT, {"here"}),
        (Held("business_manager", "school", "here"), set()),
        (Held("data_protection_officer", "", "here"), set()),
    ],
)
def test_the_business_unit_is_its_manager_alone(post: Held, expected: set[str]) -> None:
    assert units([post]) == expected
    assert stands(Standing.UNIT, [post], "here") is bool(expected)
    assert stands(Standing.UNIT, [post], "there") is False
    assert stands(Standing.ANY_UNIT, [post]) is bool(expected)


@pytest.mark.parametrize(
    ("post", "slug", "expected"),
    [
        (Held("manager", "school", "here"), "school", True),
        (Held("manager", "school", "here"), "trust", False),
        (Held("practitioner", "school", "here"), "school", False),
        (Held("manager", "", "here"), "", False),
    ],
)
def test_the_line_of_an_agency_is_its_own(post: Held, slug: str, expected: bool) -> None:
    assert stands(Standing.AGENCY_LINE, [post], slug) is expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([PRACTITIONER], True),
        ([UNIT, PRACTITIONER], True),  # by one of several posts
        ([UNIT], False),
        ([], False),
    ],
)
def test_a_concern_is_raised_from_a_post_in_an_agency(held: list[Held], expected: bool) -> None:
    assert raises(held) is expected
    assert stands(Standing.RAISES, held) is expected


@pytest.mark.parametrize("standing", [Standing.CONFIRMS, Standing.KEEPS_POST, Standing.SERVES])
def test_what_the_directory_must_be_asked_opens_by_no_post_alone(standing: Standing) -> None:
    assert stands(standing, [UNIT, Held("executive", "school", "here")], "here") is False


RAISING = Who("practitioner", Side.RAISING, "school")


@pytest.mark.parametrize(
    ("held", "case", "seats"),
    [
        # who raised it is the practitioner of their side, whatever their post
        ([PRACTITIONER], facts(raiser=ME), (RAISING,)),
        ([Held("manager", "school", "here")], facts(raiser=ME),
         (RAISING, Who("manager", Side.RAISING, "school"))),
        ([Held("manager", "charity", "here")], facts(raiser=ME), ()),
        ([Held("manager", "school", "here"), Held("manager", "charity", "here")], facts(raiser=ME),
         (RAISING, Who("manager", Side.RAISING, "school"))),
        ([Held("manager", "school", "here")], facts(raiser=OTHER),
         (Who("manager", Side.RAISING, "school"),)),
        # a post of a party acts on its side
        ([Held("manager", "trust", "here")], CASE, (Who("manager", Side.RESPONDING, "trust"),)),
        # an office of an agency that is no party, once it was brought in
        ([Held("slo", "charity", "here")], facts(brought_in={"slo@charity"}), (Who("slo"),)),
        ([Held("slo", "charity", "here")], CASE, ()),
        ([Held("slo", "trust", "here")], facts(brought_in={"slo@trust"}),
         (Who("slo", Side.RESPONDING, "trust"),)),
        # an office of the partnership, unless it is held by appointment alone
        ([Held("chair", "", "here")], CASE, (Who("chair"),)),
        ([Held("reviewer", "", "here")], CASE, ()),
        ([Held("reviewer", "", "here")], facts(appointed={("reviewer", ME)}), (Who("reviewer"),)),
        ([Held("reviewer", "", "here")], facts(appointed={("reviewer", OTHER)}), ()),
        ([UNIT], facts(appointed={("panel_member", ME)}), (Who("business_manager"), Who("panel"))),
        ([], facts(appointed={("panel_member", ME)}), ()),
        ([Held("manager", "trust", "there")], CASE, ()),
    ],
)  # fmt: skip
def test_in_which_seats_somebody_acts(
    held: list[Held], case: CaseFacts, seats: tuple[Who, ...]
) -> None:
    assert acts_as(ME, held, case) == seats


def test_the_words_of_a_raise_open_to_who_looks_after_the_child_leave_the_reasons_out() -> None:
    # given the words of a record that raises a concern, one of them under a name of no field
    text = {"decision_challenged": "Closed", "why": "Bruises", "more": "Else"}
    # when the child's reviewing officer reads it
    found = words_open_to(Relation.TOLD, text)
    # then they read what is disputed, and nothing else; the parties read all of it
    assert found == {"decision_challenged": "Closed"}
    assert words_open_to(Relation.ATTACHED, text) == text
    assert Field.REASONS in Field


def test_a_door_of_a_case_opens_to_a_relation_that_may_do_all_that_it_shows() -> None:
    row = Row(Door.CASE, frozenset(Way), frozenset({Doing.SEE_CASE, Doing.PRINT}))
    assert row.opens_to(Relation.ATTACHED)
    assert not row.opens_to(Relation.TOLD)  # sees the case, and prints nothing
    assert not Row(Door.POST, frozenset(Way), frozenset()).opens_to(Relation.ATTACHED)
    assert row.methods == ("GET", "HEAD", "POST")
    assert Row(Door.ANYBODY, frozenset({Way.SENT})).methods == ("POST",)


def test_rows_of_the_table_of_routes_say_their_door_and_ways() -> None:
    start, case = ROUTES["start"], ROUTES["case"]
    assert (start.door, start.methods, start.shows) == (Door.ANYBODY, ("GET", "HEAD"), frozenset())
    assert case.door is Door.CASE
    assert case.shows
    assert not can(Relation.NONE, next(iter(case.shows)))
    by_post = [row for row in ROUTES.values() if row.door is Door.POST]
    assert by_post
    assert all(row.by is not None and row.methods for row in by_post)


@pytest.mark.parametrize(
    ("route", "row"),
    [
        ("sign-in", Row(Door.ANYBODY, frozenset(Way))),
        ("sign-out", Row(Door.ANYBODY, frozenset({Way.SENT}))),
        ("work", Row(Door.SIGNED_IN, frozenset({Way.OPENED}), frozenset({Doing.SEE_IN_LISTS}))),
        ("notices-read", Row(Door.SIGNED_IN, frozenset({Way.SENT}))),
        (
            "learning",
            Row(
                Door.POST,
                frozenset({Way.OPENED}),
                frozenset({Doing.SEE_IN_LISTS}),
                Standing.UNIT,
            ),
        ),
        ("cover", Row(Door.POST, frozenset(Way), frozenset(), Standing.SETS_COVER)),
        (
            "call-back",
            Row(Door.CASE, frozenset(Way), frozenset({Doing.SEE_RECORDS, Doing.CALL_BACK})),
        ),
        ("raise-step", Row(Door.OWN, frozenset(Way))),
    ],
)
def test_a_route_of_each_kind_says_all_that_its_row_was_given(route: str, row: Row) -> None:
    # given a route as it is written in the table; then door, ways, what it shows and by whom hold
    assert ROUTES[route] == row


def test_a_row_of_each_kind_is_made_of_what_is_written_in_the_table() -> None:
    """The rows are made when the table is first read: here they are made once more."""
    shows = frozenset({Doing.SEE_RECORDS, Doing.PRINT})
    for ways in (OPENED, SENT, BOTH):
        assert routes._anybody(ways) == Row(Door.ANYBODY, ways)
        assert routes._signed_in(ways, *shows) == Row(Door.SIGNED_IN, ways, shows)
        assert routes._case(ways, *shows) == Row(Door.CASE, ways, shows)
        assert routes._post(Standing.UNIT, ways, *shows) == Row(
            Door.POST, ways, shows, Standing.UNIT
        )
