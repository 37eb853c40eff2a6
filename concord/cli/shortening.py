"""What a schedule makes shorter than what is in force, and whom that reaches at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from concord.policies.library import policy_ids
from concord.policies.retention import Schedule, in_force
from concord.rules.clock import LONDON
from concord.rules.dates import day as spoken
from concord.rules.retention import Applies, RetentionClass, Standing, Trigger, judge


def shorter(found: Schedule, folder: Path, at: datetime) -> Iterator[str]:
    """Each class that a schedule shortens, in a line, and how many ended cases fall due by it, by
    partnership. `at` (aware): now. Nothing where nothing gets shorter. Raises PolicyMistakes.
    """
    begins = max(found.file.since, at.astimezone(LONDON).date())
    for policy_id in policy_ids():
        before = in_force(folder, policy_id, begins)
        lines = (
            tuple(_classes(before, found, policy_id)) if _replaces(found, before, policy_id) else ()
        )
        yield from lines
        if lines:
            now, then = (_due(each, policy_id, begins, at) for each in (before, found))
            yield (
                f"{policy_id}: ended cases that are due on {spoken(begins)}, when it comes into "
                f"force: {then} by this schedule, {now} without it."
            )


def _replaces(found: Schedule, before: Schedule, policy_id: str) -> bool:
    """Whether it holds for a partnership from the day that it begins, in place of the other."""
    if found.file.partnership not in ("", policy_id):
        return False
    ranks = [(bool(each.file.partnership), each.file.since) for each in (found, before)]
    return before.is_house or ranks[0] >= ranks[1]


def _classes(before: Schedule, after: Schedule, policy_id: str) -> Iterator[str]:
    for each in before.classes:
        was = _years(each, before, policy_id)
        alike = [one for one in after.classes if _covers(one, each)]
        becomes = max((_years(one, after, policy_id) for one in alike), default=0)
        if becomes < was:
            since = "birth" if each.trigger is Trigger.BIRTH else "closing"
            says = f"becomes {becomes}" if becomes else "becomes nothing"
            yield f"{policy_id}: {each.title}: {was} years from {since} {says}."


def _covers(one: RetentionClass, other: RetentionClass) -> bool:
    """Whether what the other keeps is among what this one keeps, counted from the same day."""
    births = (one.trigger is Trigger.BIRTH, other.trigger is Trigger.BIRTH)
    return births[0] == births[1] and one.applies in (other.applies, Applies.EVERY_CASE)


def _years(each: RetentionClass, of: Schedule, policy_id: str) -> int:
    """For how many years; 0 where the schedule says none."""
    local = each.trigger is Trigger.LOCAL
    return (of.local_years(policy_id) if local else each.years) or 0


def _due(by: Schedule, policy_id: str, on: date, at: datetime) -> int:
    """How many ended cases are due on a day by a schedule, by what is known of them now."""
    from concord.cases.retaining import kept, to_look_at
    from concord.cli.instance import is_new
    from concord.directory.models import Partnership

    if is_new():
        return 0
    found = 0
    for place in Partnership.objects.all():
        for each in kept(to_look_at(place).filter(policy_id=policy_id), at):
            known = replace(each.known, local_years=by.local_years(policy_id))
            found += judge(by.classes, known, on).standing is Standing.DUE
    return found
