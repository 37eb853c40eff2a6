"""The file that names the agencies' own sign-ins: what is wrong in it is told, and no secret."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from concord.config.agencies import agency_sign_in
from concord.web.signing_in.providers import Provider

RIGHT = """[welton-school]
issuer = "https://login.example.org/v2.0"
client_id = "concord"
addresses = ["Welton.example.org"]
"""
VARIABLE = "CONCORD_AGENCY_WELTON_SCHOOL_SECRET"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, "only here")
    return tmp_path / "agencies.toml"


def told(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ImproperlyConfigured) as error:
        agency_sign_in(str(file))
    assert "only here" not in str(error.value)
    return str(error.value)


def test_a_right_file_names_each_agencys_sign_in(file: Path) -> None:
    file.write_text(RIGHT + 'second_factor = "theirs"\n', encoding="utf-8")
    assert agency_sign_in(str(file)) == {
        "welton-school": Provider(
            "welton-school",
            "https://login.example.org/v2.0",
            "concord",
            "only here",
            frozenset({"welton.example.org"}),
            True,
        )
    }
    assert agency_sign_in("") == {}


def test_the_secret_may_stand_in_a_file_of_its_own(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = file.with_name("secret")
    secret.write_text("from a file\n", encoding="utf-8")
    secret.chmod(0o600)
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(secret))
    file.write_text(RIGHT, encoding="utf-8")
    assert agency_sign_in(str(file))["welton-school"].secret == "from a file"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (RIGHT.replace("https", "http"), "issuer is an address that begins with https://."),
        (RIGHT.replace("issuer", "isuer"), "isuer is not known here"),
        (RIGHT + 'client_secret = "x"\n', "A secret is never written in this file."),
        ("[welton-school]\n", "issuer is missing."),
        (RIGHT.replace("Welton.", "@welton."), "addresses is a list of what stands after the @"),
        (RIGHT.replace("addresses =", "# "), "addresses is a list of what stands after the @"),
        (RIGHT + 'second_factor = "none"\n', "second_factor is 'ours' or 'theirs'."),
        ("welton-school = 1\n", "write a table, headed by the agency's slug."),
        ("[welton-school\n", "is no TOML"),
        (RIGHT.replace("welton-school", "another"), "CONCORD_AGENCY_ANOTHER_SECRET is not set"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_starts(file: Path, text: str, says: str) -> None:
    assert says in told(file, text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        agency_sign_in(str(tmp_path / "nowhere.toml"))


def test_near_at_hand_an_issuer_needs_no_certificate(file: Path) -> None:
    file.write_text(RIGHT.replace("https://login.example.org", "http://127.0.0.1:9"), "utf-8")
    assert agency_sign_in(str(file))["welton-school"].issuer == "http://127.0.0.1:9/v2.0"
