"""A record that was disputed or corrected since says so wherever it is read, with the number."""

from collections.abc import Callable

import pytest
from django.test import Client

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import Partnership
from concord.documents.word import write_word
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Means, Outcome, Side
from tests.apps.conftest import AT
from tests.apps.test_deciding import at_the_last_stage
from tests.apps.test_pages import text
from tests.documents.filled import document, form_named, words_in_word

SignIn = Callable[[str, str], Client]
TEACHER = Who("practitioner", Side.RAISING, "sandwell-school")
LEAD = Who("manager", Side.RESPONDING, "sandwell-childrens-trust")


def write(case: Case, by: Who, act: Act, **more: object) -> int:
    """Record something; the number of the record."""
    record = Record(0, AT, AT, by, act, key=f"{by.role} {act}", **more)  # type: ignore[arg-type]
    answer = ledger.act(case.reference, record, None)
    assert isinstance(answer, ledger.Done), answer
    return answer.case.last_sequence


def quarrel(case: Case, one: Who, other: Who) -> tuple[int, int, int]:
    """A call that one side wrote down, which the other disputes and its writer corrects."""
    call = write(case, one, Act.DISCUSS, people=(other,), means=Means.TELEPHONE,
                 outcome=Outcome.UNRESOLVED, text={"said": "They will visit on Monday."})  # fmt: skip
    disputed = write(case, other, Act.CORRECT, of=call, text={"disputed": "We said Tuesday."})
    corrected = write(case, one, Act.CORRECT, of=call, text={"correction": "It was Wednesday."})
    return call, disputed, corrected


def assert_marked(page: str, disputed: int, corrected: int) -> None:
    for words in (f"Disputed, record {disputed}", "We said Tuesday.",
                  f"Corrected by record {corrected}", "It was Wednesday."):  # fmt: skip
        assert words in page


def test_brief_timeline_and_the_record_itself_say_so(opened: Case, as_person: SignIn) -> None:
    call, disputed, corrected = quarrel(opened, TEACHER, LEAD)
    executive = as_person("executive", "sandwell-childrens-trust")
    for part in ("brief", "timeline", f"record/{call}"):
        assert_marked(text(executive.get(f"/case/{opened.reference}/{part}")), disputed, corrected)


def test_the_panel_room_says_so(cast: dict[str, Partnership], as_person: SignIn) -> None:
    case = at_the_last_stage(cast, "bromley")
    raising = case.parties.get(side="raising").agency.slug
    responding = case.parties.filter(side="responding")[0].agency.slug
    one = Who("practitioner", Side.RAISING, raising)
    _, *marks = quarrel(case, one, Who("manager", Side.RESPONDING, responding))
    room = as_person("chair", "bromley").get(f"/case/{case.reference}/room")
    assert_marked(text(room), *marks)


@pytest.mark.parametrize("form", ["executive_brief", "case_record"])
def test_the_documents_say_so(opened: Case, form: str) -> None:
    _, disputed, corrected = quarrel(opened, TEACHER, LEAD)
    opened.refresh_from_db()
    state = ledger.state_of(opened)
    said = words_in_word(write_word(document(state, form_named(state.policy, form))))
    assert f"Correctedbyrecord{corrected}" in said, "words_in_word leaves spaces out"
    assert "Disputedby" in said
    assert f"record{disputed}" in said


def test_only_ones_own_records_are_offered_for_correcting_with_kind_and_date(
    opened: Case, as_person: SignIn
) -> None:
    # given two records of the school and one of the Trust
    call, disputed, corrected = quarrel(opened, TEACHER, LEAD)
    page = text(as_person("practitioner", "sandwell-school").get(
        f"/case/{opened.reference}/correct"
    ))  # fmt: skip
    # then the school is offered its own, each with its kind and its date
    for words in ("Record 1: Raised the concern, Monday 23 November 2026, 09:30",
                  f"Record {call}: Discussed it, Monday 23 November 2026, 09:30",
                  f"Record {corrected}: Corrected a record"):  # fmt: skip
        assert words in page
    assert f"Record {disputed}:" not in page
