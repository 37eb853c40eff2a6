"""The points at which a process can be killed: before and after each statement, commit, write to
a file, and step of SMTP.
"""

import os
import signal
import smtplib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Points:
    """Counts the points that a piece of work passes, and kills the process at one of them."""

    def __init__(self, folder: Path, fatal: int = 0) -> None:
        """`fatal`: the number, from 1, of the point at which to be killed; 0 for none."""
        self.names: list[str] = []
        self.fatal = fatal
        self._folder = str(folder)
        self._is_on = False

    def watch(self, work: Callable[[], Any]) -> Any:
        """Do the work, and count. Only in a process of its own: some of the hooks stay."""
        from django.db import connection
        from django.db.backends.base.base import BaseDatabaseWrapper

        sys.addaudithook(self._audit)
        self._around(BaseDatabaseWrapper, "_commit", "commit")
        self._around(BaseDatabaseWrapper, "_rollback", "rollback")
        self._around(os, "fsync", "fsync")
        self._around(smtplib.SMTP, "getreply", "SMTP reply")
        connection.ensure_connection()
        with connection.execute_wrapper(self._statement):
            self._is_on = True
            try:
                return work()
            finally:
                self._is_on = False

    def _pass(self, name: str) -> None:
        if not self._is_on:
            return
        self.names.append(name)
        if len(self.names) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def _statement(self, execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        name = " ".join(sql.split()[:3])
        self._pass(f"before {name}")
        try:
            return execute(sql, values, many, context)
        finally:
            self._pass(f"after {name}")

    def _around(self, owner: Any, attribute: str, name: str) -> None:
        usual = getattr(owner, attribute)

        def watched(*given: Any, **named: Any) -> Any:
            self._pass(f"before {name}")
            found = usual(*given, **named)
            self._pass(f"after {name}")
            return found

        setattr(owner, attribute, watched)

    def _audit(self, event: str, given: tuple[Any, ...]) -> None:
        if not self._is_on:
            return
        if event in ("os.rename", "os.remove", "os.mkdir", "os.truncate"):
            self._pass(f"before {event}")
        elif event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR):
            if str(given[0]).startswith(self._folder):
                self._pass("before a file is opened for writing")
        elif event in ("smtplib.connect", "smtplib.send"):
            self._pass(f"before {event}")


def kind_of(name: str) -> str:
    """What kind of point it is: "before a statement", "after a commit", ..."""
    when, _, what = name.partition(" ")
    if what.startswith(("commit", "rollback")):
        return f"{when} a {what}"
    if what.startswith(("smtplib", "SMTP")):
        return f"{when} a step of SMTP"
    if what.startswith(("os.", "fsync", "a file")):
        return f"{when} a step with a file"
    return f"{when} a statement"
