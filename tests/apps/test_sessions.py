"""A session ends when nothing is done for a while; before, it can be kept; nothing is lost."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from concord.cases import drafts
from concord.cases.drafts import Place
from concord.cases.models import Case, Draft
from concord.directory.models import User
from concord.vault.closed import Destroyed
from concord.vault.fields import opened as opened_again
from concord.web.sessions import SEEN, SINCE
from tests.apps.test_pages import text

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
LENGTH = settings.CONCORD_SESSION_MINUTES * 60


@pytest.fixture
def teacher(opened: Case, as_person: SignIn) -> Client:
    client = as_person("practitioner", "sandwell-school")
    client.get("/work")
    return client


def idle(client: Client, seconds: int, since: int = 0) -> None:
    """Nothing was done for so long; and the session began so long ago."""
    session = client.session
    now = int(time.time())
    session[SEEN], session[SINCE] = now - seconds, now - max(since, seconds)
    session.save()


def left(client: Client) -> int:
    found: int = client.get("/session").json()["left"]
    return found


def test_whoever_does_nothing_is_signed_out(teacher: Client) -> None:
    idle(teacher, LENGTH - 5)
    assert left(teacher) <= 5
    idle(teacher, LENGTH + 1)
    assert left(teacher) == 0
    assert teacher.get("/work").headers["Location"].startswith("/sign-in")


def test_to_ask_how_much_is_left_is_not_to_do_something(teacher: Client) -> None:
    idle(teacher, LENGTH // 2)
    assert left(teacher) <= LENGTH // 2
    assert left(teacher) <= LENGTH // 2
    teacher.get("/work")
    assert left(teacher) > LENGTH - 10


def test_who_says_so_stays(teacher: Client) -> None:
    idle(teacher, LENGTH - 60)
    assert teacher.post("/session/stay").json()["left"] > LENGTH - 10
    assert Client().post("/session/stay").status_code == 302


def test_a_session_lasts_a_day_at_most(teacher: Client) -> None:
    hours = settings.CONCORD_SESSION_HOURS * 3600
    idle(teacher, 10, since=hours - 20)
    assert left(teacher) <= 20
    idle(teacher, 10, since=hours + 1)
    assert left(teacher) == 0


def test_each_page_says_when_it_ends_and_each_form_what_is_kept(
    teacher: Client, opened: Case
) -> None:
    shown = text(teacher.get(f"/case/{opened.reference}/discuss"))
    assert 'id="ending"' in shown
    assert "Stay signed in" in shown
    assert f"If you send nothing for {settings.CONCORD_SESSION_MINUTES} minutes" in shown
    assert 'id="ending"' not in text(Client().get("/"))


def test_a_page_is_not_sent_in_the_name_of_whoever_signed_in_since(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    # Given a page that a teacher opened, and a manager who signs in in the same browser,
    client = as_person("practitioner", "sandwell-school")
    address = f"/case/{opened.reference}/state"
    page = text(client.get(address))
    mark = page.partition('name="page" value="')[2].partition('"')[0]
    client.force_login(person("manager", "sandwell-school"))
    # when it is sent, then nothing is done in the manager's name, and the teacher has the words.
    sent = {
        "page": mark,
        "problem": "The referral was closed.",
        "challenge": "That.",
        "aim": "Open it",
    }
    answer = client.post(address, sent)
    assert answer.status_code == 409
    assert opened.entries.count() == 1
    assert "The referral was closed." not in text(client.get(address))
    client.force_login(person("practitioner", "sandwell-school"))
    assert "The referral was closed." in text(client.get(address))


def test_a_mark_that_was_tampered_with_keeps_nothing(teacher: Client) -> None:
    answer = teacher.post("/kept", {"page": "made:up", "said": "x"})
    assert answer.status_code == 503
    assert not Draft.objects.exists()


def test_what_is_kept_is_removed_when_it_is_said_to_be(opened: Case, person: Person) -> None:
    now = timezone.now()
    place = Place(person("practitioner", "sandwell-school").pk, opened.pk, "discuss")
    drafts.keep(place, "old", {"said": ["x"]}, now - drafts.KEPT - timedelta(minutes=1))
    drafts.keep(place, "new", {"said": ["y"]}, now - drafts.KEPT + timedelta(minutes=1))
    drafts.keep(place, "sent", {"said": ["z"]}, now - timedelta(days=2))
    drafts.settle(place, "sent", "/work", now - timedelta(days=2))
    assert "z" not in str(list(Draft.objects.values_list("data", flat=True)))
    assert drafts.sweep(now) == 2
    assert [draft.page for draft in Draft.objects.all()] == ["new"]


def test_what_was_typed_before_there_was_a_case_is_opened_from_no_backup_after_that(
    person: Person, settings: Any, tmp_path: Path
) -> None:
    # given a concern begun, never sent, and a backup of that day
    settings.CONCORD_KEYS = tmp_path
    teacher, then = person("practitioner", "sandwell-school"), timezone.now()
    begun = drafts.begin_raising(teacher, then, {"why": "Bruises seen."})
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM cases_draft WHERE id = %s", [begun.pk])
        stored = cursor.fetchone()[0]
    assert "Bruises" in opened_again(stored, "cases_draft", "data")
    # when it has been kept for as long as is said, and the month is over
    assert drafts.sweep(then + timedelta(days=62)) == 1
    with pytest.raises(Destroyed):
        opened_again(stored, "cases_draft", "data")


def test_a_text_of_three_million_letters_is_given_back(teacher: Client, opened: Case) -> None:
    long = "Bruises seen. " * 220_000
    answer = teacher.post(f"/case/{opened.reference}/state", {
        "problem": long, "challenge": "That.", "aim": "Open it", "key": "k"})  # fmt: skip
    assert answer.status_code == 422
    assert "'What is the problem?' can have 10,000 characters" in text(answer)
    assert long.strip() in text(answer)
    [draft] = Draft.objects.filter(sent=None)
    assert draft.data["problem"] == [long]


def test_a_character_that_cannot_be_kept_is_told_with_a_way_out(
    teacher: Client, opened: Case
) -> None:
    answer = teacher.post(f"/case/{opened.reference}/state", {
        "problem": "Bruises\0 seen.", "challenge": "That.", "aim": "Open it", "key": "k"})  # fmt: skip
    assert answer.status_code == 422
    assert "'What is the problem?' has a character in it that cannot be seen" in text(answer)
    assert "Delete what was pasted there, and type it" in text(answer)
    assert "Null characters" not in text(answer)


def test_a_concern_that_was_sent_is_shown_by_going_back(teacher: Client) -> None:
    from tests.apps.test_pages import answered

    token = answered(teacher)
    case = teacher.post(f"/raise/{token}/check").headers["Location"]
    for step in ("check", "why", "risk"):
        answer = teacher.get(f"/raise/{token}/{step}")
        assert answer.status_code == 302
        assert answer.headers["Location"] == case
    assert teacher.get(case).status_code == 200


def test_who_has_just_moved_a_case_is_told_so_and_may_move_it_again(
    teacher: Client, opened: Case
) -> None:
    address = f"/case/{opened.reference}/escalate"
    assert teacher.post(address, {"stage": "stage-1", "key": "k"}).status_code == 302
    shown = text(teacher.get(address))
    assert "You have just moved this case" in shown
    assert "Take it there" not in shown
    assert "Take it there" in text(teacher.get(f"{address}?again=yes"))
