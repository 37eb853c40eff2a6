"""`concord verify`: whether anything in the ledger was changed, and where."""

import json
import os
import sys
import time
from argparse import Namespace
from datetime import UTC, datetime

from concord.cli import instance


@instance.on_an_instance("")
def verify(arguments: Namespace) -> int:
    """Verify every history, or those of the cases named; exit 1 if anything was changed."""
    instance.must_be_ready()
    from django.conf import settings

    from concord.cases.sealing import Places
    from concord.cases.verifications import keep, verify_with_checkpoints

    began = time.monotonic()
    places = Places(settings.CONCORD_SEAL)
    processes = arguments.processes or os.cpu_count() or 1
    found, held = verify_with_checkpoints(places, arguments.cases, processes, arguments.key)
    seconds = round(time.monotonic() - began, 1)
    if not arguments.cases:
        keep(found, held, datetime.now(UTC).replace(microsecond=0), seconds)
    unknown = [each for each in arguments.witness if each.lower() not in held.digests]
    is_whole = not found.findings and not unknown
    last = held.last
    if arguments.json:
        print(json.dumps({
            "whole": is_whole, "histories": found.histories, "records": found.records,
            "not_yet_anchored": found.unanchored, "disposed": found.disposed,
            "checkpoints": len(held.digests), "last_checkpoint": last.made if last else None,
            "findings": [
                {"kind": each.kind, "history": each.history, "sequence": each.sequence,
                 "says": each.says}
                for each in found.findings
            ],
            "unknown_digests": unknown, "seconds": seconds,
        }, indent=2))  # fmt: skip
        return 0 if is_whole else 1
    for finding in found.findings:
        at = f"from number {finding.sequence}" if finding.sequence else "at its opening"
        print(f"{finding.history}: {finding.kind}, {at}: {finding.says}.", file=sys.stderr)
    for each in unknown:
        print(f"No checkpoint has the digest {each}: bad signature, or the file was made anew.",
              file=sys.stderr)  # fmt: skip
    print(f"{found.records} records of {found.histories} histories were checked in {seconds} s.")
    if last is None:
        print("There is no checkpoint: a missing tail, or an older database, cannot be seen.")
    else:
        print(f"The last checkpoint is {last.number}, made {last.made}, {last.digest()}.")
    if found.unanchored:
        print(f"Not yet anchored: {found.unanchored}. The next checkpoint seals them.")
    if found.disposed:
        print(f"Disposed of, with their place in the chain kept: {found.disposed}.")
    if is_whole:
        print("Nothing was altered, removed, put in or moved.")
    return 0 if is_whole else 1
