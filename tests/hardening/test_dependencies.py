"""The libraries are pinned, and asked after; where nobody can be asked, that is said loudly."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def advising(unsafe: str) -> Iterator[tuple[str, list[Any]]]:
    """A stand-in for the advisory service: of every version of `unsafe` it knows something."""
    asked: list[Any] = []

    class Advising(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            queries = json.loads(self.rfile.read(length))["queries"]
            asked.extend(queries)
            results = [
                {"vulns": [{"id": "PYSEC-0000-1"}]} if each["package"]["name"] == unsafe else {}
                for each in queries
            ]
            body = json.dumps({"results": results}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Advising)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def audit(service: str, *arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    proxies = {name: "" for name in os.environ if name.lower().endswith("_proxy")}
    environment = {**os.environ, **proxies, "CONCORD_ADVISORIES": service}
    return subprocess.run(
        [sys.executable, str(root / "bin" / "audit"), *arguments], env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_library_that_is_known_to_be_unsafe_fails_the_check() -> None:
    with advising("django") as (service, asked):
        found = audit(service)
    assert found.returncode == 1
    assert re.search(r"PyPI django 5\.2\.\d+: PYSEC-0000-1", found.stderr)
    # every library of every lock was asked after, those of npm too
    kinds = {each["package"]["ecosystem"] for each in asked}
    assert kinds == {"PyPI", "npm"}
    assert len(asked) > 50


def test_where_nothing_is_known_it_says_so() -> None:
    with advising("no-such-library") as (service, _):
        found = audit(service)
    assert found.returncode == 0
    assert "is known to be unsafe" in found.stderr
    assert "NOT AUDITED" not in found.stderr


@pytest.mark.parametrize(("arguments", "code"), [((), 0), (("--must",), 3)])
def test_where_nobody_can_be_asked_it_is_said_loudly(arguments: tuple[str, ...], code: int) -> None:
    found = audit("http://127.0.0.1:9", *arguments)
    assert found.returncode == code
    assert "NOT AUDITED" in found.stderr
    assert "=====" in found.stderr


def test_locks_older_than_a_quarter_are_late(tmp_path: Path) -> None:
    # given a clone whose locks were changed on a day that we know
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    when = dict.fromkeys(("GIT_COMMITTER_DATE", "GIT_AUTHOR_DATE"), "2026-03-01T12:00:00")
    for folder in ("bin", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__py*"))
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "x"], env={**os.environ, **when}, check=True)

    def on(day: str, *arguments: str, root: Path = tmp_path) -> tuple[int, str]:
        with advising("no-such-library") as (service, _):
            found = audit(service, "--today", day, *arguments, root=root)
        return found.returncode, found.stderr

    # when it is asked on the last day of the quarter and on the next; then that one is late
    assert on("2026-06-01", "--must")[0] == 0
    code, said = on("2026-06-02", "--must")
    assert code == 4
    assert "LATE: the libraries were last brought up to date on 2026-03-01" in said
    # which is said, and stops nobody's work
    assert on("2026-06-02")[0] == 0
    assert "LATE" in on("2026-06-02")[1]
    # where nobody can tell, --must does not say that all is well
    shutil.rmtree(tmp_path / ".git")
    code, said = on("2026-06-01", "--must")
    assert code == 4
    assert "AGE NOT KNOWN" in said


def test_every_library_is_pinned_with_its_hash() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        text = lock.read_text(encoding="utf-8")
        pins = re.findall(r"^[A-Za-z0-9._\[\]-]+==.*(?:\n    .*)*", text, re.MULTILINE)
        assert pins, lock.name
        assert all("--hash=sha256:" in pin for pin in pins), lock.name
        assert "http" not in text, lock.name
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all("integrity" in each for path, each in packages.items() if path)
