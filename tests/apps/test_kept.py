"""What a process keeps of the cases it has replayed: never other than the records say."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from concord.cases import kept, ledger
from concord.cases.kept import replayed, state_of
from concord.cases.models import Case
from concord.demo.stories import build_stories
from concord.directory.models import Partnership
from concord.rules.record import Record
from concord.rules.words import Act
from tests.apps.conftest import AT
from tests.apps.test_ledger import note


@pytest.fixture(autouse=True)
def nothing_kept(real_transactions: None) -> None:
    kept.forget()


def of_another_process(case: Case, record: Record) -> None:
    """An act of another process: this one's memory does not know of it."""
    mine = dict(kept._kept)
    ledger.act(case.reference, record, None)
    kept._kept.clear()
    kept._kept.update(mine)


def test_what_is_kept_after_each_act_is_what_its_records_say(cast: dict[str, Partnership]) -> None:
    for offset, partnership in enumerate(cast.values()):
        build_stories(partnership, AT, offset * 100)
    cases = list(Case.objects.all())
    assert len(cases) >= 60
    for case in cases:
        assert case.reference in kept._kept
        assert state_of(case) == replayed(case)


def test_what_is_kept_is_not_read_again(opened: Case) -> None:
    ledger.act(opened.reference, note("a", Act.ESCALATE), None)
    assert state_of(opened) is state_of(opened)


def test_what_another_process_wrote_is_taken_up(opened: Case) -> None:
    before = state_of(opened)
    of_another_process(opened, note("a", Act.ESCALATE))
    of_another_process(opened, note("b"))
    state = state_of(opened)
    assert [record.key for record in state.records] == ["the-raise", "a", "b"]
    assert state == replayed(opened)
    assert len(before.records) == 1


def test_what_was_undone_is_not_kept(opened: Case) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        ledger.act(opened.reference, note("a", Act.ESCALATE), None)
        assert state_of(opened).stage == "stage-1"
        raise RuntimeError("the disk is full")
    assert state_of(opened).stage == "discussion"
    ledger.act(opened.reference, note("b"), None)
    assert [record.key for record in state_of(opened).records] == ["the-raise", "b"]


def test_another_history_under_the_same_number_is_read_anew(opened: Case) -> None:
    """As after a restored backup: the case has as many records as before, and others."""
    mine = note("mine", Act.ESCALATE)
    with pytest.raises(RuntimeError), transaction.atomic():
        answer = ledger.act(opened.reference, mine, None)
        assert isinstance(answer, ledger.Done)
        undone = answer.state
        raise RuntimeError("restored")
    ledger.act(opened.reference, note("theirs"), None)
    row = (2, "escalate", "mine", "{}")
    kept._kept[opened.reference] = kept._Kept(undone, row)
    assert [record.key for record in state_of(opened).records] == ["the-raise", "theirs"]


def test_a_look_at_what_is_kept_is_one_statement(
    opened: Case, django_assert_num_queries: Callable[[int], Any]
) -> None:
    state_of(opened)
    with django_assert_num_queries(1):
        state_of(opened)


def test_no_more_is_kept_than_is_said(opened: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 1)
    state = state_of(opened)
    other = Case(reference="AAAA-AAAA", pk=0)
    kept.keep(other, state, "")
    assert list(kept._kept) == ["AAAA-AAAA"]


def test_throwing_away_goes_on_to_no_page_that_is_none(cast: object) -> None:
    for wanted in ("%00", "https://example.com/", "no page"):
        answer = Client(raise_request_exception=False).post(
            "/kept/throw", {"draft": "none", "next": wanted}
        )
        assert answer.headers["Location"] == "/work"
