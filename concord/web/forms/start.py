"""Signing in, the date calculator, and finding a case."""

from typing import Any

from django import forms

from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Clock, Day, Line, never_was


class Secret(forms.CharField):
    """A password."""

    kind = "line"

    def __init__(
        self, label: str = "Password", missing: str = "Enter your password", hint: str = ""
    ) -> None:
        super().__init__(
            label=label,
            help_text=hint,
            max_length=200,
            strip=False,
            error_messages={"required": missing},
        )


class SignIn(PlainForm):
    """By work address and password."""

    email = Line("Work e-mail address")
    password = Secret()


class DateCalculator(PlainForm):
    """When each limit ends, from a moment."""

    day = Day("From which day?", hint="For example, 17 12 2026")
    clock = Clock("From what time?")

    def clean(self) -> dict[str, Any]:
        """No time that no clock showed."""
        data = super().clean() or {}
        if (
            data.get("day")
            and data.get("clock")
            and (says := never_was(data["day"], data["clock"]))
        ):
            self.add_error("clock", says)
        return data


class Finding(PlainForm):
    """A case by its reference, or by a child's name and date of birth."""

    reference = Line("The case's reference", hint="For example, K7QM-4TPD", required=False)
    name = Line("The child's name", required=False)
    born = Day("The child's date of birth", hint="For example, 27 3 2015", required=False)

    def clean(self) -> dict[str, Any]:
        """Either a reference, or a name with a date of birth."""
        data = super().clean() or {}
        if not self.errors and not data.get("reference"):
            if not data.get("name"):
                self.add_error("reference", "Enter a reference, or a name and date of birth")
            elif not data.get("born"):
                self.add_error("born", "Enter the date of birth too: names are shared")
        return data
