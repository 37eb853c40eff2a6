"""The options of `concord setup`, and what is loaded only when it is asked for."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from concord.cli.asking import address, clock, number, words

WHAT = """\
Begins an empty, real instance in the folder that CONCORD_DATA names: its first administrator, a
partnership with its policy, and agencies and people from spreadsheets. Asks for what no option
gives. Run again, it changes only what differs; nobody is ever removed. With mistakes in a
spreadsheet nothing is changed."""


def add_setup(commands: Any) -> None:
    """Add the command and its options."""
    parser: ArgumentParser = commands.add_parser(
        "setup", help="begin a real instance, and add agencies and people", description=WHAT
    )
    parser.set_defaults(command=_set_up)
    parser.add_argument("--policy", metavar="ID", help="the partnership's policy")
    files = parser.add_argument_group("agencies and people")
    files.add_argument("--spreadsheet", type=Path, action="append", default=[], metavar="FILE",
                       help="an .xlsx or .csv of agencies or people; may be repeated")  # fmt: skip
    files.add_argument("--dry-run", action="store_true",
                       help="tell every mistake, or what would change; change nothing")  # fmt: skip
    files.add_argument("--template", type=Path, metavar="FILE.xlsx",
                       help="write an empty spreadsheet to fill in, and nothing else")  # fmt: skip
    first = parser.add_argument_group("the first administrator (who sees no case)")
    first.add_argument("--administrator-name", type=words, metavar="NAME")
    first.add_argument("--administrator-email", type=address, metavar="EMAIL")
    area = parser.add_argument_group("the partnership")
    area.add_argument(
        "--partnership-name", type=words, metavar="NAME", help="default: the policy's"
    )
    area.add_argument("--business-unit", type=words, metavar="NAME")
    area.add_argument("--business-unit-email", type=address, metavar="EMAIL")
    area.add_argument("--business-unit-telephone", type=number, metavar="NUMBER")
    area.add_argument("--mash-name", type=words, metavar="NAME")
    area.add_argument("--mash-telephone", type=number, metavar="NUMBER")
    area.add_argument("--mash-opens", type=clock, metavar="09:00")
    area.add_argument("--mash-closes", type=clock, metavar="17:00")
    area.add_argument("--out-of-hours-name", type=words, metavar="NAME")
    area.add_argument("--out-of-hours-telephone", type=number, metavar="NUMBER")
    area.add_argument("--place", type=words, action="append", default=[], metavar="NAME",
                      help="a place or postcode district of its area; may be repeated")  # fmt: skip
    asks = parser.add_subparsers(metavar="[password|second-step]")
    says = "make a code by which somebody chooses their password, for the first time or anew"
    one: ArgumentParser = asks.add_parser("password", help=says, description=says)
    one.set_defaults(command=_password)
    one.add_argument("email", type=address, metavar="EMAIL")
    says = "let somebody set their second step up anew, when they lost the telephone and the codes"
    two: ArgumentParser = asks.add_parser("second-step", help=says, description=says)
    two.set_defaults(command=_second_step)
    two.add_argument("email", type=address, metavar="EMAIL")


def _set_up(arguments: Namespace) -> int:
    from concord.cli.setup import set_up

    return set_up(arguments)


def _password(arguments: Namespace) -> int:
    from concord.cli.setup import password

    return password(arguments)


def _second_step(arguments: Namespace) -> int:
    from concord.cli.setup import second_step

    return second_step(arguments)
