"""Whoever leaves a post or an agency has left its cases at the next request; who runs the service
opens none at all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from concord.access.table import Held, Relation, relation
from concord.cases.doorway import NotFound, cases_for, find, viewer
from concord.cases.ledger import Done, act, facts_for_access, state_of
from concord.cases.models import Case
from concord.directory.cover import end_cover, set_cover
from concord.directory.founding import appoint_administrator
from concord.directory.models import Agency, Post, User
from concord.looks.models import Seen
from concord.rules.clock import LONDON
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act
from tests.apps.conftest import AT, as_person, cast, opened, person, rows_of_the_cast

__all__ = ["as_person", "cast", "opened", "person", "rows_of_the_cast"]

Person = Callable[[str, str], User]
SignIn = Callable[[str, str], Client]
SCHOOL, TRUST, CHARITY = "sandwell-school", "sandwell-childrens-trust", "sandwell-charity"
YESTERDAY = timezone.now().astimezone(LONDON).date() - timedelta(days=1)


def answers(client: Client, case: Case) -> tuple[int, bool]:
    """What the case's page answers, and whether "My work" shows the case."""
    page = client.get(f"/case/{case.reference}").status_code
    return page, case.reference in client.get("/work").content.decode()


def leave(user: User) -> None:
    Post.objects.filter(user=user).update(until=YESTERDAY)


def move(user: User, agency: str) -> None:
    """They leave every post, and hold the same elsewhere in the partnership."""
    post = Post.objects.filter(user=user).order_by("pk")[0]
    leave(user)
    Post.objects.create(
        partnership=post.partnership, agency=Agency.objects.get(slug=agency), role=post.role,
        user=user, since=YESTERDAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "where"),
    [("practitioner", SCHOOL), ("manager", TRUST), ("business_manager", "sandwell")],
)
def test_whoever_leaves_their_post_has_left_its_cases(
    opened: Case, as_person: SignIn, person: Person, role: str, where: str
) -> None:
    client = as_person(role, where)
    assert answers(client, opened) == (200, True)
    leave(person(role, where))
    assert answers(client, opened) == (404, False)
    refused = Seen.objects.filter(user=person(role, where), refused=True)
    assert [each.cases.get().case for each in refused] == [opened]


@pytest.mark.parametrize(("role", "where"), [("practitioner", SCHOOL), ("manager", TRUST)])
def test_whoever_moves_to_another_agency_leaves_the_cases_behind(
    opened: Case, as_person: SignIn, person: Person, role: str, where: str
) -> None:
    client = as_person(role, where)
    assert answers(client, opened) == (200, True)
    move(person(role, where), CHARITY)
    assert answers(client, opened) == (404, False)


def test_whoever_was_appointed_and_has_left_for_good_opens_the_case_no_more(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    chosen = person("executive", CHARITY)
    manager = Who("business_manager")
    record = Record(
        n=2, at=AT, written=AT, by=manager, act=Act.APPOINT, key="k2", office="mediator",
        people=(Who("executive", None, CHARITY),), text={"appointee": str(chosen.pk)},
    )  # fmt: skip
    answer = act(opened.reference, record, None)
    assert isinstance(answer, Done)
    client = as_person("executive", CHARITY)
    assert answers(client, opened) == (200, True)
    leave(chosen)
    assert answers(client, opened) == (404, False)


def test_cover_opens_while_it_lasts(opened: Case, as_person: SignIn, person: Person) -> None:
    executive = person("executive", SCHOOL)
    colleague = User.objects.create_user("robin.colleague@example.org", "Robin Colleague")
    post = Post.objects.get(role="manager", agency__slug=SCHOOL)
    Post.objects.create(
        partnership=post.partnership, agency=post.agency, role="practitioner", user=colleague,
        since=YESTERDAY,
    )  # fmt: skip
    client = Client(raise_request_exception=False)
    client.force_login(colleague)
    assert answers(client, opened) == (404, False)
    now = timezone.now()
    today = now.astimezone(LONDON).date()
    cover = set_cover(post, colleague, today, today, executive, now)
    assert answers(client, opened) == (200, True)
    end_cover(cover, executive, now)
    assert answers(client, opened) == (404, False)


def test_whoever_has_left_a_post_has_no_say_in_who_covers_it(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    client = as_person("practitioner", SCHOOL)
    number = Post.objects.get(role="practitioner", agency__slug=SCHOOL).pk
    assert client.get(f"/posts/{number}/cover").status_code == 200
    leave(person("practitioner", SCHOOL))
    assert client.get(f"/posts/{number}/cover").status_code == 404


@pytest.mark.parametrize(
    ("role", "where"),
    [("practitioner", SCHOOL), ("manager", TRUST), ("business_manager", "sandwell")],
)
def test_an_administrators_account_opens_no_case(
    opened: Case, as_person: SignIn, person: Person, role: str, where: str
) -> None:
    user = person(role, where)
    client = as_person(role, where)
    assert answers(client, opened) == (200, True)
    (changed,) = appoint_administrator(user.email, user.name)
    assert "opens no case" in changed
    user.refresh_from_db()
    assert answers(client, opened) == (404, False)
    client.force_login(user)
    assert answers(client, opened) == (404, False)
    for name in ("timeline", "looked", "forms", "discuss", "raise-sent"):
        assert client.get(f"/case/{opened.reference}/{name}").status_code == 404
    assert not cases_for(viewer(user, AT)).exists()
    with pytest.raises(NotFound):
        find(viewer(user, AT), opened.reference)


def test_an_administrator_reads_whether_the_record_is_whole_and_no_list_of_cases(
    opened: Case,
) -> None:
    root = User.objects.create_user("root@example.org", "Rowan Root", is_administrator=True)
    client = Client(raise_request_exception=False)
    client.force_login(root)
    assert client.get("/integrity").status_code == 200
    for address in ("/partnerships/sandwell", "/partnerships/sandwell/log.csv", f"/agencies/{SCHOOL}",
                    "/looks/review", "/notices/undelivered"):  # fmt: skip
        assert client.get(address).status_code == 404, address


def test_the_list_and_the_doorway_agree_for_everybody(opened: Case) -> None:
    for user in User.objects.all():
        who = viewer(user, AT)
        facts = facts_for_access(opened, state_of(opened))
        stands = relation(who.person, who.held, facts)
        assert cases_for(who).filter(pk=opened.pk).exists() is (stands is not Relation.NONE), user


def test_what_a_relation_rests_on_is_a_post_held_now(opened: Case) -> None:
    facts = facts_for_access(opened, state_of(opened))
    raiser = facts.raiser
    assert raiser is not None
    at_school = Held("practitioner", SCHOOL, "sandwell")
    elsewhere = Held("practitioner", CHARITY, "sandwell")
    assert relation(raiser, [at_school], facts) is Relation.ATTACHED
    assert relation(raiser, [elsewhere], facts) is Relation.NONE
    assert relation(raiser, [], facts) is Relation.NONE
