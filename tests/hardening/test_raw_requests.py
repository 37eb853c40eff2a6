"""What reaches the server and never the pages: refused, and logged without a word of it."""

import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from concord.config.serve import server
from tests.hardening.canary import CANARY
from tests.hardening.real import until_it_answers
from tests.notifications.peer import free_port

ROOT = Path(__file__).parent.parent.parent
END = b"Host: 127.0.0.1\r\nConnection: close\r\n"


@dataclass(frozen=True, slots=True)
class Served:
    """The server of a demonstration without tables, and where it writes its log."""

    port: int
    log: Path

    def asked(self, request: bytes) -> bytes:
        """What it answers to these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as wire:
            wire.sendall(request)
            found = b""
            while piece := wire.recv(65536):
                found += piece
        return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    port = free_port()
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "CONCORD_DATA": str(folder / "data"),
        "CONCORD_PROFILE": "demonstration", "DJANGO_SETTINGS_MODULE": "concord.config.settings",
    }  # fmt: skip
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            server("127.0.0.1", port, ["127.0.0.1"]),
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            until_it_answers(port)
            yield Served(port, folder / "log")
        finally:
            process.terminate()
            process.wait(20)


@pytest.mark.parametrize("heads", [
    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    b"Content-Length: 5\r\nContent-Length: 6\r\n",
    b"Content-Length: +5\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Transfer-Encoding: xchunked\r\n",
], ids=str)  # fmt: skip
def test_a_message_of_doubtful_length_is_refused(served: Served, heads: bytes) -> None:
    answer = served.asked(b"POST /sign-in HTTP/1.1\r\n" + heads + END + b"\r\n0\r\n\r\nx")
    assert answer.split(b" ")[1] in (b"400", b"501"), answer[:200]


@pytest.mark.parametrize("request_line", [
    f"GET /{CANARY}\x00 HTTP/1.1\r\n".encode(),
    f"GET /{CANARY} HTTP/9.9\r\n".encode(),
    f"{CANARY}? / HTTP/1.1\r\n".encode(),
    f"GET /{CANARY}{'a' * 9000} HTTP/1.1\r\n".encode(),
    f"GET / HTTP/1.1\r\n{CANARY} : x\r\n".encode(),
    f"GET / HTTP/1.1\r\nX: {CANARY}\x00\r\n".encode(),
    f"GET / HTTP/1.1\r\nX: {'a' * 9000}{CANARY}\r\n".encode(),
], ids=["nul", "version", "method", "long", "name", "value", "header"])  # fmt: skip
def test_what_cannot_be_read_is_refused_and_not_logged(served: Served, request_line: bytes) -> None:
    answer = served.asked(request_line + END + b"\r\n")
    assert answer.split(b" ")[1] in (b"400", b"404", b"405", b"414", b"431", b"505"), answer[:200]
    assert CANARY not in served.log.read_text(encoding="utf-8", errors="replace")


def test_a_fault_is_logged_by_its_kind(served: Served) -> None:
    # given no tables at all: each page that asks the database fails
    answer = served.asked(f"GET /area/{CANARY} HTTP/1.1\r\n".encode() + END + b"\r\n")
    assert answer.split(b" ")[1] == b"500"
    log = served.log.read_text(encoding="utf-8", errors="replace")
    assert "django.request 500 GET area django.db.utils.OperationalError at " in log
    assert CANARY not in log
    assert "Traceback" not in log


@pytest.mark.parametrize("path", [
    "/.git/config", "/static/", "/static/govuk/", "/static/../../settings.py", "/static/..%2f..%2f",
    "/static/%2e%2e/%2e%2e/concord/config/settings.py", "/concord.sqlite3", "/var/", "/files/",
    "/requirements/run.lock", "/static//etc/passwd", "//etc/passwd",
])  # fmt: skip
def test_what_lies_beside_the_pages_is_not_served(served: Served, path: str) -> None:
    answer = served.asked(f"GET {path} HTTP/1.1\r\n".encode() + END + b"\r\n")
    assert answer.split(b" ")[1] == b"404", answer[:300]
