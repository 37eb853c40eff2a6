"""Tries changes to modules on tests, inside pytest: `-p campaign.trying`, with CONCORD_TRIAL set.

First every test runs on the code as it is, and what lines of the modules it passes is noted. Then,
for each change, this process forks: the child takes the changed function in the place of the old
one, forgets what was kept in caches, and runs the tests that pass the changed line, the quickest
first, until one fails. Each verdict is a line of a file, so that a trial cut short goes on there.
"""

import functools
import gc
import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from campaign.mutating import codes, mutants
from campaign.preparing import prepare

KILLED, SURVIVED, TIMEOUT, UNTESTED = "killed", "survived", "timeout", "untested"
PATIENCE = 900
"""Seconds for one change, however busy the machine; by its own processor's time it has less."""


@dataclass
class Trial:
    """What is asked for, as JSON in CONCORD_TRIAL; and what is learned on the way.

    `modules`: paths, each with the file that its verdicts go to, and the numbers of the changes.
    """

    modules: list[dict[str, Any]]
    seed: int
    passed: dict[str, dict[int, set[int]]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    now: int = -1

    def trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Note the lines of the modules that are passed; -1 is what no test passes but imports."""
        lines = self.passed.get(frame.f_code.co_filename)
        if lines is None:
            return None
        if event in {"line", "call"}:
            lines.setdefault(frame.f_lineno, set()).add(self.now)
        return self.trace


def _read() -> Trial:
    asked = json.loads(Path(os.environ["CONCORD_TRIAL"]).read_text(encoding="utf-8"))
    trial = Trial(asked["modules"], asked["seed"])
    trial.passed = {str(Path(each["path"]).resolve()): {} for each in trial.modules}
    return trial


TRIAL = _read()


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """A database in memory, and quick searches."""
    prepare()


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """From here on lines are noted: what is kept from imports is not made anew in a child."""
    sys.settrace(TRIAL.trace)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the tests on the code as it is; then try each change."""
    from concord.policies.calendars import calendar_for
    from concord.policies.library import load, policy_ids

    items = session.items
    if session.testsfailed:
        raise session.Interrupted("The tests were not collected.")
    for policy in policy_ids():
        load(policy)
    for nation in ("england_and_wales", "scotland", "northern_ireland"):
        calendar_for(nation)
    caches = _caches()
    for number, item in enumerate(items):
        _forget(caches, False)
        # The session's own fixtures stay: the last test is told that the first comes after it.
        following = items[(number + 1) % len(items)]
        TRIAL.now, began = number, time.process_time()
        sys.settrace(TRIAL.trace)
        failed = [each for each in runtestprotocol(item, False, following) if each.failed]
        sys.settrace(None)
        TRIAL.seconds.append(time.process_time() - began)
        if failed:
            raise session.Interrupted(f"{item.nodeid} fails on the code as it is.")
    gc.collect()
    caches = _caches()
    running = [each for each in gc.get_objects() if isinstance(each, FunctionType)]
    gc.freeze()  # a child that looks for waste would copy every page
    for module in TRIAL.modules:
        _try_module(module, items, caches, running)
    return True


def _try_module(
    module: dict[str, Any], items: list[pytest.Item], caches: list[Any],
    functions: list[FunctionType],
) -> None:  # fmt: skip
    path = Path(module["path"]).resolve()
    source = path.read_bytes()
    every = mutants(source)
    lines = TRIAL.passed[str(path)]
    originals = codes(compile(source, str(path), "exec", dont_inherit=True))
    running = _running(functions, str(path), originals)
    order = list(module["numbers"])
    random.Random(TRIAL.seed).shuffle(order)
    killers: Counter[int] = Counter()
    with Path(module["verdicts"]).open("a", encoding="utf-8") as verdicts:
        for number in order:
            mutant = every[number]
            passing = set().union(
                *(lines.get(line, set()) for line in range(mutant.first, mutant.last + 1))
            )
            chosen = sorted(passing - {-1}, key=lambda n: (-killers[n] // 3, TRIAL.seconds[n]))
            verdict, killer = UNTESTED, -1
            if chosen:
                changed = codes(
                    compile(mutant.applied(source), str(path), "exec", dont_inherit=True)
                )
                swaps = [
                    (function, changed[name])
                    for name, function in running
                    if changed[name] != originals[name]
                ]
                seconds = 5 + 2 * sum(TRIAL.seconds[n] for n in chosen) + 20 * (-1 in passing)
                verdict, killer = _forked(
                    swaps, [items[n] for n in chosen], caches, -1 in passing, int(seconds)
                )
                if killer >= 0:
                    killers[chosen[killer]] += 1
            said = {
                "number": number, "seed": TRIAL.seed, "verdict": verdict, "imported": -1 in passing,
                "by": items[chosen[killer]].nodeid if killer >= 0 else "",
                "tests": [items[n].nodeid for n in chosen] if verdict == SURVIVED else [],
            }  # fmt: skip
            verdicts.write(json.dumps(said) + "\n")
            verdicts.flush()


def _running(
    functions: list[FunctionType], path: str, originals: dict[tuple[str, int], CodeType]
) -> list[tuple[tuple[str, int], FunctionType]]:
    """The functions of a module that this process runs, by name and which of that name."""
    names = {(code.co_qualname, code.co_firstlineno): name for name, code in originals.items()}
    found = []
    for each in functions:
        if each.__code__.co_filename == path:
            name = names.get((each.__code__.co_qualname, each.__code__.co_firstlineno))
            if name:
                found.append((name, each))
    return found


def _forked(
    swaps: list[tuple[FunctionType, CodeType]], items: list[pytest.Item], caches: list[Any],
    read: bool, seconds: int,
) -> tuple[str, int]:  # fmt: skip
    """What becomes of a change: the verdict, and which of the tests noticed it (or -1).

    `read`: it is passed when policies are read, so they are read anew before it has survived.
    After so many seconds of the processor's own time it is taken never to end.
    """
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        os.close(told)
        code = 3
        try:
            _limit(seconds)
            code = _run(swaps, items, caches, read, tell)
        except BaseException:
            os.write(tell, traceback.format_exc().encode()[-4000:])
        os._exit(code)
    os.close(tell)
    status = _wait(child)
    said = os.read(told, 5000).decode()
    os.close(told)
    if os.WIFSIGNALED(status):
        return TIMEOUT, -1
    match os.WEXITSTATUS(status):
        case 0:
            return SURVIVED, -1
        case 1:
            return KILLED, int(said)
    raise RuntimeError(f"A change could not be tried: {said}")


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    room = 3 * 1024**3
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _run(
    swaps: list[tuple[FunctionType, CodeType]], items: list[pytest.Item], caches: list[Any],
    read: bool, tell: int,
) -> int:  # fmt: skip
    assert swaps, "The function is not there."
    gc.disable()
    for function, code in swaps:
        function.__code__ = code
    # Policies and calendars are slow to read anew: only for what is passed when they are read.
    for again in (False, True)[: 1 + read]:
        for number, item in enumerate(items):
            _forget(caches, again and not number)
            following = items[(number + 1) % len(items)]
            if any(each.failed for each in runtestprotocol(item, False, following)):
                os.write(tell, str(number).encode())
                return 1
    return 0


def _caches() -> list[Any]:
    """What functions of Concord keep."""
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, functools._lru_cache_wrapper)
        and str(getattr(each, "__module__", None)).startswith("concord.")
    ]


def _forget(caches: list[Any], policies: bool) -> None:
    """Empty the caches; those of policies and calendars, which are slow to read, if asked."""
    for cache in caches:
        if policies or not cache.__module__.startswith("concord.policies"):
            cache.cache_clear()


def _wait(child: int) -> int:
    end, pause = time.monotonic() + PATIENCE, 0.001
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
