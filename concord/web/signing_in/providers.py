"""Which agencies have a sign-in of their own, as an instance is told."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Provider:
    """An agency's own sign-in, by OpenID Connect."""

    agency: str
    """The agency's slug. Only people with a post there come in by it."""
    issuer: str
    client_id: str
    secret: str
    domains: frozenset[str]
    """What stands after the @ in the agency's work addresses: it speaks for no other."""
    asks_for_two: bool = False
    """Whether it may stand for both steps, when it says (`amr`: mfa) that it asked for two."""


def provider_of(agency: str) -> Provider | None:
    """The sign-in of an agency (slug); None if it has none here, or in the demonstration."""
    return providers().get(agency)


def providers() -> Mapping[str, Provider]:
    """Every agency's own sign-in, by the agency's slug."""
    found: Mapping[str, Provider] = settings.CONCORD_AGENCY_SIGN_IN
    return found
