"""Invitations that are not answered: the outsider is reminded, and so is whoever invited them.

The rungs are those of a duty with a time. The mail to the outsider has no link and no code: those
came before, each its own way. The inviter is reminded too, because it is they who can ring.
Nothing of it is urgent: mail goes in working hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from concord.cases.invitations import run_out
from concord.cases.models import Invitation
from concord.directory.models import Post, User
from concord.directory.questions import holders
from concord.notifications.hours import hours_of
from concord.notifications.models import Kind, MailState, Notice
from concord.notifications.telling import ON_TIME
from concord.notifications.wording import RAN_OUT_RUNG
from concord.rules.clock import LONDON, Calendar
from concord.rules.rungs import BEGUN, Rung, Scheme, routine_moment, rungs

WAITS, RAN_OUT = "invitation_waits", "invitation_ran_out"
OUTSIDER = "outsider"
"""In a notice's key, where somebody's number stands in others: that it is the outsider's own."""


@dataclass(frozen=True, slots=True)
class _Times:
    """By which rungs and working hours an invitation's case is reminded."""

    scheme: Scheme
    calendar: Calendar

    def rungs(self, invitation: Invitation) -> list[Rung]:
        """When is told, the last as it runs out: by the rungs of the case's policy."""
        found = rungs(self.scheme, invitation.made, invitation.expires, self.calendar)
        before = [rung for rung in found if rung.id != BEGUN and rung.at < invitation.expires]
        return [*before, Rung(RAN_OUT_RUNG, invitation.expires)]

    def opens(self, at: datetime) -> datetime:
        """When mail of this moment may go: now, or when working hours begin."""
        return routine_moment(self.scheme, at, self.calendar)


def remind(at: datetime, mails: bool) -> int:
    """Tell what has fallen due of the invitations that are open. Returns of how many.

    Each rung is told once, whatever the clock does and however many loops run; of several that
    were missed only the latest. Mail that waits for an answer that came meanwhile is spared.
    """
    _spare_ended()
    found = Invitation.objects.filter(ended=None).order_by("pk")
    made = 0
    for invitation in found.select_related("case__partnership", "invited_by"):
        made += _tell(invitation, at, mails)
    return made


def _tell(invitation: Invitation, at: datetime, mails: bool) -> int:
    times = _times(invitation)
    every = times.rungs(invitation)
    due = [number for number, rung in enumerate(every) if rung.at <= at]
    if not due:
        return 0
    latest = every[due[-1]]
    has_run_out = at >= invitation.expires
    late = at - latest.at
    told: dict[str, object] = {
        "case": invitation.case, "told": at, "rung": latest.id,
        "late_by": late if late > ON_TIME else None,
        "state": MailState.WAITING if mails else MailState.NONE,
        "not_before": times.opens(at) if mails else None,
    }  # fmt: skip
    with transaction.atomic():
        Invitation.objects.select_for_update().get(pk=invitation.pk)
        users = list(looks_after(invitation, at))
        # without mail there is no way to an outsider
        who = {str(user.pk): user for user in users} | ({OUTSIDER: None} if mails else {})
        if has_run_out:
            if not run_out(invitation):
                return 0
        else:
            later = [_key(invitation, rung, each) for rung in every[due[-1] :] for each in who]
            if Notice.objects.filter(key__in=later).exists():
                return 0
        _waiting(invitation).update(state=MailState.SPARED)
        for each, user in who.items():
            own: dict[str, object] = (
                {"kind": Kind.OUTSIDER, "outsider": invitation} if user is None
                else {"kind": Kind.ACT, "act": RAN_OUT if has_run_out else WAITS, "recipient": user}
            )  # fmt: skip
            key = _key(invitation, latest, each)
            Notice.objects.get_or_create(key=key, defaults={**told, **own})
    return 1


def _key(invitation: Invitation, rung: Rung, whom: str) -> str:
    return f"invitation:{invitation.pk}:{rung.id}:{whom}"


def _waiting(invitation: Invitation) -> QuerySet[Notice]:
    """The mail of its rungs that has not gone yet."""
    key = f"invitation:{invitation.pk}:"
    return Notice.objects.filter(key__startswith=key, state=MailState.WAITING)


def _spare_ended() -> None:
    """What waits to remind of an invitation that was answered, or ended, is not sent."""
    reminding = Q(kind=Kind.OUTSIDER) | Q(act=WAITS)
    waiting = Notice.objects.filter(reminding, state=MailState.WAITING, in_digest=False)
    keys = waiting.exclude(rung=RAN_OUT_RUNG).values_list("key", flat=True)
    numbers = {int(key.split(":")[1]) for key in keys}
    for invitation in Invitation.objects.filter(pk__in=numbers, ended__isnull=False):
        _waiting(invitation).exclude(rung=RAN_OUT_RUNG).update(state=MailState.SPARED)


def _times(invitation: Invitation) -> _Times:
    return _Times(*hours_of(invitation.case))


def looks_after(invitation: Invitation, at: datetime) -> Iterable[User]:
    """Who invited; once they hold no post here any more, the business manager."""
    day = at.astimezone(LONDON).date()
    partnership = invitation.case.partnership
    held = Post.objects.held(day).filter(user=invitation.invited_by, partnership=partnership)
    if held.exists():
        return [invitation.invited_by]
    posts = holders("business_manager", partnership, at)
    return [post.user for post in posts if post.user is not None]
