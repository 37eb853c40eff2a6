"""Every route in every state that it has, in a filled instance: looked at in a browser."""

import pytest

from tests.pages.addresses import ADDRESSES, State
from tests.pages.looking import Eye
from tests.pages.test_signing_in import OF_SIGNING_IN
from tests.pages.walking import Walk
from tests.pages.world import World
from tests.turns import of_this_run

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_every_route_is_looked_at_as_somebody_who_may_open_it(filled: World, eye: Eye) -> None:
    others = [route for route in ADDRESSES if route != "case"]
    taken = ["case", *of_this_run(others)]
    walk = Walk(filled, eye, thorough=False)
    walk.places(taken)
    assert not walk.faults, "\n".join(walk.faults)
    missed = {route for route in taken if not walk.seen[route, ""]}
    assert missed <= OF_SIGNING_IN, missed - OF_SIGNING_IN
    for state in (State.FILLED, State.CLOSED, State.LONG):
        assert walk.seen["case", state]
