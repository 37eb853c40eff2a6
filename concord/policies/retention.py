"""The schedule of retention: read from its file, checked, and loaded once."""

from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from concord.policies.part import Part
from concord.policies.reading import PolicyMistakes, read_yaml
from concord.rules.retention import Applies, RetentionClass, Trigger

HOUSE = Path(__file__).with_name("retention.yaml")
LONGEST = 150
"""In years: nothing about a child is kept longer, so a longer time is a slip of the keyboard."""


class ClassPart(Part):
    """A class as it is written."""

    id: str
    title: str
    applies: Applies
    trigger: Trigger
    years: int | None = Field(default=None, ge=1, le=LONGEST)
    source: str

    @model_validator(mode="after")
    def _says_its_years(self) -> "ClassPart":
        """Only the class whose years each partnership says itself has none."""
        if (self.years is None) != (self.trigger is Trigger.LOCAL):
            raise ValueError("a class says its years, and the local one says none")
        return self


class SchedulePart(Part):
    """The file as it is written."""

    version: str
    classes: list[ClassPart] = Field(min_length=1)
    local: dict[str, int] = {}


@cache
def schedule(path: Path = HOUSE) -> SchedulePart:
    """The schedule as it is written. Raises PolicyMistakes."""
    source = read_yaml(path, path.name)
    try:
        return SchedulePart.model_validate(source.data)
    except ValidationError as error:
        raise PolicyMistakes(
            source.mistake(tuple(each["loc"]), each["msg"]) for each in error.errors()
        ) from error


@cache
def classes() -> tuple[RetentionClass, ...]:
    """The classes of the schedule, as the rules read them."""
    return tuple(
        RetentionClass(each.id, each.title, each.trigger, each.applies, each.source, each.years)
        for each in schedule().classes
    )


def local_years(policy_id: str) -> int | None:
    """How many years from closing a partnership's own schedule says; None where it has none."""
    return schedule().local.get(policy_id)
