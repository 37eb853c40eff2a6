"""`concord keys ...`: new keys, and what is there encrypted anew with them."""

import argparse
import sys
from typing import Any

from concord.cli import instance


def add_keys(commands: Any) -> None:
    """Add the command and its options."""
    kept = commands.add_parser("keys", help="replace the keys of cases and of all else")
    asks = kept.add_subparsers(required=True, metavar="COMMAND")
    says = (
        "give every case, and all else that is encrypted, a new key, and encrypt it anew; Concord "
        "is stopped first. A run that was cut short is gone on with. Exit 1 names what is left"
    )
    one: argparse.ArgumentParser = asks.add_parser("anew", help=says, description=says)
    one.set_defaults(command=_anew)
    which = one.add_mutually_exclusive_group()
    which.add_argument("--case", metavar="CASE", help="one case alone, by its reference")
    which.add_argument(
        "--again", action="store_true", help="all from the start, not what the last run has left"
    )


def _anew(arguments: argparse.Namespace) -> int:
    return instance.on_an_instance("")(anew)(arguments)


def anew(arguments: argparse.Namespace) -> int:
    """Replace keys, and say of each what came of it."""
    instance.must_be_ready()
    from concord.cases.database_users import may_migrate
    from concord.cases.models import Case, as_kept
    from concord.retention.anew import everything, one
    from concord.vault.algorithms import present
    from concord.vault.renewing import NotNow

    if not may_migrate():
        print(
            "Only the owner of the tables can do this, as their guard is lifted for it. Run it "
            "with DATABASE_URL naming the user that owns them.",
            file=sys.stderr,
        )
        return 1
    case = None if arguments.case is None else as_kept(arguments.case)
    if case == "":
        # a variable of a script that is empty asks for one case, not for all
        print("--case names no case. Give its reference, or leave --case out.", file=sys.stderr)
        return 1
    if case and not Case.objects.filter(reference=case).exists():
        print(f"There is no case {case} here. Check the reference.", file=sys.stderr)
        return 1
    rows = files = done = left = 0
    try:
        for each in [one(case)] if case else everything(again=arguments.again):
            if each.not_done:
                left += 1
                print(f"{each.name}: {each.not_done}", file=sys.stderr)
            else:
                done, rows, files = done + 1, rows + each.rows, files + each.files
    except NotNow as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{done} keys are new ({present().name}). With them {rows} entries and {files} files were "
        "encrypted anew. Make a backup of both kinds now: `concord backup`."
    )
    if left:
        print(
            f"{left} are left, and open as before. `concord verify` says what is damaged; put it "
            "back, and run this again: it goes on with what is left.",
            file=sys.stderr,
        )
    return 1 if left else 0
