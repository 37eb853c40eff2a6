"""Words that are left out are left out wherever they stand; the reason stands in their place."""

from hypothesis import given
from hypothesis import strategies as st

from concord.subject_access.covering import WHOLE, Cover, covered, holds
from concord.subject_access.reasons import REASONS, Code

THIRD = REASONS[Code.THIRD_PARTY].shown


def test_the_reason_stands_in_place_of_the_words() -> None:
    said = covered("Aunt Mary says so. MARY rang.", [Cover("mary", Code.THIRD_PARTY)])
    assert said == f"Aunt {THIRD} says so. {THIRD} rang."
    assert THIRD == "[left out: third party's personal data, T1]"


def test_the_whole_piece_is_left_out_where_no_words_are_named() -> None:
    assert covered("All of this.", [Cover(WHOLE, Code.LEGAL_PRIVILEGE)]) == (
        REASONS[Code.LEGAL_PRIVILEGE].shown
    )


def test_where_words_overlap_all_of_them_are_left_out() -> None:
    covers = [Cover("Mary Smith", Code.THIRD_PARTY), Cover("Smith of Elm Road", Code.CRIME)]
    assert covered("Mary Smith of Elm Road rang.", covers) == f"{THIRD} rang."


def test_nothing_is_left_out_without_a_redaction() -> None:
    assert covered("As it is.", []) == "As it is."


def test_a_letter_that_is_two_without_its_capital_is_left_out_whole() -> None:
    assert covered("Straße 5", [Cover("STRASSE", Code.THIRD_PARTY)]) == f"{THIRD} 5"
    assert holds("Straße 5", "strasse")


LETTERS = st.text(alphabet="αβγΣςσß ", min_size=1, max_size=40)
COVERS = st.lists(
    st.builds(Cover, st.text(alphabet="αβγΣςσß", min_size=1, max_size=6), st.sampled_from(Code)),
    max_size=4,
)


@given(LETTERS, COVERS)
def test_no_word_that_is_to_be_left_out_is_given(text: str, covers: list[Cover]) -> None:
    given_out = covered(text, covers)
    for cover in covers:
        assert not holds(given_out, cover.words)
    if not any(holds(text, cover.words) for cover in covers):
        assert given_out == text


@given(LETTERS, COVERS)
def test_what_nobody_names_is_given(text: str, covers: list[Cover]) -> None:
    rest = covered(text, covers)
    for reason in REASONS.values():
        rest = rest.replace(reason.shown, "")
    left = iter(text)
    assert all(letter in left for letter in rest), "in its order, with nothing added"
