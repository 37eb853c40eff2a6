"""Asking at the terminal for what no option gave."""

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

Answer = TypeVar("Answer")
Check = Callable[[str], Answer]


class Stopped(Exception):
    """There is no going on; says why. `code` is the exit code: 2 for wrong usage."""

    def __init__(self, says: str, code: int = 1) -> None:
        super().__init__(says)
        self.code = code


def words(text: str) -> str:
    """Some words, at most 200 letters. Raises ArgumentTypeError."""
    found = " ".join(text.split())
    if not found or len(found) > 200 or not found.isprintable():
        raise ArgumentTypeError("write some words, at most 200 letters.")
    return found


def number(text: str) -> str:
    """A telephone number. Raises ArgumentTypeError."""
    found = words(text)
    if len(found) > 40 or not any(letter.isdigit() for letter in found):
        raise ArgumentTypeError(f"'{found[:40]}' is no telephone number.")
    return found


def address(text: str) -> str:
    """An e-mail address, in small letters. Raises ArgumentTypeError."""
    found = text.strip().lower()
    try:
        validate_email(found)
    except ValidationError as error:
        says = f"'{found[:80]}' is no e-mail address. Write it as name@example.org."
        raise ArgumentTypeError(says) from error
    return found


def clock(text: str) -> time:
    """A time of day. Raises ArgumentTypeError."""
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007
    except ValueError as error:
        raise ArgumentTypeError(f"'{text[:20]}' is no time of day. Write it as 09:00.") from error


@dataclass(slots=True)
class Asker:
    """Asks whoever sits at the terminal; where nobody does, notes which options are missing."""

    somebody: bool = field(default_factory=lambda: sys.stdin.isatty())
    missing: list[str] = field(default_factory=list)

    def need(
        self, option: str, question: str, given: Answer | None, check: Check[Answer]
    ) -> Answer | None:
        """What was given, or else is answered now; None, and noted, where nobody can answer."""
        if given is not None:
            return given
        if not self.somebody:
            self.missing.append(option)
            return None
        while True:
            try:
                return check(_line(f"{question}: "))
            except ArgumentTypeError as error:
                print(error)

    def all_here(self) -> None:
        """Raises Stopped if anything is missing."""
        if self.missing:
            needed = ", ".join(self.missing)
            says = f"These options are missing: {needed}. `concord setup --help` says more."
            raise Stopped(says, code=2)


def _line(question: str) -> str:
    try:
        return input(question)
    except (EOFError, KeyboardInterrupt) as error:
        raise Stopped("Stopped. Nothing was changed.") from error
