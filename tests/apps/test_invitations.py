"""An outsider is asked one question: the link comes by mail, the code by telephone, then they go."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from concord.cases import invitations, ledger
from concord.cases.models import Case, Draft, Invitation
from concord.directory.models import Attempt, OneTimeCode, User
from concord.notifications.loop import go_round
from concord.notifications.models import Notice
from concord.notifications.posting import NotPosted
from concord.rules.decide import Refused, decide
from concord.rules.record import Record
from concord.rules.who import OUTSIDER
from concord.rules.words import Act
from tests.apps.conftest import AT
from tests.apps.test_pages import text

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
ASKS: dict[str, object] = {
    "name": "Robin Surgeon",
    "post": "General practitioner, Orchard Surgery",
    "email": "robin.surgeon@orchard.example.org",
    "question": "Is the bruising in keeping with a fall?",
    "shown": "Plum was seen by you on Thursday.",
}
ANSWER: dict[str, object] = {
    "name": "Robin Surgeon",
    "post": "General practitioner, Orchard Surgery",
    "advice": "No. I would have it looked at today.",
}


@pytest.fixture
def teacher(opened: Case, as_person: SignIn) -> Client:
    return as_person("practitioner", "sandwell-school")


def invite(client: Client, case: Case, **more: object) -> tuple[Invitation, str]:
    """An invitation, and the address of its link, from the mail that the demonstration shows."""
    answer = client.post(
        f"/case/{case.reference}/invite", {**ASKS, "key": "k", **more}, follow=True
    )
    assert answer.status_code == 200, text(answer)
    return Invitation.objects.latest("pk"), link_in(text(answer))


def link_in(shown: str) -> str:
    found = re.search(r"(/invited/[\w-]+)", shown)
    assert found, shown[-3000:]
    return found[1]


def read_out(client: Client, found: Invitation) -> str:
    """The code that the inviter reads out."""
    shown = text(client.post(page_of(found), {"action": "code"}))
    code = re.search(r"\b(\d{4} \d{4})\b", shown)
    assert code, shown[-3000:]
    return code[1]


def page_of(found: Invitation) -> str:
    return f"/case/{found.case.reference}/invitations/{found.number}"


def test_asked_by_mail_and_telephone_answered_and_gone(
    opened: Case, teacher: Client, as_person: SignIn, person: Person
) -> None:
    # given an invitation, of which the mail says nothing of the child or the case
    assert "/invite" in text(teacher.get(f"/case/{opened.reference}"))
    found, link = invite(teacher, opened)
    mail = teacher.session["invitation_mail"]
    for secret in ("Plum", "bruising", opened.reference, "Robin"):
        assert secret not in " ".join(mail["lines"])
    # when the outsider types the code that was read to them, and answers
    outsider = Client()
    assert outsider.post(link, {"code": read_out(teacher, found)}).headers["Location"] == link
    shown = text(outsider.get(link))
    assert "Is the bruising in keeping with a fall?" in shown
    assert "Plum was seen by you on Thursday." in shown
    assert "The referral was closed." not in shown
    assert "Sandwell Meadow School" in shown, "for whom it is asked"
    assert outsider.post(link, ANSWER).headers["Location"] == link
    thanks = text(outsider.get(link))
    assert "Thank you: your answer is recorded" in thanks
    assert "Plum" not in thanks
    # then both sides read it, in the outsider's name, and the inviter is told
    for role, where in (
        ("practitioner", "sandwell-school"),
        ("manager", "sandwell-childrens-trust"),
    ):
        timeline = text(as_person(role, where).get(f"/case/{opened.reference}/timeline"))
        assert "No. I would have it looked at today." in timeline
        assert "Robin Surgeon, General practitioner, Orchard Surgery, invited by" in timeline
    go_round(AT, mails=False)
    told = Notice.objects.filter(recipient=person("practitioner", "sandwell-school"), act="advise")
    assert told.exists()
    assert "Answered" in text(teacher.get(page_of(found)))
    # and the outsider is out: neither link nor session nor a code opens more than the thanks
    for client in (outsider, Client()):
        shown = text(client.post(link, {"code": "12345678"}, follow=True))
        assert "Thank you" in shown
        for secret in ("Plum", "bruising", opened.reference, "looked at today"):
            assert secret not in shown
    assert outsider.get(f"/case/{opened.reference}").status_code == 302
    opened.refresh_from_db()
    assert opened.entries.count() == 3


def test_the_link_alone_shows_and_does_nothing(opened: Case, teacher: Client) -> None:
    _, link = invite(teacher, opened)
    stranger = Client()
    for answer in (stranger.get(link), stranger.post(link, ANSWER)):
        shown = text(answer)
        for secret in ("Plum", "bruising", opened.reference, "Orchard Surgery, invited"):
            assert secret not in shown.replace(str(ANSWER["post"]), "")
    assert opened.entries.count() == 2
    # nor does the code, without the link
    assert stranger.get("/invited/" + "x" * 43).status_code == 404
    assert Invitation.objects.get().digest not in link


def test_neither_code_nor_token_is_kept_as_it_is(opened: Case, teacher: Client) -> None:
    found, link = invite(teacher, opened)
    code = read_out(teacher, found).replace(" ", "")
    kept = OneTimeCode.objects.get()
    assert code not in (kept.digest, kept.about)
    found.refresh_from_db()
    assert link.rsplit("/", maxsplit=1)[1] not in (found.digest, str(found.__dict__))
    assert kept.expires - kept.made <= timedelta(hours=24)


def test_wrong_codes_lock_it_and_a_new_code_opens(opened: Case, teacher: Client) -> None:
    found, link = invite(teacher, opened)
    code = read_out(teacher, found)
    wrong = "00000000" if code != "0000 0000" else "11111111"
    outsider = Client()
    for _ in range(5):
        assert "This is not the code" in text(outsider.post(link, {"code": wrong}))
    assert "Too many wrong codes" in text(outsider.post(link, {"code": code}))
    assert Attempt.objects.filter(door="invitation").count() == 7  # the code made, six tries
    assert outsider.post(link, {"code": read_out(teacher, found)}).status_code == 302


def test_a_code_works_once_and_in_another_browser_a_new_one_is_needed(
    opened: Case, teacher: Client
) -> None:
    # given an outsider who opened the page with the code
    found, link = invite(teacher, opened)
    code = read_out(teacher, found)
    outsider = Client()
    assert outsider.post(link, {"code": code}).status_code == 302
    # when another browser has the same link and the same code; then it opens nothing there
    other = Client()
    refused = other.post(link, {"code": code})
    assert refused.status_code == 422
    assert "was used before" in text(refused)
    assert str(ASKS["question"]) not in text(other.get(link))
    # and the first goes on, and the inviter is offered a new code for the other
    assert "Show the code" in text(teacher.get(page_of(found)))
    assert other.post(link, {"code": read_out(teacher, found)}).status_code == 302
    assert str(ASKS["question"]) in text(outsider.get(link))
    assert str(ASKS["question"]) in text(other.get(link))


def test_a_code_that_expired_opens_nothing(
    opened: Case, teacher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, link = invite(teacher, opened)
    code = read_out(teacher, found)
    OneTimeCode.objects.update(expires=found.made)
    assert "has expired" in text(Client().post(link, {"code": code}))


def test_an_invitation_ends_by_itself_or_by_its_inviter(opened: Case, teacher: Client) -> None:
    found, link = invite(teacher, opened)
    outsider = Client()
    outsider.post(link, {"code": read_out(teacher, found)})
    assert outsider.get(link).status_code == 200
    Invitation.objects.update(expires=found.made - timedelta(seconds=1))
    assert outsider.post(link, ANSWER).status_code == 404
    Invitation.objects.update(expires=found.expires)
    teacher.post(page_of(found), {"action": "end"})
    assert outsider.post(link, ANSWER).status_code == 404
    assert "Ended without an answer" in text(teacher.get(page_of(found)))
    assert opened.entries.count() == 2
    # and no code is made for what has ended
    made = OneTimeCode.objects.count()
    teacher.post(page_of(found), {"action": "code"})
    assert OneTimeCode.objects.count() == made


def test_another_mail_has_another_link(opened: Case, teacher: Client) -> None:
    found, first = invite(teacher, opened)
    second = link_in(text(teacher.post(page_of(found), {"action": "mail"})))
    assert first != second
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_a_session_opened_for_one_opens_no_other(opened: Case, teacher: Client) -> None:
    found, link = invite(teacher, opened)
    outsider = Client()
    outsider.post(link, {"code": read_out(teacher, found)})
    other, second = invite(teacher, opened, key="other", question="Another?")
    assert "Another?" not in text(outsider.get(second))
    assert outsider.post(second, ANSWER).status_code == 403
    assert other.case_id == found.case_id


def test_only_whoever_looks_after_it_makes_codes(
    opened: Case, teacher: Client, as_person: SignIn
) -> None:
    found, _ = invite(teacher, opened)
    for role, where in (
        ("manager", "sandwell-childrens-trust"), ("manager", "sandwell-school"),
        ("business_manager", "bromley"),
    ):  # fmt: skip
        client = as_person(role, where)
        assert client.get(page_of(found)).status_code == 404
        assert client.post(page_of(found), {"action": "code"}).status_code == 404
    assert not OneTimeCode.objects.exists()
    assert as_person("manager", "bromley-school").post(
        f"/case/{opened.reference}/invite", ASKS
    ).status_code == 404  # fmt: skip
    assert read_out(as_person("business_manager", "sandwell"), found)


def test_looking_changes_nothing(opened: Case, teacher: Client) -> None:
    found, link = invite(teacher, opened)
    for client, address in ((teacher, page_of(found)), (Client(), link), (Client(), link)):
        client.get(address)
    assert not OneTimeCode.objects.exists()
    assert opened.entries.count() == 2


def test_mistakes_are_said_and_what_was_typed_is_kept(opened: Case, teacher: Client) -> None:
    asked = teacher.post(f"/case/{opened.reference}/invite", {**ASKS, "email": "robin", "key": "k"})
    assert asked.status_code == 422
    assert "Enter an e-mail address, like" in text(asked)
    assert "Is the bruising in keeping with a fall?" in text(asked)
    assert not Invitation.objects.exists()
    assert f"/case/{opened.reference}/invite" in text(teacher.get("/work"))
    # sent twice is asked once
    invite(teacher, opened)
    teacher.post(f"/case/{opened.reference}/invite", {**ASKS, "key": "k"})
    assert Invitation.objects.count() == 1
    assert opened.entries.count() == 2
    assert not Draft.objects.filter(sent=None).exists()


def test_an_empty_answer_is_not_recorded(opened: Case, teacher: Client) -> None:
    found, link = invite(teacher, opened)
    outsider = Client()
    outsider.post(link, {"code": read_out(teacher, found)})
    asked = outsider.post(link, {**ANSWER, "advice": "", "name": "Robin O. Surgeon"})
    assert asked.status_code == 422
    assert "Robin O. Surgeon" in text(asked)
    assert opened.entries.count() == 2


@pytest.mark.parametrize("act", [each for each in Act if each is not Act.ADVISE])
def test_an_outsider_does_nothing_but_answer(opened: Case, act: Act) -> None:
    state = ledger.state_of(opened)
    record = Record(n=2, at=AT, written=AT, by=OUTSIDER, act=act, of=1)
    assert isinstance(decide(state, record), Refused)


def test_answered_twice_is_one_answer(opened: Case, teacher: Client) -> None:
    found, _ = invite(teacher, opened)
    first = found.made + timedelta(minutes=5)
    for at in (first, first + timedelta(minutes=1)):
        assert isinstance(invitations.answer(found, "Robin", "GP", "No.", at), ledger.Done)
    opened.refresh_from_db()
    assert opened.entries.count() == 3
    assert Invitation.objects.get().ended == first


def test_a_mail_that_cannot_go_is_said_and_can_be_sent_again(
    opened: Case, teacher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*arguments: object) -> bool:
        raise NotPosted("The mail server does not take mail now.")

    with monkeypatch.context() as patched:
        patched.setattr("concord.web.views.invitations.post", away)
        shown = text(teacher.post(f"/case/{opened.reference}/invite", {**ASKS, "key": "k"}))
    assert "The mail could not be sent: The mail server does not take mail now." in shown
    found = Invitation.objects.get()
    assert f'action="{page_of(found)}"' in shown
    assert link_in(text(teacher.post(page_of(found), {"action": "mail"})))


def test_who_answers_in_anothers_place_is_shown_with_who_was_asked(
    opened: Case, teacher: Client, as_person: SignIn
) -> None:
    found, link = invite(teacher, opened)
    outsider = Client()
    outsider.post(link, {"code": read_out(teacher, found)})
    outsider.post(link, {**ANSWER, "name": "Wren Locum"})
    shown = text(as_person("manager", "sandwell-childrens-trust").get(
        f"/case/{opened.reference}/timeline"
    ))  # fmt: skip
    assert f"who had asked {found.name}" in shown


def test_a_private_address_is_asked_nothing(opened: Case, teacher: Client) -> None:
    before = Invitation.objects.count()
    answer = teacher.post(
        f"/case/{opened.reference}/invite", {**ASKS, "email": "robin@gmail.com", "key": "k"}
    )
    # and what to do instead
    assert "This is a private address. Ask them for the one that they have from their work" in text(
        answer
    )
    assert "choose 'Record advice' in the case" in text(answer)
    assert Invitation.objects.count() == before
