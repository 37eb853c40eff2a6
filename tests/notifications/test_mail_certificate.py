"""Concord proves to the mail server who it is by a certificate, and has that prove itself too."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from concord.notifications.carriers import Away, Letter
from concord.notifications.smtp import Smtp
from tests.hardening.certificates import CONCORD, Authority
from tests.notifications.peer import Peer, free_port

LETTER = Letter(
    "wren.teacher@example.org", "Something waits for you", "Look at your notices.", "<1@concord>",
    timezone.now(),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server that takes mail from whoever shows a certificate of its authority."""

    peer: Peer
    authority: Authority


@pytest.fixture
def server(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    authority, peer = Authority(tmp_path), Peer()
    own = authority.issue("mail.example.org")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.path)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(own.certificate, own.key)
    peer.port = free_port()
    monkeypatch.setenv("SSL_CERT_FILE", authority.path)  # whom this machine believes
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", peer.port
    settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = True, False
    shown = authority.issue(CONCORD)
    settings.EMAIL_SSL_CERTFILE, settings.EMAIL_SSL_KEYFILE = shown.certificate, shown.key
    controller = Knocked(peer, hostname="127.0.0.1", port=peer.port, ssl_context=context)
    controller.knocks = authority.trusted()
    controller.knocks.load_cert_chain(shown.certificate, shown.key)
    controller.start()
    yield Server(peer, authority)
    controller.stop()


class Knocked(Controller):
    """Begins once it has answered a client that shows the certificate."""

    knocks: ssl.SSLContext

    def _trigger_server(self) -> None:
        with (
            socket.create_connection((self.hostname, self.port), 5) as plain,
            self.knocks.wrap_socket(plain, server_hostname="127.0.0.1") as tls,
        ):
            tls.recv(100)


def refused() -> None:
    # the server judges after the client's part of the handshake is over: it hangs up later
    with pytest.raises(Away):
        Smtp().send(LETTER)


def test_whoever_shows_the_certificate_hands_mail_over_without_a_password(server: Server) -> None:
    Smtp().send(LETTER)
    assert server.peer.ids == ["<1@concord>"]


def test_whoever_shows_none_or_another_authority_s_hands_nothing_over(
    server: Server, settings: Any, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other", "other").issue(CONCORD)
    for shown in ((None, None), (other.certificate, other.key)):
        settings.EMAIL_SSL_CERTFILE, settings.EMAIL_SSL_KEYFILE = shown
        refused()
    assert server.peer.taken == []


def test_a_server_that_does_not_prove_itself_is_handed_nothing(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", Authority(tmp_path / "other", "other").path)
    refused()
    assert server.peer.taken == []


def test_a_certificate_that_is_not_there_is_no_fault_of_the_letter(
    server: Server, settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_SSL_CERTFILE = str(tmp_path / "gone.pem")
    refused()
    assert server.peer.taken == []
