"""What the rules of a policy do, in plain sentences, by clause."""

from concord.policies.library import Loaded
from concord.rules.clock import Limit, Unit
from concord.rules.policy import DutyRule, LimitRule, PowerRule
from concord.rules.who import Seat
from concord.rules.words import Power

_UNITS = {
    Unit.WORKING_DAYS: "working day",
    Unit.CALENDAR_DAYS: "day",
    Unit.ELAPSED_HOURS: "hour",
    Unit.WORKING_HOURS: "working hour",
    Unit.MONTHS: "month",
    Unit.YEARS: "year",
}
_POWERS = {
    Power.DECIDE: "decides",
    Power.RECOMMEND: "recommends",
    Power.MEDIATE: "mediates",
    Power.AGREE_JOINTLY: "agree jointly",
}
_PLACES = {
    "raising": "of the agency that raised it",
    "responding": "of the agency challenged",
    "each": "of each agency",
    "own": "of one's own agency",
    "other": "of the other agency",
}


def limit_words(limit: Limit) -> str:
    """A limit as people say it: "5 working days", "the same day"."""
    if limit.unit is Unit.SAME_DAY:
        return "the same day"
    word = _UNITS[limit.unit]
    return f"{limit.amount} {word}" + ("" if limit.amount == 1 else "s")


def seat_words(seat: Seat | None) -> str:
    """A seat as people say it: "manager of the agency that raised it"."""
    if seat is None:
        return "either side"
    roles = " or ".join(role.replace("_", " ") for role in seat.roles)
    return f"{roles} {_PLACES[seat.place]}" if seat.place else roles


def carried_by(loaded: Loaded) -> dict[str, tuple[str, ...]]:
    """For each clause, what the rules do about it, in sentences and in the file's order."""
    policy = loaded.policy
    found: dict[str, list[str]] = {}
    for stage in policy.stages:
        found.setdefault(str(stage.clause), []).append(f"The stage: {stage.title}.")
        for power in stage.powers:
            found.setdefault(str(power.clause), []).append(_power(power))
    for limit in policy.limits:
        found.setdefault(str(limit.clause), []).append(_limit(limit))
    for duty in policy.duties:
        found.setdefault(str(duty.clause), []).append(_duty(duty))
    for gate in policy.gates:
        found.setdefault(str(gate.clause), []).append(
            f"Asked for first: {gate.why} It can be passed with a reason."
        )
    for exclusion in policy.exclusions:
        found.setdefault(str(exclusion.clause), []).append(f"Another door: {exclusion.instead}")
    for rule in policy.appointments:
        by = " or ".join(seat_words(seat) for seat in rule.by)
        says = f"The {rule.office.replace('_', ' ')} is appointed by: {by}."
        found.setdefault(str(rule.clause), []).append(says)
    for make_up in policy.make_ups:
        found.setdefault(str(make_up.clause), []).append(f"Checked: {make_up.why}")
    for form in policy.forms:
        found.setdefault(str(form.clause), []).append(f"The form: {form.title}.")
    for office in policy.offices:
        if office.clause:
            found.setdefault(str(office.clause), []).append(f"The office: {office.title}.")
    return {clause: tuple(dict.fromkeys(says)) for clause, says in found.items()}


def _duty(duty: DutyRule) -> str:
    within = f", within {limit_words(duty.within)}" if duty.within else ""
    return f"{seat_words(duty.by).capitalize()}: {duty.what.rstrip('.')}{within}."


def _limit(limit: LimitRule) -> str:
    since = ", from the first formal stage" if limit.cumulative else ""
    return f"A limit of {limit_words(limit.within)}{since}: {limit.what}"


def _power(power: PowerRule) -> str:
    bodies = " or ".join(name.replace("_", " ") for name in power.who)
    return f"The {bodies} {_POWERS[power.power]}."
