"""Before a concern is sent: a warning where one's own agency has an open case about the child."""

from collections.abc import Callable

import pytest
from django.test import Client

from concord.cases.models import Case
from concord.directory.models import Agency, Post, User
from concord.web.forms.raising import STEPS
from tests.apps.test_first_time import answered
from tests.apps.test_pages import ANSWERS, text

SignIn = Callable[[str, str], Client]


def test_a_warning_when_ones_own_agency_has_an_open_case_about_the_child(
    opened: Case, as_person: SignIn
) -> None:
    # given an open case of the school's; whoever sees it is led to it
    mine = as_person("practitioner", "sandwell-school")
    shown = text(mine.get(f"/raise/{complete(mine)}/check"))
    assert "already has an open case about a child of this name" in shown
    assert opened.reference in shown
    # a colleague who cannot see it is told whom to ask, not its reference
    colleague = User.objects.create_user("new.colleague@example.org", "Fern Colleague")
    school = Agency.objects.get(slug="sandwell-school")
    Post.objects.create(
        partnership=opened.partnership, agency=school, role="practitioner", user=colleague
    )
    other = Client()
    other.force_login(colleague)
    shown = text(other.get(f"/raise/{complete(other)}/check"))
    assert "already has an open case about a child of this name" in shown
    assert "which a colleague raised" in shown
    assert opened.reference not in shown
    # people of another agency learn nothing, nor does a visitor
    police = as_person("practitioner", "west-midlands-police")
    assert "already has" not in text(police.get(f"/raise/{complete(police)}/check"))
    visitor = Client()
    assert "already has" not in text(visitor.get(f"/raise/{answered(visitor)}/check"))


@pytest.mark.parametrize(
    ("name", "year", "warns"),
    [
        ("plum invented ", "2015", True),
        ("Plum Invented", "", True),
        ("Plum Invented", "2016", False),
        ("Plum Other", "2015", False),
    ],
)
def test_the_same_child_is_known_by_name_unless_births_contradict(
    opened: Case, as_person: SignIn, name: str, year: str, warns: bool
) -> None:
    client = as_person("practitioner", "sandwell-school")
    born = {"born_1_day": "3", "born_1_month": "4", "born_1_year": year} if year else {}
    token = complete(client)
    client.post(f"/raise/{token}/child", {"name_1": name, **born})
    shown = text(client.get(f"/raise/{token}/check"))
    assert ("already has an open case" in shown) is warns


def complete(client: Client) -> str:
    token = client.post("/raise").headers["Location"].split("/")[2]
    for step in STEPS:
        client.post(f"/raise/{token}/{step}", ANSWERS[step])
    return token
