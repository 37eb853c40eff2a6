"""A whole verification, with the checkpoints; what it came to is kept, for those who must know."""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from concord.cases import models
from concord.cases.sealing import Places
from concord.cases.stored import Source
from concord.cases.verifying import Verified, verify
from concord.seals import checkpoints
from concord.seals.checking import Finding, Kind
from concord.seals.checkpoints import Checkpoints
from concord.seals.keys import trusted


def verify_with_checkpoints(
    places: Places,
    only: Collection[str] = (),
    processes: int = 1,
    keys: Collection[str] = (),
    also: Sequence[Source] = (),
) -> tuple[Verified, Checkpoints]:
    """Verify the database against itself and the checkpoints; `keys` instead of those beside."""
    # the file is written first and the database told after: read the other way round, what the
    # database was told of is in the file, and what the file holds is in the database
    told = list(models.Checkpoint.objects.order_by("number").values_list("number", "digest"))
    held = checkpoints.read(places.file, frozenset(keys) or trusted(places.keys))
    found = verify(held.anchors, only, processes, also)
    known = max((number for number, _ in told), default=0)
    if known < len(held.digests):
        found.findings = [_older(held, known, each) for each in found.findings]
    about_file = held.finding or _file_is_behind(held, told)
    if about_file is not None:
        found.findings.insert(0, about_file)
    return found, held


def verify_and_keep(
    places: Places, at: datetime, processes: int = 1, also: Sequence[Source] = ()
) -> Verified:
    """Verify everything, and keep what it came to. `at` is aware."""
    began = time.monotonic()
    found, held = verify_with_checkpoints(places, processes=processes, also=also)
    keep(found, held, at, time.monotonic() - began)
    return found


def keep(found: Verified, held: Checkpoints, at: datetime, seconds: float) -> None:
    """Keep what a whole verification came to."""
    models.Verification.objects.create(
        at=at, seconds=round(seconds, 1), histories=found.histories, records=found.records,
        unanchored=found.unanchored, disposed=found.disposed, checkpoint=len(held.digests),
        findings=[
            [each.kind, each.history, each.sequence, each.says] for each in found.findings[:100]
        ],
    )  # fmt: skip


def _older(held: Checkpoints, known: int, found: Finding) -> Finding:
    """Where all is as it was at an earlier checkpoint, the last that the database knows of, then
    an older copy of it was put in its place.
    """
    was = held.count_at(found.history, known)
    if found.sequence <= was or found.history not in held.anchors:
        return found
    says = f"the database is older than checkpoint {len(held.digests)}: it is as at {known}"
    return replace(found, kind=Kind.ROLLED_BACK, says=says)


def _file_is_behind(held: Checkpoints, told: Iterable[tuple[int, str]]) -> Finding | None:
    """The checkpoints that the database was told of, and the file does not have as they were."""
    for number, digest in told:
        if number > len(held.digests):
            return Finding(
                Kind.TRUNCATED, checkpoints.HISTORY, number,
                "the file has lost checkpoints that the database knows",
            )  # fmt: skip
        if held.digests[number - 1] != digest:
            return Finding(
                Kind.FORKED, checkpoints.HISTORY, number,
                "the database was told of another checkpoint with this number",
            )  # fmt: skip
    return None
