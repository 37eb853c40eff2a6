"""Before a concern is sent: a warning where one's own agency has an open case about the child."""

from collections.abc import Callable

import pytest
from django.test import Client

from concord.cases.models import Case
from concord.directory.models import Agency, Newcomer, Partnership, Post, User
from concord.web.forms.raising import STEPS
from tests.apps.test_first_time import answered, code_shown, sent
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


def test_whoever_confirms_a_newcomer_is_led_to_what_the_agency_has_about_the_child(
    opened: Case, as_person: SignIn
) -> None:
    # given a case of the school's, and somebody new who raises a concern about the same child
    client = Client()
    theirs = sent(client)
    here = f"/newcomers/{Newcomer.objects.get().pk}"
    # then whoever answers for them is warned, and led to it
    for role, where in (("safeguarding_lead", "sandwell-school"), ("business_manager", "sandwell")):
        shown = text(as_person(role, where).get(here))
        assert "already has another open case about a child of this name" in shown
        assert f'href="/case/{opened.reference}">{opened.reference}</a>' in shown
        assert shown.count(f'href="/case/{theirs.reference}"') == 1
    # and the new one learns nothing of it, on any page of theirs
    lead = as_person("safeguarding_lead", "sandwell-school")
    lead.post(here, {"known": "yes"})
    assert "Tell them." in text(lead.get(here))


def test_nobody_unconfirmed_learns_by_a_childs_name_whether_there_is_a_case(
    cast: dict[str, Partnership], request: pytest.FixtureRequest, as_person: SignIn
) -> None:
    # given somebody who has not proved their address, when there is no case about the child
    says = "Your agency may already have a case about this child."
    visitor = Client()
    before = said(visitor, answered(visitor))
    assert says in before
    assert "the safeguarding lead of Sandwell Meadow School" in before
    # and when there is one: then the words are the same
    opened: Case = request.getfixturevalue("opened")
    visitor = Client()
    assert said(visitor, answered(visitor)) == before
    # when they have proved it by a concern about another child, and nobody has confirmed them,
    new = Client()
    token = answered(new)
    new.post(f"/raise/{token}/child", {"name_1": "Another Child"})
    new.post(f"/raise/{token}/prove", {"code": code_shown(new, token)})
    shown = text(new.get(f"/raise/sent/{Case.objects.latest('pk').reference}"))
    assert says in shown
    lead = Post.objects.get(role="safeguarding_lead", agency__slug="sandwell-school")
    assert lead.user is not None
    assert f"{lead.user.name} ({lead.title})" in shown
    # then again, whichever child they name next
    token = complete(new)
    plum = said(new, token)
    new.post(f"/raise/{token}/child", {"name_1": "Nobody Knows"})
    assert said(new, token) == plum
    assert says in plum
    assert opened.reference not in plum
    new.post(f"/raise/{token}/child", ANSWERS["child"])
    # when they are confirmed, then they are warned as everybody of the agency is
    as_person("safeguarding_lead", "sandwell-school").post(
        f"/newcomers/{Newcomer.objects.get().pk}", {"known": "yes"}
    )
    shown = text(new.get(f"/raise/{token}/check"))
    assert "already has an open case about a child of this name" in shown
    assert says not in shown


def said(client: Client, token: str) -> str:
    """What the page for checking says before the answers themselves."""
    shown = text(client.get(f"/raise/{token}/check"))
    return shown.partition("</h1>")[2].partition("<dl")[0]


def complete(client: Client) -> str:
    token = client.post("/raise").headers["Location"].split("/")[2]
    for step in STEPS:
        client.post(f"/raise/{token}/{step}", ANSWERS[step])
    return token
