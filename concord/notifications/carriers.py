"""How mail leaves: what a carrier is, and the ways in which it may fail.

A carrier takes one letter at a time. The letter's own number stays the same over every attempt,
so that whoever receives a repeat can tell it as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A meeting to put in a calendar or take out of it: the file, and its METHOD (RFC 5546)."""

    content: bytes
    method: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: to which address, what it says, its own number, and when it was first told."""

    to: str
    subject: str
    body: str
    message_id: str
    told: datetime
    is_repeat: bool = False
    """It may have been accepted before, and the mark of it lost."""
    calendar: CalendarFile | None = None


class Away(Exception):
    """The mail service cannot be used at all now: nothing is wrong with the letter."""


class NotNow(Exception):
    """The service does not take this letter now; it may later."""


class Refused(NotNow):
    """The service says no for good, but not that it is for the address: it may refuse everybody."""


class Never(Exception):
    """The service will not take this letter: its address is refused."""


class Carrier(Protocol):
    """Something that carries letters."""

    def send(self, letter: Letter) -> str:
        """Hand a letter over. Returns the service's own number for it, where it has one.

        Raises Away, NotNow (Refused is one) or Never.
        """

    def returned(self) -> Iterable[str]:
        """The numbers of letters that the service says have come back. Raises Away."""

    def close(self) -> None:
        """Let go of the connection, if there is one."""


def guard(address: str) -> None:
    """In the demonstration and in tests, no mail leaves for a real address. Raises Never."""
    only = settings.CONCORD_MAIL_ONLY_TO
    domain = address.rpartition("@")[2].lower()
    if only and domain != only and not domain.endswith(f".{only}"):
        raise Never(f"Not sent: only addresses of {only} are written to here.")


def carrier() -> Carrier | None:
    """The carrier that the settings name; None where notices stay in Concord."""
    match settings.CONCORD_MAIL:
        case "smtp":
            from concord.notifications.smtp import Smtp

            return Smtp()
        case "notify":
            from concord.notifications.notify import Notify

            return Notify(
                settings.CONCORD_NOTIFY_KEY,
                settings.CONCORD_NOTIFY_TEMPLATE,
                settings.CONCORD_NOTIFY_URL,
            )
        case _:
            return None
