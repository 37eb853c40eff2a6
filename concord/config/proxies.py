"""Which proxies are believed, and where the service may listen because of it.

A proxy says by headers that a request came by TLS, and from whom. Anybody can write these headers:
they are believed from the addresses that are named here, and from nobody else.
"""

from ipaddress import ip_address, ip_network

from django.core.exceptions import ImproperlyConfigured

NAME = "CONCORD_PROXY_ADDRESSES"
LOOPBACK = "127.0.0.1, ::1"
"""Where it is not said: a proxy on this machine."""


def proxies(text: str) -> tuple[str, ...]:
    """The addresses or networks, with commas between them. Raises ImproperlyConfigured."""
    named = [each.strip() for each in (text or LOOPBACK).split(",") if each.strip()]
    try:
        networks = [ip_network(each) for each in named]
    except ValueError:
        networks = []
    if not networks or not all(each.prefixlen for each in networks):
        raise ImproperlyConfigured(
            f"{NAME} names the proxies that are believed, with commas: addresses such as 10.0.0.7, "
            "or networks such as 10.0.0.0/28; never everybody."
        )
    return tuple(str(each) for each in networks)


def is_open(bind: str) -> bool:
    """Whether others than this machine reach what listens on this address."""
    try:
        return not ip_address(bind.strip("[]")).is_loopback
    except ValueError:
        return bind != "localhost"
