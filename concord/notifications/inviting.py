"""Invitations that are not answered: whoever invited is reminded, and told when one has run out.

The outsider's link is in their mail alone, and opens only with a code that the inviter reads out:
so it is the inviter who is reminded to ring. The rungs are those of a duty with a time.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from concord.cases.invitations import run_out
from concord.cases.models import Invitation
from concord.directory.models import Post, User
from concord.directory.questions import holders
from concord.notifications.models import Kind, MailState, Notice
from concord.notifications.telling import ON_TIME
from concord.policies.calendars import calendar_for
from concord.policies.library import load_version
from concord.policies.reminders import reminders_for
from concord.rules.clock import LONDON
from concord.rules.rungs import BEGUN, Rung, rungs

WAITS, RAN_OUT = "invitation_waits", "invitation_ran_out"


def remind(at: datetime, mails: bool) -> int:
    """Tell what has fallen due of the invitations that are open. Returns how many notices.

    Each rung is told once, whatever the clock does and however many loops run; of several that
    were missed only the latest.
    """
    found = Invitation.objects.filter(ended=None).order_by("pk")
    made = 0
    for invitation in found.select_related("case__partnership", "invited_by"):
        made += _tell(invitation, at, mails)
    return made


def _tell(invitation: Invitation, at: datetime, mails: bool) -> int:
    every = _rungs(invitation)
    due = [number for number, rung in enumerate(every) if rung.at <= at]
    if not due:
        return 0
    latest = due[-1]
    has_run_out = at >= invitation.expires
    keys = [f"invitation:{invitation.pk}:{rung.id}" for rung in every]
    with transaction.atomic():
        Invitation.objects.select_for_update().get(pk=invitation.pk)
        if (
            not has_run_out
            and Notice.objects.filter(
                key__in=[
                    f"{key}:{user.pk}" for key in keys[latest:] for user in _to(invitation, at)
                ]
            ).exists()
        ):
            return 0
        if has_run_out and not run_out(invitation):
            return 0
        late = at - every[latest].at
        for user in _to(invitation, at):
            Notice.objects.get_or_create(
                key=f"{keys[latest]}:{user.pk}",
                defaults={
                    "kind": Kind.ACT, "act": RAN_OUT if has_run_out else WAITS,
                    "case": invitation.case, "recipient": user, "told": at,
                    "late_by": late if late > ON_TIME else None,
                    "state": MailState.WAITING if mails else MailState.NONE,
                    "not_before": at if mails else None,
                },
            )  # fmt: skip
    return 1


def _rungs(invitation: Invitation) -> list[Rung]:
    """When the inviter is told, the last as it runs out: by the rungs of the case's policy."""
    case = invitation.case
    scheme = reminders_for(case.policy_id, case.policy_version)
    policy = load_version(case.policy_id, case.policy_version).policy
    found = rungs(scheme, invitation.made, invitation.expires, calendar_for(policy.calendar))
    before = [rung for rung in found if rung.id != BEGUN and rung.at < invitation.expires]
    return [*before, Rung("ran_out", invitation.expires)]


def _to(invitation: Invitation, at: datetime) -> Iterable[User]:
    """Who invited; once they hold no post here any more, the business manager."""
    day = at.astimezone(LONDON).date()
    partnership = invitation.case.partnership
    held = Post.objects.held(day).filter(user=invitation.invited_by, partnership=partnership)
    if held.exists():
        return [invitation.invited_by]
    posts = holders("business_manager", partnership, at)
    return [post.user for post in posts if post.user is not None]
