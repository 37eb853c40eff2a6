"""Whoever does not know the letters of a role can read it: the words stand by them, or above them."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from concord.cases.models import Case
from concord.policies.library import load, policy_ids, with_letters


@pytest.mark.parametrize("policy_id", policy_ids())
def test_what_is_called_by_letters_is_said_in_words_too(policy_id: str) -> None:
    # given what pages call the offices and the stages of a policy, below the partnership's name
    loaded = load(policy_id)
    above = with_letters(loaded.policy.partnership)
    titles = [each.title for each in loaded.policy.offices]
    titles += [each.title for each in loaded.policy.stages]
    # then the words of all letters in them stand in the title, or in the name above it
    for title in titles:
        for letters in re.findall(r"\b[A-Z]{3,}\b", title):
            words = loaded.file.terms[letters]
            assert words in title or (words in above and f"({letters})" in above), title


def test_the_name_above_a_page_says_the_letters_of_the_partnership(
    opened: Case, as_person: Callable[[str, str], Client]
) -> None:
    school = as_person("practitioner", "sandwell-school")
    page = unescape(school.get(f"/case/{opened.reference}").content.decode())
    assert ">Sandwell Children's Safeguarding Partnership (SCSP) (demonstration)<" in page
    # a partnership whose policy is not here has its name, and no letters
    assert with_letters("Somewhere Else Partnership") == "Somewhere Else Partnership"
