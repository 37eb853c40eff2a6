"""When each limit of a policy ends, measured from one moment: for people and for checks."""

from datetime import datetime

from concord.policies.calendars import calendar_for
from concord.policies.library import Loaded
from concord.policies.units import parse_limit
from concord.rules.clock import Due, Limit, Unit, due, latest_instant


def limits_by_clause(loaded: Loaded) -> dict[str, list[Limit]]:
    """Every limit that the policy sets, by the clause that sets it."""
    found: dict[str, list[Limit]] = {}
    policy = loaded.policy
    for limit_rule in policy.limits:
        found.setdefault(limit_rule.clause, []).append(limit_rule.within)
    for duty in policy.duties:
        if duty.within is not None:
            found.setdefault(duty.clause, []).append(duty.within)
    for part in loaded.file.lifecycle:
        if part.within is not None:
            found.setdefault(part.clause, []).append(parse_limit(part.within))
    return dict(sorted(found.items()))


def timeline(loaded: Loaded, start: datetime) -> dict[str, Due]:
    """When each clause's limit ends, from `start` (aware); of several, the last."""
    calendar = calendar_for(loaded.policy.calendar)
    return {
        clause: max((due(limit, start, calendar) for limit in limits), key=latest_instant)
        for clause, limits in limits_by_clause(loaded).items()
    }


def clauses_by_limit(loaded: Loaded) -> dict[Limit, list[str]]:
    """Each time limit that the policy sets, with the clauses that set it; by its unit."""
    found: dict[Limit, list[str]] = {}
    for clause, limits in limits_by_clause(loaded).items():
        for limit in dict.fromkeys(limits):
            found.setdefault(limit, []).append(clause)
    units = list(Unit)
    order = sorted(found, key=lambda each: (units.index(each.unit), each.amount))
    return {limit: found[limit] for limit in order}
