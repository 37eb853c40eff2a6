"""How django-allauth keeps factors here: secrets encrypted, by a key from outside the database."""

import base64
from functools import lru_cache
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

ISSUER = "Concord"
"""What an authenticator app and a passkey call this service."""


@lru_cache(maxsize=4)
def _box(secret: str) -> Fernet:
    """The box of the instance's secret key; a copy of the database alone opens nothing."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"concord.factors").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks of an instance about its factors."""

    def encrypt(self, text: str) -> str:
        """A secret as it is stored."""
        return _box(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A secret as it is used. Raises InvalidToken under another key."""
        return _box(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """The service's name in an authenticator app."""
        return ISSUER

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whom a passkey is for: this service, at the name that the browser used."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": ISSUER}

    def send_notification_mail(self, *arguments: Any, **named: Any) -> None:
        """Not by allauth: its letters are not ours."""
