"""What is typed is closed with the key of its month, which goes when the month is over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from concord.vault import keys, months
from concord.vault.closed import Destroyed
from concord.vault.fields import lock, opened

NOVEMBER = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.CONCORD_KEYS = tmp_path / "keys"
    settings.CONCORD_MASTER_KEY = "5eed" * 16


def typed(at: datetime) -> str:
    return lock("Bruises seen.", months.key_of(at), "draft", "data")


def test_each_month_has_a_key_of_its_own() -> None:
    assert months.key_of(NOVEMBER) == "typing-2026-11"
    assert months.key_of(NOVEMBER + timedelta(hours=1)) == "typing-2026-12"
    typed(NOVEMBER)
    typed(NOVEMBER + timedelta(hours=1))
    assert list(keys.names("typing-")) == ["typing-2026-11", "typing-2026-12"]


def test_what_was_typed_in_a_month_that_is_over_is_opened_by_nobody_any_more() -> None:
    keys.make("K7QM-4TPD")
    before, after = typed(NOVEMBER), typed(NOVEMBER + timedelta(hours=1))
    # given: nothing that was typed before the first of December is kept any longer
    assert months.destroy_before(NOVEMBER) == []
    assert months.destroy_before(NOVEMBER + timedelta(hours=1)) == ["typing-2026-11"]
    with pytest.raises(Destroyed):
        opened(before, "draft", "data")
    assert opened(after, "draft", "data") == "Bruises seen."
    assert keys.is_there("K7QM-4TPD")
    assert months.destroy_before(NOVEMBER + timedelta(hours=1)) == []


def test_the_key_from_before_each_month_had_one_goes_with_the_first_of_them() -> None:
    keys.make("typing")
    assert months.destroy_before(NOVEMBER) == []
    typed(NOVEMBER - timedelta(days=40))
    assert months.destroy_before(NOVEMBER) == ["typing-2026-10", "typing"]


def test_after_a_clock_that_ran_ahead_typing_goes_on_with_another_key() -> None:
    typed(NOVEMBER)
    months.destroy_before(NOVEMBER + timedelta(days=900))
    assert opened(typed(NOVEMBER), "draft", "data") == "Bruises seen."
    assert months.key_of(NOVEMBER) == "typing-2026-11x"
    # and that one goes in its turn
    assert months.destroy_before(NOVEMBER + timedelta(days=1)) == ["typing-2026-11x"]
