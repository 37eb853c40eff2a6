"""The virus scan, by ClamAV where it is installed: its service, or its command.

A scanner that is there and does not answer takes no file: what it would have found is not known.
Where none is installed the file is taken, and shown to everybody as not scanned.
"""

import logging
import shutil
import socket
import subprocess
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path

from django.conf import settings

from concord.files.unfit import Unfit

SERVICE_SECONDS = 30
COMMAND_SECONDS = 120
"""The command loads its whole list of viruses each time."""
SOCKETS = ("/run/clamav/clamd.ctl", "/var/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock")
_CHUNK = 1 << 16
logger = logging.getLogger(__name__)


class Scanned(StrEnum):
    """What came of the scan of a file that was taken."""

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"


class _Silent(Exception):
    """The scanner is there and gave no answer."""


Scanner = Callable[[bytes], bool]
"""Whether a virus is found. Raises _Silent."""


def scan(content: bytes) -> Scanned:
    """Scan a file. Raises Unfit if a virus is found, or the scanner does not answer."""
    scanner = _scanner()
    if scanner is None:
        return Scanned.NOT_SCANNED
    try:
        found = scanner(content)
    except (_Silent, OSError, subprocess.SubprocessError) as error:
        logger.error("the virus scanner did not answer: %s", type(error).__name__)
        raise Unfit(
            "The virus scanner does not answer, so the file is not taken yet.",
            "Try again in a minute, or send this without the file and attach it later.",
        ) from error
    if found:
        raise Unfit(
            "The virus scanner found something in the file.",
            "Do not open it. Tell whoever looks after your computer.",
        )
    return Scanned.CLEAN


def _scanner() -> Scanner | None:
    """The scanner of this machine, as CONCORD_SCANNER says: auto, none, a socket, a command."""
    wanted: str = settings.CONCORD_SCANNER
    if wanted == "none":
        return None
    if wanted != "auto":
        path = Path(wanted)
        return partial(_by_service, wanted) if path.is_socket() else partial(_by_command, wanted)
    for place in SOCKETS:
        if Path(place).is_socket():
            return partial(_by_service, place)
    command = shutil.which("clamscan")
    return partial(_by_command, command) if command else None


def _by_service(place: str, content: bytes) -> bool:
    """Ask clamd, over its socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        asked.settimeout(SERVICE_SECONDS)
        asked.connect(place)
        asked.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            part = content[start : start + _CHUNK]
            asked.sendall(len(part).to_bytes(4) + part)
        asked.sendall((0).to_bytes(4))
        answer = b""
        while not answer.endswith(b"\0"):
            more = asked.recv(4096)
            if not more:
                break
            answer += more
    if answer.rstrip(b"\0").endswith(b"FOUND"):
        return True
    if answer.rstrip(b"\0") == b"stream: OK":
        return False
    raise _Silent


def _by_command(command: str, content: bytes) -> bool:
    """Run clamscan, which reads the file from its standard input: none is written for it."""
    done = subprocess.run(
        [command, "--no-summary", "--stdout", "-"],
        input=content, capture_output=True, timeout=COMMAND_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise _Silent
    return done.returncode == 1
