"""The commands by which an instance is backed up and put back, and their options."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[[argparse.Namespace], int]


def add_backups(commands: Any) -> None:
    """Add them to the command line. What they work with is read only when one of them runs."""
    says = "write the whole instance to one encrypted file, while it is in use"
    one = _add(commands, "backup", says)
    one.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a new file")
    one.add_argument("--new-key", type=Path, metavar="KEYFILE", help="make a key, and end")
    one.add_argument("--keys", action="store_true", help="the keys of cases, and nothing else")
    _key(one)
    says = "put an instance back from a backup; exit 1 if something written since is missing"
    one = _add(commands, "restore", says)
    one.add_argument("file", type=Path, metavar="FILE", help="what `concord backup` wrote")
    one.add_argument("--check", action="store_true", help="read and check it, and change nothing")
    one.add_argument(
        "--replace", action="store_true", help="in place of what is here, which is backed up first"
    )
    one.add_argument(
        "--keys", action="store_true", help="a backup of keys: put back those that are missing"
    )
    _key(one)


def _key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key", type=Path, metavar="KEYFILE", help="the key's file (or CONCORD_BACKUP_KEY)"
    )


def _add(commands: Any, name: str, says: str) -> argparse.ArgumentParser:
    def command(arguments: argparse.Namespace) -> int:
        from concord.cli import backups

        run: Command = getattr(backups, name)
        return run(arguments)

    parser: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says)
    parser.set_defaults(command=command)
    return parser
