"""Verifies every history that the database holds, against itself and against the checkpoints."""

import multiprocessing
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection, connections

from concord.cases.models import Case
from concord.cases.openings import history_of
from concord.cases.stored import FIRST, LAST, Source, Stored, histories, one_moment
from concord.seals.checking import NOTHING, Anchor, Finding, Kind, check

Anchors = Mapping[str, Anchor]
PORTION = 20_000
"""About how many records are checked at a time."""


@dataclass(slots=True)
class Verified:
    """What a verification came to."""

    histories: int = 0
    records: int = 0
    disposed: int = 0
    unanchored: int = 0
    """How many records were written since the last checkpoint."""
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: "Verified") -> None:
        """Take up what another part came to."""
        self.histories += other.histories
        self.records += other.records
        self.disposed += other.disposed
        self.unanchored += other.unanchored
        self.findings += other.findings


@dataclass(frozen=True, slots=True)
class _Portion:
    first: int
    last: int
    anchors: Anchors


def verify(
    anchors: Anchors, only: Collection[str] = (), processes: int = 1, also: Sequence[Source] = ()
) -> Verified:
    """Verify the cases named in `only` by their references, or all; `anchors` by history.

    Read the checkpoints before: whatever they hold must then be in the database.
    """
    found = Verified()
    if only:
        numbers = Case.objects.filter(reference__in=only).values_list("pk", flat=True)
        for number in numbers:
            found.add(_look(_Portion(number, number, anchors)))
    elif processes > 1 and not connection.in_atomic_block:
        portions = list(_portions(anchors))
        connections.close_all()
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            for each in pool.imap_unordered(_look, portions):
                found.add(each)
    else:
        found.add(_look(_Portion(FIRST, LAST, anchors)))
    if not only:
        with one_moment():
            for source in also:
                found.add(_checked(source.histories(), anchors))
    found.findings += _gone(anchors, only, also)
    found.findings.sort(key=lambda finding: (finding.history, finding.sequence))
    return found


def _portions(anchors: Anchors) -> Iterator[_Portion]:
    """All keys there may be, cut so that each part has about as many records."""
    rows = Case.objects.order_by("pk").values_list("pk", "reference", "last_sequence")
    first, records, mine = FIRST, 0, dict[str, Anchor]()
    for number, reference, last in rows:
        history = history_of(reference)
        if history in anchors:
            mine[history] = anchors[history]
        records += int(last) if str(last).isdecimal() else 1
        if records >= PORTION:
            yield _Portion(first, number, mine)
            first, records, mine = number + 1, 0, {}
    yield _Portion(first, LAST, mine)


def _look(portion: _Portion) -> Verified:
    with one_moment():
        return _checked(histories(portion.first, portion.last), portion.anchors)


def _checked(there: Iterable[Stored], anchors: Anchors) -> Verified:
    found = Verified()
    for stored in there:
        if stored.opening is None:
            found.findings.append(_stray(stored.number, [each.sequence for each in stored.rows]))
            continue
        anchor = anchors.get(stored.opening.history, NOTHING)
        checked = check(stored.opening, stored.rows, anchor)
        found.histories += 1
        found.records += checked.count
        found.disposed += checked.disposed
        found.unanchored += max(checked.count - anchor.count, 0)
        if checked.finding:
            found.findings.append(checked.finding)
    return found


def _stray(number: object, sequences: list[object]) -> Finding:
    numbers = [each for each in sequences if isinstance(each, int)]
    return Finding(
        Kind.INSERTED, f"case number {number}", min(numbers, default=1),
        "there are records of a case that is not there",
    )  # fmt: skip


def _gone(anchors: Anchors, only: Collection[str], also: Sequence[Source]) -> Iterator[Finding]:
    """Histories that a checkpoint knows and the database does not."""
    wanted = {history_of(each) for each in only}
    with one_moment():
        there = {history_of(each) for each in Case.objects.values_list("reference", flat=True)}
        there |= {history for source in also for history, _, _ in source.ends()}
    for history in anchors:
        if history not in there and (not wanted or history in wanted):
            yield Finding(Kind.MISSING, history, 1, "the whole history is gone")
