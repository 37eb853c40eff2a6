"""Every page of Concord where somebody types, with somebody who may type there."""

from collections.abc import Callable
from dataclasses import dataclass

from django.test import Client

from concord.cases.models import Case
from concord.web.forms.acts import FORMS
from concord.web.forms.raising import STEPS

SignIn = Callable[[str, str], Client]
SCHOOL, TRUST = "sandwell-school", "sandwell-childrens-trust"


@dataclass(frozen=True)
class Where:
    """A page with a form: who opens it (post and agency), and where it is."""

    name: str
    role: str
    agency: str
    address: str


def on_the_case(case: Case) -> list[Where]:
    """Every act's page on one case, by each side's practitioner and manager in turn."""
    people = (
        ("practitioner", SCHOOL), ("manager", TRUST), ("manager", SCHOOL), ("practitioner", TRUST),
    )  # fmt: skip
    here = f"/case/{case.reference}"
    found = [
        Where(f"{act} by {role} of {agency}", role, agency, f"{here}/{act}")
        for act in FORMS
        for role, agency in people
    ]
    found.append(Where("invite", "practitioner", SCHOOL, f"{here}/invite"))
    return found


def of_questions(token: str) -> list[Where]:
    """Every question of a concern that the school's teacher has begun."""
    return [
        Where(f"question {step}", "practitioner", SCHOOL, f"/raise/{token}/{step}")
        for step in STEPS
    ]
