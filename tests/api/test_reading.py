"""A program reads what its person's pages show, in the same words, and nothing else."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concord.api import answering, schemas
from concord.api.description import QUESTIONS, REFUSALS
from concord.cases.models import Case
from concord.directory.models import Partnership, Post, User
from concord.looks.models import Kind, Seen, SeenCase, Unusual
from concord.rules.clock import LONDON
from tests.api.reading import read, token_of

Person = Callable[[str, str], User]
SCHOOL, TRUST = "sandwell-school", "sandwell-childrens-trust"


@pytest.fixture
def raiser(person: Person) -> str:
    return token_of(person("practitioner", SCHOOL))


@pytest.fixture
def manager(person: Person) -> str:
    return token_of(person("manager", TRUST))


def test_the_list_says_who_owes_what_by_when_and_names_no_child(
    escalated: Case, raiser: str
) -> None:
    answer = read(raiser, "/api/v1/cases")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Plum" not in answer.content.decode()
    found = schemas.Cases.model_validate_json(answer.content)
    assert [each.reference for each in found.cases] == [escalated.reference]
    one = found.cases[0]
    assert (one.partnership.slug, one.raising.slug, one.status) == ("sandwell", SCHOOL, "open")
    assert [each.slug for each in one.responding] == [TRUST]
    assert one.owed and all(each.clause.startswith("SA-") and each.by for each in one.owed)
    dated = next(each for each in one.owed if each.due)
    assert dated.due is not None and dated.due.at.utcoffset() == timedelta(0)
    assert one.page.endswith(f"/case/{escalated.reference}")
    assert found.part.total == 1 and found.part.next is None


def test_a_case_is_told_with_each_duty_and_its_clause_as_its_page_tells_it(
    opened: Case, raiser: str, as_person: Callable[[str, str], Client]
) -> None:
    answer = read(raiser, f"/api/v1/cases/{opened.reference}")
    found = schemas.CaseDetail.model_validate_json(answer.content)
    page = as_person("practitioner", SCHOOL).get(f"/case/{opened.reference}").content.decode()
    page = unescape(page)
    assert found.children and found.children[0].name == "Plum Invented"
    assert found.concern["decision_challenged"] == "The referral was closed."
    assert [each.act for each in found.records] == ["raise"]
    assert found.records[0].at == datetime(2026, 11, 23, 9, 30, tzinfo=LONDON)
    still_open = [each for each in found.duties if each.met is None]
    assert still_open and all(each.clause and each.by for each in still_open)
    for each in still_open:
        assert each.what in page and each.clause in page
    # in London's summer the offset is another one
    assert schemas.instant(datetime(2026, 7, 1, 12, tzinfo=LONDON)).isoformat().endswith("+01:00")


def test_mine_is_what_falls_to_this_person_and_nobody_else(
    escalated: Case, manager: str, person: Person
) -> None:
    mine = schemas.MyWork.model_validate_json(read(manager, "/api/v1/mine").content)
    assert mine.owed and {each.reference for each in mine.owed} == {escalated.reference}
    assert {each.owed.agency for each in mine.owed} <= {TRUST, ""}
    assert any(each.owed.clause == "SA-13" for each in mine.owed)
    case = read(manager, f"/api/v1/cases/{escalated.reference}").content
    theirs = schemas.CaseDetail.model_validate_json(case).duties
    assert {each.what for each in theirs if each.mine} == {each.owed.what for each in mine.owed}
    other = token_of(person("manager", "west-midlands-police"))
    assert schemas.MyWork.model_validate_json(read(other, "/api/v1/mine").content).owed == []


def test_not_theirs_and_not_there_are_answered_alike_and_written_down(
    opened: Case, person: Person
) -> None:
    stranger = person("manager", "west-midlands-police")
    token = token_of(stranger)
    theirs = read(token, f"/api/v1/cases/{opened.reference}")
    none = read(token, "/api/v1/cases/K7QM-4TPD")
    assert theirs.status_code == none.status_code == 404
    assert theirs.content == none.content
    assert theirs.headers["Content-Type"] == "application/problem+json"
    refused = Seen.objects.filter(user=stranger, refused=True, page="api-case")
    assert refused.count() == 2
    assert [each.case for each in SeenCase.objects.filter(seen__in=refused)] == [opened]


def test_what_is_read_is_written_down_or_is_not_read(
    opened: Case, raiser: str, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(raiser, "/api/v1/cases")
    read(raiser, f"/api/v1/cases/{opened.reference}")
    seen = Seen.objects.filter(user=person("practitioner", SCHOOL)).order_by("pk")
    assert [(each.kind, each.page) for each in seen] == [
        (Kind.LIST, "api-cases"), (Kind.CASE, "api-case"),
    ]  # fmt: skip

    def fails(*_: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(answering, "note", fails)
    for address in ("/api/v1/cases", f"/api/v1/cases/{opened.reference}"):
        answer = read(raiser, address)
        assert answer.status_code == 503
        assert opened.reference not in answer.content.decode()
        assert "written down first" in json.loads(answer.content)["detail"]


def test_who_has_looked_says_that_a_program_read_it(
    opened: Case, raiser: str, person: Person, as_person: Callable[[str, str], Client]
) -> None:
    read(raiser, f"/api/v1/cases/{opened.reference}")
    client = as_person("manager", TRUST)
    said = client.get(f"/case/{opened.reference}/looked").content.decode()
    assert "read by a program with their token" in said
    read(token_of(person("manager", "west-midlands-police")), f"/api/v1/cases/{opened.reference}")
    said = client.get(f"/case/{opened.reference}/looked").content.decode()
    assert "Asked for it by a program with their token, and was refused" in said


def test_a_program_that_reads_many_cases_within_an_hour_is_unusual_too(
    opened: Case, manager: str, settings: Any
) -> None:
    settings.CONCORD_MANY_CASES = 1
    read(manager, "/api/v1/cases")
    assert not Unusual.objects.exists()
    read(manager, f"/api/v1/cases/{opened.reference}")
    assert Unusual.objects.get().cases == 1


def test_nobody_reads_by_api_what_is_open_to_them_in_an_emergency_alone(
    opened: Case, person: Person, as_person: Callable[[str, str], Client]
) -> None:
    client = as_person("manager", "west-midlands-police")
    why = {"reference": opened.reference, "why": "The child is at our door now. " * 3}
    assert client.post("/emergency", why).status_code == 302
    assert client.get(f"/case/{opened.reference}").status_code == 200
    token = token_of(person("manager", "west-midlands-police"))
    assert read(token, f"/api/v1/cases/{opened.reference}").status_code == 404


def test_an_administrator_sees_no_case_and_who_leaves_a_post_none_from_then_on(
    opened: Case, raiser: str, person: Person
) -> None:
    user = person("practitioner", SCHOOL)
    assert read(raiser, f"/api/v1/cases/{opened.reference}").status_code == 200
    User.objects.filter(pk=user.pk).update(is_administrator=True)
    assert read(raiser, f"/api/v1/cases/{opened.reference}").status_code == 404
    assert json.loads(read(raiser, "/api/v1/cases").content)["cases"] == []
    User.objects.filter(pk=user.pk).update(is_administrator=False)
    Post.objects.filter(user=user).update(until=datetime(2026, 1, 1, tzinfo=LONDON).date())
    assert read(raiser, f"/api/v1/cases/{opened.reference}").status_code == 404
    assert json.loads(read(raiser, "/api/v1/mine").content)["owed"] == []


@pytest.mark.parametrize(("query", "parameter"), [
    ("?page=0", "page"), ("?page=x", "page"), ("?page=9", "page"), ("?show=all+of+it", "show"),
    ("?token=abc", "token"), ("?page=" + "9" * 5000, "page"), ("?agency=%00", "agency"),
    ("?agency=sandwell-scool", "agency"), ("?partnership=sandwel", "partnership"),
    ("?page=1&page=1", "page"), ("?x=1", "x"),
])  # fmt: skip
def test_an_address_that_cannot_be_used_says_which_part(
    opened: Case, raiser: str, query: str, parameter: str
) -> None:
    answer = read(raiser, f"/api/v1/cases{query}")
    assert answer.status_code == 422
    said = schemas.Problem.model_validate_json(answer.content)
    assert [each.parameter for each in said.errors] == [parameter]
    assert said.errors[0].says and said.detail


def test_the_list_is_narrowed_and_comes_in_parts(
    opened: Case, person: Person, cast: dict[str, Partnership]
) -> None:
    token = token_of(person("business_manager", "sandwell"))
    for query, count in (
        ("", 1), ("?show=all", 1), ("?show=ended", 0), ("?show=flagged", 0), ("?show=actions", 0),
        ("?agency=sandwell-school", 1), ("?agency=sandwell-charity", 0), ("?partnership=bromley", 0),
    ):  # fmt: skip
        found = schemas.Cases.model_validate_json(read(token, f"/api/v1/cases{query}").content)
        assert len(found.cases) == found.part.total == count, query


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(show=st.text(max_size=8), page=st.text(max_size=8), agency=st.text(max_size=20),
       reference=st.from_regex(r"[-a-zA-Z0-9_]{1,20}", fullmatch=True))  # fmt: skip
def test_whatever_is_asked_the_answer_has_one_of_the_shapes(
    opened: Case, raiser: str, show: str, page: str, agency: str, reference: str
) -> None:
    program = Client(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {raiser}"}
    for address, _, _, _, shape in QUESTIONS:
        answer = program.get(
            address.replace("{reference}", reference),
            {"show": show, "page": page, "agency": agency}, headers=headers,
        )  # fmt: skip
        if answer.status_code == 200:
            shape.model_validate_json(answer.content)
        else:
            assert answer.status_code in REFUSALS
            said = schemas.Problem.model_validate_json(answer.content)
            assert said.status == answer.status_code


def test_the_description_names_every_address_and_shape() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found = json.loads(answer.content)
    assert found["openapi"] == "3.1.0"
    assert set(found["paths"]) == {"/api/v1/cases", "/api/v1/cases/{reference}", "/api/v1/mine"}
    text = answer.content.decode()
    for name in set(re.findall(r"#/components/schemas/(\w+)", text)):
        assert name in found["components"]["schemas"]
    for each in found["paths"].values():
        assert list(each) == ["get"]
