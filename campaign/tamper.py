"""Tampers with a ledger at random, again and again: is everything found?

The promise: each single change and each compound one to what a checkpoint anchors is found.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from campaign.databases import database
from campaign.processes import surroundings


def run(
    seed: int, name: str, singles: int, compounds: int, kept: Path | None = None
) -> dict[str, Any]:
    """So many changes of each kind on the database `name`, "sqlite" or "postgresql".

    With a file that holds an unfinished run of this seed, it goes on from there.
    """
    began = time.monotonic()
    result = _begun(kept, seed, name)
    before = result["seconds"]
    with tempfile.TemporaryDirectory(prefix="concord-tamper-") as folder, database(
        name, Path(folder)
    ) as url:  # fmt: skip
        surroundings(Path(folder), DATABASE_URL=url)
        places, world = _world(Path(folder))
        for what, wanted in (("singles", singles), ("compounds", compounds)):
            while result[what] < wanted:
                _one(seed, what, world, places, result)
                result[what] += 1
                result["seconds"] = round(before + time.monotonic() - began, 1)
                if kept and result[what] % 250 == 0:
                    kept.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        from django.db import connections

        connections.close_all()
    result["kept"] = not result["missed"]
    return result


def _begun(kept: Path | None, seed: int, name: str) -> dict[str, Any]:
    if kept and kept.exists():
        earlier: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        if (earlier.get("seed"), earlier.get("database")) == (seed, name) and not earlier["kept"]:
            return earlier
    return {
        "campaign": "tamper", "seed": seed, "database": name, "singles": 0, "compounds": 0,
        "missed": [], "said": {}, "seconds": 0.0, "kept": False,
    }  # fmt: skip


def _one(seed: int, what: str, world: Any, places: Any, result: dict[str, Any]) -> None:
    """One change, looked at, and undone."""
    from campaign.tampering import COMPOUNDS, SINGLES, choose
    from concord.cases.verifications import verify_with_checkpoints

    chance = random.Random(f"{seed} {what} {result[what]}")
    change = choose(chance, SINGLES if what == "singles" else COMPOUNDS)
    with _undone(world.file):
        did = change(chance, world)
        found, _ = verify_with_checkpoints(places)
    if not found.findings:
        result["missed"].append(f"{what} {result[what]}: {did}")
    kinds = result["said"].setdefault(change.__name__, {})
    for kind in {str(each.kind) for each in found.findings[:1]}:
        kinds[kind] = kinds.get(kind, 0) + 1


@contextmanager
def _undone(file: Path) -> Iterator[None]:
    from django.db import transaction

    content = file.read_bytes()
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        file.write_bytes(content)


def _world(folder: Path) -> tuple[Any, Any]:
    """A small ledger that was sealed three times, with a few records that are not anchored."""
    from campaign import tampering
    from concord.cases import ledger
    from concord.cases.models import Case, Checkpoint, Entry
    from concord.cases.sealing import Places, Sealer
    from concord.cases.verifications import verify_with_checkpoints
    from concord.demo.cast import build_cast
    from concord.demo.stories import build_stories
    from concord.rules.record import Record
    from concord.rules.words import Act
    from concord.seals.keys import new_key

    def write(case: Case, key: str) -> None:
        by = ledger.state_of(case).records[0].by
        done = ledger.act(case.reference, Record(0, at, at, by, Act.FILE, key=key), None)
        assert isinstance(done, ledger.Done)

    at = datetime.fromisoformat("2026-11-23T09:30:00+00:00")
    places = Places(folder / "seal")
    anchored: list[dict[int, int]] = []
    partnerships = build_cast()[:2]
    with Sealer(places, new_key(folder / "key")) as sealer:
        for time_ in range(3):
            if time_ < len(partnerships):
                build_stories(partnerships[time_], at, time_ * 100)
            for case in Case.objects.order_by("pk")[time_::3]:
                write(case, f"more-{time_}")
            sealer.seal(at)
            anchored.append(dict(Case.objects.values_list("pk", "last_sequence")))
    assert Checkpoint.objects.count() == 3
    for case in Case.objects.order_by("pk")[::4]:
        write(case, "not-anchored")
    tampering.disarm()
    found, _ = verify_with_checkpoints(places)
    assert found.unanchored and not found.findings, found
    sys.stderr.write(f"{Entry.objects.count()} records of {Case.objects.count()} cases\n")
    return places, tampering.World(places.file, anchored[-1], anchored[0])
