"""Django's fields in the shapes of the design system. Validation is Django's; the look is GOV.UK's.

Each field has a `kind`, by which the template chooses the component.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms

from concord.rules.clock import LONDON
from concord.rules.dates import day as day_words

Choices = Iterable[tuple[str, str]]
LONGEST = 10_000


def as_written(text: str) -> str:
    """Text with its line breaks as they were typed: a browser sends each as two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def too_long(text: str, label: str, limit: int = LONGEST) -> str:
    """What to say of a text that is longer than is taken; empty if it is not."""
    has = len(as_written(text).strip())
    if has <= limit:
        return ""
    attach = ", or attach the long text as a document where that is offered"
    return (
        f"'{label}' can have {limit:,} characters, and has {has:,}. Nothing of it was cut: "
        f"shorten it by {has - limit:,}{attach if limit > A_LINE else ''}."
    )


def cannot_be_kept(text: str, label: str) -> str:
    """What to say of a text with a null character, which is never kept; empty if it has none."""
    if "\0" not in text:
        return ""
    return (
        f"'{label}' has a character in it that cannot be seen and cannot be kept. Delete what was "
        "pasted there, and type it"
    )


A_LINE = 200
"""In characters: what is no longer than this by its kind is a name, not a text."""
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that cannot be seen, and turn the writing after them around: a name is never so written."""


class Line(forms.CharField):
    """One line of text."""

    kind = "line"

    def __init__(self, label: str, hint: str = "", required: bool = True, **more: Any) -> None:
        more.setdefault("max_length", 200)
        messages = {"required": f"Enter: {label[:1].lower()}{label[1:]}"}
        super().__init__(
            label=label, help_text=hint, required=required, error_messages=messages, **more
        )

    def run_validators(self, value: Any) -> None:
        """What is too long is said in plain words. Raises ValidationError."""
        label = str(self.label)
        beyond = too_long(str(value), label, self.max_length or LONGEST) or cannot_be_kept(
            str(value), label
        )
        if beyond:
            raise forms.ValidationError(beyond)
        if TURNS & set(str(value)):
            raise forms.ValidationError(
                f"'{self.label}' has a mark in it that cannot be seen and turns writing around. "
                "Delete the line, and type it anew"
            )
        super().run_validators(value)


class Words(forms.CharField):
    """Several lines of text."""

    kind = "words"

    def __init__(self, label: str, hint: str = "", required: bool = True) -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=required,
            max_length=LONGEST,
            widget=forms.Textarea,
            error_messages={"required": f"Write something under: {label}"},
        )

    def to_python(self, value: Any) -> str:
        """The text, with its line breaks as they were typed."""
        return as_written(str(super().to_python(value)))

    def run_validators(self, value: Any) -> None:
        """What is too long is said in plain words, with by how much. Raises ValidationError."""
        beyond = too_long(value, str(self.label)) or cannot_be_kept(value, str(self.label))
        if beyond:
            raise forms.ValidationError(beyond)
        super().run_validators(value)


class CountedWords(Words):
    """Several lines of text, of at least and at most so many words."""

    def __init__(self, label: str, hint: str, *, least: int, most: int) -> None:
        super().__init__(label, f"{hint}. Between {least} and {most} words")
        self.least, self.most = least, most

    def run_validators(self, value: Any) -> None:
        """Too few or too many words are said with how many there are. Raises ValidationError."""
        super().run_validators(value)
        has = len(str(value).split())
        if value and not self.least <= has <= self.most:
            raise forms.ValidationError(
                f"'{self.label}' needs between {self.least} and {self.most} words, and has {has}"
            )


class OneOf(forms.ChoiceField):
    """One of a few, as radios."""

    kind = "radios"

    def __init__(
        self, label: str, choices: Choices = (), hint: str = "", required: bool = True
    ) -> None:
        super().__init__(
            label=label,
            choices=list(choices),
            help_text=hint,
            required=required,
            widget=forms.RadioSelect,
            error_messages={
                "required": f"Choose one: {label}",
                "invalid_choice": f"Choose one of those shown: {label}",
            },
        )


class Pick(forms.ChoiceField):
    """One of many, as a select."""

    kind = "select"

    def __init__(
        self, label: str, choices: Choices = (), hint: str = "", required: bool = True
    ) -> None:
        super().__init__(
            label=label,
            choices=[("", "Choose"), *choices],
            help_text=hint,
            required=required,
            error_messages={
                "required": f"Choose one: {label}",
                "invalid_choice": f"Choose one of those shown: {label}",
            },
        )


class AnyOf(forms.MultipleChoiceField):
    """Any of a few, as checkboxes."""

    kind = "checkboxes"

    def __init__(
        self, label: str, choices: Choices = (), hint: str = "", required: bool = True
    ) -> None:
        super().__init__(
            label=label,
            choices=list(choices),
            help_text=hint,
            required=required,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": f"Choose at least one: {label}",
                "invalid_choice": f"Choose from those shown: {label}",
            },
        )


class DayWidget(forms.MultiWidget):
    """Day, month and year as three inputs."""

    def __init__(self) -> None:
        super().__init__(
            {"day": forms.TextInput, "month": forms.TextInput, "year": forms.TextInput}
        )

    def decompress(self, value: Any) -> list[Any]:
        """A date as its three parts."""
        if isinstance(value, str) and value:
            value = date.fromisoformat(value)
        return [value.day, value.month, value.year] if value else ["", "", ""]


class Day(forms.MultiValueField):
    """A date, typed as day, month and year."""

    kind = "date"

    def __init__(self, label: str, hint: str = "", required: bool = True) -> None:
        super().__init__(
            fields=(forms.CharField(), forms.CharField(), forms.CharField()),
            label=label,
            help_text=hint,
            required=required,
            require_all_fields=False,
            widget=DayWidget(),
            error_messages={"required": f"Enter a day, month and year: {label}"},
        )
        for part in self.fields:
            part.required = False

    def compress(self, values: Sequence[str]) -> date | None:
        """The date. Raises ValidationError with what to type instead."""
        parts = [str(value).strip() for value in values]
        if not any(parts):
            return None
        try:
            found = date(int(parts[2]), int(parts[1]), int(parts[0]))
        except (ValueError, IndexError, OverflowError) as error:
            says = f"Enter a real date, like 27 3 2015: {self.label}"
            raise forms.ValidationError(says) from error
        if not 1900 <= found.year <= 2059:
            raise forms.ValidationError(f"Enter a year between 1900 and 2059: {self.label}")
        return found


def never_was(day: date, clock: time) -> str:
    """What to say of a time that no clock showed: the hour that is left out in spring; or ""."""
    at = datetime.combine(day, clock, tzinfo=LONDON)
    if at.astimezone(UTC).astimezone(LONDON).time() == clock:
        return ""
    return (
        f"There was no {clock:%H:%M} on {day_words(day)}: the clocks went forward from 01:00 to "
        "02:00. Enter a time before 01:00, or from 02:00 on"
    )


def _read_clock(text: str) -> time:
    """A time as people type it: 14:05, 14.05, 1405, 1.30 am, 2 p.m. Raises ValueError."""
    found = _CLOCK.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(text)
    hours, minutes, half = (
        int(found["hours"]),
        int(found["minutes"] or found["bare"] or 0),
        found["half"],
    )
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(text)
        hours = hours % 12 + (12 if half == "p" else 0)
    return time(hours, minutes)


_CLOCK = re.compile(
    r"(?P<hours>\d{1,2})(?:[:.] ?(?P<minutes>\d{1,2})| ?(?P<bare>\d{2}))?\s*"
    r"(?:(?P<half>[ap])\.?\s?m\.?)?",
    re.ASCII,
)


class Clock(forms.CharField):
    """A time of day, typed as 14:05 or as 2.05 pm."""

    kind = "clock"

    def __init__(self, label: str, hint: str = "", required: bool = False) -> None:
        super().__init__(
            label=label,
            help_text=hint or "For example, 14:05 or 2.05 pm",
            required=required,
            max_length=10,
            error_messages={"required": f"Enter a time, like 14:05: {label}"},
        )

    def to_python(self, value: Any) -> Any:
        """The time. Raises ValidationError with what to type instead."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return _read_clock(text)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(f"Enter a time, like 14:05: {self.label}") from error

    def prepare_value(self, value: Any) -> Any:
        """The time as typed, or as 14:05."""
        return f"{value:%H:%M}" if isinstance(value, time) else value

    def validate(self, value: Any) -> None:
        """Required means a time."""
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"])

    def run_validators(self, value: Any) -> None:
        """Length is of no matter once the time is read."""


class Hidden(forms.CharField):
    """Carried along, never shown."""

    kind = "hidden"

    def __init__(self, max_length: int = 100) -> None:
        super().__init__(required=False, max_length=max_length, widget=forms.HiddenInput)
