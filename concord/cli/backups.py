"""`concord backup` and `concord restore`: a whole instance in one encrypted file, and back."""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path

from concord.cli import instance
from concord.cli.retaining import dispose_again

Command = Callable[[Namespace], int]


def _told(command: Command) -> Command:
    """What goes wrong is told in a line; the exit code is 1, and nothing was half done."""

    @wraps(command)
    def telling(arguments: Namespace) -> int:
        from concord.backups.box import NoKey, Unreadable
        from concord.backups.databases import NotDone

        try:
            return command(arguments)
        except (NoKey, Unreadable, NotDone) as error:
            print(error, file=sys.stderr)
        except FileExistsError as error:
            print(f"{error.filename} is there already. Name another file.", file=sys.stderr)
        except FileNotFoundError as error:
            folder = Path(error.filename or ".").parent
            if folder.is_dir():
                raise
            print(f"There is no folder {folder}. Make it first, or name another.", file=sys.stderr)
        return 1

    return telling


@instance.on_an_instance("")
@_told
def backup(arguments: Namespace) -> int:
    """Write a backup, or make the key for it."""
    from concord.backups.box import new_key, read_key
    from concord.backups.making import back_up

    if arguments.new_key:
        new_key(arguments.new_key)
        print(f"Made {arguments.new_key}. Keep a copy elsewhere: without it no backup opens.")
        return 0
    if arguments.file is None:
        print("Name the file to write, or ask for --new-key.", file=sys.stderr)
        return 2
    if arguments.keys:
        return _back_up_keys(arguments)
    instance.must_be_ready()
    made = back_up(arguments.file, read_key(_key(arguments)), _now())
    print(f"{arguments.file}: {made.cases} cases with {made.records} records, as of {made.made}.")
    return 0


@instance.on_an_instance("")
@_told
def restore(arguments: Namespace) -> int:
    """Put an instance back from a backup; what is there now is backed up first."""
    from concord.backups.box import read_key
    from concord.backups.making import about, back_up
    from concord.backups.making import restore as put_back

    key, at = read_key(_key(arguments)), _now()
    if arguments.keys:
        return _restore_keys(arguments, key)
    if arguments.check:
        print(json.dumps(_said(about(arguments.file, key)), indent=2))
        return 0
    instance.must_own_the_tables()
    is_new = instance.is_new()
    if not is_new:
        instance.must_be_of_this_version()
        if _holds_cases() and not arguments.replace:
            print(
                "There is data here. Stop Concord, and ask for --replace: what is here is backed "
                "up first.", file=sys.stderr,
            )  # fmt: skip
            return 1

    def keep_what_is_here() -> None:
        if not is_new:
            before = Path(arguments.file).with_name(f"before-restore-{at:%Y%m%dT%H%M%S}.concord")
            back_up(before, key, at)
            print(f"What was here is in {before}.")

    made = put_back(arguments.file, key, keep_what_is_here)
    serving = instance.migrate()
    # before all else: nobody is let in by what was ended, or used, since the backup
    ended = _shut(at)
    dispose_again(at)
    print(f"Put back: {made.cases} cases with {made.records} records, as of {made.made}.")
    print(ended)
    _say_who_serves(serving)
    return _verified(made.moment, at)


def _shut(at: datetime) -> str:
    """End every session, token and code that came back with the database, and say so."""
    from django.db import transaction

    from concord.directory import codes, sessions, tokens

    with transaction.atomic():
        ended, closed = sessions.end_everybodys(), codes.close_all(at)
        read_by = tokens.end_everybodys()
    return (
        f"Ended: {ended} sessions, and {closed} codes that were still open. Everybody signs in "
        "again; make and tell new codes where one is waited for."
        + (f" Tokens for the API that ended too: {read_by}." if read_by else "")
    )


def _say_who_serves(serving: tuple[str, ...]) -> None:
    """A backup says nothing of the users of a database: they are this database server's own."""
    from django.db import connection

    if serving:
        print(f"May serve again: {', '.join(serving)}.")
    elif connection.vendor == "postgresql":
        print("No user may serve here yet but this one: run `concord migrate --serves USER`.")


def _back_up_keys(arguments: Namespace) -> int:
    from concord.backups.box import read_key
    from concord.backups.keyrings import back_up_keys

    made = back_up_keys(arguments.file, read_key(_key(arguments)), _now())
    print(f"{arguments.file}: all keys that are here, {made.keys} in number, as of {made.made}.")
    return 0


def _restore_keys(arguments: Namespace, key: bytes) -> int:
    from concord.backups.keyrings import about_keys, restore_keys

    if arguments.check:
        print(json.dumps(_said(about_keys(arguments.file, key)), indent=2))
        return 0
    done = restore_keys(arguments.file, key)
    print(f"Put back: {done.added} keys, as of {done.made}. {done.there} were here already.")
    if done.destroyed:
        print(f"Left out, as they were destroyed with what they opened: {done.destroyed}.")
    if not instance.is_new():
        dispose_again(_now())
    return 0


def _verified(made: datetime, at: datetime) -> int:
    """Say, and write down, what the checkpoints make of what was put back."""
    from django.conf import settings

    from concord.backups.models import Restored
    from concord.cases.models import Case, Entry
    from concord.cases.register import Register
    from concord.cases.sealing import Places
    from concord.cases.verifications import keep, verify_with_checkpoints
    from concord.looks.sealing import Looks
    from concord.seals.checking import Kind

    found, held = verify_with_checkpoints(
        Places(settings.CONCORD_SEAL), processes=os.cpu_count() or 1, also=[Looks(), Register()]
    )
    keep(found, held, at, 0)
    missing = [each for each in found.findings if each.kind is not Kind.NO_KEY]
    Restored.objects.create(
        at=at, made=made, cases=Case.objects.count(), records=Entry.objects.count(),
        whole=not missing,
    )  # fmt: skip
    if not found.findings:
        print("Verified: nothing is missing, by the checkpoints.")
        return 0
    keyless = len(found.findings) - len(missing)
    if keyless:
        print(
            f"The keys of {keyless} cases are not here: nobody can read these yet. Put them back "
            "with `concord restore FILE --keys`, from the newest backup of the keys; then run "
            "`concord verify`.", file=sys.stderr,
        )  # fmt: skip
    if not missing:
        return 1
    for each in missing[:20]:
        print(f"{each.history}: {each.kind}, from number {each.sequence}: {each.says}.",
              file=sys.stderr)  # fmt: skip
    print(
        "What was written after the backup is missing, as named above. It is written down that "
        "this was restored. Tell the business manager, who asks for what is missing.",
        file=sys.stderr,
    )
    return 1


def _said(made: object) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(made)  # type: ignore[call-overload,no-any-return]


def _holds_cases() -> bool:
    from concord.cases.models import Case

    return Case.objects.exists()


def _key(arguments: Namespace) -> Path:
    from concord.backups.box import NoKey

    named = arguments.key or os.environ.get("CONCORD_BACKUP_KEY")
    if not named:
        raise NoKey("Name the key's file with --key, or by CONCORD_BACKUP_KEY.")
    return Path(named)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
