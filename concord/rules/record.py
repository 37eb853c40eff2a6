"""A record: one append-only entry of what somebody did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from concord.rules.who import Who
from concord.rules.words import Act, Form, Matter, Means, Outcome

Fact = bool | str | tuple[str, ...]
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One agreed action: what, who owns it, and by which date it is due."""

    what: str
    owner: Who | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A supporting document that came with a record.

    Its name as shown, its kind, its size in bytes, the SHA-256 of its content in hexadecimal,
    the name under which it is kept, and what came of the virus scan.
    """

    name: str
    kind: str
    size: int
    sha256: str
    kept: str
    scanned: str


@dataclass(frozen=True, slots=True)
class Record:
    """Who did what, when it happened (`at`) and when it was written (`written`).

    Both times are aware datetimes. `n` is the record's number in its case, from 1. Every
    particular is optional here: which act takes which is for `decide` to say.
    """

    n: int
    at: datetime
    written: datetime
    by: Who
    act: Act
    written_by: str = ""
    key: str = ""
    people: tuple[Who, ...] = ()
    means: Means | None = None
    outcome: Outcome | None = None
    to: tuple[Who, ...] = ()
    form: Form | None = None
    stage: str = ""
    reason: str = ""
    actions: tuple[PlannedAction, ...] = ()
    due: date | datetime | None = None
    clause: str = ""
    office: str = ""
    agency: str = ""
    who: str = ""
    executive_member: bool | None = None
    decision: str = ""
    reasons: str = ""
    action: int | None = None
    done: bool | None = None
    why: str = ""
    replaced_by: PlannedAction | None = None
    of: int | None = None
    change: Mapping[str, object] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    override: str = ""
    matter: Matter | None = None
    ground: str = ""
    text: Mapping[str, str] = field(default_factory=dict)
    enclosed: tuple[Enclosed, ...] = ()
    """The supporting documents that came with it; never changed by a correction."""
    passed: tuple[str, ...] = ()
    """The clauses of gates that were passed with a reason; set by `decide`, never typed in."""

    @property
    def participants(self) -> tuple[Who, ...]:
        """Everybody who took part: who did it and with whom."""
        return (self.by, *self.people)

    @property
    def only_proposes(self) -> bool:
        """Whether it offers several times for a meeting: none is arranged until one is chosen."""
        return self.act is Act.CONVENE and bool(self.text.get("time.2"))

    @property
    def calls_off(self) -> bool:
        """Whether it says that the meeting which it names (`of`) is not held."""
        return self.act is Act.CONVENE and self.of is not None and self.done is False

    @property
    def moves_meeting(self) -> bool:
        """Whether it gives the meeting which it names (`of`) another time: it says why."""
        return (
            self.act is Act.CONVENE and self.of is not None and self.done is None
            and bool(self.reason)
        )  # fmt: skip
