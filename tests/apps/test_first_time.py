"""The first time: no account is needed, the address is proved, and the concern never waits."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from concord.cases.models import Case, Draft
from concord.directory.codes import CameTo
from concord.directory.models import Agency, Attempt, Newcomer, OneTimeCode, Partnership, Post, User
from concord.notifications import posting
from concord.notifications.carriers import Away, Letter
from concord.web.forms.raising import STEPS
from tests.apps.test_pages import ANSWERS, text

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
TEN_MINUTES = timedelta(minutes=10)
YOU: dict[str, object] = {
    "name": "Wren Newcomer",
    "job": "Teaching assistant",
    "email": "wren.newcomer@sandwell-school.example.org",
    "telephone": "01632 960123",
}


def begun(client: Client) -> str:
    return client.post("/first-time").headers["Location"].split("/")[2]


def answered(client: Client, **you: object) -> str:
    """All the questions, by somebody who is not signed in, up to the check."""
    token = begun(client)
    client.post(f"/raise/{token}/risk", ANSWERS["risk"])
    said = client.post(f"/raise/{token}/you", {**YOU, **you})
    assert said.status_code == 302, text(said)
    for step in list(STEPS)[1:]:
        answer = client.post(f"/raise/{token}/{step}", ANSWERS[step])
        assert answer.status_code == 302, (step, text(answer)[-3000:])
    return token


def code_shown(client: Client, token: str) -> str:
    """Ask for the code; the demonstration shows the mail that would have gone."""
    shown = text(client.post(f"/raise/{token}/prove", {"action": "send"}))
    assert "Demonstration: no mail leaves." in shown
    found = re.search(r"Your code is (\d{6})", shown)
    assert found, shown[-3000:]
    return found[1]


def sent(client: Client, **you: object) -> Case:
    token = answered(client, **you)
    assert client.post(f"/raise/{token}/check").headers["Location"].endswith("/prove")
    answer = client.post(f"/raise/{token}/prove", {"code": code_shown(client, token)})
    assert answer.status_code == 302, text(answer)
    return Case.objects.latest("pk")


def test_without_an_account_a_concern_is_begun_proved_and_sent(cast: object) -> None:
    # given somebody at a known agency, whom nobody has enrolled
    client = Client()
    # when they answer the questions, prove their address and send
    case = sent(client)
    # then the case is open at once, in their name, and they see it
    shown = text(client.get(f"/case/{case.reference}"))
    assert "Wren Newcomer" in shown
    assert "to be confirmed by the safeguarding lead" in shown
    user = User.objects.get(email=YOU["email"])
    assert case.entries.get().written_by == user
    assert not user.has_usable_password()
    assert Draft.objects.count() == 0


def test_what_need_not_be_given_is_marked_so(cast: object, as_person: SignIn) -> None:
    client = Client()
    assert "Your work telephone number (optional)" in text(
        client.get(f"/raise/{begun(client)}/you")
    )
    post = Post.objects.get(role="manager", agency__slug="sandwell-school")
    shown = text(as_person("business_manager", "sandwell").get(f"/posts/{post.pk}/holder"))
    assert "Their telephone number (optional)" in shown


@pytest.mark.parametrize("email", ["me@example.com", "x@elsewhere.example.org", "nobody", "a@b"])
def test_a_private_address_is_refused_with_what_to_do(cast: object, email: str) -> None:
    client = Client()
    token = begun(client)
    answer = client.post(f"/raise/{token}/you", {**YOU, "email": email})
    assert answer.status_code == 422
    assert "work address" in text(answer) or "Enter an e-mail address" in text(answer)
    # and whom to ring stands there: the business unit of each area
    if "@" in email and "." in email:
        for area in Partnership.objects.all():
            assert area.business_unit_email in text(answer)
    # and what was typed is kept
    assert "Teaching assistant" in text(client.get(f"/raise/{token}/you"))


@pytest.mark.parametrize(
    ("email", "says"),
    [
        (
            "jane@Gmail.com",
            "This is a private address. Enter the one that you have from your work.",
        ),
        (
            "x@elsewhere.example.org",
            "No agency here has this kind of address. Check how it is spelt.",
        ),
    ],
)
def test_what_is_wrong_with_an_address_is_said_as_it_is(
    cast: object, email: str, says: str
) -> None:
    client = Client()
    token = begun(client)
    answer = text(client.post(f"/raise/{token}/you", {**YOU, "email": email}))
    assert says in answer
    assert "or call the business unit of your area: how to reach it stands on this page." in answer


def test_a_name_that_would_turn_the_page_around_is_not_taken(cast: object) -> None:
    client = Client()
    token = begun(client)
    client.post(f"/raise/{token}/risk", ANSWERS["risk"])
    answer = client.post(f"/raise/{token}/you", {**YOU, "name": "Jane\u202eMadeup"})
    assert answer.status_code == 422
    assert "a mark in it that cannot be seen" in text(answer)


def test_where_agencies_share_an_address_one_is_chosen(cast: object) -> None:
    nursery = Agency.objects.get(slug="sandwell-nursery")
    nursery.mail_domains.create(name="sandwell-school.example.org")
    client = Client()
    token = begun(client)
    asked = client.post(f"/raise/{token}/you", YOU)
    assert asked.status_code == 422
    assert "Which of these do you work for?" in text(asked)
    client.post(f"/raise/{token}/you", {**YOU, "agency": "sandwell-nursery"})
    case = sent(client, agency="sandwell-nursery")
    assert case.parties.get(side="raising").agency == nursery


def test_the_draft_is_open_to_this_browser_alone(cast: object, as_person: SignIn) -> None:
    token = answered(Client())
    assert Client().get(f"/raise/{token}/child").status_code == 302
    assert as_person("manager", "sandwell-school").get(f"/raise/{token}/child").status_code == 404


def test_a_code_works_once_and_a_wrong_one_says_what_to_do(cast: object) -> None:
    client = Client()
    token = answered(client)
    code = code_shown(client, token)
    wrong = "000000" if code != "000000" else "111111"
    answer = client.post(f"/raise/{token}/prove", {"code": wrong})
    assert "This is not the code" in text(answer)
    assert Case.objects.count() == 0
    for _ in range(4):
        client.post(f"/raise/{token}/prove", {"code": wrong})
    assert "Too many wrong codes" in text(client.post(f"/raise/{token}/prove", {"code": code}))
    # another code can be asked for, and nothing typed is lost
    again = client.post(f"/raise/{token}/prove", {"code": code_shown(client, token)})
    assert again.status_code == 302
    assert Case.objects.count() == 1
    assert Attempt.objects.filter(came_to=CameTo.WRONG).count() == 5


def test_a_code_by_mail_lasts_ten_minutes_and_another_is_had_at_once(cast: object) -> None:
    # Given a code that came ten minutes ago,
    client = Client()
    token = answered(client)
    code = code_shown(client, token)
    for row in OneTimeCode.objects.all():
        row.made, row.expires = row.made - TEN_MINUTES, row.expires - TEN_MINUTES
        row.save()
    # when it is typed, then it is too late,
    assert "has expired" in text(client.post(f"/raise/{token}/prove", {"code": code}))
    assert Case.objects.count() == 0
    # and another one, asked for at once, sends what was typed.
    again = client.post(f"/raise/{token}/prove", {"code": code_shown(client, token)})
    assert again.status_code == 302
    assert Case.objects.count() == 1


def test_the_address_proved_is_the_address_given(cast: object) -> None:
    # given a code sent to one address
    client = Client()
    token = answered(client)
    code = code_shown(client, token)
    # when another address is given before it is typed
    client.post(f"/raise/{token}/you", {**YOU, "email": "head@sandwell-school.example.org"})
    answer = client.post(f"/raise/{token}/prove", {"code": code})
    # then nothing is sent in that one's name
    assert answer.status_code == 422
    assert Case.objects.count() == 0
    assert not User.objects.filter(email__startswith="head@").exists()


def test_whoever_has_an_account_sends_as_themselves_and_is_not_signed_in(
    cast: object, person: Person
) -> None:
    teacher = person("practitioner", "sandwell-school")
    teacher.email = "teacher@sandwell-school.example.org"
    teacher.set_password("a long enough password")
    teacher.save()
    client = Client()
    token = answered(client, email=teacher.email, name="Somebody Else")
    answer = client.post(f"/raise/{token}/prove", {"code": code_shown(client, token)})
    assert "You have an account already" in text(answer)
    assert "_auth_user_id" not in client.session
    assert Newcomer.objects.count() == 0
    assert Case.objects.get().entries.get().written_by == teacher
    teacher.refresh_from_db()
    assert teacher.name != "Somebody Else"


def test_a_closed_account_stays_closed(cast: object, person: Person) -> None:
    teacher = person("practitioner", "sandwell-school")
    User.objects.filter(pk=teacher.pk).update(
        email="left@sandwell-school.example.org", is_active=False
    )
    client = Client()
    token = answered(client, email="left@sandwell-school.example.org")
    shown = text(client.post(f"/raise/{token}/prove", {"action": "send"}))
    assert "Its account was closed" in shown
    assert OneTimeCode.objects.count() == 0


def test_they_come_back_by_a_code_to_the_same_address(cast: object) -> None:
    case = sent(Client())
    later = Client()
    assert later.post("/sign-in/code", {"email": YOU["email"]}).status_code == 302
    shown = text(later.get("/sign-in/code/typed"))
    found = re.search(r"Your code is (\d{6})", shown)
    assert found
    assert later.post("/sign-in/code/typed", {"code": found[1]}).status_code == 302
    assert case.reference in text(later.get("/work"))
    # nobody else gets one, and the page says the same
    other = Client()
    assert other.post("/sign-in/code", {"email": "nobody@example.org"}).status_code == 302
    assert "Your code is" not in text(other.get("/sign-in/code/typed"))


def test_what_was_begun_before_signing_in_goes_with_whoever_signs_in(
    cast: object, person: Person
) -> None:
    client = Client()
    token = answered(client)
    user = person("practitioner", "sandwell-school")
    client.post("/sign-in/as", {"person": str(user.pk)})
    assert "The referral was closed." in text(client.get(f"/raise/{token}/check"))
    assert client.post(f"/raise/{token}/check").status_code == 302
    assert Case.objects.get().entries.get().written_by == user


def test_drafts_of_nobody_are_not_kept(cast: object) -> None:
    token = answered(Client())
    Draft.objects.filter(token=token).update(updated=datetime(2020, 1, 1, tzinfo=UTC))
    begun(Client())
    assert not Draft.objects.filter(token=token).exists()


class Carrying:
    """A stand-in for the way out: takes letters, or is away."""

    def __init__(self, is_away: bool = False) -> None:
        self.taken: list[Letter] = []
        self.is_away = is_away

    def send(self, letter: Letter) -> str:
        if self.is_away:
            raise Away("gone")
        self.taken.append(letter)
        return ""

    def returned(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        return None


def test_where_mail_is_on_the_code_goes_by_mail_and_stands_on_no_page(
    cast: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = Carrying()
    monkeypatch.setattr(posting, "carrier", lambda: by)
    client = Client()
    token = answered(client)
    shown = text(client.post(f"/raise/{token}/prove", {"action": "send"}))
    [letter] = by.taken
    found = re.search(r"\d{6}", letter.body)
    assert found
    assert found[0] not in shown
    assert letter.to == YOU["email"]
    for word in ("Plum", "Invented", "Wren", "referral"):
        assert word not in letter.subject + letter.body
    assert client.post(f"/raise/{token}/prove", {"code": found[0]}).status_code == 302


def test_where_mail_does_not_go_out_the_page_says_whom_to_call(
    cast: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "carrier", lambda: Carrying(is_away=True))
    client = Client()
    token = answered(client)
    shown = text(client.post(f"/raise/{token}/prove", {"action": "send"}))
    assert "The mail could not be sent" in shown
    assert "01632 960001" in shown
