"""`concord retention ...`: the schedules by which cases are kept; listed, checked, put in force."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from concord.cli.shortening import shorter
from concord.policies.library import policy_ids
from concord.policies.reading import Mistake, PolicyMistakes
from concord.policies.retention import Schedule, every, house, in_force, read
from concord.rules.clock import LONDON
from concord.rules.dates import day

ON_PURPOSE = "\n# Shorter on purpose: "
"""Before the reason, in the last line of a schedule that was put in force."""
Command = Callable[[argparse.Namespace], int]


def add_schedules(commands: Any) -> None:
    """Add the commands and their options."""
    says = "the schedules by which cases are kept: list, check, put in force"
    asks = commands.add_parser("retention", help=says).add_subparsers(
        required=True, metavar="COMMAND"
    )
    says = "which schedule is in force for which partnership, since when, and which are to come"
    _add(asks, "list", _on_an_instance(list_schedules), says)
    says = "validate schedules, with every mistake; without a file those of this instance"
    one = _add(asks, "check", check, says)
    one.add_argument("files", nargs="*", type=Path, metavar="FILE.yaml")
    says = "check a schedule and put it in force, from the day that it says"
    one = _add(asks, "install", _on_an_instance(install), says)
    one.add_argument("file", type=Path, metavar="FILE.yaml")
    says = "why cases are to be kept for less long than now; kept with the schedule"
    one.add_argument("--shorter-on-purpose", default="", metavar="REASON", help=says)


def _add(commands: Any, name: str, command: Command, says: str) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says)
    one.set_defaults(command=command)
    return one


def _on_an_instance(command: Command) -> Command:
    def on_it(arguments: argparse.Namespace) -> int:
        from concord.cli.instance import on_an_instance

        return on_an_instance("")(command)(arguments)

    return on_it


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.CONCORD_RETENTION)


def list_schedules(arguments: argparse.Namespace) -> int:
    """Each partnership with what is in force, and each schedule that is in force for nobody now."""
    today = datetime.now(UTC).astimezone(LONDON).date()
    used = set()
    for policy_id in policy_ids():
        found = in_force(_folder(), policy_id, today)
        used.add(found.path)
        print(f"{policy_id:14} {_version(found)}, in force since {day(found.file.since)}")
    for each in every(_folder()):
        if each.path not in used:
            print(f"{_whose(each):14} {_version(each)}, {_when(each, today)}")
    return 0


def _version(found: Schedule) -> str:
    where = "which comes with Concord" if found.is_house else found.path.name
    return f"version {found.file.version} ({where})"


def _whose(found: Schedule) -> str:
    return found.file.partnership or "all"


def _when(found: Schedule, today: date) -> str:
    begins = found.file.since
    return f"in force from {day(begins)}" if begins > today else "replaced by a later one"


def check(arguments: argparse.Namespace) -> int:
    """Validate schedules; with every mistake on its own line. What one makes shorter is told, and
    is no mistake.
    """
    if not arguments.files:
        return _on_an_instance(_check_folder)(arguments)
    mistakes: list[Mistake] = []
    for path in arguments.files:
        try:
            found = read(path)
        except PolicyMistakes as error:
            mistakes += error.mistakes
        else:
            print(f"{path}: sound. Version {found.file.version}, from {day(found.file.since)}.")
            if _on_an_instance(partial(_tell, found))(arguments):
                print(f"{path}: not compared with what is in force here.", file=sys.stderr)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    return 1 if mistakes else 0


def _tell(found: Schedule, arguments: argparse.Namespace) -> int:
    try:
        for line in shorter(found, _folder(), datetime.now(UTC)):
            print(line)
    except PolicyMistakes as error:  # of the folder: they say nothing against this one
        print(error, file=sys.stderr)
        return 1
    return 0


def _check_folder(arguments: argparse.Namespace) -> int:
    every_one = (house(), *every(_folder()))
    print(f"{len(every_one)} sound: {', '.join(each.path.name for each in every_one)}.")
    return 0


def install(arguments: argparse.Namespace) -> int:
    """Check a schedule, and put a copy of it into the instance's folder. A version is not changed:
    what is different has another. What shortens anything asks for a reason.
    """
    found = read(arguments.file)
    target = _folder() / f"{_whose(found)}-{found.file.version}.yaml"
    content = arguments.file.read_bytes()
    why_not = _why_not(found, target, content)
    if why_not:
        print(f"{arguments.file}: {why_not}", file=sys.stderr)
        return 1
    if not target.exists():
        reason = _in_a_line(arguments.shorter_on_purpose)
        lines = tuple(shorter(found, _folder(), datetime.now(UTC)))
        for line in lines:
            print(line, file=sys.stderr)
        if lines and not reason:
            print(
                f"{arguments.file}: not put in force, as cases would be kept for less long. Change "
                'it; or say why, by --shorter-on-purpose "the reason".', file=sys.stderr,
            )  # fmt: skip
            return 1
        _put(target, content + (f"{ON_PURPOSE}{reason}\n".encode() if lines else b""))
    print(
        f"Version {found.file.version} is in force for {_whose(found)} from "
        f"{day(found.file.since)}. It stands in {target}: back it up with the settings."
    )
    return 0


def _in_a_line(said: str) -> str:
    """Without what would end the line, or what YAML cannot hold."""
    return "".join(each for each in " ".join(said.split()) if each.isprintable())


def _why_not(found: Schedule, target: Path, content: bytes) -> str:
    if target.exists():
        there = target.read_bytes()
        if content in (there, there.rpartition(ON_PURPOSE.encode())[0]):
            return ""
        return (
            f"version {found.file.version} is there already and says something else. Give this one "
            "a new version, and the day from which it is in force."
        )
    for each in every(_folder()):
        same = (_whose(each), each.file.since) == (_whose(found), found.file.since)
        if same:
            return f"{each.path.name} is in force from this day too. Give this one another day."
    return ""


def _put(target: Path, content: bytes) -> None:
    """Whole, or not at all: whoever reads the folder meanwhile never sees a part."""
    target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    _given_to_the_service(target.parent)
    handle, made = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(made, 0o640)
    _given_to_the_service(Path(made))
    os.replace(made, target)


def _given_to_the_service(path: Path) -> None:
    """What root puts there is for the user whose the instance is, who has to read it."""
    from django.conf import settings

    if os.geteuid() == 0:
        whose = Path(settings.DATA).stat()
        os.chown(path, whose.st_uid, whose.st_gid)
