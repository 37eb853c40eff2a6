"""The directory: enrolling twice is enrolling once; who is who on the page; kept summaries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.db import IntegrityError
from django.test import Client

from concord.cases.doorway import NotFound, cases_for, find, viewer
from concord.cases.models import Brought, Case, Child, Summary
from concord.cases.upkeep import check_summaries, rebuild_summaries
from concord.cli.main import main
from concord.directory.enrolment import enrol, known_agencies
from concord.directory.founding import (
    PartnershipDetails,
    appoint_administrator,
    first_code,
    found_partnership,
)
from concord.directory.models import Adoption, Agency, Partnership, Post, User
from concord.directory.questions import adoptions, counterpart, holders
from concord.directory.roll import AgencyRow, PersonRow, Roll
from concord.rules.clock import LONDON
from concord.web.views import start
from tests.apps.conftest import AT

SCHOOL = AgencyRow(
    "plum-school", "Plum School (invented)", "school", {"manager": "Designated safeguarding lead"},
    ("service_lead",), adopted=date(2025, 2, 1), review_due=date(2026, 2, 1),
)  # fmt: skip
LEAD = PersonRow(
    "Wren Plumtree", "wren.plumtree@example.org", "01632 960123", "plum-school", "manager", "",
    date(2024, 1, 1), None, False,
)  # fmt: skip
CHAIR = replace(LEAD, name="Otis Plumtree", email="otis.plumtree@example.org", agency="", role="chair", title="SCP Chair")  # fmt: skip


def enrolled(partnership: Partnership, *people: PersonRow, agency: AgencyRow = SCHOOL) -> list[str]:
    return list(enrol(partnership, Roll((agency,), people, ()), "2024"))


def test_enrolling_twice_changes_nothing(cast: dict[str, Partnership]) -> None:
    cumbria = cast["cumbria"]
    first = enrolled(cumbria, LEAD, CHAIR)
    assert "Added the agency Plum School (invented)." in first
    rows = (User.objects.count(), Post.objects.count(), Adoption.objects.count())
    assert enrolled(cumbria, LEAD, CHAIR) == []
    assert rows == (User.objects.count(), Post.objects.count(), Adoption.objects.count())
    school = Agency.objects.get(slug="plum-school")
    lead = counterpart(school, "manager", cumbria, AT)
    assert [(post.user.name, post.title) for post in lead.holders if post.user] == [
        ("Wren Plumtree", "Designated safeguarding lead")
    ]
    assert not User.objects.get(email=LEAD.email).has_usable_password()


def test_enrolling_changes_what_differs_and_removes_nobody(cast: dict[str, Partnership]) -> None:
    cumbria = cast["cumbria"]
    enrolled(cumbria, LEAD, CHAIR)
    left = replace(LEAD, until=date(2026, 1, 31), telephone="01632 960456")
    back = replace(LEAD, since=date(2026, 11, 1), telephone="01632 960456")
    changes = enrolled(cumbria, left, back, agency=replace(SCHOOL, key_partner=True))
    assert changes == [
        "Changed Plum School (invented): key partner.",
        "Changed Wren Plumtree (wren.plumtree@example.org): telephone.",
        "Changed Wren Plumtree as Designated safeguarding lead, Plum School (invented): until.",
        "Wren Plumtree holds the post: Designated safeguarding lead, Plum School (invented).",
    ]
    corrected = replace(left, since=date(2023, 9, 1))
    assert enrolled(cumbria, corrected, back, agency=replace(SCHOOL, key_partner=True)) == [
        "Changed Wren Plumtree as Designated safeguarding lead, Plum School (invented): since."
    ]
    assert User.objects.get(email=LEAD.email).posts.count() == 2
    assert any(p.user and p.user.email == CHAIR.email for p in holders("chair", cumbria, AT))


def test_enrolling_is_all_or_nothing(cast: dict[str, Partnership]) -> None:
    before = (Agency.objects.count(), User.objects.count(), Post.objects.count())
    dateless = replace(CHAIR, since=None)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        enrolled(cast["cumbria"], LEAD, dateless)
    assert before == (Agency.objects.count(), User.objects.count(), Post.objects.count())


def test_an_agency_of_two_areas_is_one_agency(cast: dict[str, Partnership]) -> None:
    enrolled(cast["cumbria"], LEAD)
    known = {each.slug: each.is_member for each in known_agencies(cast["bromley"])}
    assert known["plum-school"] is False
    assert "Plum School (invented) joined this partnership too." in enrolled(cast["bromley"])
    assert Agency.objects.filter(slug="plum-school").count() == 1


def test_a_partnership_is_founded_once(db: None) -> None:
    details = PartnershipDetails(name="Plum Partnership (invented)", mash_telephone="01632 960999")
    partnership, changes = found_partnership("st_helens", details, ["Plumton", " plumton "])
    assert partnership.slug == "st-helens"
    assert changes == (
        "Added the partnership Plum Partnership (invented).", "Added the place plumton.",
    )  # fmt: skip
    assert found_partnership("st_helens", details, ["Plumton"])[1] == ()
    other = replace(details, name=None, mash_telephone="01632 960998")
    changed = found_partnership("st_helens", other, [])[1]
    assert changed == ("Changed Plum Partnership (invented): mash telephone.",)


def test_the_administrator_sees_no_case(opened: Case) -> None:
    assert appoint_administrator("ada@example.org", "Ada Plumtree")
    assert appoint_administrator("ada@example.org", "Ada Plumtree") == ()
    administrator = User.objects.get(email="ada@example.org")
    assert administrator.is_administrator
    assert not administrator.has_usable_password()
    looks = viewer(administrator, AT + timedelta(days=1))
    assert list(cases_for(looks)) == []
    with pytest.raises(NotFound):
        find(looks, opened.reference)


def test_a_code_for_a_new_password_ends_every_session(
    person: Callable[[str, str], User], as_person: Callable[[str, str], Client]
) -> None:
    client = as_person("manager", "sandwell-school")
    assert client.get("/work").status_code == 200
    user = person("manager", "sandwell-school")
    first_code(user.email.upper(), AT)
    assert client.get("/work").status_code == 302


# --- The area page ---------------------------------------------------------------------------


def shown(path: str) -> str:
    return unescape(Client().get(path).content.decode())


@pytest.mark.clause("LI-17")
def test_the_senior_liaison_officers_are_listed_by_post_and_by_no_name(
    cast: dict[str, Partnership],
) -> None:
    page = shown("/area/lincolnshire")
    assert 'data-label="Post">Head of PPU</td>' in page
    assert "Chief Nurse; deputy: Named Nurse, Safeguarding Children" in page
    assert "; or Designated Nurse" in page
    officers = Post.objects.filter(role="slo", user__isnull=False).select_related("user")
    assert officers
    assert not any(post.user and post.user.name in page for post in officers)
    assert "Head of PPU" not in shown("/area/sandwell")


@pytest.mark.clause("LI-18")
def test_an_agencys_own_adoption_shows_its_dates_and_when_its_review_is_overdue(
    cast: dict[str, Partnership], monkeypatch: pytest.MonkeyPatch
) -> None:
    school = Agency.objects.get(slug="welton-st-marys")
    monkeypatch.setattr(start, "now", lambda: datetime(2026, 2, 1, 23, 59, tzinfo=LONDON))
    assert "Review overdue." not in shown("/area/lincolnshire")
    monkeypatch.setattr(start, "now", lambda: datetime(2026, 2, 2, 0, 1, tzinfo=LONDON))
    page = shown("/area/lincolnshire")
    assert school.name in page
    assert "Review overdue." in page
    renewed = Adoption.objects.create(
        agency=school, partnership=cast["lincolnshire"], policy_id="lincolnshire",
        policy_version="2024", approved=date(2026, 2, 3), review_due=date(2027, 2, 3),
    )  # fmt: skip
    latest = adoptions(cast["lincolnshire"], date(2026, 3, 1))
    assert [(each.approved, each.is_overdue) for each in latest] == [(renewed.approved, False)]
    assert adoptions(cast["cumbria"], date(2026, 3, 1)) == ()


# --- Summaries ---------------------------------------------------------------------------------


def test_a_tampered_summary_is_found_and_repaired(
    opened: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["summaries", "check"]) == 0
    Summary.objects.filter(case=opened).update(stage="stage-4", urgent=True)
    child = Child.objects.get(case=opened)
    child.name = "Somebody Else"
    child.save()
    Brought.objects.create(case=opened, role="chair")
    assert main(["summaries", "check"]) == 1
    told = capsys.readouterr().err
    assert f"{opened.reference}: the summary differs in stage, urgent, children, brought." in told
    assert main(["summaries", "rebuild"]) == 0
    assert opened.reference in capsys.readouterr().out
    assert main(["summaries", "check"]) == 0
    assert Summary.objects.get(case=opened).stage == "discussion"
    assert Child.objects.get(case=opened).name == "Plum Invented"


def test_a_summary_that_is_gone_is_written_again(opened: Case) -> None:
    Summary.objects.filter(case=opened).delete()
    later = AT + timedelta(days=3)
    assert [each.names for each in check_summaries(later)] == [("summary",)]
    assert [each.reference for each in rebuild_summaries(later)] == [opened.reference]
    assert list(check_summaries(later)) == []


def test_the_summaries_command_says_when_there_is_no_data(
    opened: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("concord.cli.instance.is_new", lambda: True)
    assert main(["summaries", "check"]) == 1
    assert "There is no data here yet" in capsys.readouterr().err
