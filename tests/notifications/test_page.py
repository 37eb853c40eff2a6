"""The page of notices: one's own, counted in the navigation, marked as read by POST alone."""

from collections.abc import Callable

from django.test import Client

from concord.cases.models import Case
from concord.directory.models import User
from concord.notifications.models import Notice
from tests.notifications.conftest import AT, RAISER, Acting, Rounds, hours, told_to

Person = Callable[[str, str], User]
SignIn = Callable[[str, str], Client]


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_notices_are_counted_shown_and_marked_as_read(
    opened: Case, act: Acting, rounds: Rounds, as_person: SignIn, person: Person
) -> None:
    act("escalate", RAISER)
    rounds(AT)
    client = as_person("manager", "sandwell-childrens-trust")
    shown = text(client, "/work")
    assert '<span class="concord-count">2' in shown
    shown = text(client, "/notices")
    assert "The case went to another stage" in shown
    assert f'href="/case/{opened.reference}"' in shown
    assert "SA-13" in shown
    # looking changes nothing
    mine = told_to(person("manager", "sandwell-childrens-trust"))
    assert all(notice.read is None for notice in mine)
    client.post("/notices/read", {"notice": mine[0].pk})
    assert '<span class="concord-count">1' in text(client, "/work")
    client.post("/notices/read", {"notice": "all"})
    assert "concord-count" not in text(client, "/notices")
    assert "You have read everything." in text(client, "/notices")
    assert "The case went to another stage" in text(client, "/notices?show=all")


def test_nobody_sees_or_marks_the_notices_of_another(
    opened: Case, act: Acting, rounds: Rounds, as_person: SignIn, person: Person
) -> None:
    act("escalate", RAISER)
    rounds(AT)
    other = as_person("manager", "bromley-school")
    assert opened.reference not in text(other, "/notices?show=all")
    number = told_to(person("manager", "sandwell-childrens-trust"))[0].pk
    for wanted in (number, "all", "", "x", "9" * 40):
        assert other.post("/notices/read", {"notice": wanted}).status_code == 302
    assert not Notice.objects.exclude(read=None).exists()


def test_marking_by_get_is_refused_and_strangers_are_sent_to_sign_in(
    opened: Case, as_person: SignIn
) -> None:
    assert as_person("manager", "sandwell-school").get("/notices/read").status_code == 405
    assert "/sign-in" in Client().get("/notices").headers["Location"]


def test_what_came_late_says_by_how_much(
    opened: Case, act: Acting, rounds: Rounds, as_person: SignIn
) -> None:
    act("escalate", RAISER)
    rounds(AT + hours(74))
    shown = text(as_person("manager", "sandwell-school"), "/notices?show=all&page=99")
    assert "told 2 days late" in shown or "told 3 days late" in shown


def test_many_notices_come_by_pages(
    opened: Case, rounds: Rounds, as_person: SignIn, person: Person
) -> None:
    user = person("manager", "sandwell-school")
    Notice.objects.bulk_create(
        Notice(key=f"n{n}", kind="act", act="file", case=opened, recipient=user, told=AT)
        for n in range(70)
    )
    client = as_person("manager", "sandwell-school")
    assert "Page 1 of 9" in text(client, "/notices")
    assert "Page 9 of 9: 65 to 70 of 70" in text(client, "/notices?page=9")
