"""Whether a certificate and its key, each in a file, can be used to prove who a service is."""

import ssl
import stat
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

NEW = "have the authority that issued it issue a new one"


class _Wrong(Exception):
    """Why, and what to do."""


def unusable(named: str, certificate: str, key: str, at: datetime) -> str:
    """Why these two files will not do, and what to do about it; empty if they will, or none is set.

    `named`: what the settings of their paths begin with, so that CONCORD_TLS stands for
    CONCORD_TLS_CERTIFICATE and CONCORD_TLS_KEY. The first certificate in the file is the service's
    own; those that lead to its authority follow. Tells nothing of what the key says.
    """
    first, second = f"{named}_CERTIFICATE", f"{named}_KEY"
    if not (certificate or key):
        return ""
    if not (certificate and key):
        there, missing = (first, second) if certificate else (second, first)
        return f"{there} is set and {missing} is not: set both, or neither."
    try:
        its = _certificate(first, certificate, at)
        _key(second, key, its, certificate)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except _Wrong as error:
        return str(error)
    except ssl.SSLError as error:
        return f"{first}: TLS does not take it ({error.reason}): {NEW}, with a stronger key."
    return ""


def _certificate(name: str, path: str, at: datetime) -> x509.Certificate:
    """The service's own. Raises _Wrong, where that or one that follows does not hold now."""
    try:
        chain = x509.load_pem_x509_certificates(_read(name, path))
    except ValueError:
        raise _Wrong(f"{name}: {path} holds no certificate in PEM.") from None
    for number, each in enumerate(chain, 1):
        if each.not_valid_after_utc < at:
            says = f"expired on {each.not_valid_after_utc:%d %B %Y}"
        elif each.not_valid_before_utc > at:
            says = f"is not valid before {each.not_valid_before_utc:%d %B %Y, %H:%M} UTC"
        else:
            continue
        raise _Wrong(f"{name}: certificate {number} in {path} {says}: {NEW}.")
    return chain[0]


def _key(name: str, path: str, its: x509.Certificate, certificate: str) -> None:
    """Raises _Wrong where the file is not the key of the certificate, and that user's alone."""
    text = _read(name, path)
    if stat.S_IMODE(Path(path).stat().st_mode) & stat.S_IROTH:
        raise _Wrong(f"{name}: anybody on this machine can read {path}. Run: chmod o-r {path}")
    try:
        public = load_pem_private_key(text, password=None).public_key()
    except TypeError:  # the service would stop at its start, and ask for it
        raise _Wrong(
            f"{name}: {path} is locked with a password. Keep the key without one, in a file that "
            "this user alone can read."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _Wrong(f"{name}: {path} holds no private key in PEM.") from None
    if _plain(public) != _plain(its.public_key()):
        raise _Wrong(
            f"{name}: {path} is not the key of the certificate in {certificate}: name two that "
            "belong together."
        )


def _read(name: str, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _Wrong(f"{name}: {path} cannot be read: {error.strerror}.") from None


def _plain(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
