"""Nobody is shown a child without its being written down; and those who review it open no case."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from concord.api.urls import urlpatterns as of_programs
from concord.cases.looks import Looks
from concord.cases.models import Case
from concord.directory.models import Partnership, User
from concord.looks import questions, writing
from concord.looks.models import Kind, Review, Seen, SeenCase
from concord.notifications.models import Notice
from concord.web import looking
from concord.web.urls import urlpatterns
from tests.api.reading import get

SignIn = Callable[[str, str], Client]
CHILD = "Plum Invented"
PEOPLE = (
    ("practitioner", "sandwell-school", True),
    ("manager", "sandwell-childrens-trust", True),
    ("executive", "sandwell-school", True),
    ("business_manager", "sandwell", True),
    ("manager", "west-midlands-police", False),
    ("data_protection_officer", "sandwell", False),
    ("chair", "sandwell", False),
    ("manager", "bromley-school", False),
)
"""Each with whether the case is open to them."""

GIVEN: dict[str, tuple[object, ...]] = {
    "slug": ("sandwell", "sandwell-school"),
    "ending": ("csv", "xlsx"),
    "number": (1,),
    "token": ("nothing",),
    "step": ("risk",),
    "name": ("answer", "discuss", "escalate"),
    "agency": ("sandwell-school",),
    "form": ("escalation_template", "case_record"),
    "version": (1,),
}


def text(answer: Any) -> str:
    return unescape(answer.content.decode(errors="replace"))


def addresses(reference: str) -> Iterator[str]:
    """Every address of the pages, with what stands in them."""
    for pattern in (*urlpatterns, *of_programs):
        assert isinstance(pattern, URLPattern)
        names = list(pattern.pattern.converters)
        for values in product(*(GIVEN.get(name, (reference,)) for name in names)):
            yield reverse(str(pattern.name), kwargs=dict(zip(names, values, strict=True)))


@pytest.mark.parametrize(("role", "where", "sees"), PEOPLE)
def test_no_page_shows_a_child_without_a_look_written_down(
    opened: Case,
    as_person: SignIn,
    person: Callable[[str, str], User],
    role: str,
    where: str,
    sees: bool,
) -> None:
    client, user = as_person(role, where), person(role, where)
    shown = 0
    for address in addresses(opened.reference):
        before = Seen.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        answer = get(client, address)
        assert answer.status_code < 500 or address == "/health", address
        if CHILD in text(answer):
            shown += 1
            new = SeenCase.objects.filter(seen__pk__gt=0, case=opened, seen__user=user)
            assert Seen.objects.count() > before, (
                f"{address} shows the child, and nothing is written"
            )
            assert new.order_by("-seen__pk")[0].seen.refused is False
    assert shown >= 3 if sees else shown == 0


def test_a_search_is_written_down_with_what_was_searched(opened: Case, as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    asked = {"name": CHILD, "born_day": "3", "born_month": "4", "born_year": "2015"}
    assert opened.reference in text(client.post("/find", asked))
    seen = Seen.objects.get(kind=Kind.SEARCH)
    assert seen.search == f"{CHILD}, born 2015-04-03"
    assert [each.case for each in seen.cases.all()] == [opened]
    client.post("/find", {**asked, "name": "Nobody Invented"})
    assert Seen.objects.filter(kind=Kind.SEARCH).count() == 2, "one that finds nothing, too"


def test_where_a_look_cannot_be_written_down_nothing_is_shown(
    opened: Case, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(looking, "note", fails)
    client = as_person("practitioner", "sandwell-school")
    answer = client.get(f"/case/{opened.reference}")
    assert answer.status_code == 503
    assert CHILD not in text(answer)
    assert "Nothing is shown" in text(answer) or "nothing is shown" in text(answer)


def test_the_case_says_who_has_looked_and_who_was_refused(
    opened: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    # Given somebody of the case who opened it, and somebody of another agency who tried,
    as_person("manager", "sandwell-childrens-trust").get(f"/case/{opened.reference}/timeline")
    stranger = person("manager", "west-midlands-police")
    assert (
        as_person("manager", "west-midlands-police").get(f"/case/{opened.reference}").status_code
        == 404
    )
    # when whoever raised it asks, then both stand there.
    shown = text(
        as_person("practitioner", "sandwell-school").get(f"/case/{opened.reference}/looked")
    )
    assert person("manager", "sandwell-childrens-trust").name in shown
    assert "its page 'timeline'" in shown
    again = as_person("practitioner", "sandwell-school").get(f"/case/{opened.reference}/looked")
    assert "its page 'who has looked'" in text(again)
    assert stranger.name in shown
    assert "was refused" in shown


def test_everybody_sees_what_they_looked_at(opened: Case, as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    client.get("/work")
    client.get(f"/case/{opened.reference}")
    shown = text(client.get("/looks/mine"))
    assert "Saw it in a list" in shown
    assert "Opened the case" in shown
    assert opened.reference in shown


def test_what_was_refused_reads_alike_whether_there_is_such_a_case_or_not(
    opened: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    # Given a stranger who was refused a case that there is, and one that there is not,
    stranger = as_person("manager", "west-midlands-police")
    pages = []
    for reference in (opened.reference, "K7QM-4TPD"):
        assert reference == opened.reference or not Case.objects.filter(reference=reference)
        assert stranger.get(f"/case/{reference}").status_code == 404
        pages.append(text(stranger.get("/looks/mine")))
    # when they look at what they looked at, then neither is told apart from the other;
    for page in pages:
        assert opened.reference not in page
        assert "None found" not in page
    cells = re.findall(r'<td class="govuk-table__cell" data-label="Cases">([^<]*)</td>', pages[1])
    assert len(cells) == 2
    assert len(set(cells)) == 1
    assert "each time that you asked for one and were refused" in pages[1]
    # and whoever reviews looks sees which case it was.
    reviewed = text(as_person("data_protection_officer", "sandwell").get("/looks/review"))
    refusals = reviewed.partition("Refused in the last 30 days")[2]
    assert person("manager", "west-midlands-police").name in refusals
    assert opened.reference in refusals


def test_the_data_protection_officer_reviews_a_sample_and_sees_no_case(
    opened: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    # Given a look of last month,
    looks, now = Looks(), timezone.now()
    looks.open(opened.pk)
    last_month = now.replace(day=1) - timedelta(days=3)
    someone = person("manager", "sandwell-childrens-trust")
    writing.note(looks, Kind.CASE, "case", last_month, someone)
    seen = Seen.objects.get()
    # when the officer reviews it,
    client = as_person("data_protection_officer", "sandwell")
    page = text(client.get("/looks/review"))
    # then they see who looked, and not the child;
    assert someone.name in page
    assert CHILD not in page
    assert client.get(f"/case/{opened.reference}").status_code == 404
    # what is not in order needs a word, which is kept.
    there = f"/looks/review/{seen.pk}"
    assert client.post(there, {"in_order": "no"}).status_code == 422
    client.post(there, {"in_order": "no", "note": "They could not say why."})
    assert Review.objects.get().note == "They could not say why."
    assert "They could not say why." in text(client.get("/looks/review"))
    # Who reviews nothing finds no such page.
    assert as_person("manager", "sandwell-school").get("/looks/review").status_code == 404
    elsewhere = as_person("data_protection_officer", "bromley")
    assert elsewhere.get(there).status_code == 404


def test_who_opens_many_cases_within_an_hour_is_brought_before_the_officer_once(
    opened: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    settings.CONCORD_MANY_CASES = 3
    try:
        user, at = person("manager", "sandwell-childrens-trust"), timezone.now()
        sandwell = Partnership.objects.get(slug="sandwell")
        others = [
            Case.objects.create(
                partnership=sandwell,
                policy_id="sandwell",
                policy_version="1",
                calendar_version="1",
                opened=at,
            )
            for _ in range(2)
        ]
        for case in others:
            looks = Looks()
            looks.open(case.pk)
            writing.note(looks, Kind.CASE, "case", at - timedelta(minutes=50), user)
        client = as_person("manager", "sandwell-childrens-trust")
        client.get(f"/case/{opened.reference}")
        client.get(f"/case/{opened.reference}/timeline")
        officer = person("data_protection_officer", "sandwell")
        notice = Notice.objects.get(recipient=officer)
        assert notice.case is None, "the notice says nothing of any case"
        told = text(as_person("data_protection_officer", "sandwell").get("/notices"))
        assert "opened many children's cases within an hour" in told
        listed = text(as_person("data_protection_officer", "sandwell").get("/looks/review"))
        assert f"<strong>{user.name}</strong> opened 3 cases" in listed
    finally:
        settings.CONCORD_MANY_CASES = 20


def test_the_database_keeps_every_look(opened: Case, as_person: SignIn) -> None:
    as_person("practitioner", "sandwell-school").get(f"/case/{opened.reference}")
    for statement in ("DELETE FROM looks_seen", "UPDATE looks_seencase SET case_id = 1"):
        with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_sample_is_the_same_for_everybody_and_stops_at_twenty(
    opened: Case, person: Callable[[str, str], User]
) -> None:
    now = timezone.now()
    begins = now.replace(day=1, hour=0, minute=0)
    user = person("manager", "sandwell-childrens-trust")
    for minute in range(30):
        looks = Looks()
        looks.open(opened.pk)
        writing.note(looks, Kind.CASE, "case", begins - timedelta(days=2, minutes=minute), user)
    sandwell = [Partnership.objects.get(slug="sandwell")]
    first, again = questions.sample(sandwell, now), questions.sample(sandwell, now)
    assert [each.pk for each in first] == [each.pk for each in again]
    assert len(first) == 20
    assert not questions.sample([Partnership.objects.get(slug="bromley")], now)
