"""Every page as every persona, in every state, with everything typed into it, in a browser.

The promise: no violation of axe, nothing that scrolls sideways, no error without a page. The
seed says in which order; `count` pages are looked at, all of them if there are fewer.
"""

import json
import logging
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.processes import surroundings

if TYPE_CHECKING:
    from tests.pages.looking import Eye
    from tests.pages.walking import Walk

KEPT_EVERY = 25
"""After so many steps what was found so far is written down, where a file is named."""


def run(seed: int, count: int, kept: Path | None = None, share: str = "1/1") -> dict[str, Any]:
    """Look at `count` pages that differ, in all. With a file of a run of this seed, it goes on.

    `share` is which of how many shares of all steps to take ("2/3"): each on a core of its own.
    """
    result = begun(kept, seed, share)
    with tempfile.TemporaryDirectory(prefix="concord-campaign-") as folder:
        surroundings(Path(folder))
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser has a loop of its own
        logging.disable(logging.ERROR)
        _look(seed, count, result, kept)
    result["kept"] = not result["faults"]
    return result


def begun(kept: Path | None, seed: int, share: str = "1/1") -> dict[str, Any]:
    """What an earlier part of this run came to; of nothing yet where there is none."""
    if kept and kept.exists():
        earlier: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        was = (earlier.get("campaign"), earlier.get("seed"), earlier.get("share"))
        if was == ("pages", seed, share):
            return earlier
    return {
        "campaign": "pages", "seed": seed, "share": share, "pages_looked_at": 0, "asked_for": 0,
        "left_out": 0, "faults": [], "seconds": 0.0, "kept": False,
    }  # fmt: skip


def in_parts(
    steps: Sequence[Callable[[], object]], walk: "Walk", eye: "Eye", count: int,
    result: dict[str, Any], kept: Path | None = None,
) -> None:  # fmt: skip
    """Take the steps that no earlier part took, until so many pages were looked at in all.

    A page that an earlier part saw too, by another step, is looked at once more: so what is
    counted is what was looked at, never less.
    """
    began, before = time.monotonic(), result["seconds"]
    for number, step in enumerate(steps[result["asked_for"] :], result["asked_for"] + 1):
        if result["pages_looked_at"] >= count:
            break
        looked, found = eye.looked, len(walk.faults)
        step()
        result["asked_for"] = number
        result["pages_looked_at"] += eye.looked - looked
        result["faults"] += walk.faults[found:]
        result["seconds"] = round(before + time.monotonic() - began, 1)
        result["left_out"] = len(steps) - number
        if kept and number % KEPT_EVERY == 0:
            kept.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _look(seed: int, count: int, result: dict[str, Any], kept: Path | None) -> None:
    from django.conf import settings
    from django.test.utils import setup_test_environment
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM, chromium_here
    from tests.pages.looking import NARROW, WIDE, Eye
    from tests.pages.walking import Walk
    from tests.pages.world import peopled

    setup_test_environment()
    settings.CONCORD_LIMITS = False  # a walk asks for more than anybody does
    world = peopled(filled=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_here(), args=CHROMIUM)
        eye = Eye(browser, axe_at=(NARROW, WIDE))
        walk = Walk(world, eye, thorough=True, seed=seed)
        steps = walk.steps()
        random.Random(seed).shuffle(steps)
        which, of = map(int, result["share"].split("/"))
        in_parts(steps[which - 1 :: of], walk, eye, count, result, kept)
        eye.close()
        browser.close()
