"""Five ways to lose what was typed, a hundred times each: time-out, two tabs, Back, double click,
dropped connection. Every character comes back, and no act is done twice.

Driven as a browser without script drives it: pages are read, filled in and sent as they are.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from http.cookies import SimpleCookie
from random import Random
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.db import OperationalError, transaction
from django.test import Client

from concord.cases import drafts, kept
from concord.cases.models import Case, Draft, Entry, Invitation
from concord.directory.models import Post, PostChange, User
from concord.web.forms.raising import STEPS
from tests.apps.test_pages import ANSWERS
from tests.kept.browsing import NAVIGATES, Tab, as_encoded
from tests.kept.odd import fill
from tests.kept.places import Where, on_the_case

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
TIMES = int(os.environ.get("CONCORD_KEPT_TIMES") or 100)
SEED = int(os.environ.get("CONCORD_KEPT_SEED") or 20261125)


OPEN: set[str] = set()
"""The names of the pages that can be typed on, found out once."""


class Cast:
    """Who types where: each signed in once, and every page that they can type on."""

    def __init__(self, case: Case, as_person: SignIn, person: Person) -> None:
        self._case, self._as_person, self._person = case, as_person, person
        self._clients: dict[tuple[str, str], Client] = {}
        school = self.client("practitioner", "sandwell-school")
        said = school.post(f"/case/{case.reference}/discuss", {
            "present": ["manager@sandwell-childrens-trust"], "means": "telephone",
            "said": "We spoke.", "outcome": "unresolved", "key": "before",
        })  # fmt: skip
        assert said.status_code == 302, said.content.decode()[-3000:]
        self.token = school.post("/raise").headers["Location"].split("/")[2]
        for step in STEPS:
            school.post(f"/raise/{self.token}/{step}", ANSWERS[step])
        wanted = self._wanted()
        if not OPEN:
            OPEN.update(each.name for each in wanted if self._has_words(each))
        self.places = [each for each in wanted if each.name in OPEN]
        for each in self.places:  # signed in now: what comes later is undone each time
            self.client(each.role, each.agency).get("/work")

    def _wanted(self) -> list[Where]:
        lead = self._person("manager", "sandwell-school")
        post = Post.objects.filter(user=lead).order_by("id")[0]
        unit = "business_manager", "sandwell"
        return [
            *on_the_case(self._case),
            *(
                Where(f"question {step}", "practitioner", "sandwell-school",
                      f"/raise/{self.token}/{step}")
                for step in STEPS
            ),
            Where("holder", *unit, f"/posts/{post.pk}/holder"),
            Where("cover", "manager", "sandwell-school", f"/posts/{post.pk}/cover"),
            Where("record", "manager", "sandwell-childrens-trust",
                  f"/case/{self._case.reference}/record/2"),
            Where("raise for", *unit, "/raise/for"),
        ]  # fmt: skip

    def _has_words(self, where: Where) -> bool:
        form = self.tab(where).form
        return form is not None and bool(form.texts)

    def client(self, role: str, agency: str) -> Client:
        """A browser in which somebody is signed in."""
        if (role, agency) not in self._clients:
            self._clients[role, agency] = self._as_person(role, agency)
        return self._clients[role, agency]

    def tab(self, where: Where) -> Tab:
        """A tab with the page."""
        return Tab(self.client(where.role, where.agency)).open(where.address)

    def sign_in_again(self, where: Where) -> None:
        """The same person, in the same browser."""
        self.client(where.role, where.agency).force_login(self._person(where.role, where.agency))


@pytest.fixture
def everybody(opened: Case, as_person: SignIn, person: Person) -> Cast:
    return Cast(opened, as_person, person)


@contextmanager
def and_undone() -> Iterator[None]:
    """What is done here is undone afterwards: each time begins with the same case."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    kept.forget()


def done() -> Counter[str]:
    """How much was done so far, of everything that a form does."""
    return Counter({
        "records": Entry.objects.count(), "cases": Case.objects.count(),
        "posts": Post.objects.count(), "changes": PostChange.objects.count(),
        "invitations": Invitation.objects.count(),
        "concerns": Draft.objects.filter(kind="raise").count(),
    })  # fmt: skip


def each_time(cast: Cast, seed: int) -> Iterator[tuple[Where, Random]]:
    """A hundred times, over every page in turn, so that none is left out."""
    random = Random(seed)
    places = list(cast.places)
    random.shuffle(places)
    for number in range(TIMES):
        yield places[number % len(places)], Random(seed * 1000 + number)


def typed_is_there(typed: dict[str, str], tab: Tab, where: Where) -> None:
    """Every character that was typed stands in the form of the page again."""
    assert tab.form is not None, (where, tab.status, tab.page[-2000:])
    assert {name: tab.form.typed().get(name) for name in typed} == typed, where


def recorded_words(after: int) -> str:
    """The words of every record after the first so many, and of what else forms change."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    for entry in Entry.objects.order_by("pk")[after:]:
        walk(json.loads(entry.content))
    for each in Invitation.objects.all():
        found += [each.name, each.post, each.email]
    for draft in Draft.objects.filter(kind="raise"):
        walk(draft.data)
    for user in User.objects.order_by("-pk")[:3]:
        found += [user.name, user.email, user.telephone]
    return "\0".join(found)


def is_somewhere(typed: dict[str, str], tab: Tab, where: Where, before: Counter[str]) -> None:
    """What was typed is in the record, if there is one; else it is on the page to be sent."""
    if done() == before and tab.address.partition("?")[0] == where.address:
        typed_is_there(typed, tab, where)
        return
    words = recorded_words(before["records"]).replace("\r\n", "\n")
    for name, value in typed.items():
        if not name.endswith(("_day", "_month", "_year", "clock")) and value.strip():
            assert value.strip() in words, (where, name)


def test_a_page_is_left_out_by_none(everybody: Cast) -> None:
    names = {where.name.split()[0] for where in everybody.places}
    assert len(everybody.places) >= 50
    assert {"answer", "discuss", "meet", "escalate", "resolve", "agree", "learn", "invite", "holder",
            "question", "cover", "record", "raise", "convene", "state"} <= names  # fmt: skip


def test_a_time_out_loses_nothing(everybody: Cast) -> None:
    for number, (where, random) in enumerate(each_time(everybody, SEED)):
        with and_undone():
            # Given somebody who fills in a page until they are signed out,
            tab = everybody.tab(where)
            assert tab.form is not None
            typed = fill(tab.form, random)
            before, cookies = done(), tab.client.cookies
            tab.client.cookies = SimpleCookie()
            # when they send it, then nothing is done, and they are told to sign in again;
            tab.send()
            assert tab.status == 403, where
            assert done() == before, where
            # and with that, all that they typed is on the page; whether by the way shown, or not.
            onward = re.search(r'href="/sign-in\?next=([^"]+)"', tab.page)
            assert onward is not None, where
            everybody.sign_in_again(where)
            shown = unquote(unescape(onward[1])) if number % 2 else where.address
            typed_is_there(typed, tab.open(shown), where)
            tab.client.cookies = cookies


def test_an_expired_page_loses_nothing(everybody: Cast) -> None:
    for where, random in list(each_time(everybody, SEED + 1))[:25]:
        with and_undone():
            tab = everybody.tab(where)
            assert tab.form is not None
            typed = fill(tab.form, random)
            before = done()
            # signed in anew in another tab: the page's own token holds no more
            cookie = tab.client.cookies[settings.CSRF_COOKIE_NAME].value
            tab.client.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
            tab.client.handler.enforce_csrf_checks = True
            try:
                tab.send()
            finally:
                tab.client.handler.enforce_csrf_checks = False
                tab.client.cookies[settings.CSRF_COOKIE_NAME] = cookie
            assert done() == before, where
            assert "Nothing was recorded" in unescape(tab.page), where
            typed_is_there(typed, tab, where)


def test_two_tabs_lose_nothing(everybody: Cast) -> None:
    for where, random in each_time(everybody, SEED + 2):
        with and_undone():
            # Given two tabs with the same page, in which different things are typed in turn,
            one, two = everybody.tab(where), everybody.tab(where)
            assert one.form is not None
            assert two.form is not None
            first, second = fill(one.form, random), fill(two.form, random)
            assert one.save()["saved"]
            assert two.save()["saved"]
            # then each keeps its own, and a third can show both.
            third = everybody.tab(where)
            found = [third.form.typed() if third.form else {}]
            for address in re.findall(r'href="([^"]*\bkept=[^"]+)"', third.page):
                other = Tab(third.client).open(unescape(address)).form
                found.append(other.typed() if other else {})
            assert first in found, where
            assert second in found, where
            # When both are sent, what the second says is done knowingly or not at all.
            before = done()
            is_somewhere(first, one.send(), where, before)
            between = done()
            two.send()
            if between != before and "/case/" in where.address and where.name != "invite":
                assert done() == between, where
            is_somewhere(second, two, where, between)


def test_going_back_loses_nothing_and_meets_no_error(everybody: Cast) -> None:
    for where, random in each_time(everybody, SEED + 3):
        with and_undone():
            # Given somebody who sent a page,
            tab = everybody.tab(where)
            assert tab.form is not None
            typed = fill(tab.form, random, days=bool(random.randrange(2)))
            before = done()
            tab.send()
            after = done()
            # when they go back through all that they saw,
            for address in reversed(tab.history):
                shown = Tab(tab.client).open(address)
                # then each is a page, and nothing is done by looking at it.
                assert shown.status in (200, 409), (where, address)
                assert done() == after, where
            if after["records"] > before["records"]:
                page = unescape(shown.page)
                assert "You have sent this page" in page or "You have just moved" in page or (
                    "You sent it on" in page
                ), where  # fmt: skip
            is_somewhere(typed, tab, where, before)


def test_a_double_click_does_once(everybody: Cast) -> None:
    acted: Counter[str] = Counter()
    for where, random in each_time(everybody, SEED + 4):
        with and_undone():
            # Given a page that is sent twice, as it is,
            tab = everybody.tab(where)
            assert tab.form is not None
            typed = fill(tab.form, random, days=False)
            before, data = done(), tab.sent_by()
            again = Tab(tab.client, tab.address)
            tab.send_again(data)
            after = done()
            again.send_again(data)
            # then it is done once, and the second answer is the first.
            assert done() == after, where
            assert after["records"] - before["records"] <= 2, where
            is_somewhere(typed, again, where, before)
            if after != before:
                assert again.status == 200, where
                assert again.address == tab.address, where
                acted[where.name.split()[0]] += 1
    assert len(acted) >= 12, acted
    assert sum(acted.values()) >= 30, acted


def test_a_dropped_connection_loses_nothing_and_doubles_nothing(
    everybody: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    acted = 0
    for number, (where, random) in enumerate(each_time(everybody, SEED + 5)):
        with and_undone(), monkeypatch.context() as broken:
            tab = everybody.tab(where)
            assert tab.form is not None
            typed = fill(tab.form, random, days=False)
            before = done()
            if number % 3 == 0:
                # It never arrived: what was saved while they typed is there.
                assert tab.save()["saved"]
                typed_is_there(typed, everybody.tab(where), where)
                continue
            if number % 3 == 1:
                # It arrived and was done, and the process was killed before it could say so.
                broken.setattr(drafts, "settle", busy)
            data = tab.sent_by()
            tab.client.post(tab.address, as_encoded(data), headers=NAVIGATES)
            broken.undo()
            after = done()
            # The answer was lost, and they send it again: it is shown as done.
            tab.send_again(data)
            if "/case/" in where.address or number % 3 == 2:
                assert done() == after, where
                acted += after != before
            is_somewhere(typed, tab, where, before)
    assert acted >= 20


def busy(*arguments: object, **named: object) -> None:
    raise OperationalError("database is locked")
