"""Going back to a question and answering it otherwise overtakes nobody; another tab's answer does."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from concord.cases.models import Case, Draft
from tests.apps.test_pages import ANSWERS
from tests.kept.browsing import Tab

SignIn = Callable[[str, str], Client]
ELSEWHERE = "in another tab"
QUESTION = "/why"


@pytest.fixture
def draft(opened: Case, as_person: SignIn) -> tuple[Client, str]:
    """Somebody's browser, and where a question of their concern is, not answered yet."""
    client = as_person("practitioner", "sandwell-school")
    token = client.post("/raise").headers["Location"].split("/")[2]
    for step in ("risk", "area", "about", "child", "agency", "decision"):
        client.post(f"/raise/{token}/{step}", ANSWERS[step])
    return client, f"/raise/{token}/why"


def tab_with(draft: tuple[Client, str], why: str, basis: str = "evidence") -> Tab:
    """A tab with the question, filled in."""
    tab = Tab(draft[0]).open(draft[1])
    return filled(tab, why, basis)


def filled(tab: Tab, why: str, basis: str = "evidence") -> Tab:
    assert tab.form is not None
    tab.form.fields["why"].values = [why]
    tab.form.fields["basis"].values = [basis] if basis else []
    return tab


def gone_back(tab: Tab, why: str, basis: str = "evidence") -> Tab:
    """The page as the browser still has it: with its own mark, and other words typed into it."""
    old = Tab(tab.client, tab.address, tab.page, tab.status, tab.form)
    return filled(old, why, basis)


def stands(draft: tuple[Client, str]) -> str:
    data = Draft.objects.get(kind="raise", token=draft[1].split("/")[2]).data
    return str(data.get("why", {}).get("why", ""))


def test_a_mistake_that_was_saved_is_put_right_on_the_page_as_it_was_before(
    draft: tuple[Client, str],
) -> None:
    # Given an answer that lacks something, which was sent and came back with what is wrong,
    tab = tab_with(draft, "She was seen alone.", basis="")
    before = gone_back(tab, "She was seen alone.", basis="")
    tab.send("on")
    assert "There is something to put right" in unescape(tab.page)
    assert stands(draft) == ""
    # when somebody goes back to the page as it was before, and answers all of it,
    filled(before, "She was seen alone at six.").send("on")
    # then it is the answer, and nobody speaks of another tab.
    assert ELSEWHERE not in before.page
    assert before.address.endswith("/outcome")
    assert stands(draft) == "She was seen alone at six."


def test_an_answer_can_be_changed_by_going_back_and_back_again(draft: tuple[Client, str]) -> None:
    tab = tab_with(draft, "First.")
    page = Tab(tab.client, tab.address, tab.page, tab.status, tab.form)
    tab.send("on")
    # With other words, with wrong ones in between, and with the first again:
    for why in ("Second.", "Third.", "First.", "Second."):
        again = gone_back(page, why).send("on")
        assert ELSEWHERE not in again.page
        assert again.address.endswith("/outcome")
        assert stands(draft) == why
        wrong = gone_back(page, "Wrong.", basis="").send("on")
        assert ELSEWHERE not in wrong.page
        assert stands(draft) == why
    # and nothing is left over that was not gone on with, but what was typed wrong last.
    assert [
        each.data["why"] for each in Draft.objects.filter(kind__endswith=QUESTION, sent=None)
    ] == [["Wrong."]]


def test_what_another_tab_answered_is_still_said(draft: tuple[Client, str]) -> None:
    # Given two tabs with a question, of which one was answered,
    one, two = tab_with(draft, "The one."), tab_with(draft, "The other.")
    before = gone_back(one, "The one.")
    one.send("on")
    # when the other is sent, then both answers are shown and the first stands;
    two.send("on")
    assert ELSEWHERE in two.page
    assert "The one." in two.page
    assert two.form is not None
    assert two.form.typed()["why"] == "The other."
    assert stands(draft) == "The one."
    # sent again knowingly, it is the answer; and then the first tab is the one overtaken.
    two.send("on")
    assert stands(draft) == "The other."
    assert ELSEWHERE in gone_back(before, "The one, once more.").send("on").page
    assert stands(draft) == "The other."


def test_a_mistake_is_no_answer_and_is_given_back_where_it_was_typed(
    draft: tuple[Client, str],
) -> None:
    # Given an answer with a mistake, saved to come back later,
    tab = tab_with(draft, "She was\n\n seen alone. ", basis="")
    tab.send("save")
    assert tab.address == "/work"
    assert stands(draft) == ""
    # then the way on leads to its page, where every character is.
    client, address = draft
    shown = Tab(client).open(address.replace("/why", "/check"))
    assert shown.address.partition("?")[0] == address
    assert shown.form is not None
    assert shown.form.typed()["why"] == "She was\n\n seen alone. "
    assert "You typed this on" in unescape(shown.page)
    assert ELSEWHERE not in filled(shown, "Seen alone.").send("on").page
    assert stands(draft) == "Seen alone."
    assert not Draft.objects.filter(kind__endswith=QUESTION, sent=None).exists()


def test_an_answer_that_stands_is_not_replaced_by_a_mistake(draft: tuple[Client, str]) -> None:
    client, address = draft
    tab_with(draft, "It stands.").send("on")
    tab_with(draft, "", basis="both").send("save")
    assert stands(draft) == "It stands."
    for step in ("outcome", "talked", "need", "family"):
        client.post(address.replace("/why", f"/{step}"), ANSWERS[step])
    # Before sending, it is said that something else was typed and not gone on with.
    shown = Tab(client).open(address.replace("/why", "/check"))
    assert "kept=" in shown.page
