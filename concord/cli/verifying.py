"""`concord verify`, and `concord export` for whoever verifies a case without the database."""

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

    from concord.cases.register import Register
    from concord.cases.sealing import Places
    from concord.cases.verifications import keep, verify_with_checkpoints
    from concord.looks.sealing import Looks

    began = time.monotonic()
    places = Places(settings.CONCORD_SEAL)
    processes = arguments.processes or os.cpu_count() or 1
    found, held = verify_with_checkpoints(
        places, arguments.cases, processes, arguments.key, [Looks(), Register()]
    )
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


@instance.on_an_instance("")
def export(arguments: Namespace) -> int:
    """Write one case to a file with its seals. Exit 1 where there is no such case."""
    instance.must_be_ready()
    from django.conf import settings

    from concord.cases.exports import export as lines
    from concord.cases.models import Case
    from concord.cases.sealing import Places

    case = Case.objects.filter(reference=arguments.case.strip().upper()).first()
    if case is None:
        print(f"There is no case {arguments.case}.", file=sys.stderr)
        return 1
    handle = os.open(arguments.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(lines(case, Places(settings.CONCORD_SEAL)))
    print(f"Case {case.reference} is in {arguments.output}: all that its records say.")
    return 0
