"""A full run of each policy, killed before and after every statement, commit, write and SMTP step.

The promise: what was acknowledged is there; an act is there whole or not at all; the same step
done again makes it what it would have been without the crash, and nothing twice.
"""

import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from campaign.forking import Say, in_fork, prepare
from campaign.peer import Taking, start
from campaign.points import Points, kind_of
from campaign.processes import surroundings

NOW = datetime.fromisoformat("2026-11-20T16:00:00+00:00")
SERVING = 10.0
"""Seconds within which the step must have been done again, from the kill."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that Concord does in a run: an act, a round of the loop or of the mail, ..."""

    what: str
    policy: str
    record: int
    """The number of the record in the script that is written, or was last."""


@dataclass(frozen=True, slots=True)
class Script:
    """A case of the demonstration to be told once more: its parties, and its records as stored."""

    policy: str
    partnership: int
    raising: str
    responding: tuple[str, ...]
    rows: tuple[Any, ...]
    writers: tuple[int | None, ...]


@dataclass(slots=True)
class Run:
    """The folder of a run, the mail server it speaks to, and what came of it so far."""

    folder: Path
    peer: Taking
    result: dict[str, Any]

    @property
    def data(self) -> Path:
        """What Concord keeps: the database and its files."""
        return self.folder / "data"


def run(seed: int, share: int, only: str = "", kept: Path | None = None) -> dict[str, Any]:
    """Kill at every point, or of each step at a `share` of them (0: all), drawn by `seed`.

    `only`: the run of this policy alone. With a file that holds an unfinished run of the same
    kind, it goes on from there.
    """
    began = time.monotonic()
    result = _begun(kept, seed, share, only)
    before = result["seconds"]
    with tempfile.TemporaryDirectory(prefix="concord-crash-") as folder:
        peer = Taking(pause=0)
        controller, port = start(peer)
        try:
            surroundings(Path(folder), CONCORD_MAIL="smtp", CONCORD_SMTP=f"smtp://127.0.0.1:{port}")
            prepare()
            for _ in _each_point(Run(Path(folder), peer, result), seed, share):
                result["seconds"] = round(before + time.monotonic() - began, 1)
                if kept and result["killed"] % 100 == 0:
                    kept.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        finally:
            controller.stop()
    result["seconds"] = round(before + time.monotonic() - began, 1)
    result["kept"] = bool(result["killed"]) and not result["broken"] and result["slowest"] < SERVING
    return result


def _begun(kept: Path | None, seed: int, share: int, only: str) -> dict[str, Any]:
    if kept and kept.exists():
        earlier: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        asked = (earlier["seed"], earlier["share"], earlier["only"])
        if asked == (seed, share, only) and not earlier["kept"]:
            return {**earlier, "steps": 0, "points": 0}
    return {
        "campaign": "crash", "seed": seed, "share": share, "only": only,
        "steps": 0, "points": 0, "killed": 0,
        "at": {}, "broken": [], "slowest": 0.0, "seconds": 0.0, "kept": False,
    }  # fmt: skip


def _each_point(run: Run, seed: int, share: int) -> Iterator[None]:
    scripts = [Script(*said) for said in in_fork(_tell).said]
    done = 0
    chance = random.Random(seed)
    for script in scripts:
        if run.result["only"] not in ("", script.policy):
            continue
        for step in _steps(script):
            snapshot = _copy(run)
            after, names = _count(run, script, step)
            reached = _copy(run)
            points = range(1, len(names) + 1)
            wanted = sorted(chance.sample(points, min(share, len(names)))) if share else points
            run.result["steps"] += 1
            run.result["points"] += len(names)
            for point in wanted:
                done += 1
                if done <= run.result["killed"]:
                    continue
                _kill(run, script, step, point, names[point - 1], snapshot, after)
                run.result["killed"] += 1
                yield
            _put_back(run, reached)
            shutil.rmtree(snapshot)
            shutil.rmtree(reached)
        sys.stderr.write(f"{script.policy}: {run.result['killed']} killed\n")


def _steps(script: Script) -> Iterator[Step]:
    """A whole run: after each act the loop and the mail go round; in the end it is sealed."""
    for n, row in enumerate(script.rows):
        if row[3] == "escalate":
            yield Step("enclose", script.policy, n)
        for what in ("act", "loop", "mail"):
            yield Step(what, script.policy, n)
    yield Step("seal", script.policy, len(script.rows) - 1)


def _tell(say: Say) -> None:
    """The cast; and of each policy the longest story, told in a transaction that is undone."""
    from django.db import transaction

    from concord.cases.codec import encode
    from concord.cases.kept import parties_of, records_of
    from concord.cases.models import Case
    from concord.demo.cast import build_cast
    from concord.demo.stories import build_stories

    for number, partnership in enumerate(build_cast()):
        with transaction.atomic():
            build_stories(partnership, NOW, number * 100)
            case = Case.objects.order_by("-last_sequence").first()
            assert case is not None
            parties = parties_of(case)
            rows = tuple(
                (each.n, each.at, each.written, str(each.act), each.key, encode(each))
                for each in records_of(case)
            )
            writers = tuple(case.entries.values_list("written_by", flat=True))
            told = (case.policy_id, partnership.pk, parties.raising, parties.responding)
            say((*told, rows, writers))
            transaction.set_rollback(True)


# --- one step, in a process of its own ----------------------------------------------------


def _do(script: Script, step: Step, late: timedelta) -> None:
    """Do a step as the service would. `late`: how much later, where it is done again."""
    from concord.cases.codec import decode
    from concord.cases.models import Case
    from concord.notifications.carriers import carrier
    from concord.notifications.delivery import Worker
    from concord.notifications.loop import go_round

    record = decode(*script.rows[step.record])
    case = Case.objects.order_by("-pk").first()
    match step.what:
        case "act" | "enclose":
            _write(script, step, record, case)
        case "loop":
            go_round(record.written + late, mails=True)
        case "mail":
            by = carrier()
            assert by is not None
            at = record.written + timedelta(days=6) + late
            while Worker(lambda: at, by).go_round():
                pass
            by.close()
        case "seal":
            _seal(record.written + late)


def _write(script: Script, step: Step, record: Any, case: Any) -> None:
    from concord.cases import enclosures, ledger
    from concord.directory.models import Agency, Partnership, User

    pk = script.writers[step.record]
    user = User.objects.get(pk=pk) if pk else None
    if step.what == "enclose":
        someone = user or User.objects.order_by("pk")[0]
        enclosures.take_in(
            someone, case, "escalate", "note.txt", b"What was seen.\n" * 40, record.written
        )
        return
    if step.record == 0:
        agencies = {each.slug: each for each in Agency.objects.all()}
        done: Any = ledger.open_case(
            Partnership.objects.get(pk=script.partnership), agencies[script.raising],
            [agencies[each] for each in script.responding], {},
            replace(record, key=f"crash-{script.policy}"), user,
        )  # fmt: skip
    else:
        if record.act == "escalate":
            someone = user or User.objects.order_by("pk")[0]
            waits = enclosures.waiting(someone, case, "escalate")
            record = replace(record, enclosed=tuple(map(enclosures.described, waits)))
        record = replace(record, key=f"crash-{step.record}")
        done = ledger.act(case.reference, record, user)
    if not isinstance(done, ledger.Done):
        raise RuntimeError(f"{step}: {done}")


def _seal(at: datetime) -> None:
    from django.conf import settings

    from concord.cases.sealing import Places, Sealer
    from concord.seals.keys import new_key, read_key

    path = Path(settings.DATA) / "seal-key"
    key = read_key(path) if path.exists() else new_key(path)
    with Sealer(Places(Path(settings.DATA) / "seal"), key) as sealer:
        while sealer.seal(at)[0] is not None:
            pass


# --- the points of a step -----------------------------------------------------------------


def _count(run: Run, script: Script, step: Step) -> tuple[Any, Sequence[str]]:
    """Do a step without a crash: what it comes to, and the points that it passes."""

    def work(say: Say) -> None:
        points = Points(run.folder)
        points.watch(lambda: _do(script, step, timedelta(0)))
        say(points.names)
        say(_stands())

    run.peer.taken.clear()
    names, after = in_fork(work).said
    return (after, sorted(set(run.peer.taken))), names


def _kill(
    run: Run, script: Script, step: Step, point: int, name: str, snapshot: Path, after: Any
) -> None:
    """Be killed at a point, and look at what is there; then do the step again, and look again."""

    def until_killed(say: Say) -> None:
        Points(run.folder, fatal=point).watch(lambda: _do(script, step, timedelta(0)))
        say("acknowledged")

    def again(say: Say) -> None:
        say(_stands())
        _do(script, step, timedelta(hours=1))
        say(_stands())
        say(_wrong())

    _put_back(run, snapshot)
    run.peer.taken.clear()
    killed = in_fork(until_killed)
    began = time.monotonic()
    found, stands, wrong = in_fork(again).said
    run.result["slowest"] = max(run.result["slowest"], round(time.monotonic() - began, 2))
    at = run.result["at"]
    kind = f"{step.what}: {kind_of(name)}"
    at[kind] = at.get(kind, 0) + 1
    expected, mails = after
    broken = []
    if killed.said and not killed.is_killed:
        broken.append("it was not killed")
    if step.what == "act" and found["records"] not in (
        expected["records"], expected["records"][:-1]
    ):  # fmt: skip
        broken.append("the act is there by half")
    if step.what == "act" and name == "after commit" and found["records"] != expected["records"]:
        broken.append("the act was committed, and is lost")
    if stands != expected:
        differ = [each for each in expected if stands[each] != expected[each]]
        broken.append(f"done again it is otherwise: {', '.join(differ)}")
    if wrong:
        broken.append(f"it does not verify: {wrong}")
    taken = Counter(run.peer.taken)
    if sorted(taken) != mails or max(taken.values(), default=0) > 2:
        broken.append(f"mail: {len(taken)} of {len(mails)}, {max(taken.values(), default=0)} times")
    run.result["broken"] += [f"{step} at {point}, {name}: {each}" for each in broken]


def _stands() -> dict[str, Any]:
    """What there is, without what chance has chosen: salts, names of files, numbers of mails."""
    from django.conf import settings

    from concord.cases.models import Case, Checkpoint, Enclosure, Entry, Outbox, Summary
    from concord.notifications.models import Notice

    kept = {path.name for path in Path(settings.CONCORD_FILES).glob("*/*")}
    named = Enclosure.objects.order_by("pk").values_list("name", "sha256", "kept", "entry__key")
    notices = Notice.objects.values_list("kind", "act", "recipient", "entry__sequence", "state")
    summaries = Summary.objects.order_by("case").values_list("sequence", "stage", "status")
    return {
        "cases": Case.objects.count(),
        "records": list(Entry.objects.order_by("pk").values_list("case", "sequence", "act", "key")),
        "summaries": list(summaries),
        "outbox": list(Outbox.objects.order_by("pk").values_list("entry", "to")),
        "notices": sorted(map(str, notices)),
        "enclosures": [(name, digest, there in kept, key) for name, digest, there, key in named],
        "sealed": max(Checkpoint.objects.values_list("records", flat=True), default=0),
    }  # fmt: skip


def _wrong() -> str:
    """What is wrong with the ledger; empty when all is well."""
    from django.conf import settings

    from concord.cases.ledger import state_of
    from concord.cases.models import Case
    from concord.cases.sealing import Places
    from concord.cases.verifications import verify_with_checkpoints

    found, _ = verify_with_checkpoints(Places(Path(settings.DATA) / "seal"))
    for case in Case.objects.select_related("summary"):
        if case.summary.sequence != len(state_of(case).records):
            return "a summary is not of the last record"
    return "; ".join(map(str, found.findings))


# --- the folder ---------------------------------------------------------------------------


def _copy(run: Run) -> Path:
    target = Path(tempfile.mkdtemp(dir=run.folder)) / "data"
    shutil.copytree(run.data, target)
    return target.parent


def _put_back(run: Run, snapshot: Path) -> None:
    shutil.rmtree(run.data)
    shutil.copytree(snapshot / "data", run.data)
