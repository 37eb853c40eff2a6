"""The agencies' own sign-ins, from the file that CONCORD_AGENCY_SIGN_IN names.

Its secrets are not in it: each is given by the environment or a file of its own.
"""

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from concord.config.given import given
from concord.web.signing_in.providers import Provider

NAME = "CONCORD_AGENCY_SIGN_IN"
KEYS = {"issuer", "client_id", "addresses", "second_factor"}


def agency_sign_in(file: str) -> dict[str, Provider]:
    """Every agency's sign-in, by its slug; none without a file. Raises ImproperlyConfigured."""
    if not file:
        return {}
    path = Path(file)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ImproperlyConfigured(f"{NAME}: {path} cannot be read: {error.strerror}.") from None
    except ValueError as error:  # of TOML, and of what is no text
        raise ImproperlyConfigured(f"{NAME}: {path} is no TOML: {error}.") from None
    return {slug: _provider(slug, rows) for slug, rows in told.items()}


def _provider(slug: str, rows: Any) -> Provider:
    where = f"{NAME}: [{slug}]"
    if not isinstance(rows, dict):
        raise ImproperlyConfigured(f"{where}: write a table, headed by the agency's slug.")
    if unknown := sorted(set(rows) - KEYS):
        raise ImproperlyConfigured(
            f"{where}: {unknown[0]} is not known here. A secret is never written in this file."
        )
    for name in ("issuer", "client_id"):
        if not (isinstance(rows.get(name), str) and rows[name]):
            raise ImproperlyConfigured(f"{where}: {name} is missing.")
    domains = rows.get("addresses")
    if not (isinstance(domains, list) and domains and all(map(_is_domain, domains))):
        raise ImproperlyConfigured(
            f'{where}: addresses is a list of what stands after the @, as ["example.org"].'
        )
    second = rows.get("second_factor", "ours")
    if second not in ("ours", "theirs"):
        raise ImproperlyConfigured(f"{where}: second_factor is 'ours' or 'theirs'.")
    issuer = urlsplit(rows["issuer"])
    is_near = issuer.hostname in ("127.0.0.1", "localhost", "::1")
    if issuer.scheme != "https" and not (issuer.scheme == "http" and is_near):
        raise ImproperlyConfigured(f"{where}: issuer is an address that begins with https://.")
    variable = f"CONCORD_AGENCY_{slug.upper().replace('-', '_')}_SECRET"
    secret = given(variable)
    if not secret:
        raise ImproperlyConfigured(f"{where}: {variable} is not set, nor is {variable}_FILE.")
    return Provider(
        slug, rows["issuer"], rows["client_id"], secret,
        frozenset(each.lower() for each in domains), second == "theirs",
    )  # fmt: skip


def _is_domain(text: Any) -> bool:
    return isinstance(text, str) and bool(text) and "@" not in text and text == text.strip()
