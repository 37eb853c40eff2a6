"""Every page as every persona, in every state, with everything typed into it, in a browser.

The promise: no violation of axe, nothing that scrolls sideways, no error without a page. The
seed says in which order; `count` pages are looked at, all of them if there are fewer.
"""

import logging
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from campaign.processes import surroundings


def run(seed: int, count: int) -> dict[str, Any]:
    """Look at `count` pages that differ."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="concord-campaign-") as folder:
        surroundings(Path(folder))
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser has a loop of its own
        logging.disable(logging.ERROR)
        looked, asked, faults, left = _walk(seed, count)
    return {
        "campaign": "pages", "seed": seed, "pages_looked_at": looked, "asked_for": asked,
        "left_out": left, "faults": faults, "seconds": round(time.monotonic() - began, 1),
        "kept": not faults,
    }  # fmt: skip


def _walk(seed: int, count: int) -> tuple[int, int, list[str], int]:
    from django.test.utils import setup_test_environment
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM
    from tests.pages.looking import NARROW, WIDE, Eye
    from tests.pages.walking import Walk
    from tests.pages.world import peopled

    setup_test_environment()
    world = peopled(filled=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        eye = Eye(browser, axe_at=(NARROW, WIDE))
        walk = Walk(world, eye, thorough=True, seed=seed)
        steps = walk.steps()
        random.Random(seed).shuffle(steps)
        asked = 0
        for step in steps:
            if eye.looked >= count:
                break
            step()
            asked += 1
        eye.close()
        browser.close()
    return eye.looked, asked, walk.faults, len(steps) - asked
