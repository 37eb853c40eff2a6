"""Opening a case in an emergency: for how long, what must follow, and how each such opening stands.

Does not decide who may: that is `concord.access.table`. Opening and reviewing are written by
`concord.cases.emergencies`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from concord.cases.models import Registered
from concord.cases.register import says
from concord.rules.clock import Calendar, Limit, Unit, due, is_late

LASTS = timedelta(minutes=60)
"""How long a case stays open to whoever opened it so. It ends by itself."""
REVIEWED_WITHIN = Limit(5, Unit.WORKING_DAYS)
"""Within which time somebody else says whether it was proper."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review came to: when, by whom, whether the opening was proper, and in words."""

    at: datetime
    by: str
    proper: bool
    words: str


@dataclass(frozen=True, slots=True)
class Opened:
    """One opening of a case in an emergency."""

    number: int
    reference: str
    person: int
    who: str
    """The name and post of whoever opened it, as the directory then had them."""
    why: str
    at: datetime
    review: Reviewed | None = None

    @property
    def until(self) -> datetime:
        """When it ends: from then on the case is shut again."""
        return self.at + LASTS

    def review_due(self, calendar: Calendar) -> date:
        """The last day on which its review is in time."""
        found = due(REVIEWED_WITHIN, self.at, calendar)
        return found.date() if isinstance(found, datetime) else found

    def is_overdue(self, calendar: Calendar, at: datetime) -> bool:
        """Whether nobody has reviewed it in time, at a moment (aware)."""
        return self.review is None and is_late(self.review_due(calendar), at)


@dataclass(frozen=True, slots=True)
class Count:
    """How many openings there were, and how they were judged."""

    opened: int
    proper: int
    not_proper: int
    waiting: int
    overdue: int


def count(openings: Iterable[Opened], calendar: Calendar, at: datetime) -> Count:
    """What a board is told of these openings, as they stand at a moment (aware)."""
    every = list(openings)
    judged = [each.review.proper for each in every if each.review is not None]
    return Count(
        opened=len(every),
        proper=sum(judged),
        not_proper=len(judged) - sum(judged),
        waiting=len(every) - len(judged),
        overdue=sum(each.is_overdue(calendar, at) for each in every),
    )


def open_until(case: int, person: int, at: datetime) -> datetime | None:
    """Until when somebody (their number) may read a case (its key) so; None if not, at `at`."""
    begun = (
        Registered.objects.filter(
            case=case, by=person, kind=Registered.Kind.OPENED, at__lte=at, at__gt=at - LASTS
        )
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    return begun + LASTS if begun is not None else None


def openings(**where: object) -> list[Opened]:
    """The openings that a filter on the register's lines finds, the latest first, with reviews.

    Not those of cases that were disposed of: what they say went with the case.
    """
    lines = Registered.objects.filter(
        kind=Registered.Kind.OPENED, case__disposed=None, **where
    ).select_related("case", "partnership")
    found = list(lines.order_by("-at", "-pk"))
    answers = Registered.objects.filter(
        kind=Registered.Kind.REVIEWED, about__in=[line.pk for line in found]
    ).select_related("by", "case", "partnership")
    reviews = {line.about_id: line for line in answers}
    return [_opened(line, reviews) for line in found]


def _opened(line: Registered, reviews: Mapping[int | None, Registered]) -> Opened:
    said, review = says(line), reviews.get(line.pk)
    return Opened(
        line.pk, line.case.reference, line.by_id, said["who"], said["why"], line.at,
        _reviewed(review) if review else None,
    )  # fmt: skip


def _reviewed(line: Registered) -> Reviewed:
    said = says(line)
    return Reviewed(line.at, said["who"], said["proper"] == "yes", said["words"])
