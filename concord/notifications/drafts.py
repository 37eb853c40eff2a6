"""Storing notices, many in a few statements; and when the mail of each may go."""

from dataclasses import dataclass, field
from datetime import datetime

from concord.notifications.hours import hours_of
from concord.notifications.models import Kind, MailState, Notice, Reminder, Wish
from concord.rules.clock import latest_instant
from concord.rules.dates import read_due
from concord.rules.rungs import BEGUN, next_opening, routine_moment

Draft = tuple[Notice, list[Reminder]]
"""A notice that is not stored yet, and the rungs that it tells."""


@dataclass(slots=True)
class Drafts:
    """Notices to be stored together at one moment (aware). `mails`: whether mail is sent at all."""

    at: datetime
    mails: bool
    notices: list[Draft] = field(default_factory=list)
    _quiet: set[str] = field(default_factory=set)

    def add(self, drafts: list[Draft], author: int | None = None) -> None:
        """More of them. What their own act makes its `author` owe is not mailed to them: the page
        that they act on says it.
        """
        self.notices += drafts
        self._quiet |= {
            notice.key
            for notice, _ in drafts
            if notice.kind == Kind.DUTY and notice.recipient_id == author
        }

    def store(self) -> None:
        """Store them all; their mail waits for working hours where it can."""
        if not self.notices:
            return
        if self.mails:
            self._address()
        new = Notice.objects.bulk_create(notice for notice, _ in self.notices)
        told = Reminder.notices.through
        told.objects.bulk_create(
            told(reminder_id=row.pk, notice_id=notice.pk)
            for notice, rows in self.notices
            for row in rows
        )
        if self.mails:
            rows = [row for _, rows in self.notices for row in rows if row.rung != BEGUN]
            _overtake(rows, min(notice.pk for notice in new))

    def _address(self) -> None:
        people = {notice.recipient_id for notice, _ in self.notices if notice.recipient_id}
        wishes = Wish.objects.filter(user__in=people, digest=True)
        digested = set(wishes.values_list("user_id", flat=True))
        for notice, rows in self.notices:
            case = notice.case
            if notice.recipient_id is None or notice.key in self._quiet or case is None:
                continue
            scheme, calendar = hours_of(case)
            notice.state = MailState.WAITING
            notice.not_before = self.at
            if not notice.urgent:
                notice.not_before = routine_moment(scheme, self.at, calendar)
            following = next_opening(scheme, self.at, calendar)
            if notice.recipient_id in digested and _can_wait(notice, rows, following):
                notice.in_digest, notice.not_before = True, following


def _can_wait(notice: Notice, rows: list[Reminder], until: datetime) -> bool:
    """Whether a notice may come in a digest: not what is urgent, nor due before it comes."""
    limits = [latest_instant(due) for row in rows if (due := read_due(row.due)) is not None]
    return not notice.urgent and all(limit > until for limit in limits)


def _overtake(rows: list[Reminder], before: int) -> None:
    """Mail of an earlier rung that still waits is not sent once a later rung is told.

    `before`: the number of the first notice of those that tell the later rungs.
    """
    if not rows:
        return
    newest = {(row.case_id, row.rule, row.owner, row.action): row.falls for row in rows}
    waiting = Notice.objects.filter(
        case_id__in={row.case_id for row in rows},
        kind__in=(Kind.REMINDER, Kind.DUTY),
        state=MailState.WAITING,
        pk__lt=before,
    )
    overtaken = []
    for notice in waiting.prefetch_related("reminders"):
        told = notice.reminders.all()
        duties = [(each.case_id, each.rule, each.owner, each.action) for each in told]
        falls = [
            newest.get(duty, row.falls) > row.falls for duty, row in zip(duties, told, strict=True)
        ]
        if falls and all(falls):
            overtaken.append(notice.pk)
    if overtaken:
        Notice.objects.filter(pk__in=overtaken, state=MailState.WAITING).update(
            state=MailState.SPARED
        )
