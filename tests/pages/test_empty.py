"""An instance with people and no case, and one with nothing at all: looked at in a browser."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concord.directory.models import User
from tests.pages.addresses import ADDRESSES, Place, State, routes
from tests.pages.looking import Eye
from tests.pages.standing import standing
from tests.pages.walking import Walk
from tests.pages.world import PERSONAS, World, peopled
from tests.turns import of_this_run

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
FIRST_DAY = ("start", "help", "accessibility", "privacy", "cookies", "sign-in", "signed-in", "work",
             "notices", "agencies", "find", "raise", "first-time", "sign-in-by-code")  # fmt: skip


@pytest.fixture(scope="module")
def empty(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The cast, and no case."""
    with django_db_blocker.unblock(), standing("empty", partial(peopled, filled=False)) as world:
        yield world


def test_every_route_that_needs_no_case(empty: World, eye: Eye) -> None:
    walk = Walk(empty, eye, thorough=False)
    others = [route for route in ADDRESSES if route != "partnership"]
    walk.places(["partnership", *of_this_run(others, 4)])
    assert not walk.faults, "\n".join(walk.faults)
    assert walk.seen["partnership", State.EMPTY]
    for who in of_this_run(PERSONAS, 4):
        walk.visit(Place("work", reverse("work"), State.EMPTY), who)
    assert not walk.faults, "\n".join(walk.faults)


def test_before_anything_is_set_up(eye: Eye) -> None:
    someone = Client(raise_request_exception=False)
    someone.force_login(User.objects.create_user("first@example.org", "Robin First"))
    world = World(timezone.now(), {"first": someone, "signed out": Client()})
    walk = Walk(world, eye, thorough=False)
    for who in world.clients:
        for route in FIRST_DAY:
            walk.visit(Place(route, reverse(route), State.EMPTY), who)
    assert not walk.faults, "\n".join(walk.faults)
    assert set(FIRST_DAY) <= set(routes())
