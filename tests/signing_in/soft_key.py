"""A passkey in software: signs what it is asked to, where it is told that it is."""

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG
HERE = FLAG.USER_PRESENT | FLAG.USER_VERIFIED


class SoftKey:
    """One passkey. `count` is how often it says that it has signed; `origin` where it is used."""

    def __init__(self, origin: str = "http://testserver", count: int = 0) -> None:
        self.origin = origin
        self.count = count
        self.number = secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: str) -> str:
        """What a browser sends when the passkey is set up."""
        asked = json.loads(options)["publicKey"]
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        attested = AttestedCredentialData.create(bytes(16), self.number, public)
        data = AuthenticatorData.create(
            _print_of(asked["rp"]["id"]), HERE | FLAG.ATTESTED, self.count, attested
        )
        return self._sent(
            clientDataJSON=self._client("webauthn.create", asked["challenge"]),
            attestationObject=bytes(AttestationObject.create("none", data, {})),
        )

    def get(self, options: str) -> str:
        """What a browser sends when the passkey proves."""
        asked = json.loads(options)["publicKey"]
        if self.count:
            self.count += 1
        data = AuthenticatorData.create(_print_of(asked["rpId"]), HERE, self.count)
        client = self._client("webauthn.get", asked["challenge"])
        signed = self.key.sign(
            bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
        )
        return self._sent(clientDataJSON=client, authenticatorData=bytes(data), signature=signed)

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _sent(self, **parts: bytes) -> str:
        sent: dict[str, Any] = {
            "id": websafe_encode(self.number), "rawId": websafe_encode(self.number),
            "type": "public-key", "clientExtensionResults": {},
            "response": {name: websafe_encode(value) for name, value in parts.items()},
        }  # fmt: skip
        return json.dumps(sent)


def _print_of(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
