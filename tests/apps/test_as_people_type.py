"""Times and references are taken as people type them; a time that no clock showed is not."""

from collections.abc import Callable
from datetime import time

import pytest
from django import forms
from django.test import Client

from concord.cases.models import Case
from concord.web.forms.fields import Clock, Day
from tests.apps.test_pages import text

SignIn = Callable[[str, str], Client]
SCHOOL, TRUST = "sandwell-school", "sandwell-childrens-trust"


@pytest.mark.parametrize(("typed", "means"), [
    ("14:05", time(14, 5)), ("14.05", time(14, 5)), ("1405", time(14, 5)), ("14", time(14)),
    ("1.30 am", time(1, 30)), ("1:30am", time(1, 30)), ("1.30 PM", time(13, 30)),
    ("12 a.m.", time(0)), ("12.15 p.m.", time(12, 15)), ("2 pm", time(14)), ("9:5", time(9, 5)),
])  # fmt: skip
def test_a_time_is_taken_as_it_is_typed(typed: str, means: time) -> None:
    assert Clock("When?").clean(typed) == means


@pytest.mark.parametrize("typed", ["25:00", "14:60", "13.30 pm", "0 am", "soon", "1:30 xm", "²"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="Enter a time, like 14:05"):
        Clock("When?").clean(typed)


def test_the_example_of_a_date_has_passed() -> None:
    with pytest.raises(forms.ValidationError, match="like 27 3 2015"):
        Day("Date of birth").clean(["31", "2", "2015"])


def test_a_time_that_no_clock_showed_is_refused_with_a_sentence(
    opened: Case, as_person: SignIn
) -> None:
    # given a talk said to have been at 01:30 on the night when the clocks went forward
    typed = {
        "present": f"practitioner@{TRUST}", "means": "telephone", "outcome": "unresolved",
        "said": "We spoke.", "day_day": "29", "day_month": "3", "day_year": "2026",
        "clock": "1.30 am", "day_is_right": "yes", "key": "gap",
    }  # fmt: skip
    client, here = as_person("practitioner", SCHOOL), f"/case/{opened.reference}/discuss"
    refused = client.post(here, typed)
    # then it says why, and what to type
    assert refused.status_code == 422
    says = "There was no 01:30 on Sunday 29 March 2026: the clocks went forward"
    assert says in text(refused)
    # and a time that there was is taken
    assert client.post(here, {**typed, "clock": "2.30 am"}).status_code == 302


@pytest.mark.parametrize("how", [str.lower, lambda r: r.replace("-", ""),
                                 lambda r: r.replace("-", " ").lower()])  # fmt: skip
def test_a_reference_is_found_without_its_hyphen(
    opened: Case, as_person: SignIn, how: Callable[[str], str]
) -> None:
    typed = how(opened.reference)
    found = as_person("practitioner", SCHOOL).post("/find", {"reference": typed})
    assert found.headers["Location"] == f"/case/{opened.reference}"
    opens = {"reference": typed, "why": "The child is missing and nobody of the case can be asked."}
    broken = as_person("manager", "west-midlands-police").post("/emergency", opens)
    assert broken.headers["Location"] == f"/case/{opened.reference}"


def test_the_pages_have_as_many_questions_as_the_first_one_says(as_person: SignIn) -> None:
    client = as_person("practitioner", SCHOOL)
    assert "11 short questions" in text(client.get("/raise"))
    assert "Question 1 of 11" in text(client.post("/raise", follow=True))
