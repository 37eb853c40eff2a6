"""Tells the second person that a case is proposed for disposal: two people decide on it.

In the caller's transaction with the proposal itself.
"""

from concord.access.table import ANSWER_SUBJECTS
from concord.cases.models import Registered
from concord.directory.questions import holders
from concord.notifications.hours import hours_of
from concord.notifications.models import Kind
from concord.notifications.once import tell_once
from concord.rules.rungs import routine_moment

SAYS = "You approve it, or turn it down: whoever proposed it cannot. Until then the case stays."


def tell_of_proposal(line: Registered) -> None:
    """One notice to each who may approve a proposal (a line of the register), in working hours."""
    case = line.case
    scheme, calendar = hours_of(case)
    mail_from = routine_moment(scheme, line.at, calendar)
    for role in ANSWER_SUBJECTS:
        for post in holders(role, line.partnership, line.at):
            if post.user is not None and post.user_id != line.by_id:
                tell_once(
                    f"disposal:{line.pk}:{post.user_id}", Kind.DISPOSAL, post.user, line.at,
                    mail_from, case=case, post=role, instead=SAYS,
                )  # fmt: skip
