"""Many processes that act on the same few cases: alone, and while they are killed at random.

The promises: no acknowledged act is lost, halved or doubled; no history forks; whoever takes the
place of a killed process serves again within ten seconds.
"""

import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from campaign.databases import database
from campaign.forking import begin, let_go, prepare
from campaign.processes import surroundings

CASES = 20
PART = 200
"""After so many kills all go on with new cases: none grows longer than a real one ever does."""
AT = datetime.fromisoformat("2026-11-23T09:30:00+00:00")
SERVING = 10.0
"""Seconds from a kill until whoever takes its place has an act acknowledged."""
PATIENCE = 60.0


def write(seed: int, name: str, writers: int, count: int) -> dict[str, Any]:
    """So many writers make `count` acts each, on the database `name`; nobody is killed."""

    def together(folder: Path) -> dict[str, Any]:
        running = [
            begin(partial(_act, folder, f"{seed}-{number}", count)) for number in range(writers)
        ]
        for each in running:
            os.waitpid(each, 0)
        return {}

    result = _in_a_crowd("writers", seed, name, together)
    result["kept"] = result["kept"] and result["acknowledged"] == writers * count
    return {**result, "writers": writers}


def kill(seed: int, name: str, workers: int, kills: int) -> dict[str, Any]:
    """Kill one of so many processes, again and again: writers, and one that tells notices."""
    return _in_a_crowd("kills", seed, name, partial(_killed, seed, workers, kills))


def _in_a_crowd(
    what: str, seed: int, name: str, together: Callable[[Path], dict[str, Any]]
) -> dict[str, Any]:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="concord-crowd-") as folder, database(
        name, Path(folder)
    ) as url:  # fmt: skip
        surroundings(Path(folder), DATABASE_URL=url)
        _open_cases(0)
        prepare()
        said = together(Path(folder))
        result = _counted(Path(folder))
        let_go()
    return {
        "campaign": what, "seed": seed, "database": name, "cases": CASES, **said, **result,
        "seconds": round(time.monotonic() - began, 1),
        "kept": not any(result[each] for each in ("lost", "doubled", "unasked", "wrong"))
        and not said.get("died")
        and said.get("slowest_to_serve", 0.0) < SERVING,
    }  # fmt: skip


def _open_cases(part: int) -> None:
    from concord.cases import ledger
    from concord.demo.cast import build_cast
    from concord.directory.models import Agency, Partnership
    from concord.rules.record import Record
    from concord.rules.words import Act

    partnership = Partnership.objects.order_by("pk").first() or build_cast()[0]
    raising, responding = Agency.objects.filter(partnerships=partnership)[:2]
    for number in range(CASES):
        record = Record(1, AT, AT, _by(raising.slug), Act.RAISE, key=f"raise-{part}-{number}")
        done = ledger.open_case(partnership, raising, [responding], {}, record, None)
        assert isinstance(done, ledger.Done)


def _by(agency: str) -> Any:
    from concord.rules.who import Who
    from concord.rules.words import Side

    return Who("manager", Side.RAISING, agency)


# --- what the processes do ----------------------------------------------------------------


def _act(folder: Path, name: str, count: int) -> None:
    """Act `count` times on cases drawn by chance; what is acknowledged is written down at once.

    Written down is first what is asked for: what was never acknowledged may be there or not.
    """
    from concord.cases import ledger
    from concord.cases.models import Case
    from concord.rules.record import Record
    from concord.rules.words import Act

    chance = random.Random(name)
    raising = Case.objects.filter(parties__side="raising").order_by("-pk")[:CASES]
    cases = sorted(raising.values_list("reference", "parties__agency__slug"))
    log = os.open(folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in range(count):
        reference, agency = chance.choice(cases)
        key = f"{name}-{number}"
        os.write(log, f"? {reference} {key}\n".encode())
        at = AT + timedelta(seconds=1)
        record = Record(0, at, at, _by(agency), Act.FILE, key=key)
        done = ledger.act(reference, record, None)
        if not isinstance(done, ledger.Done):
            raise RuntimeError(f"not recorded: {done}")
        os.write(log, f"! {reference} {key}\n".encode())


def _tell() -> None:
    """Follow what the others write, as the loop does."""
    from concord.notifications.loop import go_round

    while True:
        go_round(AT + timedelta(minutes=1), mails=False)
        time.sleep(0.02)


def _killed(seed: int, workers: int, kills: int, folder: Path) -> dict[str, Any]:
    lives = Lives(random.Random(seed), folder, seed)
    for part in range(0, kills, PART):
        if part:
            _open_cases(part)
            let_go()
        lives.go_through(workers, min(PART, kills - part))
    return {
        "kills": kills, "processes": workers, "died": lives.died,
        "slowest_to_serve": round(lives.slowest, 2),
    }  # fmt: skip


@dataclass
class Lives:
    """Processes that are killed one after another, each with another begun in its place."""

    chance: random.Random
    folder: Path
    seed: int
    begun: int = 0
    slowest: float = 0.0

    @property
    def died(self) -> list[str]:
        """Why some ended by themselves, as none should."""
        return [each.read_text(encoding="utf-8") for each in sorted(self.folder.glob("*.died"))]

    def go_through(self, workers: int, kills: int) -> None:
        """So many kills among so many processes, of which the first tells and the others act."""
        running = [self._start(place) for place in range(workers)]
        for number in range(kills):
            time.sleep(self.chance.uniform(0.0, 0.12))
            place = self.chance.randrange(workers)
            self._end(running[place][0])
            since = time.monotonic()
            running[place] = self._start(place)
            # now and then the new one is watched until it serves; else it may be killed at once
            if place and number % 20 == 0:
                log = self.folder / f"{running[place][1]}.log"
                self.slowest = max(self.slowest, _until_served(log, since))
        for child, _ in running:
            self._end(child)

    def _start(self, place: int) -> tuple[int, str]:
        self.begun += 1
        name = f"{self.seed}-{self.begun}"
        work = partial(_act, self.folder, name, 1_000_000) if place else _tell
        return begin(partial(_lived, work, self.folder / f"{name}.died")), name

    def _end(self, child: int) -> None:
        ended, _ = os.waitpid(child, os.WNOHANG)
        if ended:
            return
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _lived(work: Callable[[], None], died: Path) -> None:
    try:
        work()
    except BaseException as error:
        died.write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
        raise


def _until_served(log: Path, since: float) -> float:
    while time.monotonic() - since < PATIENCE:
        if log.exists() and b"!" in log.read_bytes():
            break
        time.sleep(0.01)
    return time.monotonic() - since


# --- what is there afterwards -------------------------------------------------------------


def _counted(folder: Path) -> dict[str, Any]:
    """What was acknowledged against what is there, and what verifying says."""
    from concord.cases.kept import replayed
    from concord.cases.models import Case, Entry
    from concord.cases.verifying import verify
    from concord.notifications.loop import go_round
    from concord.notifications.models import Notice

    asked, acknowledged = set[tuple[str, str]](), set[tuple[str, str]]()
    for log in folder.glob("*.log"):
        for line in log.read_text().splitlines():
            mark, reference, key = line.split(" ")
            (acknowledged if mark == "!" else asked).add((reference, key))
    rows = Entry.objects.filter(act="file").values_list("case__reference", "key")
    there = Counter(rows)
    while go_round(AT + timedelta(minutes=2), mails=False).cases:
        pass
    wrong = [str(each) for each in verify({}).findings]
    for case in Case.objects.select_related("summary", "partnership"):
        records = len(replayed(case).records)
        if case.summary.sequence != records or not case.summary.followed_up:
            wrong.append(f"{case.reference}: its summary is behind")
    told = Counter(Notice.objects.values_list("entry", "recipient", "kind", "act"))
    return {
        "acknowledged": len(acknowledged), "recorded": sum(there.values()),
        "lost": len(acknowledged - set(there)),
        "doubled": sum(times - 1 for times in there.values()) +
        sum(times - 1 for key, times in told.items() if key[0] is not None),
        "unasked": len(set(there) - asked), "wrong": wrong,
    }  # fmt: skip
