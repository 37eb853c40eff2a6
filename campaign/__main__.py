"""`bin/campaign NAME`: run a campaign, and write what came of it. Exit 1 if a promise broke."""

import argparse
import json
import os
import random
import sys
import tempfile
from pathlib import Path

from campaign import (
    clean,
    crash,
    crowd,
    hostile,
    kept,
    loops,
    mutants,
    notices,
    outage,
    pages,
    tamper,
)
from campaign.databases import database

CAMPAIGNS = {
    "notices": lambda seed, asked: notices.run(seed, asked.kills, asked.count),
    "loops": lambda seed, asked: loops.run(seed, asked.kills, asked.count),
    "outage": lambda seed, asked: outage.run(seed, asked.count),
    "tamper": lambda seed, asked: tamper.run(
        seed, asked.database, asked.singles, asked.compounds, asked.output
    ),
    "hostile": lambda seed, asked: hostile.run(seed, asked.count, asked.output),
    "pages": lambda seed, asked: pages.run(seed, asked.count, asked.output, asked.of),
    "kept": lambda seed, asked: kept.run(seed, asked.times, asked.output),
    "mutants": lambda seed, asked: mutants.run(seed, asked.modules, asked.again, asked.page),
    "crash": lambda seed, asked: crash.run(seed, asked.share, asked.only, asked.output),
    "writers": lambda seed, asked: crowd.write(seed, asked.database, asked.writers, asked.count),
    "kills": lambda seed, asked: crowd.kill(seed, asked.database, 5, asked.kills),
    "clean": lambda seed, asked: clean.run(seed, asked.database, asked.count, asked.writers),
}

ON_ONE = ("notices", "loops", "outage")
"""Campaigns of processes that share one database; the others make theirs, one after another."""


def main() -> int:
    """Run the campaign that is named."""
    parser = argparse.ArgumentParser(prog="campaign", description=__doc__)
    parser.add_argument("name", choices=list(CAMPAIGNS))
    parser.add_argument(
        "modules", nargs="*", help="of mutants: the modules to change, default: all that are stale"
    )
    parser.add_argument("--again", action="store_true", help="of mutants: only what had survived")
    parser.add_argument("--page", action="store_true", help="of mutants: only write its page")
    parser.add_argument("--seed", type=int, default=None, help="default: a new one each time")
    parser.add_argument("--kills", type=int, default=200, help="how often a process is killed")
    parser.add_argument(
        "--count", type=int, default=1000,
        help="how many notices, deadlines or clean histories, pages to look at or requests to make",
    )  # fmt: skip
    parser.add_argument(
        "--times",
        type=int,
        default=1000,
        help="how often each way to lose what was typed is forced",
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--singles", type=int, default=10_000, help="how many single changes")
    parser.add_argument("--compounds", type=int, default=500, help="how many compound changes")
    parser.add_argument("--writers", type=int, default=16, help="how many write at once")
    parser.add_argument("--only", default="", metavar="POLICY", help="a run of this policy alone")
    parser.add_argument(
        "--share", type=int, default=0, help="of each step, how many points; 0: all"
    )
    parser.add_argument(
        "--of", default="1/1", metavar="2/3", help="of pages: which of how many shares of all steps"
    )
    parser.add_argument("-o", dest="output", type=Path, metavar="FILE.json", help="the result")
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**9)
    sys.stderr.write(f"seed {seed}\n")
    of_all = asked.database if asked.name in ON_ONE else "sqlite"
    with tempfile.TemporaryDirectory() as folder, database(of_all, Path(folder)) as url:
        os.environ["DATABASE_URL"] = url
        result = CAMPAIGNS[asked.name](seed, asked)
    text = json.dumps(result, indent=2)
    if asked.output:
        asked.output.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    return 0 if result["kept"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
