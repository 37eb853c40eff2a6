"""Duties belong to posts: cover by dates, who holds a post next, vacancies; nothing is dropped."""

from collections.abc import Callable
from datetime import date, datetime
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from concord.cases import ledger
from concord.cases.doorway import NotFound, cases_for, find, viewer
from concord.cases.models import Case
from concord.directory import cover
from concord.directory.cover import CannotChange, Newly
from concord.directory.models import Post, PostChange, User
from concord.notifications.recipients import Directory, people
from concord.rules.clock import LONDON
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from tests.apps.conftest import AT

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
TRUST = "sandwell-childrens-trust"
MANAGER = Who("manager", Side.RESPONDING, TRUST)
FIRST, LAST = date(2026, 11, 30), date(2026, 12, 4)
DURING = datetime(2026, 12, 4, 16, 0, tzinfo=LONDON)
AFTER = datetime(2026, 12, 5, 9, 0, tzinfo=LONDON)


def text(answer: object) -> str:
    return " ".join(unescape(answer.content.decode()).split())  # type: ignore[attr-defined]


def told(case: Case, at: datetime) -> list[str]:
    """Who is told of what the Trust's manager owes."""
    state = ledger.state_of(case)
    found = people(Directory(at), case, state.policy, MANAGER, ())
    return [each.user.name if each.user else "nobody" for each in found]


def post_of(user: User) -> Post:
    return Post.objects.filter(user=user).order_by("id")[0]


@pytest.fixture
def going_up(opened: Case) -> Case:
    """A case that stands with the managers."""
    by = Who("practitioner", Side.RAISING, "sandwell-school")
    answer = ledger.act(opened.reference, Record(0, AT, AT, by, Act.ESCALATE), None)
    assert isinstance(answer, ledger.Done)
    return answer.case


def test_cover_has_the_duties_and_the_cases_from_the_first_day_to_the_last(
    going_up: Case, person: Person
) -> None:
    manager, stands_in = person("manager", TRUST), person("practitioner", TRUST)
    with pytest.raises(NotFound):
        find(viewer(stands_in, DURING), going_up.reference)
    cover.set_cover(post_of(manager), stands_in, FIRST, LAST, manager, AT)
    assert told(going_up, AT) == [manager.name]
    assert told(going_up, DURING) == [stands_in.name]
    assert told(going_up, AFTER) == [manager.name]
    look = find(viewer(stands_in, DURING), going_up.reference)
    assert MANAGER in look.seats
    assert going_up in cases_for(viewer(stands_in, DURING))
    with pytest.raises(NotFound):
        find(viewer(stands_in, AFTER), going_up.reference)


def test_cover_that_is_ended_gives_the_post_back_at_once(going_up: Case, person: Person) -> None:
    manager, stands_in = person("manager", TRUST), person("practitioner", TRUST)
    made = cover.set_cover(post_of(manager), stands_in, FIRST, LAST, manager, AT)
    cover.end_cover(made, manager, DURING)
    assert told(going_up, DURING) == [manager.name]
    assert [each.says for each in PostChange.objects.order_by("id")] == [
        f"{stands_in.name} covers from Monday 30 November 2026 to Friday 4 December 2026.",
        f"Cover by {stands_in.name} has ended.",
    ]


@pytest.mark.parametrize(
    ("role", "where", "may"),
    [
        ("manager", TRUST, True),
        ("practitioner", TRUST, False),
        ("service_lead", TRUST, True),
        ("executive", TRUST, True),
        ("business_manager", "sandwell", True),
        ("service_lead", "sandwell-school", False),
        ("business_manager", "bromley", False),
        ("chair", "sandwell", False),
    ],
)
def test_cover_is_set_by_oneself_a_lead_or_the_business_manager(
    person: Person, role: str, where: str, may: bool
) -> None:
    post = post_of(person("manager", TRUST))
    assert cover.may_set_cover(person(role, where), post, AT) is may


def test_cover_is_of_the_same_agency_and_in_order(person: Person) -> None:
    manager = person("manager", TRUST)
    post = post_of(manager)
    stranger, colleague = person("manager", "sandwell-school"), person("practitioner", TRUST)
    for who, since, until, field in (
        (stranger, FIRST, LAST, "person"),
        (manager, FIRST, LAST, "person"),
        (colleague, LAST, FIRST, "until"),
        (colleague, date(2026, 11, 1), date(2026, 11, 2), "until"),
    ):
        with pytest.raises(CannotChange) as refused:
            cover.set_cover(post, who, since, until, manager, AT)
        assert refused.value.field == field
    cover.set_cover(post, colleague, FIRST, LAST, manager, AT)
    with pytest.raises(CannotChange):
        cover.set_cover(post, colleague, LAST, LAST, manager, AT)


def test_somebody_leaving_drops_nothing(going_up: Case, person: Person) -> None:
    """While the post is vacant the next tier up has what it owes; then whoever is next."""
    manager, unit = person("manager", TRUST), person("business_manager", "sandwell")
    lead = person("service_lead", TRUST)
    vacant = cover.change_holder(post_of(manager), None, FIRST, unit, AT)
    assert told(going_up, AT) == [manager.name]
    assert told(going_up, DURING) == [lead.name]
    assert [each.title for each in cover.vacancies(going_up.partnership, DURING)] == [
        "Team manager"
    ]
    new = Newly("Marlow Invented", "marlow@example.org", "01632 960777")
    cover.change_holder(vacant, new, LAST, unit, DURING)
    assert told(going_up, DURING) == ["Marlow Invented"]
    assert cover.vacancies(going_up.partnership, DURING) == []
    marlow = User.objects.get(email="marlow@example.org")
    assert MANAGER in find(viewer(marlow, DURING), going_up.reference).seats
    with pytest.raises(NotFound):
        find(viewer(manager, DURING), going_up.reference)
    assert PostChange.objects.count() == 2


def test_an_account_that_is_closed_without_notice_drops_nothing(
    going_up: Case, person: Person
) -> None:
    manager = person("manager", TRUST)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert told(going_up, DURING) == [person("service_lead", TRUST).name]
    assert [each.title for each in cover.vacancies(going_up.partnership, DURING)] == [
        "Team manager"
    ]


def test_a_new_address_that_belongs_to_somebody_else_is_refused(person: Person) -> None:
    manager, unit = person("manager", TRUST), person("business_manager", "sandwell")
    taken = person("manager", "sandwell-school")
    with pytest.raises(CannotChange) as refused:
        cover.change_holder(post_of(manager), Newly("Other", taken.email), LAST, unit, AT)
    assert refused.value.field == "email"
    assert post_of(manager).until is None


# --- the pages ----------------------------------------------------------------------------


def days(name: str, when: date) -> dict[str, str]:
    return {f"{name}_day": str(when.day), f"{name}_month": str(when.month), f"{name}_year": str(when.year)}  # fmt: skip


def test_a_manager_sets_cover_for_leave_and_ends_it(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    client, manager = as_person("manager", TRUST), person("manager", TRUST)
    today = timezone.now().astimezone(LONDON).date()
    address = f"/posts/{post_of(manager).pk}/cover"
    assert address in text(client.get("/you"))
    assert "No cover is set." in text(client.get(address))
    stands_in = person("practitioner", TRUST)
    typed = {"person": str(stands_in.pk), **days("since", today), **days("until", today)}
    wrong = client.post(address, {**typed, "until_year": "2020"})
    assert wrong.status_code == 422
    assert "The last day is not before the first." in text(wrong)
    assert f'value="{today.day}"' in text(wrong)
    assert client.post(address, typed).headers["Location"] == address
    shown = text(client.get(address))
    assert f"{stands_in.name}, from" in shown
    made = Post.objects.get(covers=True)
    other = as_person("manager", "sandwell-school")
    assert other.post(f"/posts/{made.pk}/cover/end").status_code == 404
    assert client.get(f"/posts/{made.pk}/cover/end").status_code == 405
    client.post(f"/posts/{made.pk}/cover/end")
    assert "No cover is set." in text(client.get(address))


def test_a_lead_sees_vacant_posts_and_sets_cover_from_the_agencys_page(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    client = as_person("service_lead", TRUST)
    manager = post_of(person("manager", TRUST))
    shown = text(client.get(f"/agencies/{TRUST}"))
    assert f'href="/posts/{manager.pk}/cover"' in shown
    assert "Vacant" not in shown
    Post.objects.filter(pk=manager.pk).update(user=None)
    shown = text(client.get(f"/agencies/{TRUST}"))
    assert "Vacant" in shown[shown.index("Team manager") :][:200]


def test_the_business_manager_changes_a_holder_in_the_directory(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    client = as_person("business_manager", "sandwell")
    manager = person("manager", TRUST)
    post = post_of(manager)
    shown = text(client.get("/partnerships/sandwell/directory"))
    assert f"/posts/{post.pk}/holder" in shown
    assert manager.email in shown
    address = f"/posts/{post.pk}/holder"
    today = timezone.now().astimezone(LONDON).date()
    assert "They stay open." in text(client.get(address))
    typed = {"who": "new", "name": "Marlow Invented", "email": "no", **days("since", today)}
    wrong = client.post(address, typed)
    assert "Enter their work e-mail address" in text(wrong)
    assert "Marlow Invented" in text(wrong)
    done = client.post(address, {**typed, "email": "marlow@example.org"})
    assert done.headers["Location"] == "/partnerships/sandwell/directory"
    shown = text(client.get("/partnerships/sandwell/directory"))
    assert "Marlow Invented holds it from" in shown
    assert manager.email not in shown
    for role, where in (("service_lead", TRUST), ("business_manager", "bromley")):
        for closed in (address, "/partnerships/sandwell/directory"):
            assert as_person(role, where).get(closed).status_code == 404, (role, closed)


def test_not_me_is_passed_on_and_logged(going_up: Case, as_person: SignIn, person: Person) -> None:
    """Whoever it was passed to is told from then on, and both sides see that it was."""
    right = person("service_lead", TRUST)
    client = as_person("manager", TRUST)
    answer = client.post(
        f"/case/{going_up.reference}/pass_on",
        {"passed_to": str(right.pk), "reason": "Their team.", "seen": "2", "key": "one"},
    )
    assert answer.status_code == 302
    for side in (client, as_person("practitioner", "sandwell-school")):
        shown = text(side.get(f"/case/{going_up.reference}/timeline"))
        assert "Passed it on" in shown
        assert f"To {right.name}" in shown
        assert "Their team." in shown
    seen = text(as_person("service_lead", TRUST).get("/work"))
    assert going_up.reference in seen
