"""Five ways to lose what was typed, a hundred times each: time-out, two tabs, Back, double click,
dropped connection. Every character comes back, and no act is done twice.

Over every page that a walk through a made world finds. Driven as a browser without script drives
it: pages are read, filled in and sent as they are.
"""

import re
from collections import Counter
from html import unescape
from pathlib import Path
from random import Random
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.db import OperationalError

from concord.cases import drafts
from concord.web.forms.start import DateCalculator
from concord.web.urls import urlpatterns
from tests.kept.browsing import NAVIGATES, Tab, as_encoded
from tests.kept.everybody import (
    FIRST_TIME,
    OUTSIDER,
    SEED,
    Everybody,
    Faults,
    and_undone,
    at_least,
    can_be_copied,
    done,
    is_somewhere,
    typed_is_there,
)
from tests.kept.odd import fill
from tests.kept.places import Where, forms_to_type_in
from tests.turns import this_turn

pytestmark = pytest.mark.django_db
of_the_whole = pytest.mark.skipif(
    this_turn() is not None, reason="a run that takes a part of the pages by its turn has not all"
)
SENT = (
    "You have sent this page",
    "You have just moved",
    "You sent it on",
    "Thank you: your answer",
)
"""What a page says to whoever comes back to it and has sent it."""
TEMPLATES = Path("concord/web/templates/concord")
HOLDS_A_FIELD = re.compile(
    r'<textarea|<input[^>]*type="(?:text|search|tel)"'
    r'|\bfield\((?!form\["(?:code|email|password\w*|credential)"\])'
)
POSTS = re.compile(r"<form[^>]*method=\"post\"")
EXTENDS = re.compile(r'extends "concord/([\w.]+)"')
IN_ITS_ADDRESS = {(DateCalculator.__module__, DateCalculator.__qualname__)}
"""What is typed there is in the page's own address, which is kept by the browser."""
SIGNING_IN = "concord.web.forms.signing_in"
"""What lets somebody in is typed anew each time: codes, passwords, and a passkey's name."""
LETS_IN = {f"concord.web.views.{each}" for each in ("signing_in", "ways_in", "proving")}
NAMES_A_KEY = {"set_up_passkey.jinja"}


def can_be_typed_in(name: str) -> bool:
    """Whether a template, or the one that it fills out, has a form to send with a field to fill."""
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    if POSTS.search(source) and HOLDS_A_FIELD.search(source):
        return True
    parent = EXTENDS.search(source)
    return parent is not None and parent[1] != "layout.jinja" and can_be_typed_in(parent[1])


def test_every_page_where_somebody_types_keeps_it(everybody: Everybody) -> None:
    assert len(everybody.walked.places) >= at_least(85)
    assert everybody.walked.unkept == set()


@of_the_whole
def test_no_route_that_is_typed_at_was_opened_by_nobody(everybody: Everybody) -> None:
    lets_in = {each.name for each in urlpatterns if each.callback.__module__ in LETS_IN}
    assert everybody.walked.unopened - lets_in == set()
    shown = {each.name for each in TEMPLATES.glob("*.jinja") if can_be_typed_in(each.name)}
    assert shown - everybody.walked.templates - NAMES_A_KEY == set()


@of_the_whole
def test_no_form_that_is_typed_in_was_shown_to_nobody(everybody: Everybody) -> None:
    missed = set(forms_to_type_in()) - everybody.walked.forms - IN_ITS_ADDRESS
    assert {each for each in missed if each[0] != SIGNING_IN} == set()


def test_a_time_out_loses_nothing(everybody: Everybody) -> None:
    faults = Faults()
    for number, (where, random) in enumerate(everybody.each_time(SEED)):
        with faults.at(where), and_undone():
            # Given somebody who fills in a page until they are signed out,
            tab = everybody.tab(where)
            assert tab.form is not None
            typed = fill(tab.form, random)
            before, user = done(), everybody.user(where)
            with everybody.gone(where):
                # when they send it, then nothing is done, and they are told to sign in again;
                tab.send()
                assert done() == before, where
                if where.who == FIRST_TIME:  # nobody could say by what to find it again
                    can_be_copied(typed, tab, where)
                    continue
                # and with that, all they typed is on the page; whether by the way shown, or not.
                shown = where.address
                if where.who != OUTSIDER:
                    assert tab.status == 403, where
                    onward = re.search(r'href="/sign-in\?next=([^"]+)"', tab.page)
                    assert onward is not None, where
                    shown = unquote(unescape(onward[1])) if number % 2 else shown
                everybody.come_back(where, user)
                typed_is_there(typed, tab.open(shown), where)
    faults.none()


def test_an_expired_page_loses_nothing(everybody: Everybody) -> None:
    faults = Faults()
    for where, random in list(everybody.each_time(SEED + 1))[:25]:
        with faults.at(where), and_undone():
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
    faults.none()


def test_two_tabs_lose_nothing(everybody: Everybody) -> None:
    faults = Faults()
    for where, random in everybody.each_time(SEED + 2):
        with faults.at(where), and_undone():
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
            if between != before and "/case/" in where.address and where.route != "invite":
                assert done() == between, where
            if done() == between != before and two.form is None:
                can_be_copied(second, two, where)
            else:
                is_somewhere(second, two, where, between)
    faults.none()


def test_going_back_loses_nothing_and_meets_no_error(everybody: Everybody) -> None:
    faults = Faults()
    for where, random in everybody.each_time(SEED + 3):
        with faults.at(where), and_undone():
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
                assert any(says in page for says in SENT), where
            is_somewhere(typed, tab, where, before)
    faults.none()


def test_a_double_click_does_once(everybody: Everybody) -> None:
    faults = Faults()
    acted: Counter[str] = Counter()
    for where, random in everybody.each_time(SEED + 4):
        with faults.at(where), and_undone():
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
                acted[where.name] += 1
    assert len(acted) >= at_least(40), acted
    faults.none()


def test_a_dropped_connection_loses_nothing_and_doubles_nothing(
    everybody: Everybody, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = Faults()
    acted = 0
    for number, (where, random) in enumerate(everybody.each_time(SEED + 5)):
        # a record has its key: a page outside of a case has nothing but what was kept, so each
        # of these is cut off in every way
        for way in (number % 3,) if is_once_by_itself(where.address) else range(3):
            with faults.at(where), and_undone(), monkeypatch.context() as broken:
                acted += cut_off(everybody, where, random, way, broken)
    assert acted >= at_least(28)
    faults.none()


def is_once_by_itself(address: str) -> bool:
    """Whether what is sent there is done once by its own key, or is an answer in its place."""
    return address.startswith(("/case/", "/raise/", "/invited/"))


def cut_off(
    everybody: Everybody, where: Where, random: Random, way: int, broken: pytest.MonkeyPatch
) -> bool:
    """Send a page whose connection drops: before it arrived, before it was noted, or on its way
    back. Whether anything was done by it."""
    tab = everybody.tab(where)
    assert tab.form is not None
    typed = fill(tab.form, random, days=False)
    before = done()
    if way == 0:
        # It never arrived: what was saved while they typed is there.
        assert tab.save()["saved"]
        typed_is_there(typed, everybody.tab(where), where)
        return False
    if way == 1:
        # It arrived and was done, and the process was killed before it could say so.
        broken.setattr(drafts, "settle", busy)
    data = tab.sent_by()
    tab.client.post(tab.address, as_encoded(data), headers=NAVIGATES)
    broken.undo()
    after = done()
    if way == 1 and after != before and "/case/" in where.address:
        # What is recorded is not offered as if it were still to be sent.
        fresh = everybody.tab(where).form
        assert fresh is None or fresh.typed() != typed, where
    # The answer was lost, and they send it again: it is shown as done.
    tab.send_again(data)
    if "/case/" in where.address or way == 2:
        assert done() == after, where
    is_somewhere(typed, tab, where, before)
    return after != before and ("/case/" in where.address or way == 2)


def busy(*arguments: object, **named: object) -> None:
    raise OperationalError("database is locked")
