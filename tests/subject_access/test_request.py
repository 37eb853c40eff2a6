"""A request for what is held about a child, from the day it came to its end: who may, and by when."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from concord.cases.doorway import viewer
from concord.cases.models import Case
from concord.looks.models import Kind, Seen, SeenCase
from concord.subject_access.models import Piece, Redaction, Release, Request, Step
from concord.subject_access.releasing import release
from concord.subject_access.requests import CannotDo, gather, standing_of
from tests.subject_access.asking import (
    AUNT,
    SISTER,
    TODAY,
    SignIn,
    agree_all,
    as_word,
    asking,
    begun,
    day_of,
    gathered,
    leave_out,
    piece_with,
    text,
)


def test_from_the_request_to_the_copies_that_are_given(
    held: Case, officer: Client, unit: Client
) -> None:
    # given a request written down by the data protection officer, who then gathers what is held
    here = begun(officer)
    shown = text(officer.get(here))
    assert "To be answered by" in shown
    assert held.reference in shown
    assert "Not proved who asks" in shown
    # nothing is gathered for somebody of whom it is not proved who they are
    refused = officer.post(f"{here}/gathered")
    assert refused.status_code == 409
    assert "how it is proved who asks" in text(refused)
    proof = {**day_of("proved", TODAY), "how_proved": "Passport seen"}
    assert officer.post(f"{here}/proved", proof).status_code == 302
    assert officer.post(f"{here}/gathered").status_code == 302
    # then every case about the child is in it, and no other child's
    texts = "\n".join(Piece.objects.values_list("text", flat=True))
    assert AUNT in texts
    assert "The second one." in texts
    assert "The other one." not in texts
    assert SISTER not in texts
    assert "seen at school.pdf" in texts
    # each with who wrote it, for which agency, when, and under which clause
    said = piece_with(AUNT)
    assert "Meadow School" in said.agency
    assert said.who
    assert said.when
    assert "SA-09" in said.clause
    assert said.title == f"Case {held.reference}, record 2: Discussed it"
    # when words of somebody else are left out
    assert leave_out(officer, here, AUNT).status_code == 302
    assert "Waits for a second reader" in text(officer.get(f"{here}/pieces?show=waiting"))
    # then nothing is released before a second reader has agreed it, and who made it is no such one
    early = officer.post(f"{here}/released")
    assert early.status_code == 409
    assert "A second reader has to agree" in text(early)
    own = officer.post(f"{here}/redactions/{Redaction.objects.get().pk}", {"says": "agrees"})
    assert own.status_code == 422
    assert "Another person reads it a second time" in text(own)
    agree_all(unit, here)
    # and the second reader has read the copy to be given, whole: not whoever gathered it
    assert officer.post(f"{here}/released").status_code == 409
    assert "second reader is another person" in text(officer.post(f"{here}/read"))
    assert AUNT not in as_word(unit, here, "given")
    assert unit.post(f"{here}/read").status_code == 302
    assert officer.post(f"{here}/released").status_code == 302
    # then both copies are frozen: the one given without the words, by the reason's code
    kept = Release.objects.get()
    assert AUNT in kept.whole
    assert AUNT not in kept.given
    given = as_word(officer, here, "given")
    assert AUNT not in given
    assert "[left out: third party's personal data, T1]" in given
    assert "The children were hungry." in given
    assert "Data Protection Act 2018, Schedule 2, paragraph 16" in given
    assert AUNT in as_word(officer, here, "whole")
    assert "Released" in text(officer.get(here))
    # and nothing in it is changed any more
    late = officer.post(f"{here}/pieces/{said.number}", {"words": "", "code": "T1", "why": "x"})
    assert late.status_code == 422
    assert Redaction.objects.count() == 1
    assert officer.post(f"{here}/gathered").status_code == 409


def test_every_look_is_written_down(held: Case, officer: Client, person: Any) -> None:
    here = gathered(officer)
    officer.get(f"{here}/pieces")
    officer.post(f"{here}/copies/whole", {"as": "docx"})
    who = person("data_protection_officer", "sandwell")
    seen = SeenCase.objects.filter(seen__user=who, case=held)
    pages = set(seen.values_list("seen__page", flat=True))
    assert {"subject-gathered", "subject-pieces", "subject-copy"} <= pages
    assert seen.filter(seen__page="subject-copy", seen__kind=Kind.EXPORT).exists()
    assert seen.filter(seen__page="subject-pieces").exists()
    # what was searched for is written down with the request's page
    officer.get(here)
    assert any("Plum Invented" in each.search for each in Seen.objects.filter(user=who))
    # and the case's own people can see it
    assert seen.exists()


@pytest.mark.parametrize(
    ("role", "where"),
    [
        ("manager", "sandwell-school"), ("practitioner", "sandwell-school"), ("chair", "sandwell"),
        ("executive", "sandwell-childrens-trust"), ("iro", "sandwell"),
        ("data_protection_officer", "bromley"), ("business_manager", "bromley"),
    ],
)  # fmt: skip
def test_it_is_open_to_nobody_else(
    held: Case, officer: Client, as_person: SignIn, role: str, where: str
) -> None:
    here = gathered(officer)
    other = as_person(role, where)
    number = piece_with(AUNT).number
    for address in (
        "/partnerships/sandwell/subject-access", "/partnerships/sandwell/subject-access/new",
        here, f"{here}/pieces", f"{here}/pieces/{number}", f"{here}/proved", f"{here}/closed",
    ):  # fmt: skip
        assert other.get(address).status_code in (403, 404), address
    for address in ("gathered", "read", "released", "copies/whole", f"documents/{number}"):
        assert other.post(f"{here}/{address}", {"as": "pdf"}).status_code in (403, 404), address
    assert "/partnerships/sandwell/subject-access" not in other.get("/work").content.decode()
    assert not Release.objects.exists()


def test_the_officer_still_sees_no_case(held: Case, officer: Client) -> None:
    gathered(officer)
    assert officer.get(f"/case/{held.reference}").status_code == 404
    assert "Requests for access" in text(officer.get("/work"))


def test_it_is_extended_once_with_its_reason_within_the_first_month(
    held: Case, officer: Client
) -> None:
    here = begun(officer)
    before = text(officer.get(here))
    assert officer.post(f"{here}/extended", {"why": ""}).status_code == 422
    assert officer.post(f"{here}/extended", {"why": "Eleven cases."}).status_code == 302
    shown = text(officer.get(here))
    assert "three months in all" in shown
    assert shown != before
    again = officer.post(f"{here}/extended", {"why": "More."})
    assert again.status_code == 422
    assert "cannot be extended again" in text(again)
    # after the first month it is too late
    old = begun(officer, **day_of("received", TODAY - timedelta(days=40)))
    late = officer.post(f"{old}/extended", {"why": "Eleven cases."})
    assert "The first month is over" in text(late)
    assert "Late" in text(officer.get(old))


def test_where_nothing_is_held_it_is_closed_and_said_so(held: Case, officer: Client) -> None:
    here = begun(officer, child="Nobody Invented")
    shown = text(officer.get(here))
    assert "No case of this partnership is about a child of this name" in shown
    assert officer.post(f"{here}/closed", {"why": "Nothing is held."}).status_code == 302
    assert "Closed" in text(officer.get("/partnerships/sandwell/subject-access"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (day_of("received", TODAY + timedelta(days=2)), "Enter a day that has passed"),
        (day_of("received", TODAY - timedelta(days=500)), "Check the year"),
        (day_of("proved", TODAY), "Say how"),
        ({"how_proved": "Passport"}, "Enter the day on which it was proved"),
        ({"child": ""}, "Enter: the child's full name"),
        ({"standing": "neighbour"}, "Choose one of those shown"),
    ],
)
def test_what_cannot_be_is_queried_and_nothing_typed_is_lost(
    cast: object, officer: Client, wrong: dict[str, str], says: str
) -> None:
    answer = officer.post("/partnerships/sandwell/subject-access/new", asking(**wrong))
    assert answer.status_code == 422
    assert says in text(answer)
    assert "Rowan Madeup" in text(answer)
    assert not Request.objects.exists()


def test_what_two_do_at_the_same_moment_is_done_once(
    held: Case, officer: Client, unit: Client, person: Any
) -> None:
    # given two people who both see the request before either has gathered
    here = begun(officer, **day_of("proved", TODAY), how_proved="Passport seen")
    request = Request.objects.get()
    who = viewer(person("business_manager", "sandwell"), timezone.now())
    early = standing_of(request)
    assert officer.post(f"{here}/gathered").status_code == 302
    # when the second gathers from what they saw, then it is refused in words, and done once
    with pytest.raises(CannotDo, match="at the same moment"):
        gather(early, who)
    assert Step.objects.filter(kind="gathered").count() == 1
    # and so with the release
    assert unit.post(f"{here}/read").status_code == 302
    ready = standing_of(request)
    assert officer.post(f"{here}/released").status_code == 302
    with pytest.raises(CannotDo, match="at the same moment"):
        release(ready, who)
    assert Release.objects.count() == 1
