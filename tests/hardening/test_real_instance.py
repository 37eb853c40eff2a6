"""A real instance is put together as it must be, or it says what is wrong and does not start."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hardening.real import SECRET, asked, concord

ANSWERS = """
import json
from django.core.management import call_command
from django.test import Client
from concord.directory.models import User
from concord.web.sessions import let_in
call_command("migrate", verbosity=0)
User.objects.create_user("wren@example.org", "Wren Foxglove", password="a long password of Wren's")
browser = Client(headers={"host": "concord.example.org"}, raise_request_exception=False)
stranger = Client(headers={"host": "elsewhere.example"}, raise_request_exception=False)
plain = browser.get("/sign-in")
shown = browser.get("/sign-in", secure=True)
sent = browser.post("/sign-in", {"email": "wren@example.org", "password": "a long password of Wren's"}, secure=True)
refused = stranger.get("/", secure=True)
at_once = Client(headers={"host": "concord.example.org"}).post(
    "/sign-in/as", {"person": str(User.objects.get().pk)}, secure=True)
print(json.dumps([
    {"status": each.status_code, "headers": dict(each.headers),
     "cookies": {name: cookie.OutputString() for name, cookie in each.cookies.items()}}
    for each in (plain, shown, sent, refused, at_once)
]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a real instance answers: without TLS, with it, to a sign-in, under another's name, and
    to a sign-in as the demonstration has it.
    """
    found: list[dict[str, Any]] = json.loads(
        asked(tmp_path_factory.mktemp("real"), ANSWERS).splitlines()[-1]
    )
    return found


def test_a_real_instance_passes_every_check(tmp_path: Path) -> None:
    found = concord(tmp_path, "check", "--deploy")
    assert (found.returncode, found.stderr) == (0, "")
    assert "as it must be" in found.stdout


@pytest.mark.dear
@pytest.mark.parametrize(("given", "says"), [
    ({"CONCORD_SECRET_KEY": "short"}, "security.W009"),
    ({"CONCORD_HOSTS": ""}, "concord.E002"),
    ({"CONCORD_HOSTS": "*"}, "concord.E002"),
    ({"CONCORD_PROFILE": "demonstration"}, "concord.E001"),
    ({"DATABASE_URL": "postgresql://a:b@db.example.org/c"}, "concord.E007"),
    ({"DATABASE_URL": "postgresql://a:b@db.example.org/c?sslmode=require"}, "concord.E007"),
])  # fmt: skip
def test_what_is_wrong_is_told_with_what_to_do(
    tmp_path: Path, given: dict[str, str], says: str
) -> None:
    found = concord(tmp_path, "check", "--deploy", **given)
    assert found.returncode == 1
    assert says in found.stderr


@pytest.mark.parametrize("url", [
    "postgresql://a:b@127.0.0.2:9/c?sslmode=verify-full&sslrootcert=/etc/ca.pem",
    "postgresql://a:b@127.0.0.1/c", "postgresql:///c?host=/run/postgresql",
])  # fmt: skip
def test_a_database_that_is_here_or_proves_who_it_is_will_do(tmp_path: Path, url: str) -> None:
    # (of which none is running, so that its user cannot be asked after)
    said = concord(tmp_path, "check", "--deploy", DATABASE_URL=url).stderr
    assert "concord.E007" not in said
    assert "concord.E022" in said


def test_what_a_database_address_may_not_say_is_told(tmp_path: Path) -> None:
    url = "postgresql://a:b@db.example.org/c?sslmod=verify-full"
    found = concord(tmp_path, "check", DATABASE_URL=url)
    assert found.returncode == 1
    assert "DATABASE_URL says sslmod after its '?'" in found.stderr
    assert "a:b" not in found.stderr


def test_a_folder_that_others_may_open_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert f"chmod o= {tmp_path}" in concord(tmp_path, "check", "--deploy").stderr


def test_a_signing_key_that_the_pages_can_read_is_told(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("a key")
    found = concord(tmp_path, "check", "--deploy", CONCORD_SEAL_KEY=str(key))
    assert "concord.W001" in found.stderr


def test_nothing_starts_without_its_secret(tmp_path: Path) -> None:
    found = concord(tmp_path, "check", CONCORD_SECRET_KEY="")
    assert found.returncode == 1
    assert found.stderr.startswith("CONCORD_SECRET_KEY is not set")
    assert found.stderr.count("\n") == 1
    found = concord(tmp_path, "check", CONCORD_MASTER_KEY="")
    assert found.returncode == 1
    assert found.stderr.startswith("CONCORD_MASTER_KEY is not set")


@pytest.mark.dear
def test_a_secret_may_come_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    file.chmod(0o600)
    named = {"CONCORD_SECRET_KEY": "", "CONCORD_SECRET_KEY_FILE": str(file)}
    assert concord(tmp_path / "data", "check", "--deploy", **named).returncode == 0
    # and it is the secret that counts
    says = asked(
        tmp_path / "data", "from django.conf import settings; print(settings.SECRET_KEY)", **named
    )
    assert says == SECRET


@pytest.mark.parametrize(("text", "mode", "says"), [
    (SECRET, 0o604, "chmod o-r"),
    ("", 0o600, "is empty"),
    (None, 0o600, "cannot be read: No such file"),
])  # fmt: skip
def test_a_file_that_will_not_do_is_told_without_the_secret(
    tmp_path: Path, text: str | None, mode: int, says: str
) -> None:
    file = tmp_path / "secret"
    if text is not None:
        file.write_text(text)
        file.chmod(mode)
    named = {"CONCORD_SECRET_KEY": "", "CONCORD_SECRET_KEY_FILE": str(file)}
    found = concord(tmp_path / "data", "check", **named)
    assert found.returncode == 1
    assert says in found.stderr
    assert SECRET not in found.stderr


def test_a_secret_given_twice_is_told(tmp_path: Path) -> None:
    named = {"CONCORD_SECRET_KEY_FILE": str(tmp_path / "secret")}
    assert "both set" in concord(tmp_path / "data", "check", **named).stderr


@pytest.mark.dear
def test_without_tls_nothing_is_answered(answers: list[dict[str, Any]]) -> None:
    plain = answers[0]
    assert plain["status"] == 301
    assert plain["headers"]["Location"] == "https://concord.example.org/sign-in"
    assert plain["cookies"] == {}


def test_browsers_are_to_come_with_tls_for_a_year(answers: list[dict[str, Any]]) -> None:
    says = answers[1]["headers"]["Strict-Transport-Security"]
    assert says == "max-age=31536000; includeSubDomains; preload"


@pytest.mark.parametrize(("place", "name"), [(1, "__Host-csrf"), (2, "__Host-session")])
def test_cookies_are_bound_to_this_host_and_to_tls(
    answers: list[dict[str, Any]], place: int, name: str
) -> None:
    cookie = answers[place]["cookies"][name]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)


def test_every_answer_carries_what_protects_it(answers: list[dict[str, Any]]) -> None:
    for each in answers:
        headers = each["headers"]
        assert headers["Cache-Control"] == "no-store", each
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
    for each in answers[1:3]:
        headers = each["headers"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]


def test_another_name_than_ours_is_refused(answers: list[dict[str, Any]]) -> None:
    assert answers[3]["status"] == 400


def test_nobody_signs_in_at_once_as_in_the_demonstration(answers: list[dict[str, Any]]) -> None:
    assert answers[4]["status"] == 404
    assert "__Host-sessionid" not in answers[4]["cookies"]
