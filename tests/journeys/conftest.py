"""A real server with the demonstration, and a browser of one's own to walk it with."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import prepared
from tests.journeys.walking import Walk
from tests.notifications.peer import Peer, free_port, listening
from tests.turns import of_this_run

ROOT = Path(__file__).parent.parent.parent
JAVASCRIPT = os.environ.get("CONCORD_JAVASCRIPT") != "off"
"""Whether walks that do not ask for either have JavaScript."""
TWICE = of_this_run(("tests.journeys.test_counterparts", "tests.journeys.test_practitioners"), 2)
"""Where each is walked again without: raising, and answering."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both ways where there is a second."""
    if JAVASCRIPT and "walk" in metafunc.fixturenames and metafunc.module.__name__ in TWICE:
        ways = {"with-javascript": True, "without-javascript": False}
        metafunc.parametrize("walk", list(ways.values()), ids=list(ways), indirect=True)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service as a person would start it, on a free port, with data of its own."""
    with serving("data", tmp_path_factory) as address:
        yield address


@dataclass
class Mailed:
    """A service that sends mail, and what has arrived."""

    address: str
    peer: Peer

    def link_for(self, person: str, case: str) -> str:
        """The link to a case in the latest mail to somebody, once the mail has come."""
        for _ in range(300):
            for address, message in reversed(self.peer.taken):
                body = message.get_payload(decode=True)
                assert isinstance(body, bytes)
                found = re.search(rf"{self.address}({case})\b", body.decode())
                if address == person and found:
                    return found[1]
            time.sleep(0.2)
        pytest.fail(f"no mail about {case} came for {person}")


@pytest.fixture(scope="session")
def mailed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailed]:
    """The same with mail on: its loop and its worker send to a mail server of the tests' own."""
    peer = Peer()
    peer.port = free_port()
    mail = {"CONCORD_MAIL": "smtp", "CONCORD_SMTP": f"smtp://127.0.0.1:{peer.port}"}
    with listening(peer, peer.port), serving("mailed", tmp_path_factory, **mail) as address:
        yield Mailed(address, peer)


@contextmanager
def serving(name: str, factory: pytest.TempPathFactory, **more: str) -> Iterator[str]:
    """The service on a free port until the end of the block, without a traceback in its log."""
    folder = factory.mktemp(name)
    prepared.put_into(folder, factory)
    port = free_port()
    environment = prepared.surroundings(folder, PORT=str(port), **more)
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "concord.config.serve"], env=environment, cwd=ROOT,
        stdout=log, stderr=log,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, folder / "log")
        yield address
    finally:
        process.terminate()
        process.wait(20)
    assert "Traceback" not in (folder / "log").read_text()


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(900):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(log.read_text())


@pytest.fixture
def walk(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Walk]]:
    """Begin a walk: a browser of its own, wide or narrow, with JavaScript or without.

    `at`: the address of the service; that of `server` unless named.
    """
    contexts = []
    usual: bool = getattr(request, "param", JAVASCRIPT)

    def begin(width: int = 1100, javascript: bool = usual, axe: bool = True, at: str = "") -> Walk:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        contexts.append(context)
        page: Page = context.new_page()
        return Walk(page, at or request.getfixturevalue("server"), axe and javascript)

    yield begin
    for context in contexts:
        context.close()
