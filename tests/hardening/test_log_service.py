"""What is logged goes to the machine's log service too, which keeps it from whoever runs Concord."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from gunicorn.config import Config

from concord.config.logs import Formatter, ToSystemLog
from concord.config.server_logs import ServerLogger
from tests.hardening.real import asked, concord

SAYS = "import logging; logging.getLogger('concord.mail').error('the mail server is away')"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[socket.socket]:
    """A log service of the tests' own."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as here:
        here.bind(str(tmp_path / "log"))
        here.settimeout(20)
        yield here


def test_a_real_instance_logs_to_it(service: socket.socket, tmp_path: Path) -> None:
    asked(tmp_path, SAYS, CONCORD_SYSTEM_LOG=str(tmp_path / "log"))
    line = service.recv(4096).decode()
    # 11 is what a program says of itself, at the level of an error
    assert line.startswith("<11>concord: ")
    assert line.endswith("ERROR concord.mail the mail server is away")


def test_the_server_before_the_pages_logs_to_it(
    service: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_SYSTEM_LOG", str(tmp_path / "log"))
    logger = ServerLogger(Config())
    logger.error("a worker was ended")
    for handler in list(logger.error_log.handlers):
        logger.error_log.removeHandler(handler)
    assert service.recv(4096).decode().startswith("<11>concord: ")


def test_nothing_of_a_person_is_in_it(service: socket.socket, tmp_path: Path) -> None:
    handler = ToSystemLog(str(tmp_path / "log"))
    handler.setFormatter(Formatter())
    try:
        raise ValueError("Plum Invented, born on 3 April 2015")
    except ValueError as error:
        found = (type(error), error, error.__traceback__)
    handler.emit(logging.LogRecord("django", logging.ERROR, __file__, 1, "%s", ("Plum",), found))
    line = service.recv(4096).decode()
    assert "ValueError" in line
    assert "Plum" not in line


def test_where_it_does_not_answer_nothing_is_said_of_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = ToSystemLog(str(tmp_path / "nowhere"))
    handler.setFormatter(Formatter())
    handler.emit(logging.LogRecord("django", logging.ERROR, __file__, 1, "%s", ("Plum",), None))
    assert capsys.readouterr().err == ""


def test_one_that_is_not_there_is_found_before_it_is_needed(tmp_path: Path) -> None:
    found = concord(tmp_path, "check", "--deploy", CONCORD_SYSTEM_LOG=str(tmp_path / "nowhere"))
    assert found.returncode == 1
    assert "concord.E020" in found.stderr
