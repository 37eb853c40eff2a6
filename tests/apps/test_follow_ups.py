"""What a choice leads to is asked below that choice; shown without script, and never lost."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from concord.cases.models import Case
from tests.apps.test_pages import ANSWERS
from tests.kept.browsing import Tab

SignIn = Callable[[str, str], Client]
BELOW = re.compile(r'<div class="govuk-radios__conditional([^"]*)" id="conditional-id_talked">')
SAID = "We spoke\n  of it,\n\nand of <more>. "


@pytest.fixture
def tab(opened: Case, as_person: SignIn) -> Tab:
    """Whether somebody has talked, asked of a practitioner."""
    client = as_person("practitioner", "sandwell-school")
    token = client.post("/raise").headers["Location"].split("/")[2]
    for step in ("risk", "area", "about", "child", "agency", "decision", "why", "outcome"):
        client.post(f"/raise/{token}/{step}", ANSWERS[step])
    return Tab(client).open(f"/raise/{token}/talked")


def answered(tab: Tab, talked: str, said: str) -> Tab:
    assert tab.form is not None
    tab.form.fields["talked"].values = [talked]
    tab.form.fields["said"].values = [said]
    return tab.send("on")


def test_what_follows_from_yes_is_below_yes_and_there_without_script(tab: Tab) -> None:
    # Given the question as it is opened: nothing is chosen,
    found = BELOW.search(tab.page)
    # then what is asked of a yes stands below it, to be hidden by script alone;
    assert found is not None
    assert "govuk-radios__conditional--hidden" in found[1]
    assert "hidden" not in re.sub(r"govuk-radios__conditional--hidden|type=\"hidden\"|visually-hidden",
                                  "", tab.page.partition("<form")[2])  # fmt: skip
    # each field once.
    assert tab.form is not None
    for name in ("means", "day_day", "clock", "said"):
        assert tab.form.fields[name]
        assert len(re.findall(rf'(?:name|idPrefix)="{name}"', tab.page)) >= 1
    assert tab.page.count('id="id_said"') == 1


def test_with_yes_chosen_nothing_of_it_is_hidden_and_the_words_are_as_typed(tab: Tab) -> None:
    shown = answered(tab, "yes", SAID)
    assert "Choose how you talked" in unescape(shown.page)
    found = BELOW.search(shown.page)
    assert found is not None
    assert "--hidden" not in found[1]
    assert shown.form is not None
    assert shown.form.typed()["said"] == SAID
    # The error leads to where the answer is missing.
    assert 'href="#id_means"' in shown.page
    assert 'id="id_means"' in shown.page


def test_words_below_a_choice_that_was_not_made_are_shown_and_not_hidden(tab: Tab) -> None:
    # Given a no, and words of what was said all the same,
    shown = answered(tab, "no", SAID)
    # then both are shown, so that either can be put right.
    assert "Choose Yes, or clear that" in unescape(shown.page)
    assert BELOW.search(shown.page) is None
    assert shown.form is not None
    assert shown.form.typed()["said"] == SAID
    assert shown.page.count('id="id_said"') == 1
    onward = answered(shown, "no", "")
    assert onward.address.endswith("/need")
