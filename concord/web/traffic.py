"""What goes between Concord's own parts: by TLS that proves who answers, or not off this machine.

Beyond these checks, the mail server (concord/config/mail.py) and agencies' sign-ins are refused by
the settings themselves; the scanner and the log service have sockets of this machine alone.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error

from concord.web.certificates import unusable
from concord.web.listening import is_open

CHECKED = "verify-full"
"""The way of TLS to PostgreSQL in which the server proves to be the very one that was named."""
HERE = ("", "localhost", "127.0.0.1", "::1")
ELSEWHERE = ("PGHOSTADDR", "PGSERVICE")
"""Variables by which PostgreSQL's library goes somewhere else than DATABASE_URL says."""


def traffic(at: datetime) -> Iterator[Error]:
    """Everything that is wrong with it, and what to do; `at`: now, which certificates must hold."""
    yield from arriving(at)
    yield from onward(at)


def arriving(at: datetime) -> Iterator[Error]:
    """What is wrong with what reaches the pages; `at`: now."""
    yield from _proxies()
    yield from _pages(at)


def onward(at: datetime) -> Iterator[Error]:
    """What is wrong with what Concord itself sends: no command sends it so; `at`: now."""
    yield from _database()
    yield from _mail(at)
    yield from _notify()


def _proxies() -> Iterator[Error]:
    """Whoever reaches the service without the proxy says of themselves what they like."""
    bind = settings.CONCORD_BIND
    if is_open(bind) and not settings.CONCORD_PROXIES_ARE_NAMED:
        yield Error(
            f"Others than this machine reach Concord at {bind}, and no proxy is named.",
            hint="Set CONCORD_PROXY_ADDRESSES to the addresses of the proxies, whose headers are "
            "believed; or have CONCORD_BIND be 127.0.0.1.",
            id="concord.E008",
        )  # fmt: skip
    if settings.SECURE_PROXY_SSL_HEADER is not None:
        yield Error(
            "A header says whether a request came by TLS, whoever wrote it.",
            hint="Leave SECURE_PROXY_SSL_HEADER out of the settings: the server asks the proxies "
            "named in CONCORD_PROXY_ADDRESSES alone.",
            id="concord.E009",
        )


def _pages(at: datetime) -> Iterator[Error]:
    """What the proxy hands over is everything that people type, and everything they read."""
    certificate, key = settings.CONCORD_TLS_CERTIFICATE, settings.CONCORD_TLS_KEY
    if wrong := unusable("CONCORD_TLS", certificate, key, at):
        yield Error(
            wrong, id="concord.E011",
            hint="docs/how-to/set-up-a-real-instance.md says how the two are made.",
        )  # fmt: skip
    elif is_open(settings.CONCORD_BIND) and not certificate:
        yield Error(
            f"What goes between the proxy and Concord at {settings.CONCORD_BIND} is not encrypted.",
            hint="Set CONCORD_TLS_CERTIFICATE and CONCORD_TLS_KEY; or have the proxy on this "
            "machine, and CONCORD_BIND be 127.0.0.1.",
            id="concord.E012",
        )


def _database() -> Iterator[Error]:
    """What goes to a database on another machine is encrypted, and goes to that one alone."""
    found = settings.DATABASES["default"]
    if not found["ENGINE"].endswith("postgresql"):
        return
    if others := [name for name in ELSEWHERE if os.environ.get(name)]:
        yield Error(
            f"{others[0]} is set: the database may be another than DATABASE_URL says.",
            hint="Unset it, and name the database in DATABASE_URL alone.", id="concord.E013",
        )  # fmt: skip
    host = found["HOST"] or os.environ.get("PGHOST", "")
    away = [each for each in host.split(",") if each not in HERE and not each.startswith("/")]
    if away and found["OPTIONS"].get("sslmode") != CHECKED:
        yield Error(
            f"The database at {', '.join(away)} is reached without checked TLS.",
            hint="End DATABASE_URL with ?sslmode=verify-full&sslrootcert=/where/it/lies.pem",
            id="concord.E007",
        )


def _mail(at: datetime) -> Iterator[Error]:
    """What Concord shows to the mail server, so that no password is needed there."""
    shown = settings.EMAIL_SSL_CERTFILE or "", settings.EMAIL_SSL_KEYFILE or ""
    if wrong := unusable("CONCORD_SMTP", *shown, at):
        yield Error(
            wrong, id="concord.E015",
            hint="docs/how-to/set-up-a-real-instance.md says what the mail server asks for.",
        )  # fmt: skip


def _notify() -> Iterator[Error]:
    parts = urlsplit(settings.CONCORD_NOTIFY_URL)
    if parts.scheme != "https" and parts.hostname not in HERE:
        yield Error(
            f"Notices would go to {settings.CONCORD_NOTIFY_URL} without TLS.",
            hint="Have CONCORD_NOTIFY_URL begin with https://, or leave it out.", id="concord.E014",
        )  # fmt: skip
