"""Debian's own mail server (exim4), run for a test on loopback, in a folder of its own."""

import mailbox
import os
import shutil
import smtplib
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

import pytest

CONFIGURATION = """
primary_hostname = mail.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/pid
tls_advertise_hosts =
keep_environment =
exim_user = {user}
exim_group = {group}
acl_smtp_connect = connects
acl_smtp_rcpt = recipients
acl_smtp_data = accept
smtp_accept_max_per_connection = 10000

begin acl
connects:
  defer condition = ${{if exists{{{folder}/closed}}}}
        message = closed for the day
  accept
recipients:
  defer condition = ${{if exists{{{folder}/refuses}}}}
        message = greylisted, come back later
  deny local_parts = stranger
       message = 5.1.1 no such user here
  accept domains = example.org
  deny message = relaying is not for you

begin routers
gone:
  driver = redirect
  local_parts = gone
  data = :fail: this person has left
  allow_fail
local:
  driver = accept
  domains = example.org
  transport = kept

begin transports
kept:
  driver = appendfile
  directory = {folder}/mail/all
  maildir_format
  create_directory
  delivery_date_add
  envelope_to_add
  user = {user}
  group = {group}
"""


class Exim:
    """A running exim4, its folder, and what it delivered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def refuse(self, how: str) -> None:
        """Answer 4xx to every connection ("closed") or to every recipient ("refuses")."""
        (self.folder / how).touch()

    def take(self) -> None:
        """Take mail again."""
        for how in ("closed", "refuses"):
            (self.folder / how).unlink(missing_ok=True)

    def delivered(self, local_part: str, count: int = 1) -> list[Message]:
        """What has come for somebody; waits until it is at least `count`."""
        folder = self.folder / "mail" / "all"
        found: list[Message] = []
        for _ in range(100):
            if folder.exists():
                kept = mailbox.Maildir(folder, create=False)
                wanted = f"{local_part}@example.org"
                found = [each for each in kept if str(each["Envelope-To"]) == wanted]
            if len(found) >= count:
                break
            time.sleep(0.1)
        return found

    def received(self) -> list[str]:
        """The Message-IDs that it took in, in order, from its own log."""
        lines = (self.folder / "log" / "mainlog").read_text().splitlines()
        arrivals = (line for line in lines if " <= concord@" in line)
        return [
            f"<{part.removeprefix('id=')}>"
            for line in arrivals
            for part in line.split()
            if part.startswith("id=")
        ]


@contextmanager
def exim(folder: Path, port: int) -> Iterator[Exim]:
    """Debian's exim4 on this port of loopback, delivering into the folder."""
    program = shutil.which("exim4") or "/usr/sbin/exim4"
    if not Path(program).exists():
        pytest.fail("exim4 is not here: install exim4-daemon-light, as .ci/run does.")
    user, group = "Debian-exim", "Debian-exim"
    for name in ("spool", "log", "mail"):
        (folder / name).mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder / name, user, group)
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(parent.stat().st_mode | 0o011)  # to be passed through, not listed
    settings = folder / "exim.conf"
    settings.write_text(CONFIGURATION.format(port=port, folder=folder, user=user, group=group))
    daemon = subprocess.Popen(
        [program, "-bdf", "-q1s", "-C", str(settings)], stderr=(folder / "errors").open("w")
    )
    try:
        _wait(port, folder, daemon)
        yield Exim(folder)
    finally:
        daemon.terminate()
        daemon.wait(20)


def _wait(port: int, folder: Path, daemon: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=2).quit()
            return
        except OSError:
            assert daemon.poll() is None, (folder / "errors").read_text()
            time.sleep(0.1)
    pytest.fail((folder / "errors").read_text())
