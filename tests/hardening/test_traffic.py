"""What goes between the proxy and Concord is encrypted, and goes to Concord alone; or it stays here."""

import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings as these
from django.utils import timezone

from concord.config.databases import database
from concord.config.serve import refused
from concord.web.checks import real_instance, what_it_sends
from concord.web.traffic import traffic
from tests.hardening.certificates import CONCORD, DAY, Authority, Issued
from tests.hardening.real import ROOT, asked, concord, surroundings, until_it_answers
from tests.notifications.peer import free_port

SETTINGS = "concord.config.settings"


@dataclass(frozen=True, slots=True)
class Served:
    """A real instance that answers by TLS, and who issued its certificate."""

    port: int
    authority: Authority

    def asked(self, context: ssl.SSLContext, path: str, says: str = "https") -> bytes:
        """What is answered to the proxy, that says its visitor came so."""
        request = (
            f"GET {path} HTTP/1.1\r\nHost: {CONCORD}\r\nX-Forwarded-Proto: {says}\r\n"
            "Connection: close\r\n\r\n"
        )
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=180) as wire,
            context.wrap_socket(wire, server_hostname=CONCORD) as safe,
        ):
            safe.sendall(request.encode())
            return _all(safe)


def _all(wire: socket.socket) -> bytes:
    found = b""
    while piece := wire.recv(65536):
        found += piece
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    authority = Authority(folder / "authority")
    tls = authority.issue(CONCORD).settings()
    environment = surroundings(folder / "data", DJANGO_SETTINGS_MODULE=SETTINGS, **tls)
    script = (
        f"import json; from concord.config.serve import as_set; print(json.dumps(as_set({port})))"
    )
    command = json.loads(asked(folder / "data", script, **tls))
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            until_it_answers(port)
            yield Served(port, authority)
        finally:
            process.terminate()
            process.wait(30)


def test_a_proxy_that_trusts_the_authority_is_answered(served: Served) -> None:
    # When the proxy asks for what is not there, for a visitor who came by TLS, it is answered,
    answer = served.asked(served.authority.trusted(), "/static/none")
    assert answer.startswith(b"HTTP/1.1 404 "), answer
    # and a visitor who came without is sent to TLS, though the proxy itself did not.
    plain = served.asked(served.authority.trusted(), "/static/none", says="http")
    assert plain.startswith(b"HTTP/1.1 301 "), plain
    assert b"https://concord.example.org" in plain


def test_a_proxy_that_trusts_others_alone_hands_nothing_over(
    served: Served, tmp_path: Path
) -> None:
    for context in (Authority(tmp_path).trusted(), ssl.create_default_context()):
        with pytest.raises(ssl.SSLCertVerificationError):
            served.asked(context, "/static/none")


def test_without_tls_nothing_is_answered(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as wire:
        wire.sendall(f"GET /static/none HTTP/1.1\r\nHost: {CONCORD}\r\n\r\n".encode())
        try:
            answer = _all(wire)
        except ConnectionResetError:
            answer = b""
    assert b"HTTP" not in answer


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_of_before_1_2_is_refused(served: Served) -> None:
    context = served.authority.trusted()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        served.asked(context, "/static/none")
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = served.authority.trusted()
        context.minimum_version = context.maximum_version = version
        assert served.asked(context, "/static/none").startswith(b"HTTP/1.1 404 ")


def test_ciphers_that_keep_no_secret_once_the_key_is_lost_are_refused(served: Served) -> None:
    context = served.authority.trusted()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    # the certificate's key would do for each of these
    context.set_ciphers("ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):
        served.asked(context, "/static/none")


def _locked(issued: Issued) -> None:
    key = load_pem_private_key(Path(issued.key).read_bytes(), None)
    lock = BestAvailableEncryption(b"a password")
    Path(issued.key).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda one, its: Path(one.certificate).unlink(), "one.pem cannot be read: No such file"),
    (lambda one, its: Path(one.key).unlink(), "one.key cannot be read: No such file"),
    (lambda one, its: Path(one.certificate).write_text("-"), "one.pem holds no certificate in PEM"),
    (lambda one, its: Path(one.key).write_text("-"), "one.key holds no private key in PEM"),
    (lambda one, its: Path(one.key).chmod(0o604), "Run: chmod o-r"),
    (lambda one, its: _locked(one), "one.key is locked with a password"),
    (lambda one, its: Path(its.issue("other").key).rename(one.key), "is not the key of the cert"),
    (lambda one, its: _move(its.issue("old", ends=-DAY / 2), one), "in ONE expired on"),
    (lambda one, its: _move(its.issue("new", begins=DAY / 2), one), "in ONE is not valid before"),
    (lambda one, its: Path(one.certificate).write_bytes(
        Path(one.certificate).read_bytes()
        + Path(its.issue("above", ends=-DAY / 2).certificate).read_bytes()
    ), "certificate 2 in ONE expired on"),
])  # fmt: skip
def test_files_that_will_not_do_are_told_and_nothing_starts(
    tmp_path: Path, settings: Any, spoil: Any, says: str
) -> None:
    # Given a certificate and its key, of which one is spoilt,
    authority = Authority(tmp_path)
    one = Issued(str(tmp_path / "one.pem"), str(tmp_path / "one.key"))
    _move(authority.issue("one"), one)
    spoil(one, authority)
    # then the check says so, and the service does not start, and says so too.
    settings.CONCORD_TLS_CERTIFICATE, settings.CONCORD_TLS_KEY = one.certificate, one.key
    says = says.replace("ONE", one.certificate)
    assert says in _told("concord.E011")
    assert says in refused(timezone.now())


def _told(number: str) -> str:
    """What the check of a real instance says under this number; empty if it says nothing."""
    found = [*real_instance(None), *what_it_sends(None)]
    return " ".join(f"{each.msg} {each.hint}" for each in found if each.id == number)


def _move(found: Issued, to: Issued) -> None:
    Path(found.certificate).rename(to.certificate)
    Path(found.key).rename(to.key)


def _does_not_start(folder: Path, says: str, **more: str) -> None:
    begun = subprocess.run(
        [sys.executable, "-m", "concord.config.serve"], cwd=ROOT, capture_output=True, text=True,
        env=surroundings(folder, PORT=str(free_port()), **more), timeout=60, check=False,
    )  # fmt: skip
    assert begun.returncode == 1
    assert says in begun.stderr
    assert "Traceback" not in begun.stderr
    assert not (folder / "concord.sqlite3").exists()


def test_one_without_the_other_is_told(tmp_path: Path) -> None:
    tls = Authority(tmp_path).issue(CONCORD).settings() | {"CONCORD_TLS_KEY": ""}
    found = concord(tmp_path / "data", "check", "--deploy", **tls)
    assert found.returncode == 1
    assert "concord.E011" in found.stderr
    assert "CONCORD_TLS_KEY is not: set both, or neither." in found.stderr
    _does_not_start(tmp_path / "data", "CONCORD_TLS_KEY is not: set both", **tls)


def test_what_goes_to_another_machine_is_encrypted_or_nothing_starts(
    tmp_path: Path, settings: Any
) -> None:
    # Given a service that a proxy on another machine reaches, it does not start,
    named = {"CONCORD_BIND": "0.0.0.0", "CONCORD_PROXY_ADDRESSES": "10.0.0.7"}
    _does_not_start(tmp_path / "data", "at 0.0.0.0 is not encrypted", **named)
    # and whoever starts it, or has it checked, is told what to do,
    settings.CONCORD_BIND, settings.CONCORD_PROXIES_ARE_NAMED = "0.0.0.0", True
    for says in (_told("concord.E012"), refused(timezone.now())):
        assert "CONCORD_TLS_CERTIFICATE and CONCORD_TLS_KEY" in says
        assert "CONCORD_BIND be 127.0.0.1" in says
    # and with a certificate all is well.
    one = Authority(tmp_path).issue(CONCORD)
    settings.CONCORD_TLS_CERTIFICATE, settings.CONCORD_TLS_KEY = one.certificate, one.key
    assert _told("concord.E012") == _told("concord.E011") == refused(timezone.now()) == ""


@pytest.mark.parametrize(("url", "more", "says"), [
    ("postgresql://a:b@db.example.org/c", {}, "concord.E007"),
    ("postgresql://a:b@db.example.org/c?sslmode=verify-ca", {}, "concord.E007"),
    ("postgresql:///c?host=/run/postgresql,db.example.org", {}, "concord.E007"),
    ("postgresql:///c", {"PGHOST": "db.example.org"}, "concord.E007"),
    ("postgresql://localhost/c", {"PGHOSTADDR": "10.0.0.9"}, "concord.E013"),
    ("postgresql://a:b@db.example.org/c?sslmode=verify-full", {}, ""),
    ("postgresql://a:b@localhost/c", {"PGHOST": "db.example.org"}, ""),
    ("postgresql:///c?host=/run/postgresql", {}, ""),
])  # fmt: skip
def test_what_goes_to_a_database_is_encrypted_or_nothing_starts(
    monkeypatch: pytest.MonkeyPatch, url: str, more: dict[str, str], says: str
) -> None:
    monkeypatch.setitem(these.DATABASES, "default", database(url, Path()))
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    assert bool(refused(timezone.now())) is bool(says)
    assert {each.id for each in traffic(timezone.now())} == ({says} if says else set())


@pytest.mark.parametrize("command", [
    ("loop",), ("worker",), ("seal", "--once"), ("migrate",), ("backup", "to"), ("setup", "--policy", "sandwell"),
], ids=" ".join)  # fmt: skip
def test_no_command_goes_to_a_database_that_need_not_prove_who_it_is(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    found = concord(tmp_path, *command, DATABASE_URL="postgresql://a:b@db.example.org/c")
    assert found.returncode == 1
    assert "db.example.org is reached without checked TLS. End DATABASE_URL with" in found.stderr


def test_what_goes_to_notify_is_encrypted_or_nothing_starts(settings: Any) -> None:
    settings.CONCORD_NOTIFY_URL = "http://notify.example.org"
    assert "begin with https://" in _told("concord.E014")
    assert refused(timezone.now()) == _told("concord.E014")


def test_a_certificate_for_the_mail_server_that_will_not_do_is_told_and_nothing_starts(
    tmp_path: Path, settings: Any
) -> None:
    late = Authority(tmp_path).issue(CONCORD, begins=-30 * DAY, ends=-DAY)
    settings.EMAIL_SSL_CERTFILE, settings.EMAIL_SSL_KEYFILE = late.certificate, late.key
    assert "CONCORD_SMTP_CERTIFICATE" in _told("concord.E015")
    assert "expired on" in refused(timezone.now())
    settings.EMAIL_SSL_KEYFILE = None
    assert "CONCORD_SMTP_KEY is not" in refused(timezone.now())


def test_a_database_takes_a_certificate_in_place_of_a_password() -> None:
    shown = "sslmode=verify-full&sslrootcert=/a.pem&sslcert=/c.pem&sslkey=/c.key"
    found = database(f"postgresql://serving@db.example.org/concord?{shown}", Path())
    assert found["PASSWORD"] == ""
    assert found["OPTIONS"] == dict(each.split("=") for each in shown.split("&"))


@pytest.mark.parametrize("bind", ["127.0.0.1", "::1", "localhost"])
def test_what_stays_on_this_machine_needs_no_certificate(settings: Any, bind: str) -> None:
    settings.CONCORD_BIND = bind
    assert refused(timezone.now()) == ""
    assert not {each.id for each in real_instance(None)} & {"concord.E011", "concord.E012"}


def test_a_certificate_is_judged_by_the_time_that_is_given(tmp_path: Path, settings: Any) -> None:
    issued = Authority(tmp_path).issue(CONCORD, ends=timedelta(days=30))
    settings.CONCORD_TLS_CERTIFICATE, settings.CONCORD_TLS_KEY = issued.certificate, issued.key
    assert refused(timezone.now()) == ""
    assert "expired on" in refused(timezone.now() + timedelta(days=31))
