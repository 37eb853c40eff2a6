"""One step of a case, rebuilding a case, and what it owes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bench.harness import Row, seconds, side_by_side
from concord.policies.calendars import calendar_for
from concord.policies.library import load
from concord.rules.clock import LONDON
from concord.rules.decide import Accepted, perform
from concord.rules.duties import owed
from concord.rules.record import Record
from concord.rules.state import CaseState, begin, evolve, replay
from concord.rules.who import Parties, Who
from concord.rules.words import Act, Outcome, Side

START = datetime(2026, 11, 23, 9, 30, tzinfo=LONDON)
MANAGER = Who("manager", Side.RAISING, "school")
OTHER = Who("manager", Side.RESPONDING, "sandwell-childrens-trust")


def history(length: int) -> tuple[CaseState, list[Record]]:
    """A case of so many records: raised, to stage 1, then discussed again and again."""
    policy = load("sandwell").policy
    parties = Parties("school", ("sandwell-childrens-trust",))
    start = begin(policy, calendar_for(), parties, {})
    records = [Record(1, START, START, MANAGER, Act.RAISE),
               Record(2, START, START, MANAGER, Act.ESCALATE)]  # fmt: skip
    for n in range(3, length + 1):
        at = START + timedelta(hours=n)
        act = (Act.DISCUSS, Act.FILE, Act.NOTIFY)[n % 3]
        records.append(Record(n, at, at, MANAGER, act, people=(OTHER,), outcome=Outcome.UNRESOLVED))
    return start, records[:length]


def rows(times: int = 2_000) -> Iterator[Row]:
    """A step against two dict look-ups; a replay, linear in its length."""
    start, records = history(8)
    state = replay(start, records)
    at = START + timedelta(days=1)
    step = Record(9, at, at, MANAGER, Act.ESCALATE, override="")
    words = {"a": 1, "b": 2}
    best = side_by_side(
        {
            "look-ups": lambda: (words["a"], words["b"]),
            "step": lambda: perform(state, step),
            "evolve": lambda: evolve(state, step),
        },
        times,
    )
    assert isinstance(perform(state, step)[1], Accepted)
    ups = best["look-ups"]
    yield Row("one step: judged, and the next state", "two dict look-ups", best["step"] / ups, 20)
    yield Row("the next state alone", "two dict look-ups", best["evolve"] / ups, None)
    taken = {}
    for length in (8, 40, 800):
        begun, kept = history(length)
        taken[length] = min(seconds(lambda: replay(begun, kept), 20) for _ in range(5))  # noqa: B023
    yield Row("replaying 8 records", "1.2 ms / 60 (one sixtieth of a peer)",
              taken[8] / (0.0012 / 60), 1)  # fmt: skip
    yield Row("replaying 40 records", "replaying 8, times 5", taken[40] / (5 * taken[8]), 1.5)
    yield Row("replaying 800 records", "10 ms", taken[800] / 0.010, 1)
    long = replay(*history(40))
    owes = min(seconds(lambda: owed(long, at), 50) for _ in range(5))
    yield Row("all that a 40-record case owes", "replaying 40 records", owes / taken[40], None)
