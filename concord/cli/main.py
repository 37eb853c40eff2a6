"""The `concord` command: what it can do, and how a mistake is told.

Exit codes: 0 done; 1 a mistake in a file or a check that fails, one plain line each on standard
error; 2 wrong usage.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from concord.cli import policies as policy_commands
from concord.cli import reference
from concord.cli.backup_options import add_backups
from concord.cli.checking import add_checking
from concord.cli.migrating import add_migrating
from concord.cli.renewing import add_keys
from concord.cli.schedules import add_schedules
from concord.cli.sealing_options import add_sealing
from concord.cli.setup_options import add_setup
from concord.policies.library import UnknownPolicy
from concord.policies.reading import PolicyMistakes

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parsed = the_parser().parse_args(arguments)
    command: Command = parsed.command
    try:
        return command(parsed)
    except PolicyMistakes as error:
        for mistake in error.mistakes:
            print(mistake, file=sys.stderr)
    except UnknownPolicy as error:
        print(error.args[0], file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"{error.filename or 'file'}: {error.strerror}.", file=sys.stderr)
    return 1


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        says = f"'{text}' is no moment: write it as 2026-12-17T16:45."
        raise argparse.ArgumentTypeError(says) from error


def the_parser() -> argparse.ArgumentParser:
    """Everything that the command understands."""
    parser = argparse.ArgumentParser(
        prog="concord",
        description="Carries a professional disagreement about a child's safety to a resolution.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    policy = commands.add_parser("policy", help="read, check, cover, draw and time the policies")
    asks = policy.add_subparsers(required=True, metavar="COMMAND")

    one = _add(asks, "list", policy_commands.list_policies, "the policies, and whose review is due")
    _json(one)
    one = _add(asks, "check", policy_commands.check, "validate policy files, with every mistake")
    one.add_argument("which", nargs="*", metavar="ID|FILE")
    _json(one)
    one = _add(asks, "coverage", policy_commands.cover, "where each clause is carried out")
    one.add_argument("which", nargs="?", metavar="ID")
    _json(one)
    one = _add(asks, "draw", policy_commands.draw_chart, "the flow chart, as accessible SVG")
    one.add_argument("which", metavar="ID|FILE")
    one.add_argument("-o", dest="output", type=Path, metavar="FILE.svg")
    one = _add(asks, "timeline", policy_commands.time, "when each limit ends, from a moment")
    one.add_argument("which", metavar="ID|FILE")
    one.add_argument("--from", dest="start", type=_moment, required=True, metavar="MOMENT")
    _json(one)
    one = _add(asks, "schema", policy_commands.file_schema, "the JSON Schema of policy files")

    one = _add(commands, "play", _play, "replay a scenario without a database")
    one.add_argument("scenario", nargs="?", type=Path, metavar="SCENARIO.yaml")
    one.add_argument("--schema", action="store_true", help="the JSON Schema of a scenario")
    _json(one)

    one = _add(commands, "reference", reference.write, "write the reference pages from the code")
    one.add_argument("folder", type=Path, metavar="FOLDER")
    one.set_defaults(parser=parser)

    for name, says in (
        ("loop", "tell people what they owe, as its time comes near, until stopped"),
        ("worker", "send the mail of notices, until stopped"),
    ):
        one = _add(commands, name, _process(name), says)
        one.add_argument("--once", action="store_true", help="go round once, and end")
        one.add_argument(
            "--every", type=float, default=5, metavar="SECONDS", help="rest when idle (default 5)"
        )
        one.add_argument(
            "--with-parent", action="store_true", help="end when standard input is closed"
        )

        if name == "worker":
            one.add_argument(
                "--lease", type=float, default=120, metavar="SECONDS",
                help="how long a notice is claimed at a time (default 120)",
            )  # fmt: skip
    says = "take in a report that a mail did not arrive: a message on standard input"
    _add(commands, "bounce", _process("bounce"), says)

    add_setup(commands)
    add_migrating(commands)
    add_checking(commands)
    kept = commands.add_parser("summaries", help="compare what lists show with the records")
    asks = kept.add_subparsers(required=True, metavar="COMMAND")
    _add(asks, "check", _summaries("check"), "name every case whose summary differs")
    _add(asks, "rebuild", _summaries("rebuild"), "write those that differ anew from the records")
    add_schedules(commands)
    add_sealing(commands)
    add_backups(commands)
    add_keys(commands)
    return parser


def _process(name: str) -> Command:
    def command(arguments: argparse.Namespace) -> int:
        from concord.cli import running

        run: Command = getattr(running, name)
        return run(arguments)

    return command


def _summaries(name: str) -> Command:
    def command(arguments: argparse.Namespace) -> int:
        from concord.cli import summaries

        return summaries.check(arguments) if name == "check" else summaries.rebuild(arguments)

    return command


def _add(commands: Any, name: str, command: Command, says: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says)
    parser.set_defaults(command=command)
    return parser


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON value, and nothing else")


def _play(arguments: argparse.Namespace) -> int:
    from concord.cli.play import play, report
    from concord.cli.scenario import read_scenario, schema

    if arguments.schema:
        print(json.dumps(schema(), indent=2))
        return 0
    if arguments.scenario is None:
        print("Name a scenario file, or ask for --schema.", file=sys.stderr)
        return 2
    answer = play(read_scenario(arguments.scenario))
    print(json.dumps(answer, indent=2) if arguments.json else report(answer))
    return 0
