"""`concord verify`: whether anything in the ledger was changed, and where."""

import json
import os
import sys
import time
from argparse import Namespace

from concord.cli import instance


@instance.on_an_instance("")
def verify(arguments: Namespace) -> int:
    """Verify every history, or those of the cases named; exit 1 if anything was changed."""
    instance.must_be_ready()
    from concord.cases.verifying import verify as look

    began = time.monotonic()
    found = look({}, arguments.cases, arguments.processes or os.cpu_count() or 1)
    seconds = round(time.monotonic() - began, 1)
    findings = [
        {"kind": each.kind, "history": each.history, "sequence": each.sequence, "says": each.says}
        for each in found.findings
    ]
    if arguments.json:
        print(json.dumps({
            "whole": not findings, "histories": found.histories, "records": found.records,
            "not_yet_anchored": found.unanchored, "disposed": found.disposed,
            "findings": findings, "seconds": seconds,
        }, indent=2))  # fmt: skip
        return 1 if findings else 0
    for each in found.findings:
        at = f"from record {each.sequence}" if each.sequence else "at its opening"
        print(f"{each.history}: {each.kind}, {at}: {each.says}.", file=sys.stderr)
    print(f"{found.records} records of {found.histories} histories were checked in {seconds} s.")
    if found.unanchored:
        print(f"Not yet anchored: {found.unanchored}. The next checkpoint seals them.")
    if findings:
        return 1
    print("Nothing was altered, removed, put in or moved.")
    return 0
