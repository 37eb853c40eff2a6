"""What every part of a policy file has: no key that the language does not know."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


def as_list(value: object) -> object:
    """One value as a list of one."""
    return value if isinstance(value, list) or value is None else [value]


Texts = Annotated[list[str], BeforeValidator(as_list)]


class Part(BaseModel):
    """Any part of a policy file: no key that the language does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
