"""Signing in, and the date calculator."""

from django import forms

from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Clock, Day, Line


class Secret(forms.CharField):
    """A password."""

    kind = "line"

    def __init__(self) -> None:
        super().__init__(
            label="Password",
            max_length=200,
            strip=False,
            error_messages={"required": "Enter your password"},
        )


class SignIn(PlainForm):
    """By work address and password."""

    email = Line("Work e-mail address")
    password = Secret()


class DateCalculator(PlainForm):
    """When each limit ends, from a moment."""

    day = Day("From which day?", hint="For example, 17 12 2026")
    clock = Clock("From what time?")
