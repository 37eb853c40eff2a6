"""No route is left out: one that nobody listed an address for is one that nobody looks at."""

from tests.pages.addresses import ADDRESSES, routes


def test_every_route_has_an_address_to_be_looked_at() -> None:
    assert sorted(ADDRESSES) == sorted(routes())
