"""The commands by which the ledger is sealed and verified, and their options."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[[argparse.Namespace], int]


def add_sealing(commands: Any) -> None:
    """Add them to the command line. What they work with is read only when one of them runs."""
    says = "verify that no record was altered, removed, put in or moved; exit 1 if one was"
    one = _add(commands, "verify", _verifying("verify"), says)
    one.add_argument("cases", nargs="*", metavar="CASE", help="their references (default: all)")
    one.add_argument("--json", action="store_true", help="one JSON value, and nothing else")
    one.add_argument(
        "--witness", action="append", default=[], metavar="DIGEST",
        help="a digest that a witness was sent: is there such a checkpoint?",
    )  # fmt: skip
    one.add_argument(
        "--key", action="append", default=[], metavar="KEY",
        help="trust this public key, and none that lie beside the checkpoints",
    )  # fmt: skip
    one.add_argument(
        "--processes", type=int, default=0, metavar="N", help="default: one for each core"
    )
    says = "write a case's records and seals to a file that `bin/verify-export` checks by itself"
    one = _add(commands, "export", _verifying("export"), says)
    one.add_argument("case", metavar="CASE", help="its reference")
    one.add_argument("-o", dest="output", type=Path, required=True, metavar="FILE.jsonl",
                     help="a new file, that only this user can read")  # fmt: skip
    says = "sign checkpoints of what was written, and verify everything once a day, until stopped"
    one = _add(commands, "seal", _sealing, says)
    one.add_argument("--new-key", action="store_true", help="make the signing key, and end")
    one.add_argument("--once", action="store_true", help="go round once, and end")
    one.add_argument(
        "--every", type=float, default=60, metavar="SECONDS", help="rest when idle (default 60)"
    )
    one.add_argument("--with-parent", action="store_true", help="end when standard input is closed")


def _sealing(arguments: argparse.Namespace) -> int:
    from concord.cli.sealing import seal

    return seal(arguments)


def _verifying(name: str) -> Command:
    def command(arguments: argparse.Namespace) -> int:
        from concord.cli import verifying

        run: Command = getattr(verifying, name)
        return run(arguments)

    return command


def _add(commands: Any, name: str, command: Command, says: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says)
    parser.set_defaults(command=command)
    return parser
