"""The commands by which the ledger is sealed and verified, and their options."""

import argparse
from collections.abc import Callable
from typing import Any

Command = Callable[[argparse.Namespace], int]


def add_sealing(commands: Any) -> None:
    """Add them to the command line. What they work with is read only when one of them runs."""
    says = "verify that no record was altered, removed, put in or moved; exit 1 if one was"
    one = _add(commands, "verify", _verifying("verify"), says)
    one.add_argument("cases", nargs="*", metavar="CASE", help="their references (default: all)")
    one.add_argument("--json", action="store_true", help="one JSON value, and nothing else")
    one.add_argument(
        "--processes", type=int, default=0, metavar="N", help="default: one for each core"
    )


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
