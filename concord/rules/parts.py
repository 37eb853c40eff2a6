"""What a case gathers as it goes: stays at stages, agreed actions, appointments, shorter limits.

Owns these parts as frozen data; how they come about is `state`'s to say.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from concord.rules.record import PlannedAction


class Visit(NamedTuple):
    """A stay at a stage: when it was entered and left (aware), by which record."""

    stage: str
    entered: datetime
    n: int
    left: datetime | None = None
    reopened: bool = False
    formal_since: datetime | None = None

    def until(self, at: datetime) -> "Visit":
        """The same stay, left at `at` (aware)."""
        return Visit(self.stage, self.entered, self.n, at, self.reopened, self.formal_since)


@dataclass(frozen=True, slots=True)
class AgreedAction:
    """An agreed action, its number in the case (from 1), and what became of it."""

    number: int
    plan: PlannedAction
    agreed: datetime
    n: int
    closed: datetime | None = None
    closed_by: int | None = None
    done: bool = False
    why: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor explained and replaced."""
        return self.closed is None


@dataclass(frozen=True, slots=True)
class Appointment:
    """Somebody appointed to an office for this case."""

    office: str
    agency: str
    who: str
    executive_member: bool | None
    n: int


@dataclass(frozen=True, slots=True)
class Shortening:
    """A limit made shorter for this case: which (a rule's id, or a stage's), until when."""

    rule: str
    due: date | datetime
    n: int
