"""Runs of CI, one after the other, have it all."""

from tests.turns import by_turns

EVERY = ["first", "second", "third", "fourth", "fifth"]


def test_without_a_turn_all_is_run() -> None:
    assert by_turns(EVERY, None) == EVERY


def test_two_turns_take_each_once() -> None:
    assert by_turns(EVERY, "6", 2) == ["first", "third", "fifth"]
    assert by_turns(EVERY, "7", 2) == ["second", "fourth"]


def test_so_many_turns_take_each_once() -> None:
    parts = [by_turns(EVERY, str(turn), 4) for turn in range(8, 12)]
    assert parts == [["first", "fifth"], ["second"], ["third"], ["fourth"]]
