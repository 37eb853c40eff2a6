"""How often cases of a partnership were opened in an emergency, for its board."""

from datetime import datetime, timedelta

from concord.cases.glass import Count, count, openings
from concord.directory.models import Partnership
from concord.policies.calendars import calendar_for
from concord.policies.library import load

YEAR = timedelta(days=365)


def emergencies(partnership: Partnership, at: datetime) -> Count:
    """The openings of the last twelve months before `at` (aware), and how each was judged."""
    calendar = calendar_for(load(partnership.policy_id).policy.calendar)
    return count(openings(partnership=partnership, at__gt=at - YEAR, at__lte=at), calendar, at)
