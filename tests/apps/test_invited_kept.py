"""What an outsider typed is kept under their invitation, whatever becomes of their session."""

from html import unescape

from django.test import Client

from concord.cases.models import Case, Draft
from tests.apps.test_invitations import ANSWER, invite, read_out, teacher
from tests.apps.test_pages import text
from tests.kept.browsing import Tab

__all__ = ["teacher"]


def test_what_was_typed_without_the_code_is_carried_over_it(opened: Case, teacher: Client) -> None:
    found, link = invite(teacher, opened)
    code = read_out(teacher, found)
    outsider = Client()
    asked = outsider.post(link, ANSWER)
    assert asked.status_code == 403
    assert "No. I would have it looked at today." in text(asked)
    shown = text(outsider.post(link, {**ANSWER, "code": code}, follow=True))
    assert "No. I would have it looked at today.</textarea>" in shown
    assert opened.entries.count() == 2


def test_what_an_outsider_typed_is_under_the_invitation_until_it_is_sent(
    opened: Case, teacher: Client
) -> None:
    # given an outsider who is writing, in a browser that forgets them
    found, link = invite(teacher, opened)
    tab = Tab(Client()).open(link)
    tab.client.post(link, {"code": read_out(teacher, found)})
    tab.open(link)
    assert tab.form is not None
    typed = {"advice": "No.\n I would <look> at it today. ", "name": "Robin", "post": "GP"}
    for name, value in typed.items():
        tab.form.fields[name].values = [value]
    # when they send it without the session, then nothing is recorded and the code is asked for
    tab.client.cookies.clear()
    shown = unescape(tab.send().page)
    assert "What you typed is kept" in shown
    assert "I would" not in shown
    assert opened.entries.count() == 2
    # and with a new code, in another browser too, every character is on the page
    other = Tab(Client()).open(link)
    assert "I would" not in other.page
    other.client.post(link, {"code": read_out(teacher, found)})
    other.open(link)
    assert other.form is not None
    assert other.form.typed() == typed
    # sent, it is recorded, kept no more, and Back shows the thanks
    assert "Thank you: your answer is recorded" in other.send().page
    assert "Thank you: your answer is recorded" in other.open(link).page
    assert not Draft.objects.filter(kind__startswith="invited/").exists()
    assert opened.entries.count() == 3


def test_words_that_come_after_the_answer_are_given_back_and_not_kept(
    opened: Case, teacher: Client
) -> None:
    # given two tabs of an outsider, of which one is sent
    found, link = invite(teacher, opened)
    tab = Tab(Client())
    tab.client.post(link, {"code": read_out(teacher, found)})
    tab.open(link)
    other = Tab(tab.client).open(link)
    data, more = {**tab.sent_by(), "advice": ["No."]}, {**other.sent_by(), "advice": ["Yes."]}
    tab.send_again(data)
    # then the same words again are the same answer, and others are shown to be copied
    assert "Thank you: your answer is recorded" in tab.send_again(data).page
    other.send_again(more)
    assert other.status == 404
    assert "Yes." in other.page
    assert "Nothing was recorded" in other.page
    assert opened.entries.count() == 3
    assert not Draft.objects.filter(kind__startswith="invited/").exists()


def test_an_outsider_throws_away_what_they_typed(opened: Case, teacher: Client) -> None:
    found, link = invite(teacher, opened)
    tab = Tab(Client())
    tab.client.post(link, {"code": read_out(teacher, found)})
    tab.open(link)
    assert tab.form is not None
    tab.form.fields["advice"].values = ["Half a thought"]
    assert tab.save()["saved"]
    assert "Half a thought" in tab.open(link).page
    draft = Draft.objects.get(kind__startswith="invited/")
    # another person cannot throw it away without its token; its own page can
    teacher.post("/kept/throw", {"draft": "another", "next": link})
    assert Draft.objects.filter(pk=draft.pk).exists()
    tab.client.post("/kept/throw", {"draft": draft.token, "next": link})
    assert "Half a thought" not in tab.open(link).page


def test_whoever_is_signed_in_to_the_browser_the_words_are_the_outsiders(
    opened: Case, teacher: Client
) -> None:
    found, link = invite(teacher, opened)
    code = read_out(teacher, found)
    tab = Tab(teacher)
    tab.client.post(link, {"code": code})
    tab.open(link)
    assert tab.form is not None
    tab.form.fields["advice"].values = ["Half a thought"]
    assert tab.save()["yours"]
    assert Draft.objects.get(kind__startswith="invited/").user is None
    assert "Half a thought" not in text(teacher.get("/work"))
    assert "Thank you" in tab.send().page
