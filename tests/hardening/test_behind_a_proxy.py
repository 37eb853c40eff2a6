"""What a proxy says of a request is believed from the proxy alone, by a server on loopback."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from concord.config.proxies import proxies
from concord.config.serve import refused, server
from concord.web.checks import real_instance
from tests.hardening.certificates import CONCORD, Authority
from tests.hardening.real import ROOT, asked, concord, surroundings, until_it_answers
from tests.notifications.peer import free_port

SAYS_TLS = b"X-Forwarded-Proto: https\r\n"


@contextmanager
def real(folder: Path, believing: str) -> Iterator[int]:
    """A real instance without tables, which believes these proxies: the port it answers on."""
    port = free_port()
    environment = surroundings(
        folder / "data", CONCORD_PROXY_ADDRESSES=believing,
        DJANGO_SETTINGS_MODULE="concord.config.settings",
    )  # fmt: skip
    script = "from django.conf import settings as s; print(*s.CONCORD_PROXY_ADDRESSES)"
    believed = asked(folder / "data", script, CONCORD_PROXY_ADDRESSES=believing).split()
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            server("127.0.0.1", port, believed), env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            until_it_answers(port)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def answer(port: int, heads: bytes = b"") -> bytes:
    """The status and headers that are answered to a page that is not there."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        wire.sendall(
            b"GET /static/none HTTP/1.1\r\nHost: concord.example.org\r\nConnection: close\r\n"
            + heads + b"\r\n"
        )  # fmt: skip
        found = b""
        while piece := wire.recv(65536):
            found += piece
    return found.partition(b"\r\n\r\n")[0]


def test_who_comes_past_the_proxy_and_says_tls_is_not_believed(tmp_path: Path) -> None:
    # Given a proxy at another address than this, when somebody writes its header themselves,
    with real(tmp_path, "192.0.2.7") as port:
        forged = answer(port, SAYS_TLS)
        plain = answer(port)
    # then they are sent to TLS, as whoever says nothing.
    for each in (forged, plain):
        assert each.startswith(b"HTTP/1.1 301 "), each
        assert b"https://concord.example.org/static/none" in each


def test_the_proxy_is_believed(tmp_path: Path) -> None:
    with real(tmp_path, "") as port:
        through, plain = answer(port, SAYS_TLS), answer(port)
        twice = answer(port, SAYS_TLS + b"X-Forwarded-Protocol: http\r\n")
    assert through.startswith(b"HTTP/1.1 404 "), through
    assert b"strict-transport-security" in through.lower()
    assert plain.startswith(b"HTTP/1.1 301 "), plain
    # what contradicts itself is refused
    assert twice.startswith(b"HTTP/1.1 400 "), twice


@pytest.mark.parametrize("bind", ["0.0.0.0", "10.0.0.5", "::", "concord.example.org"])
def test_to_listen_to_others_without_naming_the_proxy_is_refused(
    tmp_path: Path, settings: Any, bind: str
) -> None:
    tls = Authority(tmp_path).issue(CONCORD)
    settings.CONCORD_TLS_CERTIFICATE, settings.CONCORD_TLS_KEY = tls.certificate, tls.key
    settings.CONCORD_BIND, settings.CONCORD_PROXIES_ARE_NAMED = bind, False
    assert "CONCORD_PROXY_ADDRESSES" in refused(timezone.now())
    settings.CONCORD_PROXIES_ARE_NAMED = True
    assert refused(timezone.now()) == ""


@pytest.mark.parametrize("bind", ["127.0.0.1", "127.8.8.8", "[::1]", "::1", "localhost"])
def test_this_machine_alone_needs_no_proxy_named_to_serve_nor_to_check(
    settings: Any, bind: str
) -> None:
    settings.CONCORD_BIND, settings.CONCORD_PROXIES_ARE_NAMED = bind, False
    assert refused(timezone.now()) == ""
    assert "concord.E008" not in {each.id for each in real_instance(None)}
    # while what only looks like it is open for both
    settings.CONCORD_BIND = "127.example.org"
    assert "CONCORD_PROXY_ADDRESSES" in refused(timezone.now())
    assert "concord.E008" in {each.id for each in real_instance(None)}


@pytest.mark.dear
def test_the_check_says_so_too(tmp_path: Path) -> None:
    found = concord(tmp_path, "check", "--deploy", CONCORD_BIND="0.0.0.0")
    assert found.returncode == 1
    assert "concord.E008" in found.stderr
    tls = Authority(tmp_path / "authority").issue(CONCORD).settings()
    named = concord(
        tmp_path, "check", "--deploy", CONCORD_BIND="0.0.0.0", CONCORD_PROXY_ADDRESSES="10.0.0.7",
        **tls,
    )  # fmt: skip
    assert (named.returncode, named.stderr) == (0, "")


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0/1,128.0.0.0/1", "10.0.0.7, 10.0.0.0/7", "::/1", "2001:db8::/31", "::ffff:0:0/96"],
)
def test_half_of_everybody_is_no_proxy_either(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="no network is broader than /8, or /32 of IPv6"):
        proxies(text)
    assert proxies("10.0.0.0/8, 2001:db8::/32") == ("10.0.0.0/8", "2001:db8::/32")


@pytest.mark.parametrize("text", ["*", "0.0.0.0/0", "the proxy", "10.0.0.7/8"])
def test_everybody_is_no_proxy(tmp_path: Path, text: str) -> None:
    found = concord(tmp_path, "check", "--deploy", CONCORD_PROXY_ADDRESSES=text)
    assert found.returncode == 1
    assert "CONCORD_PROXY_ADDRESSES names the proxies" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_header_that_anybody_may_write_is_not_to_say_tls(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert "concord.E009" in {each.id for each in real_instance(None)}
    settings.SECURE_PROXY_SSL_HEADER = None
    assert "concord.E009" not in {each.id for each in real_instance(None)}
