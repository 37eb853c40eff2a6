"""The virus scan: found, clean, none installed, silent; by the service and by the command."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from concord.files import scanning
from concord.files.scanning import Scanned, scan
from concord.files.unfit import Unfit

VIRUS = b"an invented virus"


class Service(threading.Thread):
    """A stand-in for clamd: speaks its protocol on a socket of its own."""

    def __init__(self, place: Path, answers: bool = True) -> None:
        super().__init__(daemon=True)
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listening.bind(str(place))
        self.listening.listen()
        self.answers = answers
        self.start()

    def run(self) -> None:
        """Read each stream as clamd does, and answer."""
        while True:
            try:
                asked, _ = self.listening.accept()
            except OSError:
                return
            with asked, asked.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(stream.read(4)):
                    content += stream.read(size)
                if self.answers:
                    found = b"Invented.Virus FOUND" if VIRUS in content else b"OK"
                    asked.sendall(b"stream: " + found + b"\0")


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.CONCORD_SCANNER = str(tmp_path / "clamd.ctl")
    made = Service(tmp_path / "clamd.ctl")
    yield
    made.listening.close()


def a_command(folder: Path, script: str) -> str:
    path = folder / "clamscan"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_the_service_finds_a_virus_and_passes_what_is_clean(service: None) -> None:
    assert scan(b"a report" * 20_000) is Scanned.CLEAN
    with pytest.raises(Unfit, match="found something"):
        scan(b"a report" * 20_000 + VIRUS)


def test_a_service_that_gives_no_answer_takes_nothing(settings: Any, tmp_path: Path) -> None:
    settings.CONCORD_SCANNER = str(tmp_path / "clamd.ctl")
    made = Service(tmp_path / "clamd.ctl", answers=False)
    with pytest.raises(Unfit, match="does not answer"):
        scan(b"a report")
    made.listening.close()
    with pytest.raises(Unfit, match="does not answer"):
        scan(b"a report")


@pytest.mark.parametrize(("script", "says"), [
    ("cat > /dev/null; exit 0", ""),
    ("grep -q 'invented virus' && exit 1; exit 0", ""),
    ("grep -q report && exit 1; exit 0", "found something"),
    ("exit 2", "does not answer"),
    ("exec sleep 30", "does not answer"),
])  # fmt: skip
def test_the_command_says_by_its_exit(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, says: str
) -> None:
    settings.CONCORD_SCANNER = a_command(tmp_path, script)
    monkeypatch.setattr(scanning, "COMMAND_SECONDS", 1)
    if not says:
        assert scan(b"a report") is Scanned.CLEAN
        return
    with pytest.raises(Unfit, match=says):
        scan(b"a report")


def test_where_none_is_installed_it_is_said(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONCORD_SCANNER = "auto"
    monkeypatch.setattr(scanning, "SOCKETS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert scan(b"a report") is Scanned.NOT_SCANNED
    a_command(tmp_path, "exit 0")
    assert scan(b"a report") is Scanned.CLEAN
