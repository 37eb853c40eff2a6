"""Which proxies are believed.

A proxy says by headers that a request came by TLS, and from whom. Anybody can write these headers:
they are believed from the addresses that are named here, and from nobody else.
"""

from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured

NAME = "CONCORD_PROXY_ADDRESSES"
LOOPBACK = "127.0.0.1, ::1"
"""Where it is not said: a proxy on this machine."""
BROADEST = {4: 8, 6: 32}
"""The shortest prefix of a network, by the version of IP: a broader one is not a site's own."""


def proxies(text: str) -> tuple[str, ...]:
    """The addresses or networks, with commas between them. Raises ImproperlyConfigured."""
    named = [each.strip() for each in (text or LOOPBACK).split(",") if each.strip()]
    try:
        networks = [ip_network(each) for each in named]
    except ValueError:
        networks = []
    if not networks or any(_is_broad(each) for each in networks):
        raise ImproperlyConfigured(
            f"{NAME} names the proxies that are believed, with commas: addresses such as 10.0.0.7, "
            "or networks such as 10.0.0.0/28; no network is broader than /8, or /32 "
            "of IPv6: never everybody."
        )
    return tuple(str(each) for each in networks)


def _is_broad(network: IPv4Network | IPv6Network) -> bool:
    """Of what IPv6 writes of IPv4 (::ffff:0:0/96) the part behind counts."""
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped:
        return network.prefixlen - 96 < BROADEST[4]
    return network.prefixlen < BROADEST[network.version]
