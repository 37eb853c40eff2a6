"""What is written down when something goes wrong: what kind of thing, and where in our code.

A log is kept longer, copied further and read by more people than a case. So no line has an
address with its secret link, what somebody typed, a name, or the text of an exception, in which a
database repeats the row that it refused. What is needed to find a fault is there: its kind, the
route, and the places in the code.
"""

import logging
import logging.handlers
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from traceback import extract_tb
from types import TracebackType
from typing import Any

OURS = "concord"
"""The loggers whose words are our own: they are written so that they hold nothing of a person."""
PLACES = 8
"""How many places in the code a line names, the innermost last."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""What could begin a line of its own, or steer a terminal."""


class Formatter(logging.Formatter):
    """One line for each thing: when, how grave, whose, what and where."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Never raises: a fault of the log must not become a fault of the service."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        parts = [when, record.levelname, record.name, _says(record)]
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            parts.append("; ".join(_errors(error)))
        return " ".join(UNSEEN.sub(" ", part) for part in parts if part)


class ToSystemLog(logging.handlers.SysLogHandler):
    """Hands each line to the machine's log service too, which keeps it out of this user's reach
    and sends it on to another machine.

    `address` is the service's socket. Where it does not answer, the line still stands on standard
    error: nothing is said of it there, which would repeat what the formatter leaves out.
    """

    ident = "concord: "
    append_nul = False

    def handleError(self, record: logging.LogRecord) -> None:
        """Let it be."""


def handlers(system_log: str) -> dict[str, dict[str, Any]]:
    """Where lines go, for `logging`: to standard error, and to a log service where there is one."""
    found: dict[str, dict[str, Any]] = {
        "stderr": {"class": "logging.StreamHandler", "formatter": "impersonal"}
    }
    if system_log:
        found["system"] = {"()": ToSystemLog, "address": system_log, "formatter": "impersonal"}
    return found


def _says(record: logging.LogRecord) -> str:
    """What the record says that may be written down.

    A library's own words are kept as it wrote them in its code, with nothing filled in; where they
    come filled in already, only the place stands.
    """
    request = getattr(record, "request", None)
    if request is not None:
        return _asked(request, getattr(record, "status_code", ""))
    if record.name.partition(".")[0] == OURS:
        try:
            return record.getMessage()
        except (TypeError, ValueError):
            return str(record.msg)
    place = f"{record.module}.py:{record.lineno}"
    return f"{place}: {record.msg}" if record.args and isinstance(record.msg, str) else place


def _asked(request: Any, status: object) -> str:
    """Which route was asked for, and not by which address."""
    method = request.method if request.method in METHODS else "another method"
    route = getattr(getattr(request, "resolver_match", None), "view_name", None)
    return f"{status} {method} {route or 'no route'}"


def _errors(error: BaseException) -> Iterator[str]:
    """Each error of the chain, the outermost first: its kind, and where it came through."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        kind = type(found)
        where = " > ".join(_places(found.__traceback__))
        yield f"{kind.__module__}.{kind.__qualname__} at {where or 'no place'}"
        found = found.__cause__ or found.__context__


def _places(traceback: TracebackType | None) -> list[str]:
    frames = extract_tb(traceback)[-PLACES:]
    return [f"{_short(each.filename)}:{each.lineno} {each.name}" for each in frames]


def _short(path: str) -> str:
    """A file's path from its package on: where this machine keeps it says nothing."""
    for start in ("/site-packages/", "/concord/"):
        _, found, rest = path.rpartition(start)
        if found:
            return rest if start == "/site-packages/" else f"concord/{rest}"
    return path.rpartition("/")[2]
