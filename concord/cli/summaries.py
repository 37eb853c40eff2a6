"""`concord summaries ...`: what is kept for lists, compared with the records and rebuilt."""

import sys
from argparse import Namespace
from datetime import UTC, datetime

from concord.cli import instance


@instance.on_an_instance("")
def check(arguments: Namespace) -> int:
    """Compare every summary with its records; exit 1, naming the cases that differ."""
    instance.must_be_ready()
    from concord.cases.models import Case
    from concord.cases.upkeep import check_summaries

    found = list(check_summaries(datetime.now(UTC)))
    for each in found:
        says = each.unreadable or f"the summary differs in {', '.join(each.names)}."
        print(f"{each.reference}: {says}", file=sys.stderr)
    if found:
        print("`concord summaries rebuild` writes them anew from the records.", file=sys.stderr)
        return 1
    print(f"Every summary is as the records say: {Case.objects.count()} cases.")
    return 0


@instance.on_an_instance("")
def rebuild(arguments: Namespace) -> int:
    """Write every summary that differs anew from the records."""
    instance.must_be_ready()
    from concord.cases.upkeep import rebuild_summaries

    found = list(rebuild_summaries(datetime.now(UTC)))
    rebuilt = [each for each in found if not each.unreadable]
    for each in rebuilt:
        print(f"{each.reference}: rebuilt {', '.join(each.names)}.")
    for each in found:
        if each.unreadable:
            print(f"{each.reference}: {each.unreadable}", file=sys.stderr)
    print(f"{len(rebuilt)} summaries were rebuilt.")
    return 0 if len(rebuilt) == len(found) else 1
