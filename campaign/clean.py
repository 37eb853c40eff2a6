"""Many write to a ledger at once, while it is sealed and verified: no alarm may come.

The promise: a clean ledger is never called anything else, and none of its histories forks.
"""

import tempfile
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from campaign.databases import database
from campaign.processes import surroundings


def run(seed: int, name: str, count: int, writers: int) -> dict[str, Any]:
    """So many histories, by so many writers at once, on the database `name`."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="concord-clean-") as folder, database(
        name, Path(folder)
    ) as url:  # fmt: skip
        surroundings(Path(folder), DATABASE_URL=url)
        result = _written(Path(folder), seed, count, writers)
        from django.db import connections

        connections.close_all()
    return {
        "campaign": "clean", "seed": seed, "database": name, "writers": writers, **result,
        "seconds": round(time.monotonic() - began, 1),
        "kept": not result["alarms"] and result["histories"] == count + 1,
    }  # fmt: skip


def _written(folder: Path, seed: int, count: int, writers: int) -> dict[str, Any]:
    from django.db import OperationalError, connections

    from concord.cases import ledger
    from concord.cases.models import Case
    from concord.cases.sealing import Places, Sealer
    from concord.cases.verifications import verify_with_checkpoints
    from concord.demo.cast import build_cast
    from concord.directory.models import Agency
    from concord.rules.clock import LONDON
    from concord.rules.record import Record
    from concord.rules.who import Who
    from concord.rules.words import Act, Side
    from concord.seals.keys import new_key

    places, key = Places(folder / "seal"), new_key(folder / "key")
    partnership = next(each for each in build_cast())
    raising, responding = Agency.objects.filter(partnerships=partnership)[:2]
    by = Who("manager", Side.RAISING, raising.slug)
    at = datetime(2026, 11, 23, 9, 30, tzinfo=LONDON)
    numbers, guard, failures = iter(range(count)), threading.Lock(), list[str]()
    # a case that all write to: the hash chain of one history, under sixteen hands
    shared = ledger.open_case(
        partnership, raising, [responding], {}, Record(1, at, at, by, Act.RAISE, key="shared"), None
    )
    assert isinstance(shared, ledger.Done)

    def write() -> None:
        try:
            while True:
                with guard:
                    n = next(numbers, None)
                if n is None:
                    return
                when = at + timedelta(seconds=n, microseconds=(seed + n * 7919) % 1_000_000)
                first = Record(1, when, when, by, Act.RAISE, key=f"raise-{n}")
                done = ledger.open_case(partnership, raising, [responding], {}, first, None)
                assert isinstance(done, ledger.Done)
                for k, case in enumerate((done.case, done.case, shared.case)):
                    note = Record(0, when, when, by, Act.FILE, key=f"note-{n}-{k}")
                    assert isinstance(ledger.act(case.reference, note, None), ledger.Done)
        except Exception as error:
            failures.append(f"a writer stopped: {type(error).__name__}: {error}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    alarms, looks, waits = list[str](), 0, 0
    with Sealer(places, key) as sealer:
        is_over = False
        while not is_over:
            is_over = not any(thread.is_alive() for thread in threads)
            try:
                _, wrong = sealer.seal(at)
            except OperationalError:
                # sixteen were before it at the only lock: `concord seal` goes on at its next round
                waits, is_over = waits + 1, False
                continue
            found, _ = verify_with_checkpoints(places)
            alarms += [str(each) for each in (*wrong, *found.findings)]
            looks += 1
        while sealer.seal(at)[0] is not None:
            pass
        found, held = verify_with_checkpoints(places)
    alarms += [str(each) for each in found.findings]
    if found.unanchored:
        alarms.append(f"{found.unanchored} records were not sealed")
    return {
        "histories": Case.objects.count(), "records": found.records, "looks_meanwhile": looks,
        "sealed_a_round_later": waits,
        "checkpoints": len(held.digests), "alarms": failures + alarms,
    }  # fmt: skip
