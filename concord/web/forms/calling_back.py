"""What is asked of whoever calls back what was sent wrongly, and of what was done about it."""

from collections.abc import Iterable
from typing import Any

from concord.web.forms.base import PlainForm
from concord.web.forms.fields import CountedWords, OneOf


class CallingBack(PlainForm):
    """From whom, and why."""

    recipient = OneOf("To whom was it sent wrongly?")
    why = CountedWords(
        "Why was it wrong?", "Do not name the child. Those who look into the breach read it",
        least=3, most=200,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, to: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["recipient"]
        assert isinstance(field, OneOf)
        field.choices = list(to)


class Done(PlainForm):
    """What was done about a breach."""

    words = CountedWords(
        "What was done?",
        "Whether the Information Commissioner and the family were told, and when; or why they need "
        "not be. What whoever got it says that they did with it",
        least=5, most=400,
    )  # fmt: skip
