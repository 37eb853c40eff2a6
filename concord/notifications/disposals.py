"""Tells the second person that a case is proposed for disposal: two people decide on it.

In the caller's transaction with the proposal itself.
"""

from django.conf import settings

from concord.access.table import ANSWER_SUBJECTS
from concord.cases.models import Registered
from concord.directory.questions import holders
from concord.notifications.models import Kind, MailState, Notice
from concord.policies.calendars import calendar_for
from concord.policies.library import load_version
from concord.policies.reminders import reminders_for
from concord.rules.rungs import routine_moment

SAYS = "You approve it, or turn it down: whoever proposed it cannot. Until then the case stays."


def tell_of_proposal(line: Registered) -> list[Notice]:
    """One notice to each who may approve a proposal (a line of the register), in working hours."""
    case, mails = line.case, settings.CONCORD_MAIL != "none"
    policy = load_version(case.policy_id, case.policy_version).policy
    scheme = reminders_for(case.policy_id, case.policy_version)
    may_go = routine_moment(scheme, line.at, calendar_for(policy.calendar))
    made = []
    for role in ANSWER_SUBJECTS:
        for post in holders(role, line.partnership, line.at):
            if post.user is None or post.user_id == line.by_id:
                continue
            notice, is_new = Notice.objects.get_or_create(
                key=f"disposal:{line.pk}:{post.user_id}",
                defaults={
                    "kind": Kind.DISPOSAL, "case": case, "recipient": post.user, "post": role,
                    "instead": SAYS, "told": line.at,
                    "state": MailState.WAITING if mails else MailState.NONE,
                    "not_before": may_go if mails else None,
                },
            )  # fmt: skip
            if is_new:
                made.append(notice)
    return made
