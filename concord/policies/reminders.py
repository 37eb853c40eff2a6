"""How people are reminded of what they owe: the house's rungs, or a policy's own."""

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from concord.policies.library import load_version
from concord.policies.reading import PolicyMistakes, read_yaml
from concord.policies.schema import RemindersPart
from concord.policies.units import parse_moment
from concord.rules.rungs import RungRule, Scheme

HOUSE = Path(__file__).with_name("reminders.yaml")


@cache
def house() -> Scheme:
    """The rungs where a policy has none of its own. Raises PolicyMistakes."""
    source = read_yaml(HOUSE, HOUSE.name)
    try:
        return scheme(RemindersPart.model_validate(source.data))
    except ValidationError as error:
        raise PolicyMistakes(
            source.mistake(tuple(each["loc"]), each["msg"]) for each in error.errors()
        ) from error


@cache
def reminders_for(policy_id: str, version: str = "") -> Scheme:
    """The rungs that hold for cases of a policy's version. Raises UnknownPolicy, PolicyMistakes."""
    own = load_version(policy_id, version).file.reminders
    return scheme(own) if own else house()


def scheme(part: RemindersPart) -> Scheme:
    """A scheme as written, read."""
    return Scheme(
        tuple(
            RungRule(each.id, parse_moment(each.on_a_day), parse_moment(each.at_a_time))
            for each in part.rungs
        ),
        part.working_hours.opens,
        part.working_hours.closes,
    )
