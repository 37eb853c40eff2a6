"""Which requests for access press: from a week before their time is over, and after it.

Reminds those who answer them, and lets their pages say so.

Reads no word of a request: its dates alone, which are not encrypted. So nothing of a child can come
into a notice or a mail, and a key that is missing holds up no reminder.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from concord.access.table import ANSWER_SUBJECTS
from concord.directory.models import Partnership
from concord.directory.questions import holders
from concord.notifications.models import Kind, MailState, Notice
from concord.notifications.once import tell_once
from concord.notifications.wording import ANSWER_LATE, ANSWER_NEAR
from concord.policies.calendars import calendar_for
from concord.policies.library import load
from concord.policies.reminders import reminders_for
from concord.rules.clock import LONDON
from concord.rules.dates import day
from concord.rules.rungs import routine_moment
from concord.subject_access.clock import Due
from concord.subject_access.models import Request, StepKind
from concord.subject_access.requests import due_of
from concord.vault import keys

NEAR = timedelta(days=7)
"""From how long before the last day on it is told that it comes near."""


@dataclass(frozen=True, slots=True)
class Pressing:
    """A request that is not answered, and whose last day is near or over."""

    request: Request
    due: Due
    today: date
    is_extended: bool

    @property
    def is_late(self) -> bool:
        """Whether its last day is over."""
        return self.due.due < self.today

    @property
    def act(self) -> str:
        """What is told of it: that its last day is near, or over."""
        return ANSWER_LATE if self.is_late else ANSWER_NEAR

    @property
    def key(self) -> str:
        """What is told once to each. Where the last day moves, it is told again of the new one."""
        return f"request:{self.request.pk}:{self.act}:{self.due.due.isoformat()}:"

    @property
    def says(self) -> str:
        """What the notice says: the reference, the dates, and what to do."""
        which = f"Request {self.request.reference}"
        if self.act == ANSWER_LATE:
            return (
                f"{which} was to be answered by {day(self.due.due)}. Answer now, and say why it is "
                "late, and that whoever asked may complain to the Information Commissioner's "
                "Office."
            )
        says = f"{which} is to be answered by {day(self.due.due)}."
        if self.is_extended:
            return f"{says} It cannot be extended again."
        return (
            f"{says} Only if it is complex it can be extended by two months: whoever asked is told "
            f"so, and why, by {day(self.due.first)}."
        )


def remind(at: datetime) -> int:
    """Tell whoever answers requests of those whose time is nearly over, or over: each once.

    `at` is aware. Mail goes in the partnership's working hours; what still waits is not sent once
    the request was answered, or has more time. Returns how many notices were made.
    """
    pressing = list(_pressing(Request.objects.all(), at))
    _spare_all_but([each.key for each in pressing])
    return sum(_tell(each, at) for each in pressing)


def pressing_in(partnerships: Iterable[str], at: datetime) -> list[Pressing]:
    """The requests of these partnerships (slugs) that press at `at` (aware), the soonest first."""
    found = Request.objects.filter(partnership__slug__in=list(partnerships))
    return sorted(_pressing(found, at), key=lambda each: each.due.due)


def answered(references: Iterable[str]) -> frozenset[str]:
    """Those of these requests that were released, or closed without a release."""
    over = Q(release__isnull=False) | Q(steps__kind=StepKind.CLOSED)
    found = Request.objects.filter(over, reference__in=list(references))
    return frozenset(found.values_list("reference", flat=True))


def _pressing(requests: QuerySet[Request], at: datetime) -> Iterator[Pressing]:
    today = at.astimezone(LONDON).date()
    under_way = (
        requests.filter(release=None)
        .exclude(steps__kind=StepKind.CLOSED)
        .select_related("partnership")
        .only("reference", "received", "partnership")
    )
    for request in under_way.order_by("pk"):
        if keys.is_destroyed(request.reference):
            continue  # it went with a case that was disposed of: nothing is left to answer
        steps = list(request.steps.only("request", "kind", "on"))
        due = due_of(request, steps)
        if today >= due.due - NEAR:
            is_extended = any(step.kind == StepKind.EXTENDED for step in steps)
            yield Pressing(request, due, today, is_extended)


def _tell(each: Pressing, at: datetime) -> int:
    place = each.request.partnership
    mail_from = _working_hours(place, at)
    people = {
        post.user: role for role in ANSWER_SUBJECTS for post in holders(role, place, at)
        if post.user is not None
    }  # fmt: skip
    told = (
        tell_once(
            f"{each.key}{user.pk}", Kind.REQUEST, user, at, mail_from, post=role, act=each.act,
            rung=each.request.reference, instead=each.says,
        )
        for user, role in people.items()
    )  # fmt: skip
    return sum(notice is not None for notice in told)


def _working_hours(place: Partnership, at: datetime) -> datetime:
    policy = load(place.policy_id).policy
    return routine_moment(reminders_for(place.policy_id), at, calendar_for(policy.calendar))


def _spare_all_but(keys_of_now: list[str]) -> None:
    waiting = Notice.objects.filter(kind=Kind.REQUEST, state=MailState.WAITING)
    over = [
        number for number, key in waiting.values_list("pk", "key")
        if not key.startswith(tuple(keys_of_now))
    ]  # fmt: skip
    waiting.filter(pk__in=over).update(state=MailState.SPARED)
