"""The loop and the worker as processes: beside the pages, ending with them, and at the terminal.

From an act to the mail, through real processes: this fails when any of the wiring is cut.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import prepared
from tests.notifications.peer import Peer, free_port, listening
from tests.notifications.test_bounces import dsn

ROOT = Path(__file__).parent.parent.parent
ACT = """
import os, django
django.setup()
from django.utils import timezone
from concord.cases import ledger
from concord.cases.models import Case
from concord.rules.record import Record
from concord.rules.words import Act
case = Case.objects.filter(summary__status="open", summary__urgent=False).first()
by = ledger.state_of(case).records[0].by
now = timezone.now().replace(microsecond=0)
record = Record(0, now, now, by, Act.STATE, key="wired", facts={"immediate_risk": True})
assert isinstance(ledger.act(case.reference, record, None), ledger.Done)
print(case.reference)
"""


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    peer.port = free_port()
    with listening(peer, peer.port):
        yield peer


@pytest.fixture
def environment(tmp_path: Path, peer: Peer) -> dict[str, str]:
    """A demonstration of its own, with mail on."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {
        **kept, "PORT": str(free_port()), "CONCORD_DATA": str(tmp_path / "data"),
        "CONCORD_MAIL": "smtp", "CONCORD_SMTP": f"smtp://127.0.0.1:{peer.port}",
        "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "concord.config.settings",
    }  # fmt: skip


def until(what: Callable[[], object], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)


def children(pid: int) -> list[int]:
    """The processes whose parent this is, by name `concord`."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "-m concord " in line]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def healthy(environment: dict[str, str]) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environment['PORT']}/health") as answer:
            return bool(json.load(answer)["status"] == "green")
    except (urllib.error.URLError, ConnectionError):
        return False


def concord(
    environment: dict[str, str], *arguments: str, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "concord", *arguments]
    return subprocess.run(
        command, env=environment, cwd=ROOT, input=given, capture_output=True, check=False
    )


def test_served_an_act_becomes_a_mail_and_all_processes_end_together(
    environment: dict[str, str], peer: Peer, tmp_path: Path
) -> None:
    # given the service, with its loop and worker beside it
    with (tmp_path / "log").open("w") as log:
        serving = subprocess.Popen(
            [sys.executable, "-m", "concord.config.serve"], env=environment, cwd=ROOT,
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        until(lambda: healthy(environment))
        beside = children(serving.pid)
        assert len(beside) == 3, "the loop, the worker, and the process that seals"
        # when something urgent is recorded
        done = subprocess.run(
            [sys.executable, "-c", ACT], env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        reference = done.stdout.strip()
        # then its mail leaves
        until(lambda: any(reference in str(message["Subject"]) for _, message in peer.taken))
        # and a bounce of it is taken in at the terminal
        came = concord(environment, "bounce", given=dsn(peer.ids[-1]))
        assert came.returncode == 0, came.stderr
        assert b"came back" in came.stdout
    finally:
        # however the pages end, what runs beside them ends too
        serving.send_signal(signal.SIGKILL)
        serving.wait()
    until(lambda: not any(is_running(pid) for pid in beside), 20)
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.dear
def test_at_the_terminal_each_goes_round_once_and_mistakes_are_one_line(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    missing = concord(environment, "loop", "--once")
    assert missing.returncode == 1
    assert b"There is no data here yet" in missing.stderr
    prepared.put_into(Path(environment["CONCORD_DATA"]), tmp_path_factory)
    for command in (("loop", "--once"), ("worker", "--once", "--lease", "5")):
        done = concord(environment, *command)
        assert done.returncode == 0, done.stderr
        assert done.stderr == b""
    off = concord({**environment, "CONCORD_MAIL": "none"}, "worker", "--once")
    assert off.returncode == 0
    assert b"Mail is off" in off.stderr
    wrong = concord(environment, "bounce", given=b"Subject: hello\n\nnothing")
    assert wrong.returncode == 1
    assert wrong.stderr == b"This is no report that a mail failed for good.\n"


@pytest.mark.parametrize(("name", "value", "says"), [
    ("CONCORD_MAIL", "pigeon", "CONCORD_MAIL is"),
    ("CONCORD_SMTP", "smtp://mail.example.org", "only encrypted"),
    ("CONCORD_SMTP", "nonsense", "CONCORD_SMTP is"),
    ("CONCORD_MAIL", "notify", "set CONCORD_NOTIFY_KEY"),
])  # fmt: skip
def test_a_wrong_setting_is_told_in_one_plain_line(
    environment: dict[str, str], name: str, value: str, says: str
) -> None:
    found = concord({**environment, name: value}, "worker", "--once")
    assert found.returncode == 1
    assert says in found.stderr.decode()
    assert found.stderr.count(b"\n") == 1


def test_a_real_instance_must_say_from_which_address_it_writes(
    environment: dict[str, str], tmp_path: Path
) -> None:
    real = {**environment, "CONCORD_PROFILE": "production", "CONCORD_DATA": str(tmp_path / "real"),
            "CONCORD_SECRET_KEY": "x" * 60, "CONCORD_MASTER_KEY": "0" * 64}  # fmt: skip
    assert b"CONCORD_MAIL_FROM is not set" in concord(real, "worker", "--once").stderr
    real["CONCORD_MAIL_FROM"] = "concord@example.org"
    assert b"CONCORD_ADDRESS is not set" in concord(real, "worker", "--once").stderr
