"""Every page of Concord where somebody types, with somebody who may type there."""

from collections.abc import Callable
from dataclasses import dataclass

from django.test import Client

from concord.cases.models import Case
from concord.web.forms.acts import FORMS

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
    """Every act's page on one case, by somebody of each side."""
    people = (("practitioner", SCHOOL), ("manager", TRUST))
    here = f"/case/{case.reference}"
    found = [
        Where(f"{act} by {role} of {agency}", role, agency, f"{here}/{act}")
        for act in FORMS
        for role, agency in people
    ]
    found.append(Where("invite", "practitioner", SCHOOL, f"{here}/invite"))
    return found
