"""`concord check`: whether an instance is put together as it must be."""

import argparse
import sys
from typing import Any


def add_checking(commands: Any) -> None:
    """Add the command and its options."""
    says = "whether the instance is put together as it must be; exit 1 with every mistake"
    one: argparse.ArgumentParser = commands.add_parser("check", help=says, description=says)
    one.set_defaults(command=_check)
    one.add_argument(
        "--deploy", action="store_true", help="as a real instance that others can reach"
    )


def _check(arguments: argparse.Namespace) -> int:
    from concord.cli.instance import on_an_instance

    return on_an_instance("production" if arguments.deploy else "", only_looks=True)(check)(
        arguments
    )


def check(arguments: argparse.Namespace) -> int:
    """Tell each warning and mistake with what to do about it; a warning is a mistake here."""
    from django.core.checks import WARNING, run_checks

    found = run_checks(include_deployment_checks=arguments.deploy)
    wrong = [each for each in found if each.level >= WARNING and not each.is_silenced()]
    for each in wrong:
        print(f"{each.id}: {' '.join(str(each.msg).split())}", file=sys.stderr)
        if each.hint:
            print(f"    {' '.join(str(each.hint).split())}", file=sys.stderr)
    if not wrong:
        print("Everything that was checked is as it must be.")
    return 1 if wrong else 0
