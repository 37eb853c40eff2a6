"""Whoever holds no post in an agency is told so when they open the page, and not at the end."""

from collections.abc import Callable
from html import unescape

from django.test import Client
from django.utils import timezone

from concord.cases import drafts
from concord.cases.models import Draft
from concord.directory.models import Partnership, Post, User
from tests.apps.test_pages import ANSWERS

SignIn = Callable[[str, str], Client]
SAID = "You cannot raise a concern: you hold no post in an agency"


def administrator() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("runs.it@example.org", "Robin Administrator"))
    return client


def test_an_administrator_is_refused_on_opening_with_what_to_do(
    cast: dict[str, Partnership],
) -> None:
    client = administrator()
    for answer in (client.get("/raise"), client.post("/raise")):
        assert answer.status_code == 403
        shown = unescape(answer.content.decode())
        assert SAID in shown
        assert "ask the partnership's business unit to give you your post" in shown
        assert "01632" in shown.partition("<main")[2]
        assert "999" in shown.partition("<main")[2]
    assert not Draft.objects.exists()
    assert ">Raise a concern</button>" not in client.get("/work").content.decode()
    assert 'href="/raise">' not in client.get("/work").content.decode()


def test_only_who_is_no_administrator_is_sent_to_the_administrator(
    cast: dict[str, Partnership],
) -> None:
    # given somebody without a post
    client = administrator()
    assert "Ask your administrator." in client.get("/you").content.decode()
    # when they are the administrator themself
    User.objects.filter(email="runs.it@example.org").update(is_administrator=True)
    # then they are sent to nobody, and told what that means, and what to start
    you = client.get("/you").content.decode()
    assert "You hold no post. You are an administrator" in you
    assert "Ask your administrator" not in you
    integrity = client.get("/integrity").content.decode()
    assert "New records are not being anchored." in integrity
    assert "Start <code>concord seal</code>" in integrity
    assert "your administrator" not in integrity


def test_a_business_manager_is_led_to_raising_on_behalf(as_person: SignIn) -> None:
    unit = as_person("business_manager", "sandwell")
    assert 'href="/raise/for"' in unit.get("/raise").content.decode()
    assert 'href="/raise/for"' in unit.get("/work").content.decode()


def test_whoever_lost_their_post_meanwhile_keeps_what_they_typed(
    as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    # given a teacher who has answered everything, and leaves the school
    teacher = as_person("practitioner", "sandwell-school")
    token = teacher.post("/raise").headers["Location"].split("/")[2]
    for step, typed in ANSWERS.items():
        assert teacher.post(f"/raise/{token}/{step}", typed).status_code == 302
    Post.objects.filter(user=person("practitioner", "sandwell-school")).delete()
    # when they would send it, then it is not sent, and it is still there to be read and copied
    for answer in (teacher.get(f"/raise/{token}/check"), teacher.post(f"/raise/{token}/check")):
        assert answer.status_code == 403
        assert f"/raise/{token}/risk" in answer.content.decode()
    assert str(ANSWERS["why"]["why"]) in unescape(
        teacher.get(f"/raise/{token}/why").content.decode()
    )
    assert drafts.raising(person_of(token), token) is not None
    assert [each.kind for each in drafts.mine(person_of(token), timezone.now())] == ["raise"]


def person_of(token: str) -> User:
    user = Draft.objects.get(kind="raise", token=token).user
    assert user is not None
    return user
