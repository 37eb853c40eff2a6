"""What a case gathers as it goes: stays at stages, agreed actions, appointments, shorter limits.

Owns these parts as frozen data; how they come about is `state`'s to say.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from concord.rules.record import PlannedAction, Record
from concord.rules.who import Who


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


class Check(NamedTuple):
    """A look at whether an action was carried out as reported: by whom, by which record.

    `done` False: it was not, `why` says so, and the action is open again.
    """

    by: Who
    at: datetime
    n: int
    done: bool
    why: str


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
    evidence: str = ""
    """What whoever reported it done gave to show it; empty where the report gave nothing."""
    reported_by: Who | None = None
    replaced_by: int | None = None
    """The number of the action that takes its place, where it was not done."""
    checks: tuple[Check, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor explained and replaced."""
        return self.closed is None

    @property
    def is_reported(self) -> bool:
        """Whether it was reported done with what shows it: there is something to check."""
        return self.done and self.closed is not None and bool(self.evidence)

    @property
    def checked(self) -> tuple[Check, ...]:
        """The checks of the report that stands, which found it carried out."""
        since = self.closed_by or 0
        return tuple(check for check in self.checks if check.done and check.n > since)

    def is_answered_for_by(self, who: Who) -> bool:
        """Whether an action reported done is the own affair of somebody's side: that was to do it.

        Where nobody of a party was named to do it, of the side that reported it done.
        """
        owner = self.plan.owner
        side = owner if owner is not None and owner.agency is not None else self.reported_by
        return side is not None and side.agency is not None and side.agency == who.agency

    def may_be_checked_by(self, who: Who) -> bool:
        """Whether somebody may check it: not the side that answers for it, nor who reported it."""
        return not self.is_answered_for_by(who) and who != self.reported_by


@dataclass(frozen=True, slots=True)
class Appointment:
    """Somebody appointed to an office for this case."""

    office: str
    agency: str
    who: str
    executive_member: bool | None
    n: int


def seated(before: tuple[Appointment, ...], record: Record) -> tuple[Appointment, ...]:
    """Those appointed, with this appointment; it may take the place of another (`of`)."""
    new = Appointment(record.office, record.agency, record.who, record.executive_member, record.n)
    return (*(each for each in before if each.n != record.of), new)


@dataclass(frozen=True, slots=True)
class Shortening:
    """A limit made shorter for this case: which (a rule's id, or a stage's), until when."""

    rule: str
    due: date | datetime
    n: int
