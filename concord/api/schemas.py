"""The shape of every answer. Times are ISO 8601, by the clocks of London, with their offset."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PositiveInt

from concord.rules.clock import LONDON


class Shape(BaseModel):
    """What every shape has: nothing is in it that is not named, and each field says what it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Named(Shape):
    """A partnership or an agency."""

    slug: str
    name: str


class Stage(Shape):
    """A stage of the case's policy."""

    id: str
    title: str


class Due(Shape):
    """By when something is owed."""

    at: AwareDatetime
    """The last moment at which it is in time."""
    by_end_of_day: bool
    """Whether the policy gives a day and no time of it."""
    late: bool


class Owed(Shape):
    """One duty: who owes what by when, under which clause."""

    what: str
    by: str
    """Who owes it, in words."""
    role: str
    """The role that owes it; empty where anybody of either side may do it."""
    agency: str
    """The slug of the agency that owes it; empty for an office of the partnership."""
    clause: str
    due: Due | None
    """Null where the policy gives no time: it is owed as soon as possible."""
    urgent: bool
    """Whether it keeps a child at risk safe."""


class CaseHead(Shape):
    """What a case is called, who disagrees, and where it stands: no child is named in it."""

    reference: str
    page: str
    """The address of the page that shows it to people."""
    partnership: Named
    raising: Named
    responding: list[Named]
    stage: Stage
    status: str
    opened: AwareDatetime
    ended: AwareDatetime | None


class CaseLine(CaseHead):
    """A case in a list."""

    owed: list[Owed]
    """What is owed by whom by when: what presses most first."""


class Part(Shape):
    """Which part of a list an answer is."""

    page: int
    pages: int
    total: int
    next: str | None
    """The address of the next part; null for the last."""


class Cases(Shape):
    """The cases that this person may see, a part at a time."""

    cases: list[CaseLine]
    part: Part


class MyDuty(Shape):
    """Something that this person owes."""

    reference: str
    page: str
    partnership: Named
    stage: Stage
    status: str
    owed: Owed


class MyWork(Shape):
    """What this person owes, what presses most first, a part at a time."""

    owed: list[MyDuty]
    part: Part


class Child(Shape):
    """A child of the case."""

    name: str
    born: date | None


class DutyOfCase(Owed):
    """A duty of one case, met ones too."""

    state: Literal["due", "late", "met", "met_late"]
    stage: Stage | None
    """At which stage; null where it belongs to none."""
    since: AwareDatetime
    met: AwareDatetime | None
    shortened: bool
    action: int | None
    """The number of the agreed action that it is about."""
    mine: bool
    """Whether it falls to this person."""


class Detail(Shape):
    """Something that a record says."""

    label: str
    value: str


class RecordOfCase(Shape):
    """One record, in the words in which the pages show it."""

    number: int
    act: str
    headline: str
    by: str
    at: AwareDatetime
    written: AwareDatetime
    clauses: list[str]
    details: list[Detail]
    since: list[Detail]
    """What others said of it, or put right in it, later."""
    documents: list[str]
    """The names of the supporting documents that came with it."""


class CaseDetail(CaseHead):
    """One case, as far as this person sees it. What is not open to them is null, or not there."""

    policy: str
    """Which policy, and which version of it."""
    children: list[Child] | None
    at_risk: bool | None
    """Whether a child was said to be at immediate risk."""
    concern: dict[str, str]
    """The words of whoever raised it, under the name of each question."""
    duties: list[DutyOfCase]
    records: list[RecordOfCase]
    ending: RecordOfCase | None
    """How it ended."""


class Wrong(Shape):
    """What is wrong with one part of an address."""

    parameter: str
    says: str


class Problem(Shape):
    """Why there is no answer, and what to do (RFC 9457)."""

    title: str
    status: int
    detail: str
    errors: list[Wrong] = Field(default_factory=list)


Slug = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]*$", max_length=80)]
"""What stands for a partnership or an agency in addresses."""


class Listing(Shape):
    """Which cases, and which part of them."""

    show: Literal["open", "ended", "actions", "flagged", "all"] = "open"
    """`open`; `ended`; `actions`: ended with agreed actions still open; `flagged`: a delay was
    flagged; `all`."""
    partnership: Slug = ""
    """The slug of a partnership: its cases alone."""
    agency: Slug = ""
    """The slug of an agency: cases that it is a party to alone."""
    page: PositiveInt = 1


class Paged(Shape):
    """Which part of a list."""

    page: PositiveInt = 1


class Nothing(Shape):
    """An address that takes no parameter."""


def instant(at: datetime) -> datetime:
    """A moment as clocks in London show it, with its offset."""
    return at.astimezone(LONDON)
