"""Measures side by side: interleaved, many times, the least of each; ratios, not seconds."""

import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement against its limit: the ratio, and the bar it has to stay under."""

    what: str
    limit: str
    ratio: float
    bar: float | None
    note: str = ""

    def line(self) -> str:
        """The row of the printed table."""
        bar = f"{self.bar:g}" if self.bar is not None else "-"
        met = "" if self.bar is None else ("met" if self.ratio <= self.bar else "NOT MET")
        return f"{self.what:46} {self.limit:34} {self.ratio:10.2f} {bar:>6} {met:8} {self.note}"


def seconds(work: Work, times: int) -> float:
    """How long one call takes, over so many."""
    begin = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begin) / times


def side_by_side(works: dict[str, Work], times: int, rounds: int = 15) -> dict[str, float]:
    """The least time of each, measured in turns so that a noisy moment hits all alike."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, work in works.items():
            taken = seconds(work, times)
            best[name] = min(taken, best.get(name, taken))
    return best
