"""The mail server, from one address: CONCORD_SMTP."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class MailServer:
    """How the mail server is reached."""

    scheme: str
    host: str
    port: int
    user: str
    password: str


def mail_server(url: str) -> MailServer:
    """A mail server from its address: "smtp+starttls://user:password@host:587".

    Without encryption only on this machine. Raises ImproperlyConfigured.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ImproperlyConfigured(
            "CONCORD_SMTP is 'smtps://user:password@host:465', 'smtp+starttls://...', or, on this "
            "machine alone, 'smtp://127.0.0.1:25'."
        )
    if parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        raise ImproperlyConfigured(
            "CONCORD_SMTP: mail leaves this machine only encrypted. Use smtps:// or smtp+starttls://."
        )
    return MailServer(
        parts.scheme,
        parts.hostname,
        parts.port or SCHEMES[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )
