"""By which rungs a case's policy reminds people, and in which hours what can wait is mailed."""

from concord.cases.models import Case
from concord.policies.calendars import calendar_for
from concord.policies.library import load_version
from concord.policies.reminders import reminders_for
from concord.rules.clock import Calendar
from concord.rules.rungs import Scheme


def hours_of(case: Case) -> tuple[Scheme, Calendar]:
    """The rungs and the calendar of the version of the policy that a case began under."""
    policy = load_version(case.policy_id, case.policy_version).policy
    return reminders_for(case.policy_id, case.policy_version), calendar_for(policy.calendar)
