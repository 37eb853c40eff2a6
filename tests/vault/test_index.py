"""Names are found by their words, however they were typed, and nothing can be read from the index."""

from datetime import date
from typing import Any

import pytest

from concord.vault.index import digest_of_date, digests_of_name, words_of


@pytest.mark.parametrize(("name", "words"), [
    ("Plum Invented", ["plum", "invented"]),
    ("  PLUM   invented ", ["plum", "invented"]),
    ("Zoë O’Brien-Smith", ["zoe", "obrien", "smith"]),
    ("zoe o'brien smith", ["zoe", "obrien", "smith"]),
    ("Straße, Jürgen", ["strasse", "jurgen"]),
    ("J. R. Invented", ["j", "r", "invented"]),
    ("李 小龍", ["李", "小龍"]),
    ("", []), (" - ", []),
])  # fmt: skip
def test_the_words_of_a_name(name: str, words: list[str]) -> None:
    assert words_of(name) == words


def test_the_same_words_are_found_again_and_say_nothing(settings: Any) -> None:
    settings.CONCORD_MASTER_KEY = "5eed" * 16
    once = digests_of_name("Plum Invented")
    assert digests_of_name("invented PLUM") == once[::-1]
    assert len(set(digests_of_name("Plum Plum"))) == 1
    assert all("plum" not in each for each in once)
    assert digest_of_date(date(2015, 4, 3)) not in once
    settings.CONCORD_MASTER_KEY = "beef" * 16
    assert not set(digests_of_name("Plum Invented")) & set(once)
