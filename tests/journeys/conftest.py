"""A real server with the demonstration, and a browser of one's own to walk it with."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.walking import Walk

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service as a person would start it, on a free port, with data of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("data")
    environment = {**os.environ, "PORT": str(port), "CONCORD_DATA": str(folder),
                   "PYTHONPATH": str(ROOT)}  # fmt: skip
    environment.pop("DJANGO_SETTINGS_MODULE", None)
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
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(log.read_text())


@pytest.fixture
def walk(chromium: Browser, server: str) -> Iterator[Callable[..., Walk]]:
    """Begin a walk: a browser of its own, wide or narrow, with JavaScript or without."""
    contexts = []

    def begin(width: int = 1100, javascript: bool = True, axe: bool = True) -> Walk:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        contexts.append(context)
        page: Page = context.new_page()
        return Walk(page, server, axe)

    yield begin
    for context in contexts:
        context.close()
