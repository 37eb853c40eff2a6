"""Where a request comes from: a network address, or a browser that is known."""

import secrets
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from concord.directory.models import User

LASTS = 400 * 86_400
"""Seconds for which a browser is known after somebody signed in with it."""
MOST_PEOPLE = 8
"""Who are known in one browser: people share a desk. The longest ago is forgotten first."""
SALT = "concord.known"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an attempt comes from; `is_known`: this person has signed in with this browser."""

    name: str
    is_known: bool


def network_address(request: HttpRequest) -> str:
    """The network address that a request came from, as the last trusted proxy tells it."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.CONCORD_PROXIES
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    told = [each.strip() for each in forwarded.split(",")]
    # who does not come from a proxy wrote all of it
    if not _is_proxy(direct):
        return direct
    # each proxy adds whom it heard from at the end: what stands before is anybody's word
    if proxies and len(told) >= proxies and told[-proxies]:
        return told[-proxies][:45]
    return direct


def _is_proxy(direct: str) -> bool:
    try:
        where = ip_address(direct)
    except ValueError:
        return False
    return any(where in ip_network(each) for each in settings.CONCORD_PROXY_ADDRESSES)


def source_of(request: HttpRequest, about: str) -> Source:
    """Where an attempt for somebody (`about`: the print of their address) comes from."""
    browser, people = _read(request)
    if browser and about in people:
        return Source(f"browser:{browser}"[:45], True)
    return Source(network_address(request), False)


def print_of(email: str) -> str:
    """The print of a mail address, to count attempts by: the address itself is not kept."""
    return salted_hmac("concord.attempts", email.strip().lower(), algorithm="sha256").hexdigest()


def remember(request: HttpRequest, answer: HttpResponseBase, user: User) -> None:
    """From now on this browser is known as one in which this person signed in."""
    browser, people = _read(request)
    mine = print_of(user.email)
    kept = [mine, *(each for each in people if each != mine)][:MOST_PEOPLE]
    value = signing.dumps([browser or secrets.token_urlsafe(16), kept], salt=SALT, compress=True)
    answer.set_cookie(
        name_of_cookie(), value, max_age=LASTS, httponly=True, samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        browser, people = signing.loads(
            request.COOKIES.get(name_of_cookie(), ""), salt=SALT, max_age=LASTS
        )
        return str(browser), [str(each) for each in people]
    except (signing.BadSignature, ValueError, TypeError):
        return "", []


def name_of_cookie() -> str:
    """The cookie's name; its beginning binds it to this host alone where there is TLS."""
    return "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"
