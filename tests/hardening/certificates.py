"""An authority of the tests' own, and the certificates that it issues, in files."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
CONCORD = "concord.example.org"


@dataclass(frozen=True, slots=True)
class Issued:
    """The paths of a certificate and of its key."""

    certificate: str
    key: str

    def settings(self, named: str = "CONCORD_TLS") -> dict[str, str]:
        """The two settings that name them."""
        return {f"{named}_CERTIFICATE": self.certificate, f"{named}_KEY": self.key}


class Authority:
    """Issues certificates into a folder; its own is in `path`."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.name = folder, name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.path = str(folder / f"{name}.pem")
        begun = datetime.now(UTC) - 400 * DAY
        made = self._named(name, begun, begun + 4000 * DAY).public_key(self._key.public_key())
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self._write(self.path, made.sign(self._key, hashes.SHA256()))

    def issue(self, name: str, begins: timedelta = -DAY, ends: timedelta = DAY) -> Issued:
        """A certificate of this name (of 127.0.0.1 too), that holds so long from and to now."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        names = [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]
        made = self._named(name, now + begins, now + ends).public_key(key.public_key())
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        place = self.folder / f"{self.name}-{name}-{ends.days}"
        found = Issued(f"{place}.pem", f"{place}.key")
        self._write(found.certificate, made.sign(self._key, hashes.SHA256()))
        Path(found.key).touch(0o600)
        Path(found.key).write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        return found

    def trusted(self) -> ssl.SSLContext:
        """A client that believes this authority alone."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.path)
        return context

    def _named(self, name: str, begins: datetime, ends: datetime) -> x509.CertificateBuilder:
        def called(text: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

        made = x509.CertificateBuilder(called(self.name), called(name))
        made = made.serial_number(x509.random_serial_number())
        return made.not_valid_before(begins).not_valid_after(ends)

    @staticmethod
    def _write(path: str, certificate: x509.Certificate) -> None:
        Path(path).write_bytes(certificate.public_bytes(Encoding.PEM))
