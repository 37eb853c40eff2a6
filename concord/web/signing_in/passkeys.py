"""Passkeys (WebAuthn): set up, and asked for, by the fido2 library; kept in allauth's table.

A passkey is bound to the exact address of this service. So a page that only looks like Concord gets
nothing from it that could be used here.
"""

import json
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from concord.directory.models import User
from concord.web.signing_in.adapter import ISSUER
from concord.web.signing_in.factors import Kind

STATE = "passkey_asked"
"""In a session: what the passkey was asked to sign."""
COUNT = "count"
"""In a kept passkey: how often it says that it has signed. A copy of it would count anew."""
MOST = 10
"""How many passkeys one person can have."""


def mine(user: User) -> list[Authenticator]:
    """Somebody's passkeys, the oldest first."""
    return list(Authenticator.objects.filter(user=user, type=Kind.PASSKEY).order_by("pk"))


def remove(user: User, number: int) -> None:
    """A passkey of theirs signs in no more."""
    Authenticator.objects.filter(user=user, type=Kind.PASSKEY, pk=number).delete()


def options_to_set_up(request: HttpRequest, user: User) -> str:
    """What the browser is to ask a new passkey for, as JSON."""
    # a number that says nothing of who it is to whoever finds the key
    number = salted_hmac("concord.passkey", str(user.pk), algorithm="sha256").digest()
    entity = PublicKeyCredentialUserEntity(id=number, name=user.email, display_name=user.name)
    options, state = _server(request).register_begin(
        entity, credentials=_credentials(user),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )  # fmt: skip
    request.session[STATE] = state
    return json.dumps(dict(options))


def set_up(request: HttpRequest, user: User, name: str, sent: str, at: datetime) -> bool:
    """Keep a new passkey, if what the browser sent is what was asked for, and asked for here."""
    state, credential = request.session.pop(STATE, None), _read(sent)
    if not state or credential is None or len(mine(user)) >= MOST:
        return False
    try:
        response = RegistrationResponse.from_dict(credential)
        made = _server(request).register_complete(state, response)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    # what was checked is kept, and nothing else that may have been sent along
    kept = {
        "id": websafe_encode(response.raw_id), "rawId": websafe_encode(response.raw_id),
        "type": "public-key", "clientExtensionResults": {},
        "response": {
            "clientDataJSON": websafe_encode(response.response.client_data),
            "attestationObject": websafe_encode(response.response.attestation_object),
        },
    }  # fmt: skip
    data = {"name": name, "credential": kept, COUNT: made.counter}
    Authenticator.objects.create(user=user, type=Kind.PASSKEY, data=data, created_at=at)
    return True


def options_to_prove(request: HttpRequest, user: User) -> str:
    """What the browser is to ask somebody's passkey for, as JSON; empty if they have none."""
    credentials = _credentials(user)
    if not credentials:
        return ""
    options, state = _server(request).authenticate_begin(
        credentials, user_verification=UserVerificationRequirement.PREFERRED
    )
    request.session[STATE] = state
    return json.dumps(dict(options))


def check(request: HttpRequest, user: User, sent: str, at: datetime) -> bool:
    """Whether what the browser sent proves that a passkey of theirs signed just now, and here."""
    state, credential = request.session.pop(STATE, None), _read(sent)
    if not state or credential is None:
        return False
    try:
        response = AuthenticationResponse.from_dict(credential)
        used = _server(request).authenticate_complete(state, _credentials(user), response)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return _counts(user, used, response.response.authenticator_data.counter, at)


def _counts(user: User, used: AttestedCredentialData, count: int, at: datetime) -> bool:
    """Whether the passkey's own count went up. Most keep none, and always say 0."""
    with transaction.atomic():
        for row in Authenticator.objects.select_for_update().filter(user=user, type=Kind.PASSKEY):
            if _credential(row).credential_id != used.credential_id:
                continue
            before = int(row.data.get(COUNT, 0))
            if (before or count) and count <= before:
                return False
            row.data[COUNT] = count
            row.last_used_at = at
            row.save(update_fields=["data", "last_used_at"])
            return True
    return False


def _server(request: HttpRequest) -> Fido2Server:
    host = request.get_host()
    ours = f"{request.scheme}://{host}"
    entity = PublicKeyCredentialRpEntity(id=host.partition(":")[0], name=ISSUER)
    return Fido2Server(entity, verify_origin=lambda origin: origin == ours)


def _credentials(user: User) -> list[AttestedCredentialData]:
    return [_credential(row) for row in mine(user)]


def _credential(row: Authenticator) -> AttestedCredentialData:
    found: AttestedCredentialData = WebAuthn(row).authenticator_data.credential_data
    return found


def _read(sent: str) -> dict[str, Any] | None:
    """What the browser sent, if it is anything like it."""
    try:
        found = json.loads(sent)
    except ValueError:
        return None
    return found if isinstance(found, dict) and len(sent) < 20_000 else None
